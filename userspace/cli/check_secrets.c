// SPDX-License-Identifier: GPL-2.0
/* Whether pqike run could have each pre-shared key of the configuration. */
#include <string.h>
#include <unistd.h>

#include "cli/check.h"
#include "cli/secrets_probe.h"

/* Of so many each has its line; a hub has thousands. */
#define SAID_MAX 20

struct faults {
	const struct check_context *context;
	size_t n;
	struct check_result last; /* not said yet */
};

static void take_fault(const char *line, void *arg)
{
	struct faults *faults = arg;

	if (faults->n && faults->n < SAID_MAX)
		faults->context->also(&faults->last, faults->context->arg);
	if (faults->n++ < SAID_MAX)
		check_say(&faults->last, CHECK_FAILED, "%s", line);
}

static void say_faults(const struct faults *faults, struct check_result *result)
{
	*result = faults->last;
	if (faults->n > SAID_MAX)
		check_more(result, faults->n - SAID_MAX);
	check_remedy(result, "a file of mode 0600 with the key and nothing else, see "
		     "Secrets in pqike.conf(5); pqike run and pqike reload fail "
		     "until then");
}

static void probe(const struct check_context *context,
		  struct check_result *result)
{
	struct faults faults = { .context = context };
	char error[SECRETS_PROBE_ERROR_MAX];
	size_t n = 0;

	if (!secrets_probe(context->config->secrets, SECRETS_PROBE_SECONDS,
			   take_fault, &faults, error, sizeof(error)))
		take_fault(error, &faults);
	for (const struct secret_config *secret = context->config->secrets;
	     secret; secret = secret->next)
		n++;
	if (faults.n)
		say_faults(&faults, result);
	else
		check_say(result, CHECK_OK, "%zu pre-shared key%s can be had", n,
			  n == 1 ? "" : "s");
}

void check_secrets(const struct check_context *context,
		   struct check_result *result)
{
	if (!context->config || !context->config->secrets) {
		check_say(result, CHECK_NOTHING, "no pre-shared key is known");
	} else if (geteuid()) {
		check_say(result, CHECK_WARNING, "not looked at: they are not "
			  "for everybody to read");
		check_remedy(result, "run pqike check as root");
	} else {
		probe(context, result);
	}
}
