// SPDX-License-Identifier: GPL-2.0
#include "cli/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "kernel/kernel.h"

const struct check checks[] = {
	{ "config", check_config },
	{ "secrets", check_secrets },
	{ "modules", check_modules },
	{ "algorithms", check_algorithms },
	{ "ports", check_ports },
	{ "esp-keys", check_keys },
	{ "interfaces", check_interfaces },
	{ "policies", check_policies },
	{ "addresses", check_addresses },
	{ "names", check_names },
	{ "routes", check_routes },
	{ "forwarding", check_forwarding },
	{ "flowtables", check_flowtables },
	{ "silence", check_silence },
	{ "mtu", check_mtu },
	{ "clock", check_clock },
	{ NULL, NULL },
};

void check_say(struct check_result *result, enum check_verdict verdict,
	       const char *format, ...)
{
	va_list args;

	result->verdict = verdict;
	va_start(args, format);
	vsnprintf(result->seen, sizeof(result->seen), format, args);
	va_end(args);
}

void check_remedy(struct check_result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(result->remedy, sizeof(result->remedy), format, args);
	va_end(args);
}

void check_more(struct check_result *result, size_t n)
{
	size_t len = strlen(result->seen);

	if (n)
		snprintf(result->seen + len, sizeof(result->seen) - len,
			 "; and so of %zu more", n);
}

void check_config(const struct check_context *context,
		  struct check_result *result)
{
	const struct connection_config *connection;
	size_t n = 0;

	if (!context->config) {
		check_say(result, CHECK_FAILED, "%s", context->config_error);
		check_remedy(result, "see pqike.conf(5), or begin with pqike "
			     "config template");
		return;
	}
	for (connection = context->config->connections; connection;
	     connection = connection->next)
		n++;
	check_say(result, CHECK_OK, "%zu connection%s, well formed", n,
		  n == 1 ? "" : "s");
}

void check_modules(const struct check_context *context,
		   struct check_result *result)
{
	struct kernel *kernel;
	char error[256];

	(void)context;
	kernel = kernel_open(error, sizeof(error));
	if (!kernel) {
		check_say(result, CHECK_FAILED, "%s", error);
		check_remedy(result, access("/sys/module/pqike", F_OK) ?
				     "as root, modprobe pqike, or install it for this kernel" :
				     "as root, install that of this release, then rmmod pqike and modprobe pqike");
		return;
	}
	kernel_close(kernel);
	if (access("/sys/module/mlkem", F_OK)) {
		check_say(result, CHECK_FAILED, "pqike is loaded, mlkem is not");
		check_remedy(result, "modprobe mlkem");
		return;
	}
	check_say(result, CHECK_OK, "mlkem and pqike are loaded, of one version");
}

/* Before it no release of this program was. */
#define EARLIEST_YEAR 2025

void check_clock(const struct check_context *context,
		 struct check_result *result)
{
	struct timex timex = { 0 };
	time_t now = time(NULL);
	struct tm tm;
	int state;

	(void)context;
	gmtime_r(&now, &tm);
	state = adjtimex(&timex);
	if (tm.tm_year + 1900 < EARLIEST_YEAR) {
		check_say(result, CHECK_FAILED, "it is not %d: the clock is "
			  "wrong", tm.tm_year + 1900);
		check_remedy(result, "set it: timedatectl set-ntp true");
	} else if (state == TIME_ERROR || timex.status & STA_UNSYNC) {
		check_say(result, CHECK_WARNING, "nothing keeps the clock: "
			  "times in the log may not be those of the peer's");
		check_remedy(result, "timedatectl set-ntp true, or chronyd");
	} else {
		check_say(result, CHECK_OK, "the clock is kept");
	}
}
