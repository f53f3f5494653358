// SPDX-License-Identifier: GPL-2.0
#include "fake_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/status_line.h"

struct fake_client {
	bool left;
	enum { NO_OUTCOME, OUTCOME_OK, OUTCOME_FAILED } outcome;
};

struct control {
	struct fake_client clients[FAKE_CLIENTS_MAX];
	size_t n;
};

struct control *fake_control_new(void)
{
	return calloc(1, sizeof(struct control));
}

uint64_t fake_control_ask(struct control *control)
{
	return control->n < FAKE_CLIENTS_MAX ? ++control->n : 0;
}

uint64_t fake_control_any(const struct control *control, size_t which)
{
	return control->n ? which % control->n + 1 : 0;
}

/* Return: NULL for nobody. */
static struct fake_client *find(struct control *control, uint64_t number)
{
	if (number > control->n)
		abort();
	return number ? &control->clients[number - 1] : NULL;
}

void fake_control_leave(struct control *control, uint64_t client)
{
	struct fake_client *leaving = find(control, client);

	if (leaving)
		leaving->left = true;
}

size_t fake_control_waiting(const struct control *control)
{
	size_t waiting = 0;

	for (size_t i = 0; i < control->n; i++)
		waiting += !control->clients[i].left &&
			   control->clients[i].outcome == NO_OUTCOME;
	return waiting;
}

/* What a client of pqike's own reads of such a line, is what was told. */
static void check_told(const char *text)
{
	char again[STATUS_LINE_SIZE];
	struct status_configured configured;
	struct status_child_sa child_sa;
	struct status_ike_sa ike_sa;

	if (status_ike_sa_read(&ike_sa, text))
		status_ike_sa_print(&ike_sa, again, sizeof(again));
	else if (status_child_sa_read(&child_sa, text))
		status_child_sa_print(&child_sa, again, sizeof(again));
	else if (status_configured_read(&configured, text))
		status_configured_print(&configured, again, sizeof(again));
	else
		return;
	if (!strcmp(text, again))
		return;
	fprintf(stderr, "%s: not so: \"%s\" is read as \"%s\"\n", __func__, text,
		again);
	abort();
}

void control_permit(struct control *control, const struct control_config *config)
{
	(void)control;
	(void)config;
}

bool control_send(struct control *control, uint64_t client, const char *word,
		  const char *text)
{
	const struct fake_client *to = find(control, client);

	if (text && strlen(word) + 1 + strlen(text) >= CONTROL_RECORD_MAX)
		abort();
	if (text && !strcmp(word, "answer"))
		check_told(text);
	return to && !to->left && to->outcome == NO_OUTCOME;
}

void control_progress(struct control *control, uint64_t client, const char *text)
{
	control_send(control, client, "progress", text);
}

/* As the socket of who was told one is closed, another one reaches nobody. */
void control_ok(struct control *control, uint64_t client)
{
	struct fake_client *to = find(control, client);

	if (to && to->outcome == NO_OUTCOME)
		to->outcome = OUTCOME_OK;
}

void control_fail(struct control *control, uint64_t client, const char *text)
{
	struct fake_client *to = find(control, client);

	if (!to)
		return;
	if (to->outcome == OUTCOME_OK) {
		fprintf(stderr, "client %llu: not so: told that all is well: %s\n",
			(unsigned long long)client, text);
		abort();
	}
	to->outcome = OUTCOME_FAILED;
}
