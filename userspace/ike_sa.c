// SPDX-License-Identifier: GPL-2.0
#include "ike_sa.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child_sa.h"
#include "client.h"
#include "clock.h"
#include "config_use.h"
#include "exchange.h"
#include "followup.h"
#include "keying.h"
#include "lifetime.h"
#include "liveness.h"
#include "log.h"
#include "nat_traversal.h"
#include "rekey_ike.h"
#include "task.h"

/* SPIs of this side are random; those of others may be chosen with malice. */
static size_t place(const uint8_t *spi)
{
	uint32_t number;

	memcpy(&number, spi, sizeof(number));
	return (number ^ number >> 16) % SPI_TABLE_SIZE;
}

static const uint8_t *own_spi(const struct ike_sa *sa)
{
	return sa->initiator ? sa->spi_i : sa->spi_r;
}

struct ike_sa *ike_sa_add(struct ike *ike, const struct path *path)
{
	struct ike_sa *sa = calloc(1, sizeof(*sa));

	if (!sa)
		return NULL;
	sa->path = *path;
	sa->begun = clock_now();
	sa->last_heard = sa->begun;
	sa->timeout.expired = exchange_timeout;
	sa->rekey_timer.expired = lifetime_rekey;
	sa->life_timer.expired = lifetime_end;
	sa->liveness_timer.expired = liveness_due;
	sa->keepalive_timer.expired = nat_traversal_keepalive_due;
	sa->task_timer.expired = task_due;
	sa->followup.timer.expired = followup_orphaned;
	sa->next = ike->ike_sas;
	if (sa->next)
		sa->next->prev = sa;
	ike->ike_sas = sa;
	return sa;
}

void ike_sa_set_connection(struct ike_sa *sa,
			   const struct connection_config *connection)
{
	connection_use(&sa->connection, connection);
}

void ike_sa_unindex(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa **link = &ike->by_spi[place(own_spi(sa))];

	while (*link && *link != sa)
		link = &(*link)->next_by_spi;
	if (*link)
		*link = sa->next_by_spi;
	sa->next_by_spi = NULL;
}

static void unindex_init(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa **link = &ike->by_init[place(sa->spi_i)];

	while (*link && *link != sa)
		link = &(*link)->next_by_init;
	if (*link)
		*link = sa->next_by_init;
	sa->next_by_init = NULL;
}

void ike_sa_index(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa **link = &ike->by_spi[place(own_spi(sa))];

	sa->next_by_spi = *link;
	*link = sa;
}

void ike_sa_index_init(struct ike *ike, struct ike_sa *sa)
{
	struct ike_sa **link = &ike->by_init[place(sa->spi_i)];

	sa->next_by_init = *link;
	*link = sa;
}

struct ike_sa *ike_sa_find(const struct ike *ike, const uint8_t *spi_i,
			   const uint8_t *spi_r, bool from_initiator)
{
	struct ike_sa *sa = ike->by_spi[place(from_initiator ? spi_r : spi_i)];

	while (sa && (sa->initiator == from_initiator ||
		      memcmp(sa->spi_i, spi_i, IKE_SPI_SIZE) != 0 ||
		      memcmp(sa->spi_r, spi_r, IKE_SPI_SIZE) != 0))
		sa = sa->next_by_spi;
	return sa;
}

struct ike_sa *ike_sa_find_waiting(const struct ike *ike, const uint8_t *spi_i)
{
	struct ike_sa *sa = ike->by_spi[place(spi_i)];

	while (sa && (!sa->initiator || sa->phase != PHASE_INIT ||
		      memcmp(sa->spi_i, spi_i, IKE_SPI_SIZE) != 0))
		sa = sa->next_by_spi;
	return sa;
}

static bool began(const struct ike_sa *sa, const uint8_t *data, size_t len)
{
	const struct datagrams *request = &sa->init_request;

	return request->n && request->list[0].len == len &&
	       !memcmp(request->list[0].data, data, len);
}

struct ike_sa *ike_sa_find_begun(const struct ike *ike, const uint8_t *data,
				 size_t len)
{
	struct ike_sa *sa = ike->by_init[place(data)];

	while (sa && !began(sa, data, len))
		sa = sa->next_by_init;
	return sa;
}

void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa)
{
	uint32_t id = sa->id;
	int error;

	sa->id = 0;
	if (!id)
		return;
	error = kernel_ike_sa_del(ike->kernel, id);
	if (error && error != -ENOENT)
		log_line("the kernel keeps IKE SA %u: %s", id,
			 kernel_error(ike->kernel));
}

static void stop_timers(struct ike *ike, struct ike_sa *sa)
{
	timer_stop(&ike->timers, &sa->timeout);
	timer_stop(&ike->timers, &sa->rekey_timer);
	timer_stop(&ike->timers, &sa->life_timer);
	timer_stop(&ike->timers, &sa->liveness_timer);
	timer_stop(&ike->timers, &sa->keepalive_timer);
	timer_stop(&ike->timers, &sa->task_timer);
}

static void unlink_sa(struct ike *ike, struct ike_sa *sa)
{
	ike_sa_unindex(ike, sa);
	unindex_init(ike, sa);
	if (sa->prev)
		sa->prev->next = sa->next;
	else
		ike->ike_sas = sa->next;
	if (sa->next)
		sa->next->prev = sa->prev;
	sa->prev = NULL;
	sa->next = ike->gone;
	ike->gone = sa;
}

void ike_sa_free(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_GONE)
		return;
	sa->phase = PHASE_GONE;
	half_open_end(ike, sa);
	stop_timers(ike, sa);
	rekey_ike_lost(sa);
	/* What depends on this IKE SA in the kernel goes before it. */
	followup_drop(ike, sa);
	task_free_all(ike, sa);
	ike_sa_drop_keys(ike, sa);
	child_sas_free(ike, sa);
	unlink_sa(ike, sa);
}

void ike_sas_release(struct ike *ike)
{
	struct ike_sa *sa;

	while ((sa = ike->gone)) {
		ike->gone = sa->next;
		ike_sa_set_connection(sa, NULL);
		datagrams_clear(&sa->request.datagrams);
		datagrams_clear(&sa->response.datagrams);
		datagrams_clear(&sa->init_request);
		datagrams_clear(&sa->init_response);
		free(sa);
	}
}

const char *ike_sa_name(const struct ike_sa *sa, char *buffer, size_t size)
{
	if (sa->connection)
		return sa->connection->name;
	endpoint_print_address(&sa->path.remote, buffer, size);
	return buffer;
}

const char *ike_sa_ppk_text(const struct ike_sa *sa)
{
	if (sa->ppk_mixed)
		return ", PPK mixed in";
	return sa->connection->ppk.id.len ? ", PPK not mixed in" : "";
}

void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
{
	char name[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: %s", ike_sa_name(sa, name, sizeof(name)), line);
	if (sa->client)
		ike->events.progress(ike->events.arg, sa->client, line);
}

void ike_sa_succeed(struct ike *ike, struct ike_sa *sa)
{
	client_succeed(ike, &sa->client);
}

void ike_sa_fail_clients(struct ike *ike, const struct ike_sa *sa,
			 const char *line)
{
	client_fail(ike, sa->client, line);
	if (sa->task)
		client_fail(ike, sa->task->client, line);
	for (const struct task *task = sa->tasks; task; task = task->next)
		client_fail(ike, task->client, line);
}

void ike_sa_tell_failure(struct ike *ike, struct ike_sa *sa, const char *line)
{
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, &sa->traffic, 0, "failed: %s",
		  line);
	if (!keying_failed(ike, sa))
		ike_sa_fail_clients(ike, sa, line);
}

void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	if (sa->phase == PHASE_GONE)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ike_sa_tell_failure(ike, sa, line);
	ike_sa_free(ike, sa);
}

void ike_sa_tell_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->replaced || sa->phase == PHASE_REKEYED ||
	    sa->phase == PHASE_REKEYING)
		return;
	if (sa->failure[0]) {
		ike_sa_tell_failure(ike, sa, sa->failure);
		return;
	}
	ike_event(ike, sa, NULL, EVENT_IKE_DELETED, &sa->traffic, sa->client,
		  "deleted");
	ike_sa_succeed(ike, sa);
	ike_sa_fail_clients(ike, sa, "the IKE SA was deleted");
}

void ike_sa_end(struct ike *ike, struct ike_sa *sa)
{
	if (sa->phase == PHASE_GONE)
		return;
	ike_sa_tell_end(ike, sa);
	ike_sa_free(ike, sa);
}

bool ike_sas_any(const struct ike *ike)
{
	const struct ike_sa *sa = ike->ike_sas;

	while (sa && sa->phase == PHASE_RETIRED)
		sa = sa->next;
	return sa;
}
