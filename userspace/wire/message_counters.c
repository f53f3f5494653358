// SPDX-License-Identifier: GPL-2.0
#include "wire/message_counters.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *text;
} causes[MESSAGE_CAUSES] = {
	[MESSAGE_BAD_HEADER] = { "bad_header", "bad IKE header" },
	[MESSAGE_OTHER_VERSION] = { "other_version", "another version of IKE" },
	[MESSAGE_UNKNOWN_SPI] = { "unknown_spi", "unknown SPI" },
	[MESSAGE_UNPROTECTED] = { "unprotected", "not encrypted" },
	[MESSAGE_OUT_OF_WINDOW] = { "out_of_window", "Message ID out of window" },
	[MESSAGE_UNVERIFIED] = { "does_not_verify", "does not verify" },
	[MESSAGE_REPEATED_REQUEST] = { "repeated_request", "repeated request" },
	[MESSAGE_REPEATED_FRAGMENT] = { "repeated_fragment",
					"repeated fragment" },
	[MESSAGE_TOO_LARGE] = { "too_large", "too large, too many fragments" },
	[MESSAGE_MALFORMED] = { "malformed", "malformed payloads" },
	[MESSAGE_CRITICAL_PAYLOAD] = { "critical_payload",
				       "unknown critical payload" },
	[MESSAGE_MISPLACED] = { "misplaced", "exchange out of place" },
	[MESSAGE_UNFIT_RESPONSE] = { "unfit_response",
				     "response does not fit" },
	[MESSAGE_NEEDS_COOKIE] = { "cookie_required", "cookie required" },
	[MESSAGE_HALF_OPEN_LIMIT] = { "half_open_limit",
				      "too many half-open IKE SAs" },
	[MESSAGE_NO_PROPOSAL] = { "no_proposal_chosen", "no proposal chosen" },
	[MESSAGE_OTHER_METHOD] = { "invalid_ke_payload",
				   "another key exchange first" },
	[MESSAGE_UNAUTHENTICATED] = { "authentication_failed",
				      "authentication failed" },
	[MESSAGE_NO_RESOURCES] = { "no_resources", "the kernel lacks resources" },
};

const char *message_cause_name(enum message_cause cause)
{
	return causes[cause].name;
}

const char *message_cause_text(enum message_cause cause)
{
	return causes[cause].text;
}

void message_counters_read(struct message_counters *counters, const char *line)
{
	size_t len = strcspn(line, " ");

	for (size_t i = 0; i < MESSAGE_CAUSES; i++)
		if (strlen(causes[i].name) == len &&
		    !strncmp(causes[i].name, line, len))
			counters->n[i] = strtoull(line + len, NULL, 10);
}
