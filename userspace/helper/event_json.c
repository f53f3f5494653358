// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of `pqike monitor -j`.  "version" changes when a member changes its
 * meaning or goes away; members may be added.
 */
#include "helper/event_json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <time.h>

#include "base/json_write.h"
#include "ike/ike_event.h"

#define EVENT_JSON_VERSION 1

void event_time(char *text, size_t size)
{
	char seconds[EVENT_TIME_SIZE];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, size, "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
}

static bool add_subject(struct json_object *object,
			const struct ike_event *event)
{
	return (!event->connection ||
		json_add_string(object, "connection", event->connection)) &&
	       (!event->child ||
		json_add_string(object, "child", event->child)) &&
	       json_add_string(object, "peer", event->peer) &&
	       json_add_number(object, "ike_sa", event->ike_sa_id) &&
	       json_add_ike_spi(object, "spi_i", event->spi_i) &&
	       json_add_ike_spi(object, "spi_r", event->spi_r) &&
	       (!event->spi_in ||
		json_add_esp_spi(object, "spi_in", event->spi_in)) &&
	       (!event->spi_out ||
		json_add_esp_spi(object, "spi_out", event->spi_out));
}

static struct json_object *event_object(const struct ike_event *event)
{
	struct json_object *object = json_object_new_object();
	char time[EVENT_TIME_SIZE];

	event_time(time, sizeof(time));
	if (object && json_add_number(object, "version", EVENT_JSON_VERSION) &&
	    json_add_string(object, "time", time) &&
	    json_add_string(object, "event", ike_event_name(event->kind)) &&
	    add_subject(object, event) &&
	    json_add_string(object, "text", event->text) &&
	    (!*event->suite ||
	     json_add_string(object, "suite", event->suite)) &&
	    json_add_number(object, "round_trips", event->round_trips) &&
	    json_add_number(object, "fragments_sent", event->fragments_sent) &&
	    json_add_number(object, "fragments_received",
			    event->fragments_received))
		return object;
	json_object_put(object);
	return NULL;
}

bool event_json(const struct ike_event *event, char *text, size_t size)
{
	struct json_object *object = event_object(event);
	const char *line;
	int len = -1;

	if (!object)
		return false;
	line = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (line)
		len = snprintf(text, size, "%s", line);
	json_object_put(object);
	return len >= 0 && (size_t)len < size;
}
