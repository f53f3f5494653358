// SPDX-License-Identifier: GPL-2.0
#include "ike/client.h"

#include "ike/task_type.h"

static bool task_has(const struct task *task, uint64_t client)
{
	return task && task->client == client;
}

static bool sa_has(const struct ike_sa *sa, uint64_t client)
{
	if (sa->client == client || task_has(sa->task, client))
		return true;
	for (const struct task *task = sa->tasks; task; task = task->next)
		if (task_has(task, client))
			return true;
	return false;
}

bool client_waits(const struct ike *ike, uint64_t client)
{
	if (ike->asking == client)
		return true;
	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		if (sa_has(sa, client))
			return true;
	return false;
}

void client_begin(struct ike *ike, uint64_t client)
{
	ike->asking = client;
}

void client_begun(struct ike *ike)
{
	ike->asking = 0;
}

void client_succeed(struct ike *ike, uint64_t *client)
{
	uint64_t number = *client;

	*client = 0;
	if (number && !client_waits(ike, number))
		ike->events.ok(ike->events.arg, number);
}

static void forget(struct ike_sa *sa, uint64_t client)
{
	if (sa->client == client)
		sa->client = 0;
	if (task_has(sa->task, client))
		sa->task->client = 0;
	for (struct task *task = sa->tasks; task; task = task->next)
		if (task->client == client)
			task->client = 0;
}

void client_fail(struct ike *ike, uint64_t client, const char *line)
{
	if (!client)
		return;
	for (struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		forget(sa, client);
	ike->events.fail(ike->events.arg, client, line);
}
