// SPDX-License-Identifier: GPL-2.0
#include "config/config_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Ten years of seconds; nothing overflows that is added to it. */
#define TIME_MAX (UINT64_C(10) * 366 * 86400)

#define SIZE_MAX_COUNT (UINT64_C(1) << 60)

bool config_read_boolean(struct config_reader *reader,
			 const struct conf_node *node, void *value)
{
	static const struct config_word words[] = {
		{ "yes", true }, { "true", true }, { "enabled", true },
		{ "1", true }, { "no", false }, { "false", false },
		{ "disabled", false }, { "0", false },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcasecmp(node->value, words[i].word)) {
			*(bool *)value = words[i].value;
			return true;
		}
	}
	return config_refuse(reader, node, "expected yes or no, not %s",
			     node->value);
}

/* Decimal, or hexadecimal after 0x. Return: false where it is no number. */
static bool parse_digits(const char *text, char **end, unsigned long long *number)
{
	bool hexadecimal = !strncasecmp(text, "0x", 2);

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, end, hexadecimal ? 16 : 10);
	return !errno;
}

/*
 * A number and one of @units, the letter of each standing at its factor's
 * place.  Return: false where it is none of at most @max.
 */
static bool parse_with_unit(const char *text, const char *units,
			    const uint64_t *factors, uint64_t max,
			    uint64_t *result)
{
	unsigned long long number;
	uint64_t factor = 1;
	const char *unit;
	char *end;

	if (!parse_digits(text, &end, &number))
		return false;
	end += strspn(end, " \t");
	if (*end) {
		unit = strchr(units, *end);
		if (!unit || end[1])
			return false;
		factor = factors[unit - units];
	}
	if (number > max / factor)
		return false;
	*result = number * factor;
	return true;
}

bool config_read_decimal(struct config_reader *reader,
			 const struct conf_node *node, void *thousandths)
{
	const char *text = node->value;
	size_t whole = strspn(text, "0123456789");
	size_t part = text[whole] == '.' ?
		      strspn(text + whole + 1, "0123456789") : 0;
	size_t len = whole + (part ? part + 1 : 0);
	uint32_t value = 0;

	if (!whole || whole > 6 || part > 3 || text[len])
		return config_refuse(reader, node, "expected a number such as "
				     "4 or 1.8, not %s", text);
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (uint32_t)(text[i] - '0');
	for (size_t i = 0; i < 3; i++)
		value = value * 10 + (i < part ?
				      (uint32_t)(text[whole + 1 + i] - '0') : 0);
	*(uint32_t *)thousandths = value;
	return true;
}

bool config_read_time(struct config_reader *reader,
		      const struct conf_node *node, void *seconds)
{
	static const uint64_t factors[] = {
		1, 1, 60, 60, 3600, 3600, 86400, 86400,
	};

	if (parse_with_unit(node->value, "sSmMhHdD", factors, TIME_MAX, seconds))
		return true;
	return config_refuse(reader, node, "expected a time such as 30s, 20m, "
			     "4h or 1d, at most ten years, not %s", node->value);
}

bool config_read_size(struct config_reader *reader,
		      const struct conf_node *node, void *size)
{
	static const uint64_t factors[] = {
		1 << 10, 1 << 10, 1 << 20, 1 << 20, 1 << 30, 1 << 30,
	};

	if (parse_with_unit(node->value, "kKmMgG", factors, SIZE_MAX_COUNT,
			    size))
		return true;
	return config_refuse(reader, node, "expected a number, perhaps with k, "
			     "M or G, not %s", node->value);
}

static bool parse_uint32(const char *text, uint32_t *number)
{
	unsigned long long value;
	char *end;

	if (!parse_digits(text, &end, &value) || *end || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

bool config_read_uint32(struct config_reader *reader,
			const struct conf_node *node, void *number)
{
	if (parse_uint32(node->value, number))
		return true;
	return config_refuse(reader, node, "expected a number from 0 to "
			     "0xffffffff, not %s", node->value);
}

bool config_read_mark(struct config_reader *reader,
		      const struct conf_node *node, void *target)
{
	struct mark *mark = target;
	char text[32];
	char *slash;

	if (snprintf(text, sizeof(text), "%s", node->value) >=
	    (int)sizeof(text))
		goto refuse;
	mark->mask = UINT32_MAX;
	slash = strchr(text, '/');
	if (slash)
		*slash++ = '\0';
	if (!parse_uint32(text, &mark->value) ||
	    (slash && !parse_uint32(slash, &mark->mask)))
		goto refuse;
	if (mark->value & ~mark->mask)
		return config_refuse(reader, node, "expected no bit in the mark "
				     "that its mask leaves out");
	return true;
refuse:
	return config_refuse(reader, node, "expected a mark such as 42 or "
			     "0x10/0xff, not %s", node->value);
}

bool config_read_port(struct config_reader *reader,
		      const struct conf_node *node, void *port)
{
	unsigned long number;

	if (!config_read_number(reader, node, 1, UINT16_MAX, &number))
		return false;
	*(uint16_t *)port = (uint16_t)number;
	return true;
}

bool config_read_identity(struct config_reader *reader,
			  const struct conf_node *node, void *id)
{
	char error[128];

	if (identity_parse(node->value, id, error, sizeof(error)))
		return true;
	return config_refuse(reader, node, "%s", error);
}

/* "a, b or c", each word of a value once. */
static void print_words(const struct config_word *words, size_t n_words,
			char *text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < n_words && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s",
				       !i ? "" : i + 1 == n_words ? " or " :
				       ", ", words[i].word);
}

bool config_read_word(struct config_reader *reader,
		      const struct conf_node *node,
		      const struct config_word *words, size_t n_words,
		      int *value)
{
	char known[256] = "";

	for (size_t i = 0; i < n_words; i++) {
		if (!strcmp(node->value, words[i].word)) {
			*value = words[i].value;
			return true;
		}
	}
	print_words(words, n_words, known, sizeof(known));
	return config_refuse(reader, node, "expected %s, not %s", known,
			     node->value);
}

static bool require_boolean(struct config_reader *reader,
			    const struct conf_node *node, bool required)
{
	bool value;

	return (config_read_boolean(reader, node, &value) &&
		value == required) ||
	       config_refuse(reader, node, "expected %s, not %s",
			     required ? "yes" : "no", node->value);
}

bool config_require_no(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	(void)target;
	return require_boolean(reader, node, false);
}

bool config_require_yes(struct config_reader *reader,
			const struct conf_node *node, void *target)
{
	(void)target;
	return require_boolean(reader, node, true);
}

/* With or without a unit, or as binary digits. */
bool config_require_zero(struct config_reader *reader,
			 const struct conf_node *node, void *target)
{
	size_t zeros = strspn(node->value, "0");

	(void)target;
	if (zeros && (!node->value[zeros] || !strcmp(node->value, "0s")))
		return true;
	return config_refuse(reader, node, "expected 0, not %s", node->value);
}

bool config_require_never(struct config_reader *reader,
			  const struct conf_node *node, void *target)
{
	static const struct config_word words[] = { { "never", 0 } };
	int value;

	(void)target;
	return config_read_word(reader, node, words, 1, &value);
}
