// SPDX-License-Identifier: GPL-2.0
#include "ike/half_open.h"
#include "ike/ike_sa_end.h"
#include "ike/retransmit.h"
#include "pair.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/connection.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/dispatch.h"
#include "ike/exchange.h"
#include "tunnel/attempt.h"
#include "tunnel/start_action.h"
#include "tunnel/trap.h"
#include "tunnel/tunnel.h"

static void on_progress(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	(void)client;
	(void)line;
}

static void on_ok(void *arg, uint64_t client)
{
	((struct side *)arg)->ok += client == CLIENT;
}

static void on_fail(void *arg, uint64_t client, const char *line)
{
	struct side *side = arg;

	side->failed += client == CLIENT;
	snprintf(side->reason, sizeof(side->reason), "%s", line);
}

static void on_event(void *arg, const struct ike_event *event)
{
	struct side *side = arg;

	side->events[event->kind]++;
	snprintf(side->event_text, sizeof(side->event_text), "%s", event->text);
	snprintf(side->event_connection, sizeof(side->event_connection), "%s",
		 event->connection ? event->connection : "");
	snprintf(side->event_peer, sizeof(side->event_peer), "%s", event->peer);
}

void side_set_address(struct sockaddr_storage *address, const char *text)
{
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;

	*address = (struct sockaddr_storage){ .ss_family = AF_INET };
	inet_pton(AF_INET, text, &ipv4->sin_addr);
}

void side_set_identity(struct identity *id, const char *text)
{
	id->type = ID_FQDN;
	id->len = (uint16_t)strlen(text);
	memcpy(id->data, text, id->len);
}

void side_set_proposal(struct side *side, size_t i, const char *text)
{
	char error[256];

	if (!proposal_parse(PROTOCOL_IKE, text, &side->proposals[i], error,
			    sizeof(error)))
		abort();
	if (side->connection.n_proposals <= i)
		side->connection.n_proposals = i + 1;
}

void side_set_esp_proposal(struct side *side, size_t i, const char *text)
{
	char error[256];

	if (!proposal_parse(PROTOCOL_ESP, text, &side->esp_proposals[i], error,
			    sizeof(error)))
		abort();
}

void side_set_selectors(struct side *side, size_t i, const char *local,
			const char *remote)
{
	struct child_config *child = &side->child[i];
	char error[256];

	child->n_local_ts = 1;
	child->n_remote_ts = 1;
	if (!prefix_parse(local, &child->local_ts[0], error, sizeof(error)) ||
	    !prefix_parse(remote, &child->remote_ts[0], error, sizeof(error)))
		abort();
}

static void begin_child(struct side *side, size_t i, const char *name)
{
	struct child_config *child = &side->child[i];

	snprintf(child->name, sizeof(child->name), "%s", name);
	child->connection = &side->connection;
	child->reqid = (uint32_t)i + 1;
	child->esp_proposals = &side->esp_proposals[i];
	child->n_esp_proposals = 1;
	side_set_esp_proposal(side, i, "aes256gcm16-x25519");
}

void side_start(struct side *side, const struct connection_config *connection)
{
	start_actions_add(&side->ike, connection);
	start_actions_run(&side->ike, NULL);
}

void side_add_child(struct side *side)
{
	side->connection.n_children = 2;
}

static void begin_side(struct side *side, uint8_t spi_seed, const char *local,
		       const char *remote)
{
	struct connection_config *connection = &side->connection;

	*side = (struct side){ .config.connections = connection };
	tunnel_attach(&side->ike);
	side->ike.config = &side->config;
	side->ike.kernel = fake_kernel_new(spi_seed);
	side->ike.events = (struct ike_events){
		.progress = on_progress, .ok = on_ok, .fail = on_fail,
		.event = on_event, .arg = side,
	};
	snprintf(connection->name, sizeof(connection->name), "tunnel");
	connection->local_port = IKE_PORT;
	connection->remote_port = IKE_PORT;
	connection->require_pq = true;
	connection->unique = UNIQUE_REPLACE;
	connection->retransmission = (struct retransmission){
		.tries = RETRANSMIT_MAX, .timeout = 1000, .base = 1800,
	};
	connection->proposals = side->proposals;
	connection->children = side->child;
	connection->n_children = 1;
	side_set_address(&connection->local_addrs[0], local);
	connection->n_local_addrs = 1;
	side_set_address(&connection->remote_addrs[0], remote);
	connection->n_remote_addrs = 1;
	side_set_identity(&connection->local_id, local);
	side_set_identity(&connection->remote_id, remote);
	side_set_proposal(side, 0, "aes256gcm16-prfsha384-x25519-ke1_mlkem768");
	begin_child(side, 0, "net");
	begin_child(side, 1, "other");
	connections_index(&side->config);
}

void pair_begin(struct pair *pair)
{
	pair->watched = false;
	pair->nat.ss_family = AF_UNSPEC;
	begin_side(&pair->a, 0xaa, "192.0.2.1", "192.0.2.2");
	begin_side(&pair->b, 0xbb, "192.0.2.2", "192.0.2.1");
	side_set_selectors(&pair->a, 0, "10.1.0.0/16", "10.2.0.0/16");
	side_set_selectors(&pair->b, 0, "10.2.0.0/16", "10.1.0.0/16");
	side_set_selectors(&pair->a, 1, "10.3.0.0/16", "10.4.0.0/16");
	side_set_selectors(&pair->b, 1, "10.4.0.0/16", "10.3.0.0/16");
}

void side_clear(struct side *side)
{
	while (side->ike.ike_sas)
		ike_sa_free(&side->ike, side->ike.ike_sas);
	ike_sas_release(&side->ike);
}

void side_begin_half_open(struct side *side, const struct side *peer,
			  unsigned int n)
{
	const struct path path = {
		.local = side->connection.local_addrs[0],
		.remote = peer->connection.local_addrs[0],
	};

	for (unsigned int i = 0; i < n; i++)
		half_open_begin(&side->ike, ike_sa_add(&side->ike, &path));
}

void pair_end(struct pair *pair)
{
	struct fake_datagram *datagram;

	while ((datagram = fake_network_take()))
		free(datagram);
	side_clear(&pair->a);
	side_clear(&pair->b);
	attempts_free(&pair->a.ike);
	attempts_free(&pair->b.ike);
	traps_free(&pair->a.ike);
	traps_free(&pair->b.ike);
	ike_sas_end(&pair->a.ike);
	ike_sas_end(&pair->b.ike);
	config_unindex(&pair->a.config);
	config_unindex(&pair->b.config);
	fake_kernel_free(pair->a.ike.kernel);
	fake_kernel_free(pair->b.ike.kernel);
}

void side_time_out(struct side *side)
{
	struct timer *timer = &side->ike.ike_sas->timeout;

	timer_stop(&side->ike.timers, timer);
	retransmit_due(&side->ike, timer);
}

struct ike_sa *side_established(const struct side *side)
{
	struct ike_sa *found = NULL;

	for (struct ike_sa *sa = side->ike.ike_sas; sa; sa = sa->next) {
		if (sa->phase != PHASE_ESTABLISHED)
			continue;
		if (found)
			return NULL;
		found = sa;
	}
	return found;
}

struct child_sa *side_child(const struct side *side, size_t i)
{
	const struct ike_sa *sa = side_established(side);

	return sa ? child_sa_find_config(sa, &side->child[i]) : NULL;
}

struct ike_sa *side_only(const struct side *side)
{
	struct ike_sa *found = NULL;

	for (struct ike_sa *sa = side->ike.ike_sas; sa; sa = sa->next) {
		if (sa->phase == PHASE_RETIRED)
			continue;
		if (found)
			return NULL;
		found = sa;
	}
	return found;
}

bool side_is_established(const struct side *side, unsigned int n)
{
	const struct ike_sa *sa = side_only(side);

	return sa && sa->phase == PHASE_ESTABLISHED && !sa->task &&
	       !sa->tasks && fake_kernel_live(side->ike.kernel) == 1 &&
	       fake_kernel_installed(side->ike.kernel) == n &&
	       fake_kernel_larval(side->ike.kernel) == 0;
}

bool side_is_clean(const struct side *side)
{
	return !ike_sas_any(&side->ike) && !fake_kernel_live(side->ike.kernel);
}

static void check_watched(const struct pair *pair)
{
	const struct kernel *a = pair->a.ike.kernel;
	const struct kernel *b = pair->b.ike.kernel;

	if (!pair->watched ||
	    (fake_kernel_passes(a, b) && fake_kernel_passes(b, a)))
		return;
	fprintf(stderr, "a packet is lost\n");
	abort();
}

void pair_watch(struct pair *pair)
{
	pair->watched = true;
	check_watched(pair);
}

void pair_deliver_to(struct side *side, const struct fake_datagram *datagram)
{
	struct path path = {
		.local = datagram->path.remote,
		.remote = datagram->path.local,
	};

	/* The test may have changed what it is configured with. */
	connections_index(&side->config);
	dispatch(&side->ike, &path, datagram->data, datagram->len);
}

struct side *pair_receiver(struct pair *pair,
			   const struct fake_datagram *datagram)
{
	return datagram->from == &pair->a.ike.sockets ? &pair->b : &pair->a;
}

void pair_set_nat(struct pair *pair, const char *address, uint16_t port)
{
	side_set_address(&pair->nat, address);
	endpoint_set_port(&pair->nat, port);
}

/* What passes the NAT is rewritten. */
static void translate(const struct pair *pair, struct fake_datagram *datagram)
{
	bool from_a = datagram->from == &pair->a.ike.sockets;
	struct sockaddr_storage *inside = from_a ? &datagram->path.local :
						   &datagram->path.remote;
	uint16_t first = endpoint_port(&pair->nat);

	if (pair->nat.ss_family == AF_UNSPEC)
		return;
	if (from_a) {
		first += endpoint_port(inside) == IKE_NAT_PORT;
		*inside = pair->nat;
		endpoint_set_port(inside, first);
	} else if (endpoint_same_address(inside, &pair->nat) &&
		   endpoint_port(inside) - first < 2) {
		first = endpoint_port(inside) == first ? IKE_PORT : IKE_NAT_PORT;
		*inside = pair->a.connection.local_addrs[0];
		endpoint_set_port(inside, first);
	}
}

static bool is_for(const struct side *side,
		   const struct sockaddr_storage *destination)
{
	return !side->connection.n_local_addrs ||
	       endpoint_same_address(&side->connection.local_addrs[0],
				     destination);
}

bool pair_deliver(struct pair *pair, struct fake_datagram *datagram)
{
	struct side *side;

	if (!datagram)
		return false;
	side = pair_receiver(pair, datagram);
	translate(pair, datagram);
	if (is_for(side, &datagram->path.remote))
		pair_deliver_to(side, datagram);
	free(datagram);
	check_watched(pair);
	return true;
}

bool pair_deliver_one(struct pair *pair)
{
	return pair_deliver(pair, fake_network_take());
}

bool pair_deliver_from(struct pair *pair, const struct side *side)
{
	return pair_deliver(pair, fake_network_take_from(&side->ike.sockets));
}

void pair_deliver_all(struct pair *pair)
{
	while (pair_deliver_one(pair))
		;
}

void pair_lose_one(void)
{
	free(fake_network_take());
}

void pair_up(struct pair *pair)
{
	command(&pair->a.ike, NULL, CLIENT, "up tunnel");
}

/* A refusal of IKE_SA_INIT, which anyone can send, counts after a while. */
void pair_establish(struct pair *pair)
{
	const struct ike_sa *sa;

	pair_up(pair);
	pair_deliver_all(pair);
	sa = pair->a.ike.ike_sas;
	if (sa && sa->phase == PHASE_INIT && sa->refusal[0])
		side_time_out(&pair->a);
}

/* Return: the side where something is due first, before @end. */
static struct side *first_due(struct pair *pair, int64_t end)
{
	int64_t a = timers_next(&pair->a.ike.timers);
	int64_t b = timers_next(&pair->b.ike.timers);

	if (a && a <= end && (!b || a <= b))
		return &pair->a;
	return b && b <= end ? &pair->b : NULL;
}

/* Names whose answer has come. */
static void resolve(struct side *side)
{
	struct pollfd fds[RESOLVER_AT_ONCE];

	for (size_t i = 0; i < RESOLVER_AT_ONCE; i++)
		fds[i] = (struct pollfd){ .revents = POLLIN };
	resolver_serve(&side->ike.resolver, &side->ike, fds);
}

static void settle(struct pair *pair)
{
	resolve(&pair->a);
	resolve(&pair->b);
	pair_deliver_all(pair);
}

void pair_pass(struct pair *pair, int64_t ms)
{
	int64_t end = clock_now() + ms;
	struct side *side;

	settle(pair);
	while ((side = first_due(pair, end))) {
		fake_clock_run(&side->ike);
		check_watched(pair);
		settle(pair);
	}
	end -= clock_now();
	if (end > 0)
		fake_clock_advance(end);
}
