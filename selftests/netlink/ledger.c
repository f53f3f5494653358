// SPDX-License-Identifier: GPL-2.0
#include "ledger.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <linux/pqike.h>

#define ERRORS_MAX	134
/* So many of each kind are shown. */
#define SHOWN_MAX	10

static unsigned long messages_wanted;
static atomic_ulong messages, lost, packets;
static atomic_ulong outcomes[__PQIKE_CMD_MAX][ERRORS_MAX];
static atomic_ulong unexplained[__PQIKE_CMD_MAX];
static atomic_ulong found[FINDINGS], all_found;

static const char *const findings[FINDINGS] = {
	[FINDING_ANSWER] = "every request has one answer",
	[FINDING_ERROR] = "no operation has an error that is not its own",
	[FINDING_UNDISTURBED] = "what nobody disturbs succeeds",
	[FINDING_ACCEPTED] = "what must be refused is refused",
	[FINDING_LEFT] = "nothing outlives what it belongs to",
};

/*
 * What an operation may return beside EINVAL and ERANGE, which netlink's policies
 * give; as the kernel-doc of what it calls says.
 */
static const int errors[__PQIKE_CMD_MAX][12] = {
	[PQIKE_CMD_CONNECTION_SET] = { EDQUOT, ENOKEY, EKEYREVOKED, EKEYEXPIRED, E2BIG,
				       EEXIST },
	[PQIKE_CMD_CONNECTION_DEL] = { ENOENT },
	[PQIKE_CMD_CONNECTION_GET] = { ENOENT, EMSGSIZE },
	[PQIKE_CMD_IKE_SA_NEW] = { EPERM, ENOENT, EPROTO, EBADMSG, EOPNOTSUPP, EDQUOT,
				   EKEYREJECTED },
	[PQIKE_CMD_IKE_SA_INIT] = { ENOENT, EPROTO, EBADMSG, EOPNOTSUPP, EPERM,
				    EKEYREJECTED },
	[PQIKE_CMD_IKE_SA_ADDITIONAL_KE] = { ENOENT, EPROTO, EBADMSG, EPERM,
					     EKEYREJECTED, EOPNOTSUPP },
	[PQIKE_CMD_IKE_SA_SEAL] = { EPERM, ENOENT, EPROTO, EMSGSIZE, EBADMSG,
				    EOPNOTSUPP },
	[PQIKE_CMD_IKE_SA_OPEN] = { EPERM, ENOENT, EPROTO, EBADMSG, EALREADY, EMSGSIZE },
	[PQIKE_CMD_IKE_SA_AUTH_MAKE] = { ENOENT, EPROTO, EPERM, EKEYREJECTED },
	[PQIKE_CMD_IKE_SA_AUTH_VERIFY] = { ENOENT, EPROTO, EBADMSG, EPERM,
					   EKEYREJECTED },
	[PQIKE_CMD_IKE_SA_DEL] = { ENOENT },
	[PQIKE_CMD_IKE_SA_GET] = { ENOENT, EMSGSIZE },
	[PQIKE_CMD_IKE_SA_INHERIT] = { EPERM, ENOENT, EPROTO, EDQUOT },
	[PQIKE_CMD_CHILD_SA_NEW] = { EPERM, ENOENT, EPROTO, EBADMSG, EOPNOTSUPP, EDQUOT,
				     EKEYREJECTED },
	[PQIKE_CMD_CHILD_SA_KE] = { EPERM, ENOENT, EPROTO, EBADMSG, EOPNOTSUPP,
				    EKEYREJECTED },
	[PQIKE_CMD_CHILD_SA_INSTALL] = { EPERM, ENOENT, EPROTO, EBADMSG, EOPNOTSUPP, E2BIG,
					 EEXIST, EKEYREJECTED },
	[PQIKE_CMD_CHILD_SA_DEL] = { EPERM, ENOENT },
	[PQIKE_CMD_CHILD_SA_UPDATE] = { EPERM, ENOENT, EPROTO },
	[PQIKE_CMD_TRAP_SET] = { EPERM, ENOENT, EDQUOT, EEXIST, E2BIG },
	[PQIKE_CMD_TRAP_DEL] = { ENOENT },
	[PQIKE_CMD_TRAP_GET] = { ENOENT },
	[PQIKE_CMD_BENCH_KEM] = { EOPNOTSUPP },
	[PQIKE_CMD_AUTHORISE] = { EBADF, ENOTSOCK, EEXIST, EADDRINUSE },
	[PQIKE_CMD_QUOTA_SET] = { EPERM },
	[PQIKE_CMD_IKE_SA_NOTE] = { EPERM, ENOENT },
	[PQIKE_CMD_IKE_SA_ADOPT] = { EPERM, ENOENT, EPROTO, EALREADY, EBUSY, EDQUOT },
	[PQIKE_CMD_STATS_GET] = { ENOENT },
	[PQIKE_CMD_REVOKE] = { EBADF, ENOTSOCK, ENOENT },
};

/**
 * ledger_begin() - begin with nothing
 * @wanted: how many messages are to be sent
 */
void ledger_begin(unsigned long wanted)
{
	messages_wanted = wanted;
}

/**
 * ledger_is_full() - has as much been sent as is wanted, or something been found?
 *
 * Return: whether it has.
 */
bool ledger_is_full(void)
{
	return atomic_load(&messages) >= messages_wanted ||
	       atomic_load(&all_found);
}

/* The last of @errors is 0, as there is no such error. */
static bool is_own_error(uint8_t command, int error)
{
	if (!error || error == EINVAL || error == ERANGE)
		return true;
	for (unsigned int i = 0; errors[command][i]; i++)
		if (errors[command][i] == error)
			return true;
	return false;
}

/**
 * ledger_count() - a request was answered
 * @request: the request
 * @error: 0, or a positive number
 * @explained: the error came with a message
 */
void ledger_count(const struct request *request, int error, bool explained)
{
	const uint8_t command = request->command;

	atomic_fetch_add(&messages, 1);
	if (error < 0 || error >= ERRORS_MAX) {
		ledger_find(FINDING_ANSWER, "%s: error %d",
			    operations[command].name, error);
		return;
	}
	atomic_fetch_add(&outcomes[command][error], 1);
	if (error && !explained && !atomic_fetch_add(&unexplained[command], 1))
		printf("# %s: %s without a word\n", operations[command].name,
		       strerrorname_np(error));
	if (!is_own_error(command, error))
		ledger_find(FINDING_ERROR, "%s: %s", operations[command].name,
			    strerrorname_np(error));
}

/**
 * ledger_count_lost() - a request was not answered, as the buffer was full
 */
void ledger_count_lost(void)
{
	atomic_fetch_add(&messages, 1);
	atomic_fetch_add(&lost, 1);
}

/**
 * ledger_count_packet() - a packet was sent for xfrm to look at
 */
void ledger_count_packet(void)
{
	atomic_fetch_add(&packets, 1);
}

/**
 * ledger_find() - something is wrong
 * @finding: what
 * @format: of printf(), the details
 */
void ledger_find(enum finding finding, const char *format, ...)
{
	char line[512];
	va_list arguments;

	atomic_fetch_add(&all_found, 1);
	if (atomic_fetch_add(&found[finding], 1) >= SHOWN_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	printf("# not so: %s: %s\n", findings[finding], line);
}

static unsigned long show_operation(uint8_t command)
{
	const unsigned long taken = atomic_load(&outcomes[command][0]);
	unsigned long refused = 0;

	printf("#   %-20s %8lu", operations[command].name, taken);
	for (int error = 1; error < ERRORS_MAX; error++) {
		const unsigned long n = atomic_load(&outcomes[command][error]);

		refused += n;
		if (n)
			printf(" %s %lu", strerrorname_np(error), n);
	}
	if (atomic_load(&unexplained[command]))
		printf(", without a word %lu",
		       atomic_load(&unexplained[command]));
	printf("\n");
	return refused;
}

static void show_result(bool passed, const char *name)
{
	printf("%s - %s\n", passed ? "ok" : "not ok", name);
}

/**
 * ledger_show() - print the counts, and a test result for each finding
 *
 * Return: whether all is as it shall be.
 */
bool ledger_show(void)
{
	bool all = true, passed = true;

	printf("# %lu messages, %lu without an answer as the buffer was full, %lu packets; answers:\n",
	       atomic_load(&messages), atomic_load(&lost),
	       atomic_load(&packets));
	for (unsigned int i = 1; i <= n_operations; i++) {
		const unsigned long refused = show_operation((uint8_t)i);

		all = all && refused && atomic_load(&outcomes[i][0]);
	}
	show_result(all, "each operation is taken, and is refused");
	for (unsigned int i = 0; i < FINDINGS; i++) {
		const bool none = !atomic_load(&found[i]);

		show_result(none, findings[i]);
		passed = passed && none;
	}
	return passed && all;
}
