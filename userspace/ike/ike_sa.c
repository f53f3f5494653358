// SPDX-License-Identifier: GPL-2.0
#include "ike/ike_sa.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/config_use.h"
#include "config/connection.h"

static uint32_t hash_spi(const uint8_t *spi)
{
	return hash_octets(spi, IKE_SPI_SIZE, 0);
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
	sa->timeout.expired = ike->due->answer;
	sa->rekey_timer.expired = ike->due->rekey;
	sa->life_timer.expired = ike->due->end;
	sa->next = ike->ike_sas;
	if (sa->next)
		sa->next->prev = sa;
	ike->ike_sas = sa;
	return sa;
}

static void unindex_connection(struct ike *ike, struct ike_sa *sa)
{
	index_remove(&ike->by_connection, &sa->by_connection);
	index_remove(&ike->by_identities, &sa->by_identities);
}

/* What a reload puts in the place of a connection leaves the order as it is. */
void ike_sa_set_connection(struct ike *ike, struct ike_sa *sa,
			   const struct connection_config *connection)
{
	bool same = connection_is(sa->connection, connection);

	connection_use(&sa->connection, connection);
	if (same)
		return;
	unindex_connection(ike, sa);
	if (!connection)
		return;
	index_put_first(&ike->by_connection, &sa->by_connection,
			hash_text(connection->name, 0));
	index_put_first(&ike->by_identities, &sa->by_identities,
			connection_hash_identities(connection));
}

struct ike_sa *ike_sa_of(const struct ike *ike,
			 const struct connection_config *connection,
			 const struct ike_sa *after)
{
	const struct index_link *link =
		after ? after->by_connection.next :
			index_first(&ike->by_connection,
				    hash_text(connection->name, 0));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa,
						by_connection);

		if (connection_is(sa->connection, connection))
			return sa;
	}
	return NULL;
}

struct ike_sa *ike_sa_between(const struct ike *ike,
			      const struct connection_config *connection,
			      const struct ike_sa *after)
{
	const struct index_link *link =
		after ? after->by_identities.next :
			index_first(&ike->by_identities,
				    connection_hash_identities(connection));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa,
						by_identities);

		if (connection_same_identities(sa->connection, connection))
			return sa;
	}
	return NULL;
}

static uint32_t hash_id(uint32_t id)
{
	return hash_octets(&id, sizeof(id), 0);
}

void ike_sa_set_id(struct ike *ike, struct ike_sa *sa, uint32_t id)
{
	index_remove(&ike->by_id, &sa->by_id);
	sa->id = id;
	if (id)
		index_put_first(&ike->by_id, &sa->by_id, hash_id(id));
}

struct ike_sa *ike_sa_by_id(const struct ike *ike, uint32_t id)
{
	const struct index_link *link = index_first(&ike->by_id, hash_id(id));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa, by_id);

		if (sa->id == id)
			return sa;
	}
	return NULL;
}

void ike_sa_unindex(struct ike *ike, struct ike_sa *sa)
{
	index_remove(&ike->by_spi, &sa->by_spi);
}

void ike_sa_index(struct ike *ike, struct ike_sa *sa)
{
	index_put_first(&ike->by_spi, &sa->by_spi, hash_spi(own_spi(sa)));
}

void ike_sa_index_init(struct ike *ike, struct ike_sa *sa)
{
	index_put_first(&ike->by_init, &sa->by_init, hash_spi(sa->spi_i));
}

struct ike_sa *ike_sa_find(const struct ike *ike, const uint8_t *spi_i,
			   const uint8_t *spi_r, bool from_initiator)
{
	const uint8_t *own = from_initiator ? spi_r : spi_i;
	const struct index_link *link = index_first(&ike->by_spi, hash_spi(own));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa, by_spi);

		if (sa->initiator != from_initiator &&
		    !memcmp(sa->spi_i, spi_i, IKE_SPI_SIZE) &&
		    !memcmp(sa->spi_r, spi_r, IKE_SPI_SIZE))
			return sa;
	}
	return NULL;
}

struct ike_sa *ike_sa_find_waiting(const struct ike *ike, const uint8_t *spi_i)
{
	const struct index_link *link = index_first(&ike->by_spi,
						    hash_spi(spi_i));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa, by_spi);

		if (sa->initiator && sa->phase == PHASE_INIT &&
		    !memcmp(sa->spi_i, spi_i, IKE_SPI_SIZE))
			return sa;
	}
	return NULL;
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
	const struct index_link *link = index_first(&ike->by_init,
						    hash_spi(data));

	for (; link; link = link->next) {
		struct ike_sa *sa = index_owner(link, struct ike_sa, by_init);

		if (began(sa, data, len))
			return sa;
	}
	return NULL;
}

void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa)
{
	uint32_t id = sa->id;
	int error;

	ike_sa_set_id(ike, sa, 0);
	if (!id)
		return;
	error = kernel_ike_sa_del(ike->kernel, id);
	if (error && error != -ENOENT)
		log_line("the kernel keeps IKE SA %u: %s", id,
			 kernel_error(ike->kernel));
}

void ike_sa_unlink(struct ike *ike, struct ike_sa *sa)
{
	ike_sa_unindex(ike, sa);
	unindex_connection(ike, sa);
	index_remove(&ike->by_init, &sa->by_init);
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

void ike_sas_release(struct ike *ike)
{
	struct ike_sa *sa;

	while ((sa = ike->gone)) {
		ike->gone = sa->next;
		connection_use(&sa->connection, NULL);
		datagrams_clear(&sa->request.datagrams);
		datagrams_clear(&sa->response.datagrams);
		datagrams_clear(&sa->init_request);
		datagrams_clear(&sa->init_response);
		free(sa);
	}
}

void ike_sas_end(struct ike *ike)
{
	index_clear(&ike->by_spi);
	index_clear(&ike->by_init);
	index_clear(&ike->by_id);
	index_clear(&ike->by_connection);
	index_clear(&ike->by_identities);
	index_clear(&ike->by_spi_in);
	index_clear(&ike->by_spi_out);
	index_clear(&ike->by_reqid);
	index_clear(&ike->initiations.by_remote);
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

bool ike_may_say(struct ike *ike)
{
	unsigned int unsaid;
	bool may = say_limit_admit(&ike->refusals, clock_now(), &unsaid);

	if (unsaid)
		log_warning("%u times it was not said what peers did that were refused or half-open: there were too many",
			    unsaid);
	return may;
}

bool ike_sa_may_say(struct ike *ike, const struct ike_sa *sa)
{
	return !sa->half_open || !ike->half_open.asking || ike_may_say(ike);
}

void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
{
	char name[ENDPOINT_TEXT_SIZE];
	char line[LOG_LINE_MAX];
	va_list args;

	if (!ike_sa_may_say(ike, sa))
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	log_line("%s: %s", ike_sa_name(sa, name, sizeof(name)), line);
	if (sa->client)
		ike->events.progress(ike->events.arg, sa->client, line);
}

bool ike_sa_in_udp(const struct ike_sa *sa)
{
	return sa->udp_encapsulation &&
	       endpoint_port(&sa->path.local) == IKE_NAT_PORT;
}

bool ike_sas_any(const struct ike *ike)
{
	const struct ike_sa *sa = ike->ike_sas;

	while (sa && sa->phase == PHASE_RETIRED)
		sa = sa->next;
	return sa;
}
