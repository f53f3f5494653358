/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of name_lookup.h, played over a list of names. */
#ifndef FAKE_NAME_LOOKUP_H
#define FAKE_NAME_LOOKUP_H

#include "base/name_lookup.h"

#define FAKE_NAMES_MAX 4

#define FAKE_NAME_UNKNOWN "Name or service not known"

/* No name is known, none was asked for. */
void fake_names_clear(void);

/* "192.0.2.1 2001:db8::1", "": unknown; NULL: nobody answers. */
void fake_name_set(const char *name, const char *addresses);

/* Return: how often a name was asked for, and how many processes ask now. */
unsigned int fake_names_asked(void);
unsigned int fake_names_running(void);

#endif
