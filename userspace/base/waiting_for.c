// SPDX-License-Identifier: GPL-2.0
#include "base/waiting_for.h"

#include <stdio.h>

static char *note;
static size_t note_size;

void waiting_for_note_in(char *place, size_t size)
{
	note = place;
	note_size = size;
}

void waiting_for(const char *path)
{
	if (note)
		snprintf(note, note_size, "%s", path);
}
