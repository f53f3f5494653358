// SPDX-License-Identifier: GPL-2.0
#include "base/plain_text.h"

#include <stdbool.h>

static bool is_control(unsigned char octet)
{
	return octet < ' ' || octet == '\177';
}

/* The first octet of two, of which the other one is there, too, unless the text ends. */
static bool is_control_of_two(const unsigned char *at)
{
	return at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
}

void plain_text(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		if (is_control(*at)) {
			*at = '?';
		} else if (is_control_of_two(at)) {
			*at++ = '?';
			*at = '?';
		}
	}
}
