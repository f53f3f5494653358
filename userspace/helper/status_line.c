// SPDX-License-Identifier: GPL-2.0
#include "helper/status_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_SIZE 24

static const char *print_time(int64_t seconds, char text[NUMBER_SIZE])
{
	if (seconds < 0)
		return "-";
	snprintf(text, NUMBER_SIZE, "%" PRId64, seconds);
	return text;
}

void status_ike_sa_print(const struct status_ike_sa *told, char *line, size_t size)
{
	static const char *const nat[] = { "none", "here", "there", "both" };
	const struct status_times *times = &told->times;
	char text[3][NUMBER_SIZE];

	snprintf(line, size, "ike %s %s %s %s %s %s%s%s", told->local, told->remote,
		 nat[told->nat_here + 2 * told->nat_there],
		 print_time(times->age, text[0]),
		 print_time(times->rekey, text[1]),
		 print_time(times->end, text[2]), *told->remote_name ? " " : "",
		 told->remote_name);
}

void status_child_sa_print(const struct status_child_sa *told, char *line,
			   size_t size)
{
	size_t len;

	len = (size_t)snprintf(line, size, "child %08" PRIx32 " %s ",
			       told->spi_in, told->name);
	if (!told->n_methods)
		snprintf(line + len, size - len, "-");
	for (size_t i = 0; i < told->n_methods && len < size; i++)
		len += (size_t)snprintf(line + len, size - len, "%s%u",
					i ? "+" : "", told->methods[i]);
}

/* The words of a line, with blanks between them. */
static size_t split(char *line, char **words, size_t max)
{
	size_t n = 0;
	char *word;

	while (n < max && (word = strsep(&line, " ")))
		words[n++] = word;
	return line ? max + 1 : n;
}

static int64_t read_time(const char *text)
{
	return *text >= '0' && *text <= '9' ? strtoll(text, NULL, 10) : -1;
}

bool status_ike_sa_read(struct status_ike_sa *told, const char *line)
{
	char copy[STATUS_LINE_SIZE], *words[8] = { NULL };
	size_t n;

	snprintf(copy, sizeof(copy), "%s", line);
	n = split(copy, words, 8);
	if (n < 7 || n > 8 || strcmp(words[0], "ike") != 0)
		return false;
	snprintf(told->local, sizeof(told->local), "%s", words[1]);
	snprintf(told->remote, sizeof(told->remote), "%s", words[2]);
	told->nat_here = !strcmp(words[3], "here") || !strcmp(words[3], "both");
	told->nat_there = !strcmp(words[3], "there") ||
			  !strcmp(words[3], "both");
	told->times = (struct status_times){
		read_time(words[4]), read_time(words[5]), read_time(words[6]),
	};
	snprintf(told->remote_name, sizeof(told->remote_name), "%s",
		 words[7] ? words[7] : "");
	return true;
}

bool status_child_sa_read(struct status_child_sa *told, const char *line)
{
	char copy[STATUS_LINE_SIZE], *words[4], *rest, *method;

	snprintf(copy, sizeof(copy), "%s", line);
	if (split(copy, words, 4) != 4 || strcmp(words[0], "child") != 0)
		return false;
	told->spi_in = (uint32_t)strtoul(words[1], NULL, 16);
	snprintf(told->name, sizeof(told->name), "%s", words[2]);
	told->n_methods = 0;
	rest = strcmp(words[3], "-") != 0 ? words[3] : NULL;
	while (told->n_methods < STATUS_METHODS_MAX &&
	       (method = strsep(&rest, "+")))
		told->methods[told->n_methods++] =
			(uint16_t)strtoul(method, NULL, 10);
	return true;
}

const char *status_state_name(enum status_state state)
{
	static const char *const names[STATUS_STATES] = {
		[STATUS_DOWN] = "down",
		[STATUS_TRAP] = "trap",
		[STATUS_CONNECTING] = "connecting",
		[STATUS_UP] = "up",
	};

	return names[state];
}

void status_configured_print(const struct status_configured *told, char *line,
			     size_t size)
{
	snprintf(line, size, "configured %s %s", told->name,
		 status_state_name(told->state));
}

bool status_configured_read(struct status_configured *told, const char *line)
{
	char copy[STATUS_LINE_SIZE], *words[3];
	int state = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	if (split(copy, words, 3) != 3 || strcmp(words[0], "configured") != 0)
		return false;
	while (state < STATUS_STATES &&
	       strcmp(words[2], status_state_name((enum status_state)state)) != 0)
		state++;
	if (state == STATUS_STATES)
		return false;
	snprintf(told->name, sizeof(told->name), "%s", words[1]);
	told->state = (enum status_state)state;
	return true;
}
