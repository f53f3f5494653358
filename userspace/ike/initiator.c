// SPDX-License-Identifier: GPL-2.0
#include "ike/initiator.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/client.h"
#include "ike/create_child.h"
#include "ike/established.h"
#include "ike/exchange.h"
#include "ike/ike_sa_end.h"
#include "ike/initiations.h"
#include "ike/nat_traversal.h"
#include "ike/note.h"
#include "ike/task.h"
#include "ike/unique.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"

#define REASON_MAX 384
#define COOKIE_MAX 64
#define INIT_ATTEMPTS_MAX 5

static void peer_address(const struct ike_sa *sa, char text[ENDPOINT_TEXT_SIZE])
{
	endpoint_print_address(&sa->path.remote, text, ENDPOINT_TEXT_SIZE);
}

static bool offers_additional_ke(const struct connection_config *connection)
{
	for (size_t i = 0; i < connection->n_proposals; i++)
		if (proposal_has_additional_ke(&connection->proposals[i]))
			return true;
	return false;
}

static void write_init_request(const struct ike_sa *sa,
			       struct message_writer *message)
{
	const struct kernel_ike_sa_new *own = &sa->own;
	const bool has_ppk = sa->connection->ppk.id.len;

	sa_write(message, sa->connection->proposals, sa->connection->n_proposals,
		 0);
	ke_write(message, own->ke.method, own->ke.data, own->ke.len);
	nonce_write(message, &own->nonce);
	notify_write(message, IKEV2_FRAGMENTATION_SUPPORTED, NULL, 0);
	if (has_ppk || offers_additional_ke(sa->connection))
		notify_write(message, INTERMEDIATE_EXCHANGE_SUPPORTED, NULL, 0);
	if (has_ppk) {
		notify_write(message, USE_PPK_INT, NULL, 0);
		notify_write(message, USE_PPK, NULL, 0);
	}
	notify_write(message, IKE_SA_INIT_FULL_TRANSCRIPT_AUTH, NULL, 0);
	nat_detection_write(message, sa->spi_i, sa->spi_r, &sa->path,
			    sa->connection->encap);
}

static void send_init_request(struct ike *ike, struct ike_sa *sa,
			      const uint8_t *cookie, size_t cookie_len)
{
	struct ike_header header = {
		.version = IKE_VERSION,
		.exchange_type = IKE_SA_INIT,
		.flags = IKE_FLAG_INITIATOR,
	};
	struct message_writer message;
	uint8_t buffer[8192];

	sa->init_attempts++;
	memcpy(header.spi_i, sa->spi_i, IKE_SPI_SIZE);
	message_begin(&message, buffer, sizeof(buffer), &header);
	/* RFC 7296 section 2.6: the cookie first, all else unchanged. */
	if (cookie)
		notify_write(&message, COOKIE, cookie, cookie_len);
	write_init_request(sa, &message);
	if (!message_end(&message)) {
		ike_sa_fail(ike, sa, "the proposals of %s do not fit an IKE_SA_INIT request",
			    sa->connection->name);
		return;
	}
	exchange_send_plain(ike, sa, buffer, message.writer.len);
}

/* Return: false when @sa was ended. */
static bool begin(struct ike *ike, struct ike_sa *sa, uint16_t method)
{
	ike_sa_drop_keys(ike, sa);
	ike_sa_unindex(ike, sa);
	if (kernel_ike_sa_new_initiator(ike->kernel, sa->connection->name, method,
					&sa->own)) {
		ike_sa_fail(ike, sa, "the kernel refuses to begin: %s",
			    kernel_error(ike->kernel));
		return false;
	}
	ike_sa_set_id(ike, sa, sa->own.id);
	memcpy(sa->spi_i, sa->own.spi_i, IKE_SPI_SIZE);
	ike_sa_index(ike, sa);
	return true;
}

/* The first goes with IKE_AUTH, the others follow in CREATE_CHILD_SA. */
static void want_children(struct ike *ike, struct ike_sa *sa,
			  const struct child_config *child,
			  const struct packet_ts *packet)
{
	const struct connection_config *connection = sa->connection;

	if (packet) {
		create_child_for_packet(ike, sa, child, packet);
		return;
	}
	if (child) {
		create_child(ike, sa, child, sa->client);
		return;
	}
	for (size_t i = 0; i < connection->n_children; i++)
		create_child(ike, sa, &connection->children[i], sa->client);
}

void initiator_start(struct ike *ike, const struct connection_config *connection,
		     const struct path *path, const struct child_config *child,
		     const struct packet_ts *packet, uint64_t client)
{
	const struct transform *ke = proposal_find(&connection->proposals[0],
						   TRANSFORM_KE);
	char address[ENDPOINT_TEXT_SIZE];
	struct ike_sa *sa;

	sa = ike_sa_add(ike, path);
	if (!sa) {
		log_line("%s: failed: out of memory", connection->name);
		client_fail(ike, client, "out of memory");
		return;
	}
	sa->initiator = true;
	initiation_begin(ike, sa);
	ike_sa_set_connection(ike, sa, connection);
	sa->client = client;
	want_children(ike, sa, child, packet);
	if (!begin(ike, sa, ke->id))
		return;
	peer_address(sa, address);
	ike_sa_say(ike, sa, "initiating to %s", address);
	send_init_request(ike, sa, NULL, 0);
}

static void send_intermediate(struct ike *ike, struct ike_sa *sa)
{
	struct kernel_round round;
	struct chain chain;

	if (kernel_ike_sa_intermediate(ike->kernel, sa->id, &round)) {
		ike_sa_fail(ike, sa, "additional key exchange: %s",
			    kernel_error(ike->kernel));
		return;
	}
	chain_start(&chain);
	exchange_write_round(&chain.message, &round, PPK_IDENTITY_KEY);
	exchange_send_request(ike, sa, IKE_INTERMEDIATE, &chain);
}

/* A peer that hears of no other IKE SA may drop those it still has. */
static bool is_initial_contact(const struct ike *ike, const struct ike_sa *sa)
{
	const struct ike_sa *other = NULL;

	while ((other = ike_sa_between(ike, sa->connection, other)))
		if (other != sa && other->phase != PHASE_RETIRED)
			return false;
	return true;
}

/* Return: 0 or a negative errno with kernel_error(). */
static int write_child(struct ike *ike, struct ike_sa *sa,
		       struct message_writer *message)
{
	struct kernel_child_sa_new order = { 0 };
	struct kernel_child_sa_own own;
	struct task *task = sa->tasks;

	sa->tasks = task->next;
	task->next = NULL;
	sa->task = task;
	task->child = child_sa_reserve(ike, sa, task->config, &order, &own);
	if (!task->child)
		return -ENOMEM;
	child_choice_write_notifies(message, task->config);
	child_choice_write_sa(message, task->config, false, task->child->spi_in);
	child_choice_write_ts(message, sa, task->config, &task->packet);
	return 0;
}

/* Return: 0 or a negative errno with kernel_error(). */
static int write_auth(struct ike *ike, struct ike_sa *sa,
		      struct message_writer *message)
{
	const struct connection_config *connection = sa->connection;
	struct kernel_auth auth;
	int error;

	error = kernel_ike_sa_auth_make(ike->kernel, sa->id, &auth);
	if (error)
		return error;
	id_write(message, PAYLOAD_IDI, &connection->local_id);
	sa->initial_contact = connection->unique != UNIQUE_NEVER &&
			      is_initial_contact(ike, sa);
	if (sa->initial_contact)
		notify_write(message, INITIAL_CONTACT, NULL, 0);
	id_write(message, PAYLOAD_IDR, &connection->remote_id);
	exchange_write_auth(message, &auth);
	sa->ppk_offered = auth.ppk.present;
	return write_child(ike, sa, message);
}

static void send_auth(struct ike *ike, struct ike_sa *sa)
{
	struct chain chain;

	chain_start(&chain);
	if (write_auth(ike, sa, &chain.message)) {
		ike_sa_fail(ike, sa, "cannot make IKE_AUTH: %s",
			    kernel_error(ike->kernel));
		return;
	}
	exchange_send_request(ike, sa, IKE_AUTH, &chain);
}

/* What an IKE_SA_INIT response must have. */
struct init_response {
	struct payloads payloads;
	struct sa_payload sa;
	struct ke_payload ke;
	struct nonce nonce;
};

static bool read_init_response(const struct payloads *payloads,
			       struct init_response *response)
{
	const struct payload *sa = payloads_find(payloads, PAYLOAD_SA);
	const struct payload *ke = payloads_find(payloads, PAYLOAD_KE);
	const struct payload *nonce = payloads_find(payloads, PAYLOAD_NONCE);

	return sa && ke && nonce && sa_parse(sa, &response->sa) &&
	       response->sa.n == 1 && ke_parse(ke, &response->ke) &&
	       nonce_parse(nonce, &response->nonce);
}

/* The responder's choice must be one of what this side offered. */
static bool check_choice(struct ike_sa *sa, const struct init_response *response,
			 char *reason)
{
	const struct connection_config *connection = sa->connection;
	struct notify_payload notify;
	bool intermediate = notify_find(&response->payloads,
					INTERMEDIATE_EXCHANGE_SUPPORTED, &notify);
	char why[REASON_MAX];

	if (!proposal_choose(connection->proposals, connection->n_proposals,
			     response->sa.proposals, 1, connection->require_pq,
			     intermediate, &sa->chosen, why, sizeof(why))) {
		snprintf(reason, REASON_MAX, "the responder's choice is refused: %.300s",
			 why);
		return false;
	}
	if (sa->chosen.n_transforms != response->sa.proposals[0].n_transforms) {
		snprintf(reason, REASON_MAX,
			 "the responder chose more than one transform of a type");
		return false;
	}
	return true;
}

static void next_exchange(struct ike *ike, struct ike_sa *sa, uint32_t done)
{
	if (done < sa->suite.n_additional_ke)
		send_intermediate(ike, sa);
	else
		send_auth(ike, sa);
}

/* Not authenticated: a better answer may come before the next try. */
static void note(struct ike_sa *sa, const char *why)
{
	snprintf(sa->refusal, sizeof(sa->refusal), "%s", why);
}

static void refuse(struct ike *ike, struct ike_sa *sa, const char *why)
{
	ike->refused.n[MESSAGE_UNFIT_RESPONSE]++;
	note(sa, why);
}

static void complete_init(struct ike *ike, struct ike_sa *sa,
			  const struct init_response *response,
			  const uint8_t *data, size_t len)
{
	const struct datagram *request = &sa->request.datagrams.list[0];
	struct notify_payload notify;
	char reason[REASON_MAX];

	if (!check_choice(sa, response, reason)) {
		refuse(ike, sa, reason);
		return;
	}
	memcpy(sa->spi_r, data + IKE_SPI_SIZE, IKE_SPI_SIZE);
	if (kernel_ike_sa_init(ike->kernel, sa->id, request->data, request->len,
			       data, len, &sa->suite)) {
		ike_sa_fail(ike, sa, "IKE_SA_INIT: %s", kernel_error(ike->kernel));
		return;
	}
	exchange_answered(ike, sa);
	sa->phase = PHASE_AUTH;
	if (notify_find(&response->payloads, IKEV2_FRAGMENTATION_SUPPORTED, &notify))
		sa->fragment_size = sa->connection->fragment_size;
	nat_traversal_detect(ike, sa, &response->payloads, sa->spi_r,
			     sa->connection->encap);
	if (sa->suite.ppk_intermediate)
		send_intermediate(ike, sa);
	else
		next_exchange(ike, sa, 0);
}

static bool offers_method(const struct connection_config *connection,
			  uint16_t method)
{
	for (size_t i = 0; i < connection->n_proposals; i++) {
		const struct proposal *proposal = &connection->proposals[i];

		for (size_t j = 0; j < proposal->n_transforms; j++)
			if (proposal->transforms[j].type == TRANSFORM_KE &&
			    proposal->transforms[j].id == method)
				return true;
	}
	return false;
}

/* RFC 7296 section 1.3: begin again with the method the responder wants. */
static void retry_with_method(struct ike *ike, struct ike_sa *sa,
			      const struct notify_payload *notify)
{
	struct reader reader = { .data = notify->data, .left = notify->len };
	uint16_t method = read_u16(&reader);
	const char *name = transform_name(TRANSFORM_KE, method);
	char why[REASON_MAX];

	if (reader.truncated || !offers_method(sa->connection, method) ||
	    method == sa->own.ke.method) {
		snprintf(why, sizeof(why),
			 "the responder wants key exchange method %s (%u), which was not offered",
			 name, method);
		refuse(ike, sa, why);
		return;
	}
	ike_sa_say(ike, sa, "the responder wants %s", name);
	if (begin(ike, sa, method))
		send_init_request(ike, sa, NULL, 0);
}

/* Return: whether the response was one of the two that ask to begin again. */
static bool begin_again(struct ike *ike, struct ike_sa *sa,
			const struct payloads *payloads)
{
	struct notify_payload notify;

	if (sa->init_attempts >= INIT_ATTEMPTS_MAX)
		return false;
	if (notify_find(payloads, COOKIE, &notify) && notify.len &&
	    notify.len <= COOKIE_MAX) {
		send_init_request(ike, sa, notify.data, notify.len);
		return true;
	}
	if (notify_find(payloads, INVALID_KE_PAYLOAD, &notify)) {
		retry_with_method(ike, sa, &notify);
		return true;
	}
	return false;
}

/* The peer does not say what it would take: say what it was offered. */
static void note_refusal(struct ike_sa *sa, uint16_t type)
{
	const struct connection_config *connection = sa->connection;
	char address[ENDPOINT_TEXT_SIZE];
	char offered[REASON_MAX];
	char why[LOG_LINE_MAX];

	peer_address(sa, address);
	proposal_print(&connection->proposals[0], offered, sizeof(offered));
	if (type == NO_PROPOSAL_CHOSEN)
		snprintf(why, sizeof(why),
			 "peer %s refuses IKE_SA_INIT: NO_PROPOSAL_CHOSEN; it was offered %.280s%s%s",
			 address, offered,
			 connection->n_proposals > 1 ? " and others" : "",
			 connection->require_pq ? "; ML-KEM is required here" :
						  "");
	else
		snprintf(why, sizeof(why), "peer %s refuses IKE_SA_INIT: %s (%u)",
			 address, notify_name(type), type);
	note(sa, why);
}

void initiator_init_response(struct ike *ike, struct ike_sa *sa,
			     const uint8_t *data, size_t len)
{
	struct init_response response;
	struct notify_payload notify;
	uint8_t offender;

	/* Anyone may have sent it: what cannot be read is as good as lost. */
	if (payloads_parse(data[16], data + IKE_HEADER_SIZE,
			   len - IKE_HEADER_SIZE, &response.payloads, &offender)) {
		ike->refused.n[MESSAGE_MALFORMED]++;
		return;
	}
	if (begin_again(ike, sa, &response.payloads))
		return;
	if (notify_find_error(&response.payloads, &notify)) {
		note_refusal(sa, notify.type);
		return;
	}
	if (read_init_response(&response.payloads, &response))
		complete_init(ike, sa, &response, data, len);
	else
		ike->refused.n[MESSAGE_MALFORMED]++;
}

void initiator_intermediate_response(struct ike *ike, struct ike_sa *sa,
				     const struct payloads *payloads)
{
	struct notify_payload notify;
	struct kernel_round round;

	if (notify_find_error(payloads, &notify)) {
		ike_sa_fail(ike, sa, "the peer refuses IKE_INTERMEDIATE: %s (%u)",
			    notify_name(notify.type), notify.type);
		return;
	}
	if (kernel_ike_sa_intermediate(ike->kernel, sa->id, &round)) {
		ike_sa_fail(ike, sa, "additional key exchange: %s",
			    kernel_error(ike->kernel));
		return;
	}
	sa->ppk_mixed = round.ppk_mixed;
	next_exchange(ike, sa, round.done);
}

/* RFC 7296 section 2.21.2: the peer believes that all is well; tell it. */
static void reject_peer(struct ike *ike, struct ike_sa *sa, const char *why)
{
	char reason[LOG_LINE_MAX];
	struct chain chain;

	/* The next request to the kernel may have an error of its own. */
	snprintf(reason, sizeof(reason), "%.400s", why);
	ike->refused.n[MESSAGE_UNAUTHENTICATED]++;
	chain_start(&chain);
	notify_write(&chain.message, AUTHENTICATION_FAILED, NULL, 0);
	/* Not every peer ends its IKE SA for the notification. */
	delete_ike_write(&chain.message);
	exchange_send_unanswered(ike, sa, INFORMATIONAL, &chain);
	ike_sa_fail(ike, sa, "the peer is not authenticated: %s", reason);
}

/* Return: whether the first Child SA is installed, with @reason where not. */
static bool install_child(struct ike *ike, struct ike_sa *sa,
			  const struct payloads *payloads, char *reason)
{
	struct child_sa *child = sa->task->child;

	if (!child_choice_read_response(sa, child->config, false, payloads,
					&child->choice, reason)) {
		ike->refused.n[MESSAGE_UNFIT_RESPONSE]++;
		return false;
	}
	if (!child_sa_install(ike, child, DIRECTION_BOTH, NULL))
		return true;
	snprintf(reason, CHILD_REASON_MAX, "the kernel does not install it: %.300s",
		 kernel_error(ike->kernel));
	return false;
}

static void finish_child(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads)
{
	struct child_sa *child = sa->task->child;
	struct notify_payload notify;
	char reason[CHILD_REASON_MAX];

	bool refused = notify_find_error(payloads, &notify);

	if (sa->task->abandoned && refused) {
		create_child_failed(ike, sa, sa->task->abandoned);
	} else if (sa->task->abandoned) {
		create_child_give_back(ike, sa, sa->task->abandoned);
	} else if (refused) {
		snprintf(reason, sizeof(reason), "refused by the peer: %s (%u)",
			 notify_name(notify.type), notify.type);
		create_child_refused(ike, sa, notify.type, reason);
	} else if (!install_child(ike, sa, payloads, reason)) {
		create_child_give_back(ike, sa, reason);
	} else {
		sa->task->child = NULL;
		create_child_say_less(ike, sa, child->config, reason);
		create_child_established(ike, child, sa->task->client);
		task_done(ike, sa);
	}
}

static void finish(struct ike *ike, struct ike_sa *sa,
		   const struct payloads *payloads)
{
	established(ike, sa);
	finish_child(ike, sa, payloads);
	if (sa->phase != PHASE_ESTABLISHED)
		return;
	ike_sa_succeed(ike, sa);
	unique_resolve(ike, sa);
}

/* The kernel's reason, and who the peer says it is where it is somebody else. */
static void explain_rejection(const struct ike *ike, const struct ike_sa *sa,
			      const struct payloads *payloads, char *reason)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_IDR);
	char expected[IDENTITY_TEXT_SIZE];
	char theirs[IDENTITY_TEXT_SIZE];
	struct identity id;

	snprintf(reason, REASON_MAX, "%s", kernel_error(ike->kernel));
	if (!payload || !id_parse(payload, &id) ||
	    identity_equal(&id, &sa->connection->remote_id))
		return;
	identity_print(&id, theirs, sizeof(theirs));
	identity_print(&sa->connection->remote_id, expected, sizeof(expected));
	snprintf(reason, REASON_MAX, "it says it is %.120s, expected %.120s",
		 theirs, expected);
}

void initiator_auth_response(struct ike *ike, struct ike_sa *sa,
			     const struct payloads *payloads)
{
	struct notify_payload notify;
	char reason[REASON_MAX];

	if (!payloads_find(payloads, PAYLOAD_AUTH) &&
	    notify_find_error(payloads, &notify)) {
		ike_sa_fail(ike, sa, "the peer refuses IKE_AUTH: %s (%u)",
			    notify_name(notify.type), notify.type);
		return;
	}
	note_keep(ike, sa);
	if (kernel_ike_sa_auth_verify(ike->kernel, sa->id, NULL)) {
		explain_rejection(ike, sa, payloads, reason);
		reject_peer(ike, sa, reason);
		return;
	}
	if (sa->ppk_offered && notify_find(payloads, PPK_IDENTITY, &notify))
		sa->ppk_mixed = true;
	finish(ike, sa, payloads);
}
