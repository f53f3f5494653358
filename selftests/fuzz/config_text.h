/* SPDX-License-Identifier: GPL-2.0 */
/* A configuration that is in no file. */
#ifndef FUZZ_CONFIG_TEXT_H
#define FUZZ_CONFIG_TEXT_H

struct config;

/* Return: what the text says, which is right, for config_free(). */
struct config *config_of_text(const char *text);

#endif
