// SPDX-License-Identifier: GPL-2.0
#include "child_sa.h"

#include <stdio.h>

#include "log.h"
#include "selector.h"
#include "transform.h"

/* What is read of SA, TSi and TSr. */
struct child_payloads {
	struct sa_payload sa;
	struct selectors tsi;
	struct selectors tsr;
};

/* Keys of the first Child SA come from the IKE SA: no KE of its own. */
static size_t without_key_exchange(const struct child_config *config,
				   struct proposal proposals[SA_PROPOSALS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < config->n_esp_proposals && n < SA_PROPOSALS_MAX; i++) {
		const struct proposal *from = &config->esp_proposals[i];
		struct proposal *to = &proposals[n++];

		*to = (struct proposal){ .protocol = from->protocol };
		for (size_t j = 0; j < from->n_transforms; j++)
			if (from->transforms[j].type == TRANSFORM_ENCR ||
			    from->transforms[j].type == TRANSFORM_ESN)
				to->transforms[to->n_transforms++] =
					from->transforms[j];
	}
	return n;
}

static bool read_payloads(const struct payloads *payloads,
			  struct child_payloads *child)
{
	const struct payload *sa = payloads_find(payloads, PAYLOAD_SA);
	const struct payload *tsi = payloads_find(payloads, PAYLOAD_TSI);
	const struct payload *tsr = payloads_find(payloads, PAYLOAD_TSR);

	return sa && tsi && tsr && sa_parse(sa, &child->sa) &&
	       ts_parse(tsi, &child->tsi) && ts_parse(tsr, &child->tsr);
}

static int reserve(struct ike *ike, struct ike_sa *sa,
		   const struct child_config *config)
{
	struct address local;
	struct address remote;
	int error;

	endpoint_address(&sa->path.local, &local);
	endpoint_address(&sa->path.remote, &remote);
	error = kernel_child_sa_new(ike->kernel, sa->id, &local, &remote,
				    &sa->child.id, &sa->child.spi_in);
	if (!error)
		sa->child.config = config;
	return error;
}

int child_sa_offer(struct ike *ike, struct ike_sa *sa,
		   const struct child_config *config,
		   struct message_writer *message)
{
	struct proposal proposals[SA_PROPOSALS_MAX];
	size_t n = without_key_exchange(config, proposals);
	int error = reserve(ike, sa, config);

	if (error)
		return error;
	sa_write(message, proposals, n, sa->child.spi_in);
	ts_write(message, PAYLOAD_TSI, &config->local_ts);
	ts_write(message, PAYLOAD_TSR, &config->remote_ts);
	return 0;
}

static uint32_t find_spi(const struct sa_payload *sa, const struct proposal *chosen)
{
	for (size_t i = 0; i < sa->n; i++)
		if (sa->proposals[i].number == chosen->number)
			return sa->esp_spi[i];
	return 0;
}

static bool install(struct ike *ike, struct ike_sa *sa,
		    const struct child_answer *answer, char *reason)
{
	const struct transform *encr = proposal_find(&answer->chosen,
						     TRANSFORM_ENCR);
	const struct kernel_child_sa_install order = {
		.spi_out = sa->child.spi_out,
		.encr = encr->id,
		.encr_key_bits = encr->key_bits,
		.local_ts = answer->local_ts,
		.remote_ts = answer->remote_ts,
	};

	if (kernel_child_sa_install(ike->kernel, sa->id, sa->child.id, &order)) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the kernel does not install it: %s",
			 kernel_error(ike->kernel));
		return false;
	}
	return true;
}

static bool narrow_one(const char *name, const struct selectors *offered,
		       const struct prefix *configured, struct prefix *narrowed,
		       char *reason)
{
	char theirs[SELECTOR_TEXT_SIZE];
	char ours[PREFIX_TEXT_SIZE];

	if (selectors_narrow(offered, configured, narrowed))
		return true;
	selectors_print(offered, theirs, sizeof(theirs));
	prefix_print(configured, ours, sizeof(ours));
	snprintf(reason, CHILD_REASON_MAX, "%s does not match: configured %s, the peer sent %s",
		 name, ours, theirs);
	return false;
}

static bool narrow(const struct child_config *config,
		   const struct selectors *local, const struct selectors *remote,
		   struct child_answer *answer, char *reason)
{
	return narrow_one("local_ts", local, &config->local_ts,
			  &answer->local_ts, reason) &&
	       narrow_one("remote_ts", remote, &config->remote_ts,
			  &answer->remote_ts, reason);
}

static bool choose(const struct child_config *config, const struct sa_payload *sa,
		   struct proposal *chosen, char *reason)
{
	struct proposal proposals[SA_PROPOSALS_MAX];
	size_t n = without_key_exchange(config, proposals);

	return proposal_choose(proposals, n, sa->proposals, sa->n, false, true,
			       chosen, reason, CHILD_REASON_MAX);
}

bool child_sa_accept(struct ike *ike, struct ike_sa *sa,
		     const struct payloads *payloads, char *reason)
{
	const struct child_config *config = sa->child.config;
	struct child_payloads child;
	struct child_answer answer;

	if (!read_payloads(payloads, &child) || child.sa.n != 1 ||
	    child.tsi.n != 1 || child.tsr.n != 1) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer's SA, TSi or TSr payload is missing, malformed or holds more than one choice");
		return false;
	}
	if (!choose(config, &child.sa, &answer.chosen, reason) ||
	    !narrow(config, &child.tsi, &child.tsr, &answer, reason))
		return false;
	if (answer.chosen.n_transforms != child.sa.proposals[0].n_transforms) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer chose more than one transform of a type");
		return false;
	}
	sa->child.spi_out = child.sa.esp_spi[0];
	return install(ike, sa, &answer, reason);
}

/* Return: 0, or the refusal; selectors are compared before algorithms. */
static uint16_t choose_child(const struct connection_config *connection,
			     const struct child_payloads *child,
			     const struct child_config **config,
			     struct child_answer *answer, char *reason)
{
	uint16_t refusal = TS_UNACCEPTABLE;

	snprintf(reason, CHILD_REASON_MAX, "no children are configured");
	for (size_t i = 0; i < connection->n_children; i++) {
		*config = &connection->children[i];
		if (!narrow(*config, &child->tsr, &child->tsi, answer, reason))
			continue;
		if (choose(*config, &child->sa, &answer->chosen, reason))
			return 0;
		refusal = NO_PROPOSAL_CHOSEN;
	}
	return refusal;
}

uint16_t child_sa_answer(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads,
			 struct child_answer *answer, char *reason)
{
	const struct child_config *config;
	struct child_payloads child;
	uint16_t refusal;

	if (!read_payloads(payloads, &child)) {
		snprintf(reason, CHILD_REASON_MAX,
			 "the peer's SA, TSi or TSr payload is missing or malformed");
		return INVALID_SYNTAX;
	}
	refusal = choose_child(sa->connection, &child, &config, answer, reason);
	if (refusal)
		return refusal;
	if (reserve(ike, sa, config)) {
		snprintf(reason, CHILD_REASON_MAX, "no SPI: %s",
			 kernel_error(ike->kernel));
		return TEMPORARY_FAILURE;
	}
	sa->child.spi_out = find_spi(&child.sa, &answer->chosen);
	if (!install(ike, sa, answer, reason)) {
		child_sa_remove(ike, sa);
		return TEMPORARY_FAILURE;
	}
	return 0;
}

void child_sa_answer_write(struct message_writer *message,
			   const struct ike_sa *sa,
			   const struct child_answer *answer)
{
	sa_write(message, &answer->chosen, 1, sa->child.spi_in);
	ts_write(message, PAYLOAD_TSI, &answer->remote_ts);
	ts_write(message, PAYLOAD_TSR, &answer->local_ts);
}

void child_sa_remove(struct ike *ike, struct ike_sa *sa)
{
	if (!sa->child.config)
		return;
	if (kernel_child_sa_del(ike->kernel, sa->id, sa->child.id))
		log_line("the kernel keeps Child SA %u: %s", sa->child.id,
			 kernel_error(ike->kernel));
	sa->child = (struct child){ 0 };
}
