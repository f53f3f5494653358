// SPDX-License-Identifier: GPL-2.0
#include "ike/child_choice.h"

#include <stdio.h>
#include <string.h>

#include "wire/child_fit.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"
#include "wire/selector.h"
#include "wire/transform.h"

/* What is read of an offer or an answer. */
struct child_payloads {
	struct sa_payload sa;
	struct selectors tsi;
	struct selectors tsr;
	struct selectors here; /* of an offer: what @tsr is in transport mode */
	struct selectors there; /* likewise @tsi */
	bool transport;
	bool fragments;
};

struct child_proposals {
	size_t n;
	struct proposal list[SA_PROPOSALS_MAX];
};

/* Keys of the first Child SA come from the IKE SA: no KE of its own. */
static void make_proposals(const struct child_config *config, bool key_exchange,
			   struct child_proposals *proposals)
{
	proposals->n = 0;
	for (size_t i = 0; i < config->n_esp_proposals &&
			   proposals->n < SA_PROPOSALS_MAX; i++) {
		const struct proposal *from = &config->esp_proposals[i];
		struct proposal *to = &proposals->list[proposals->n++];

		*to = (struct proposal){ .protocol = from->protocol };
		for (size_t j = 0; j < from->n_transforms; j++)
			if (key_exchange ||
			    !transform_type_is_ke(from->transforms[j].type))
				to->transforms[to->n_transforms++] =
					from->transforms[j];
	}
}

uint16_t child_choice_method(const struct child_config *config)
{
	const struct transform *ke = proposal_find(&config->esp_proposals[0],
						   TRANSFORM_KE);

	return ke ? ke->id : KE_NONE;
}

bool child_choice_offers(const struct child_config *config, uint16_t method)
{
	for (size_t i = 0; i < config->n_esp_proposals; i++) {
		const struct proposal *proposal = &config->esp_proposals[i];

		for (size_t j = 0; j < proposal->n_transforms; j++)
			if (proposal->transforms[j].type == TRANSFORM_KE &&
			    proposal->transforms[j].id == method)
				return true;
	}
	return false;
}

static void write_notifies(struct message_writer *message, bool transport)
{
	if (transport)
		notify_write(message, USE_TRANSPORT_MODE, NULL, 0);
	notify_write(message, ESP_TFC_PADDING_NOT_SUPPORTED, NULL, 0);
}

void child_choice_write_notifies(struct message_writer *message,
				 const struct child_config *config)
{
	write_notifies(message, config->mode == MODE_TRANSPORT);
}

void child_choice_write_sa(struct message_writer *message,
			   const struct child_config *config, bool key_exchange,
			   uint32_t spi_in)
{
	struct child_proposals proposals;

	make_proposals(config, key_exchange, &proposals);
	sa_write(message, proposals.list, proposals.n, spi_in);
}

/* "dynamic" is the address of that side. */
static void resolve(const struct prefix *list, size_t n,
		    const struct sockaddr_storage *endpoint,
		    struct prefixes *prefixes)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	*prefixes = (struct prefixes){ .n = n };
	for (size_t i = 0; i < n; i++) {
		struct prefix *prefix = &prefixes->list[i];

		*prefix = list[i];
		if (!prefix_is_dynamic(prefix))
			continue;
		prefix->family = endpoint->ss_family;
		prefix->length = (uint8_t)(8 * size);
		memcpy(prefix->address, octets, size);
	}
}

void child_choice_resolve(const struct child_config *config,
			  const struct path *path, struct prefixes *local,
			  struct prefixes *remote)
{
	resolve(config->local_ts, config->n_local_ts, &path->local, local);
	resolve(config->remote_ts, config->n_remote_ts, &path->remote, remote);
}

void child_choice_write_ts(struct message_writer *message,
			   const struct ike_sa *sa,
			   const struct child_config *config,
			   const struct packet_ts *packet)
{
	struct prefixes local;
	struct prefixes remote;
	bool first;

	child_choice_resolve(config, &sa->path, &local, &remote);
	first = prefixes_hold_one(&local, &packet->local) &&
		prefixes_hold_one(&remote, &packet->remote);
	ts_write_first(message, PAYLOAD_TSI, first ? &packet->local : NULL,
		       &local);
	ts_write_first(message, PAYLOAD_TSR, first ? &packet->remote : NULL,
		       &remote);
}

bool child_choice_carries(const struct child_choice *choice,
			  const struct packet_ts *packet)
{
	return prefix_is_dynamic(&packet->local) ||
	       (prefixes_hold_one(&choice->local_ts, &packet->local) &&
		prefixes_hold_one(&choice->remote_ts, &packet->remote));
}

static bool read_payloads(const struct payloads *payloads,
			  struct child_payloads *child, char *reason)
{
	const struct payload *sa = payloads_find(payloads, PAYLOAD_SA);
	const struct payload *tsi = payloads_find(payloads, PAYLOAD_TSI);
	const struct payload *tsr = payloads_find(payloads, PAYLOAD_TSR);
	struct notify_payload notify;

	child->transport = notify_find(payloads, USE_TRANSPORT_MODE, &notify);
	child->fragments = notify_find(payloads, NON_FIRST_FRAGMENTS_ALSO,
				       &notify);
	if (sa && tsi && tsr && sa_parse(sa, &child->sa) &&
	    ts_parse(tsi, &child->tsi) && ts_parse(tsr, &child->tsr))
		return true;
	snprintf(reason, CHILD_REASON_MAX,
		 "the peer's SA, TSi or TSr payload is missing or malformed");
	return false;
}

static bool narrow_one(const char *name, const struct selectors *offered,
		       const struct prefixes *configured,
		       struct prefixes *narrowed, char *reason)
{
	char theirs[SELECTOR_TEXT_SIZE];
	char ours[SELECTOR_TEXT_SIZE];

	if (selectors_narrow(offered, configured, narrowed))
		return true;
	selectors_print(offered, theirs, sizeof(theirs));
	prefixes_print(configured, ours, sizeof(ours));
	snprintf(reason, CHILD_REASON_MAX, "%s does not match: configured %s, the peer sent %s",
		 name, ours, theirs);
	return false;
}

/*
 * RFC 7296 section 2.9: a responder may take a part of what is offered.  The
 * last ones go of the side that has more.
 */
static void bound_pairs(struct prefixes *local, struct prefixes *remote)
{
	struct prefixes *more = local->n > remote->n ? local : remote;
	const struct prefixes *less = more == local ? remote : local;

	if (less->n > PREFIX_PAIRS_MAX / PREFIXES_MAX &&
	    more->n > PREFIX_PAIRS_MAX / less->n)
		more->n = PREFIX_PAIRS_MAX / less->n;
}

/* @offer is narrowed to what @configured, which is resolved, has of it. */
static bool narrow(const struct child_offer *offer,
		   const struct child_networks *configured,
		   struct child_choice *choice, char *reason)
{
	if (!narrow_one("local_ts", offer->local, configured->local,
			&choice->local_ts, reason) ||
	    !narrow_one("remote_ts", offer->remote, configured->remote,
			&choice->remote_ts, reason))
		return false;
	bound_pairs(&choice->local_ts, &choice->remote_ts);
	return true;
}

static bool choose(const struct child_config *config, bool key_exchange,
		   const struct sa_payload *sa, struct proposal *chosen,
		   char *reason)
{
	struct child_proposals proposals;

	make_proposals(config, key_exchange, &proposals);
	return proposal_choose(proposals.list, proposals.n, sa->proposals, sa->n,
			       false, true, chosen, reason, CHILD_REASON_MAX);
}

/* What is not about one address of the family of @endpoint stays as it is. */
static void substitute(struct selectors *selectors,
		       const struct sockaddr_storage *endpoint)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	for (size_t i = 0; i < selectors->n; i++) {
		struct selector *selector = &selectors->list[i];

		if (selector->family != endpoint->ss_family ||
		    !selector_is_host(selector))
			continue;
		memcpy(selector->start, octets, size);
		memcpy(selector->end, octets, size);
	}
}

/*
 * RFC 7296 section 2.23.1: in transport mode a selector holds the address that
 * its sender sees; behind a NAT, it is another one than xfrm does here.  The kernel
 * reads selectors in the same way.
 */
static void take_endpoints(const struct ike_sa *sa, struct selectors *local,
			   struct selectors *remote)
{
	substitute(local, &sa->path.local);
	substitute(remote, &sa->path.remote);
}

/* What this side has of @configured is less, where it is. */
static void say_narrowed(const struct child_networks *configured,
			 const struct child_choice *choice, char *reason)
{
	char agreed[NETWORKS_TEXT_SIZE];
	char whole[NETWORKS_TEXT_SIZE];

	if (prefixes_hold(&choice->local_ts, configured->local) &&
	    prefixes_hold(&choice->remote_ts, configured->remote))
		return;
	networks_print(&choice->local_ts, &choice->remote_ts, agreed);
	networks_print(configured->local, configured->remote, whole);
	snprintf(reason, CHILD_REASON_MAX,
		 "the peer narrows %s to %s", whole, agreed);
}

/* What the peer has of @offer is less, where it is. */
static void say_narrowed_offer(const struct child_offer *offer,
			       const struct child_choice *choice, char *reason)
{
	char agreed[NETWORKS_TEXT_SIZE];
	char local[SELECTOR_TEXT_SIZE];
	char remote[SELECTOR_TEXT_SIZE];

	if (selectors_within(offer->local, &choice->local_ts) &&
	    selectors_within(offer->remote, &choice->remote_ts))
		return;
	networks_print(&choice->local_ts, &choice->remote_ts, agreed);
	selectors_print(offer->local, local, sizeof(local));
	selectors_print(offer->remote, remote, sizeof(remote));
	snprintf(reason, CHILD_REASON_MAX,
		 "narrowed to %s, the peer asks for %.90s === %.90s", agreed,
		 local, remote);
}

/* Of the mode where only one side wants transport mode. */
static void say_mode(bool wanted, bool wanted_there, char *reason)
{
	size_t len = strlen(reason);

	if (wanted != wanted_there)
		snprintf(reason + len, CHILD_REASON_MAX - len,
			 "%stunnel mode, since %s does not want transport mode",
			 len ? "; " : "", wanted ? "the peer" : "this side");
}

bool child_choice_read_response(const struct ike_sa *sa,
				const struct child_config *config,
				bool key_exchange,
				const struct payloads *payloads,
				struct child_choice *choice, char *reason)
{
	struct child_payloads child;
	const struct child_offer offer = { &child.tsi, &child.tsr };
	struct prefixes local;
	struct prefixes remote;
	const struct child_networks configured = { &local, &remote };

	if (!read_payloads(payloads, &child, reason))
		return false;
	if (child.sa.n != 1) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer's SA payload holds more than one choice, or none that can be used");
		return false;
	}
	if (child.transport && config->mode != MODE_TRANSPORT) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer chose transport mode, which it was not asked for");
		return false;
	}
	if (child.transport)
		take_endpoints(sa, &child.tsi, &child.tsr);
	child_choice_resolve(config, &sa->path, &local, &remote);
	if (!choose(config, key_exchange, &child.sa, &choice->proposal, reason) ||
	    !narrow(&offer, &configured, choice, reason))
		return false;
	if (choice->proposal.n_transforms != child.sa.proposals[0].n_transforms) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer chose more than one transform of a type");
		return false;
	}
	choice->transport = child.transport;
	choice->spi_out = child.sa.esp_spi[0];
	choice->fragments = false;
	reason[0] = '\0';
	say_narrowed(&configured, choice, reason);
	say_mode(config->mode == MODE_TRANSPORT, child.transport, reason);
	return true;
}

static uint32_t find_spi(const struct sa_payload *sa, const struct proposal *chosen)
{
	for (size_t i = 0; i < sa->n; i++)
		if (sa->proposals[i].number == chosen->number)
			return sa->esp_spi[i];
	return 0;
}

static bool read_offer(const struct ike_sa *sa, const struct payloads *payloads,
		       struct child_payloads *child, char *reason)
{
	if (!read_payloads(payloads, child, reason))
		return false;
	child->here = child->tsr;
	child->there = child->tsi;
	take_endpoints(sa, &child->here, &child->there);
	return true;
}

/* A child that may take an offer. */
struct candidate {
	const struct child_config *config;
	struct child_fit fit;
	struct child_choice choice;
	char reason[CHILD_REASON_MAX];
};

/* Return: 0, or the refusal; selectors are compared before algorithms. */
static uint16_t try_config(const struct ike_sa *sa, bool key_exchange,
			   const struct child_payloads *child,
			   struct candidate *candidate)
{
	char *reason = candidate->reason;
	const struct child_config *config = candidate->config;
	const bool transport = config->mode == MODE_TRANSPORT;
	const struct child_offer offer = transport && child->transport ?
		(struct child_offer){ &child->here, &child->there } :
		(struct child_offer){ &child->tsr, &child->tsi };
	struct child_choice *choice = &candidate->choice;
	const struct child_networks agreed = { &choice->local_ts,
					       &choice->remote_ts };
	struct prefixes local;
	struct prefixes remote;
	const struct child_networks configured = { &local, &remote };

	child_choice_resolve(config, &sa->path, &local, &remote);
	if (!narrow(&offer, &configured, choice, reason))
		return TS_UNACCEPTABLE;
	if (!choose(config, key_exchange, &child->sa, &choice->proposal, reason))
		return NO_PROPOSAL_CHOSEN;
	candidate->fit.mode = transport == child->transport;
	child_fit_measure(&offer, &configured, &agreed, &candidate->fit);
	choice->transport = transport && child->transport;
	choice->spi_out = find_spi(&child->sa, &choice->proposal);
	choice->fragments = child->fragments;
	reason[0] = '\0';
	say_narrowed(&configured, choice, reason);
	say_narrowed_offer(&offer, choice, reason);
	say_mode(transport, child->transport, reason);
	return 0;
}

uint16_t child_choice_make(const struct ike_sa *sa,
			   const struct child_config *config, bool key_exchange,
			   const struct payloads *payloads,
			   struct child_choice *choice, char *reason)
{
	struct candidate candidate = { .config = config };
	struct child_payloads child;
	uint16_t refusal;

	if (!read_offer(sa, payloads, &child, reason))
		return INVALID_SYNTAX;
	refusal = try_config(sa, key_exchange, &child, &candidate);
	if (!refusal)
		*choice = candidate.choice;
	memcpy(reason, candidate.reason, CHILD_REASON_MAX);
	return refusal;
}

/* What is said of no child is of the last one, rather of its algorithms. */
struct refusals {
	uint16_t type;
	char *reason; /* of CHILD_REASON_MAX octets */
};

static void note_refusal(struct refusals *refusals, uint16_t type,
			 const char *reason)
{
	if (refusals->type == NO_PROPOSAL_CHOSEN && type != NO_PROPOSAL_CHOSEN)
		return;
	refusals->type = type;
	snprintf(refusals->reason, CHILD_REASON_MAX, "%s", reason);
}

uint16_t child_choice_find(const struct ike_sa *sa, bool key_exchange,
			   const struct payloads *payloads,
			   const struct child_config **config,
			   struct child_choice *choice, char *reason)
{
	const struct connection_config *connection = sa->connection;
	struct refusals refusals = { TS_UNACCEPTABLE, reason };
	struct candidate best = { 0 };
	struct child_payloads child;

	if (!read_offer(sa, payloads, &child, reason))
		return INVALID_SYNTAX;
	snprintf(reason, CHILD_REASON_MAX, "no children are configured");
	for (size_t i = 0; i < connection->n_children; i++) {
		struct candidate next = { .config = &connection->children[i] };
		uint16_t type = try_config(sa, key_exchange, &child, &next);

		if (type)
			note_refusal(&refusals, type, next.reason);
		else if (!best.config || child_fit_is_better(&next.fit, &best.fit))
			best = next;
	}
	if (!best.config)
		return refusals.type;
	*config = best.config;
	*choice = best.choice;
	memcpy(reason, best.reason, CHILD_REASON_MAX);
	return 0;
}

void child_choice_write_answer_sa(struct message_writer *message,
				  const struct child_choice *choice,
				  uint32_t spi_in)
{
	write_notifies(message, choice->transport);
	if (choice->fragments)
		notify_write(message, NON_FIRST_FRAGMENTS_ALSO, NULL, 0);
	sa_write(message, &choice->proposal, 1, spi_in);
}

void child_choice_write_answer_ts(struct message_writer *message,
				  const struct child_choice *choice)
{
	ts_write(message, PAYLOAD_TSI, &choice->remote_ts);
	ts_write(message, PAYLOAD_TSR, &choice->local_ts);
}
