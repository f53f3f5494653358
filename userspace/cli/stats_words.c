// SPDX-License-Identifier: GPL-2.0
#include "cli/stats_words.h"

#include "kernel/kernel_stats.h"

struct words {
	const char *name;
	const char *text;
};

static const struct words handshakes[KERNEL_HANDSHAKES] = {
	[PQIKE_HANDSHAKE_IKE_SA] = { "ike_sa", "IKE SAs" },
	[PQIKE_HANDSHAKE_IKE_SA_REKEY] = { "ike_sa_rekey", "rekeys of IKE SAs" },
	[PQIKE_HANDSHAKE_FIRST_CHILD_SA] = { "first_child_sa",
					     "Child SAs of IKE_AUTH" },
	[PQIKE_HANDSHAKE_CHILD_SA] = { "child_sa", "further Child SAs" },
	[PQIKE_HANDSHAKE_CHILD_SA_REKEY] = { "child_sa_rekey",
					     "rekeys of Child SAs" },
};

static const struct words failures[KERNEL_FAILURE_CAUSES] = {
	[PQIKE_FAILURE_CAUSE_MALFORMED] = { "malformed",
					    "malformed, or does not fit" },
	[PQIKE_FAILURE_CAUSE_UNVERIFIED] = { "unverified", "does not verify" },
	[PQIKE_FAILURE_CAUSE_UNAUTHENTICATED] = { "unauthenticated",
						  "not authenticated" },
	[PQIKE_FAILURE_CAUSE_BAD_KE_DATA] = { "bad_ke_data",
					      "KE data that must not be used" },
	[PQIKE_FAILURE_CAUSE_NOT_ALLOWED] = { "not_allowed",
					      "not allowed by the connection" },
	[PQIKE_FAILURE_CAUSE_UNSUPPORTED] = { "unsupported", "not supported" },
	[PQIKE_FAILURE_CAUSE_OUT_OF_ORDER] = { "out_of_order", "out of order" },
	[PQIKE_FAILURE_CAUSE_REPEATED] = { "repeated", "repeated fragment" },
	[PQIKE_FAILURE_CAUSE_TOO_LARGE] = { "too_large",
					    "too large, too many fragments" },
	[PQIKE_FAILURE_CAUSE_QUOTA] = { "quota", "quota used up" },
	[PQIKE_FAILURE_CAUSE_NO_MEMORY] = { "no_memory", "no memory" },
	[PQIKE_FAILURE_CAUSE_WRONG_REQUEST] = { "wrong_request",
						"wrong request" },
	[PQIKE_FAILURE_CAUSE_OTHER] = { "other", "other" },
};

static const char *const operations[KERNEL_OPERATIONS] = {
	[PQIKE_OPERATION_IKE_SA_NEW] = "ike_sa_new",
	[PQIKE_OPERATION_IKE_SA_INIT] = "ike_sa_init",
	[PQIKE_OPERATION_IKE_SA_ADDITIONAL_KE] = "ike_sa_additional_ke",
	[PQIKE_OPERATION_IKE_SA_SEAL] = "ike_sa_seal",
	[PQIKE_OPERATION_IKE_SA_OPEN] = "ike_sa_open",
	[PQIKE_OPERATION_IKE_SA_AUTH_MAKE] = "ike_sa_auth_make",
	[PQIKE_OPERATION_IKE_SA_AUTH_VERIFY] = "ike_sa_auth_verify",
	[PQIKE_OPERATION_IKE_SA_INHERIT] = "ike_sa_inherit",
	[PQIKE_OPERATION_IKE_SA_NOTE] = "ike_sa_note",
	[PQIKE_OPERATION_IKE_SA_ADOPT] = "ike_sa_adopt",
	[PQIKE_OPERATION_IKE_SA_DEL] = "ike_sa_del",
	[PQIKE_OPERATION_CHILD_SA_NEW] = "child_sa_new",
	[PQIKE_OPERATION_CHILD_SA_KE] = "child_sa_ke",
	[PQIKE_OPERATION_CHILD_SA_INSTALL] = "child_sa_install",
	[PQIKE_OPERATION_CHILD_SA_UPDATE] = "child_sa_update",
	[PQIKE_OPERATION_CHILD_SA_DEL] = "child_sa_del",
};

const char *stats_handshake_name(enum pqike_handshake handshake)
{
	return handshakes[handshake].name;
}

const char *stats_handshake_text(enum pqike_handshake handshake)
{
	return handshakes[handshake].text;
}

const char *stats_failure_name(enum pqike_failure_cause cause)
{
	return failures[cause].name;
}

const char *stats_failure_text(enum pqike_failure_cause cause)
{
	return failures[cause].text;
}

const char *stats_operation_name(enum pqike_operation operation)
{
	return operations[operation];
}
