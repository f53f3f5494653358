/* SPDX-License-Identifier: GPL-2.0 */
/* One event as a line of JSON. */
#ifndef PQIKE_EVENT_JSON_H
#define PQIKE_EVENT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "ike/ike_event.h"

#define EVENT_TIME_SIZE 32

/* Now in UTC, as RFC 3339 writes it, with milliseconds. */
void event_time(char *text, size_t size);

/**
 * event_json() - an event as an object on one line, without a newline
 *
 * Return: false when it does not fit, or out of memory.
 */
bool event_json(const struct ike_event *event, char *text, size_t size);

#endif
