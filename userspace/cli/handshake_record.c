// SPDX-License-Identifier: GPL-2.0
#include "cli/handshake_record.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024
#define OF_ADDRESSES "0123456789abcdefABCDEF.:"

/* Return: false without memory, or when there is no more to be had. */
static bool make_room(struct handshake_record *record)
{
	uint32_t room = record->room ? 2 * record->room : ROOM_FIRST;
	uint64_t *grown;

	if (record->established < record->room)
		return true;
	if (room > HANDSHAKES_MAX)
		room = HANDSHAKES_MAX;
	if (record->established == room)
		return false;
	grown = reallocarray(record->latencies, room, sizeof(*grown));
	if (!grown)
		return false;
	record->latencies = grown;
	record->room = room;
	return true;
}

bool handshake_record_established(struct handshake_record *record,
				  uint64_t latency)
{
	if (!make_room(record))
		return false;
	record->latencies[record->established++] = latency;
	return true;
}

static bool is_address(const char *word, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	return inet_pton(AF_INET, text, &address) == 1 ||
	       inet_pton(AF_INET6, text, &address) == 1;
}

/* Return: the length of the address that a word is, without what ends a clause; or 0. */
static size_t address_length(const char *word)
{
	size_t len = strspn(word, OF_ADDRESSES);

	if (isalnum((unsigned char)word[len]))
		return 0;
	if (len && !is_address(word, len) && strchr(".:", word[len - 1]))
		len--;
	return is_address(word, len) ? len : 0;
}

/* What differs by the address only is one cause. */
static void leave_out_addresses(char text[HANDSHAKE_CAUSE_SIZE], const char *why)
{
	bool inside = false; /* of a word */
	size_t at = 0;

	while (*why && at < HANDSHAKE_CAUSE_SIZE - sizeof("ADDRESS")) {
		size_t len = inside ? 0 : address_length(why);

		if (len) {
			memcpy(text + at, "ADDRESS", strlen("ADDRESS"));
			at += strlen("ADDRESS");
			why += len;
		} else {
			inside = isalnum((unsigned char)*why);
			text[at++] = *why++;
		}
	}
	text[at] = '\0';
}

/* Return: NULL where there are too many others. */
static struct handshake_cause *find_cause(struct handshake_record *record,
					  const char *why)
{
	struct handshake_cause *cause = record->causes;
	char text[HANDSHAKE_CAUSE_SIZE];

	leave_out_addresses(text, why);
	for (; cause < record->causes + record->n_causes; cause++)
		if (!strcmp(cause->text, text))
			return cause;
	if (record->n_causes == HANDSHAKE_CAUSES_MAX)
		return NULL;
	record->n_causes++;
	memcpy(cause->text, text, sizeof(text));
	return cause;
}

static void count_cause(struct handshake_record *record, const char *why)
{
	struct handshake_cause *cause = find_cause(record, why);

	if (cause)
		cause->n++;
	else
		record->other_causes++;
}

void handshake_record_failed(struct handshake_record *record, const char *why)
{
	record->failed++;
	count_cause(record, why);
}

void handshake_record_not_deleted(struct handshake_record *record,
				  const char *why)
{
	record->not_deleted++;
	count_cause(record, why);
}

static int compare_latencies(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void handshake_record_finish(struct handshake_record *record)
{
	if (record->established)
		qsort(record->latencies, record->established,
		      sizeof(*record->latencies), compare_latencies);
}

uint64_t handshake_percentile(const struct handshake_record *record,
			      unsigned int percent)
{
	uint64_t rank = ((uint64_t)record->established * percent + 99) / 100;

	if (!record->established)
		return 0;
	return record->latencies[rank ? rank - 1 : 0];
}

double handshake_rate(const struct handshake_record *record)
{
	return record->elapsed ?
		       record->established * 1e9 / (double)record->elapsed : 0;
}

void handshake_record_free(struct handshake_record *record)
{
	free(record->latencies);
	record->latencies = NULL;
}
