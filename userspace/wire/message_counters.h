/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of peers that were not taken, by cause. */
#ifndef PQIKE_MESSAGE_COUNTERS_H
#define PQIKE_MESSAGE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_cause {
	MESSAGE_BAD_HEADER, /* no IKE header, or one that IKE_SA_INIT cannot have */
	MESSAGE_OTHER_VERSION,
	MESSAGE_UNKNOWN_SPI,
	MESSAGE_UNPROTECTED, /* neither an SK nor an SKF payload where one is due */
	MESSAGE_OUT_OF_WINDOW, /* a Message ID or a response that is not awaited */
	MESSAGE_UNVERIFIED,
	MESSAGE_REPEATED_REQUEST, /* answered as before */
	MESSAGE_REPEATED_FRAGMENT,
	MESSAGE_TOO_LARGE, /* of more fragments or octets than are put together */
	MESSAGE_MALFORMED,
	MESSAGE_CRITICAL_PAYLOAD, /* one that is critical and not known */
	MESSAGE_MISPLACED, /* a request that its IKE SA cannot take at that point */
	MESSAGE_UNFIT_RESPONSE, /* it does not answer what was asked */
	MESSAGE_NEEDS_COOKIE, /* IKE_SA_INIT without one, or with a wrong one */
	MESSAGE_HALF_OPEN_LIMIT,
	MESSAGE_NO_PROPOSAL, /* IKE_SA_INIT that no connection takes */
	MESSAGE_OTHER_METHOD, /* IKE_SA_INIT, answered with INVALID_KE_PAYLOAD */
	MESSAGE_UNAUTHENTICATED,
	MESSAGE_NO_RESOURCES, /* what the kernel lacked was no fault of the peer */
	MESSAGE_CAUSES
};

struct message_counters {
	uint64_t n[MESSAGE_CAUSES];
};

/* "does_not_verify": the name in JSON and on the control socket. */
const char *message_cause_name(enum message_cause cause);

/* "does not verify": for people, at most 30 octets. */
const char *message_cause_text(enum message_cause cause);

/**
 * message_counters_read() - take one counter from a line of the helper
 * @line: "NAME NUMBER"; a name that is not known is passed over, it is of
 *	another version
 */
void message_counters_read(struct message_counters *counters, const char *line);

#endif
