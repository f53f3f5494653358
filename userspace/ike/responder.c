// SPDX-License-Identifier: GPL-2.0
#include "ike/responder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/connection.h"
#include "ike/child_install.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/established.h"
#include "ike/exchange.h"
#include "ike/half_open.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "ike/nat_traversal.h"
#include "ike/note.h"
#include "ike/unique.h"
#include "wire/payload.h"
#include "wire/proposal_choose.h"

#define REASON_MAX 384
#define REFUSING_MAX 4

/* An IKE_SA_INIT request, and where it came from. */
struct init_request {
	const struct path *path;
	const struct ike_header *header;
	const uint8_t *data;
	size_t len;
	struct payloads payloads;
	struct sa_payload sa;
	struct offer offer; /* of @sa */
	struct ke_payload ke;
	struct nonce nonce;
	bool fragmentation;
	bool intermediate;
	uint16_t use_ppk; /* the notification that answers it, 0 for none */
};

static void response_header(const struct ike_header *request,
			    struct ike_header *response)
{
	*response = *request;
	response->version = IKE_VERSION;
	response->flags = IKE_FLAG_RESPONSE;
}

/*
 * Anyone may have sent the request in somebody else's name: the answer is not the
 * longer one of the two.
 */
static void send_unprotected(struct ike *ike, const struct path *path,
			     const struct ike_header *request,
			     struct message_writer *message)
{
	if (message_end(message) && message->writer.len <= request->length)
		sockets_send(&ike->sockets, path, message->writer.data,
			     message->writer.len);
}

/* A refusal without an IKE SA; nothing is kept. */
static void send_notify(struct ike *ike, const struct path *path,
			const struct ike_header *request, uint16_t type,
			const uint8_t *data, size_t len)
{
	struct message_writer message;
	struct ike_header header;
	uint8_t buffer[128];

	response_header(request, &header);
	message_begin(&message, buffer, sizeof(buffer), &header);
	notify_write(&message, type, data, len);
	send_unprotected(ike, path, request, &message);
}

void responder_refuse_version(struct ike *ike, const struct path *path,
			      const struct ike_header *header)
{
	send_notify(ike, path, header, INVALID_MAJOR_VERSION, NULL, 0);
}

void responder_refuse_spi(struct ike *ike, const struct path *path,
			  const struct ike_header *header)
{
	struct message_writer message;
	struct ike_header response;
	uint8_t buffer[64];
	unsigned int unsaid;

	if (!say_limit_admit(&ike->spi_refusals, clock_now(), &unsaid))
		return;
	response_header(header, &response);
	if (!(header->flags & IKE_FLAG_INITIATOR))
		response.flags |= IKE_FLAG_INITIATOR;
	message_begin(&message, buffer, sizeof(buffer), &response);
	notify_write(&message, INVALID_IKE_SPI, NULL, 0);
	send_unprotected(ike, path, header, &message);
}

static enum message_cause cause_of(uint16_t type)
{
	switch (type) {
	case NO_PROPOSAL_CHOSEN:
		return MESSAGE_NO_PROPOSAL;
	case AUTHENTICATION_FAILED:
		return MESSAGE_UNAUTHENTICATED;
	default:
		return MESSAGE_MALFORMED;
	}
}

/* Return: whether it was said. */
static bool say_refused(struct ike *ike, const struct init_request *request,
			const struct connection_config *connection,
			uint16_t type, const char *why)
{
	return ike_event_refused(ike, connection, request->path,
				 request->header->spi_i,
				 "failed: IKE_SA_INIT refused with %s: %s",
				 notify_name(type), why);
}

static void refuse(struct ike *ike, const struct init_request *request,
		   uint16_t type)
{
	ike->refused.n[cause_of(type)]++;
	send_notify(ike, request->path, request->header, type, NULL, 0);
}

/* Return: false when an answer was sent, or none is due. */
static bool admit(struct ike *ike, const struct init_request *request)
{
	const struct cookie_request bound = {
		.path = request->path,
		.spi_i = request->header->spi_i,
		.nonce = &request->nonce,
	};
	uint8_t cookie[COOKIE_SIZE];

	switch (half_open_admit(ike, &bound, &request->payloads, cookie)) {
	case HALF_OPEN_ADMITTED:
		return true;
	case HALF_OPEN_NEEDS_COOKIE:
		ike->refused.n[MESSAGE_NEEDS_COOKIE]++;
		send_notify(ike, request->path, request->header, COOKIE, cookie,
			    sizeof(cookie));
		return false;
	case HALF_OPEN_REFUSED:
		ike->refused.n[MESSAGE_HALF_OPEN_LIMIT]++;
		break;
	}
	return false;
}

/* RFC 9867 section 3.1: rather in IKE_INTERMEDIATE than in IKE_AUTH. */
static uint16_t choose_ppk(const struct init_request *request)
{
	struct notify_payload notify;

	if (request->intermediate &&
	    notify_find(&request->payloads, USE_PPK_INT, &notify))
		return USE_PPK_INT;
	return notify_find(&request->payloads, USE_PPK, &notify) ? USE_PPK : 0;
}

static bool parse_request(struct init_request *request)
{
	const struct payload *sa = payloads_find(&request->payloads, PAYLOAD_SA);
	const struct payload *ke = payloads_find(&request->payloads, PAYLOAD_KE);
	const struct payload *nonce = payloads_find(&request->payloads,
						    PAYLOAD_NONCE);
	struct notify_payload notify;

	request->fragmentation = notify_find(&request->payloads,
					     IKEV2_FRAGMENTATION_SUPPORTED,
					     &notify);
	request->intermediate = notify_find(&request->payloads,
					    INTERMEDIATE_EXCHANGE_SUPPORTED,
					    &notify);
	request->use_ppk = choose_ppk(request);
	return sa && ke && nonce && sa_parse(sa, &request->sa) &&
	       ke_parse(ke, &request->ke) && nonce_parse(nonce, &request->nonce);
}

/* Return: false when the request was refused. */
static bool read_request(struct ike *ike, struct init_request *request)
{
	uint8_t offender;
	int error = payloads_parse(request->header->next_payload,
				   request->data + IKE_HEADER_SIZE,
				   request->len - IKE_HEADER_SIZE,
				   &request->payloads, &offender);

	if (error == UNSUPPORTED_CRITICAL_PAYLOAD) {
		ike->refused.n[MESSAGE_CRITICAL_PAYLOAD]++;
		send_notify(ike, request->path, request->header,
			    UNSUPPORTED_CRITICAL_PAYLOAD, &offender, 1);
		return false;
	}
	if (error || !parse_request(request)) {
		say_refused(ike, request, NULL, INVALID_SYNTAX,
			    "SA, KE or Nonce payload missing or malformed");
		refuse(ike, request, INVALID_SYNTAX);
		return false;
	}
	return true;
}

/**
 * can_take() - whether a connection can take the offer
 * @reason: receives why not
 * @reason_size: size of @reason in octets, 0: no reason is wanted
 */
static bool can_take(const struct connection_config *connection,
		     const struct init_request *request, struct proposal *chosen,
		     char *reason, size_t reason_size)
{
	return offer_choose(connection->proposals, connection->n_proposals,
			    &request->offer, connection->require_pq,
			    request->intermediate, chosen, reason, reason_size);
}

/*
 * Each connection that fits the addresses has its own reason, as far as any more
 * are said: their number is bounded by the limit on what is said.
 */
static void say_not_chosen(struct ike *ike, const struct init_request *request)
{
	const struct connection_config *connection = NULL;
	char reason[REASON_MAX];
	struct proposal chosen;
	bool any = false;

	while ((connection = connection_next(ike->config, request->path,
					     connection))) {
		any = true;
		can_take(connection, request, &chosen, reason, sizeof(reason));
		if (!say_refused(ike, request, connection, NO_PROPOSAL_CHOSEN,
				 reason))
			return;
	}
	if (!any)
		say_refused(ike, request, NULL, NO_PROPOSAL_CHOSEN,
			    "no connection between these addresses is configured");
}

/* Connections that cannot take an offer: those that ask for the same cannot. */
struct refusing {
	const struct connection_config *list[REFUSING_MAX]; /* the last ones */
	size_t n;
};

static bool refuses(const struct refusing *refusing,
		    const struct connection_config *connection)
{
	for (size_t i = 0; i < refusing->n && i < REFUSING_MAX; i++) {
		const struct connection_config *other = refusing->list[i];

		if (other->require_pq == connection->require_pq &&
		    proposals_equal(other->proposals, other->n_proposals,
				    connection->proposals,
				    connection->n_proposals))
			return true;
	}
	return false;
}

/* The best connection that fits the addresses and can take the offer. */
static const struct connection_config *
choose_connection(struct ike *ike, const struct init_request *request,
		  struct proposal *chosen)
{
	const struct connection_config *connection = NULL;
	struct refusing refusing = { 0 };

	while ((connection = connection_next(ike->config, request->path,
					     connection))) {
		if (refuses(&refusing, connection))
			continue;
		if (can_take(connection, request, chosen, NULL, 0))
			return connection;
		refusing.list[refusing.n++ % REFUSING_MAX] = connection;
	}
	say_not_chosen(ike, request);
	refuse(ike, request, NO_PROPOSAL_CHOSEN);
	return NULL;
}

/* RFC 7296 section 1.3: the initiator guessed another method than ours. */
static void ask_for_method(struct ike *ike, const struct init_request *request,
			   uint16_t method)
{
	const uint8_t data[] = { (uint8_t)(method >> 8), (uint8_t)method };

	ike->refused.n[MESSAGE_OTHER_METHOD]++;
	send_notify(ike, request->path, request->header, INVALID_KE_PAYLOAD, data,
		    sizeof(data));
}

static void refuse_by_kernel(struct ike *ike, const struct init_request *request,
			     const struct connection_config *connection,
			     int error)
{
	/* What the kernel lacks is no fault of the message: let the peer retry. */
	if (error == -EINVAL || error == -EKEYREJECTED || error == -EBADMSG) {
		say_refused(ike, request, connection, INVALID_SYNTAX,
			    kernel_error(ike->kernel));
		refuse(ike, request, INVALID_SYNTAX);
		return;
	}
	ike->refused.n[MESSAGE_NO_RESOURCES]++;
	ike_event_refused(ike, connection, request->path,
			  request->header->spi_i,
			  "failed: IKE_SA_INIT not answered: %s",
			  kernel_error(ike->kernel));
}

static void write_response(const struct init_request *request,
			   const struct ike_sa *sa,
			   const struct kernel_ike_sa_new *own, bool forced,
			   struct message_writer *message)
{
	sa_write(message, &sa->chosen, 1, 0);
	ke_write(message, own->ke.method, own->ke.data, own->ke.len);
	nonce_write(message, &own->nonce);
	if (request->fragmentation)
		notify_write(message, IKEV2_FRAGMENTATION_SUPPORTED, NULL, 0);
	if (request->intermediate &&
	    (request->use_ppk == USE_PPK_INT ||
	     proposal_has_additional_ke(&sa->chosen)))
		notify_write(message, INTERMEDIATE_EXCHANGE_SUPPORTED, NULL, 0);
	if (request->use_ppk)
		notify_write(message, request->use_ppk, NULL, 0);
	notify_write(message, IKE_SA_INIT_FULL_TRANSCRIPT_AUTH, NULL, 0);
	nat_detection_write(message, sa->spi_i, sa->spi_r, &sa->path, forced);
}

static void send_response(struct ike *ike, const struct init_request *request,
			  struct ike_sa *sa, const struct kernel_ike_sa_new *own,
			  bool forced)
{
	struct message_writer message;
	struct ike_header header;
	uint8_t buffer[8192];

	response_header(request->header, &header);
	memcpy(header.spi_r, sa->spi_r, IKE_SPI_SIZE);
	message_begin(&message, buffer, sizeof(buffer), &header);
	write_response(request, sa, own, forced, &message);
	if (!message_end(&message) ||
	    datagrams_add(&sa->init_response, buffer, message.writer.len) ||
	    datagrams_add(&sa->init_request, request->data, request->len)) {
		ike_sa_fail(ike, sa, "out of memory for the IKE_SA_INIT response");
		return;
	}
	if (kernel_ike_sa_init(ike->kernel, sa->id, NULL, 0, buffer,
			       message.writer.len, &sa->suite)) {
		ike_sa_fail(ike, sa, "IKE_SA_INIT: %s", kernel_error(ike->kernel));
		return;
	}
	ike_sa_index_init(ike, sa);
	sa->expected_message_id = 1;
	sa->traffic.round_trips = 1;
	timer_set(&ike->timers, &sa->timeout, clock_now() + HALF_OPEN_TIMEOUT);
	exchange_send_init_response(ike, sa);
}

static void accept_request(struct ike *ike, const struct init_request *request,
			   const struct connection_config *connection,
			   const struct proposal *chosen)
{
	static const uint8_t no_spi[IKE_SPI_SIZE];
	struct kernel_ike_sa_new own;
	struct ike_sa *displaced, *sa;
	int error = kernel_ike_sa_new_responder(ike->kernel, request->data,
						request->len, &own);

	if (error) {
		refuse_by_kernel(ike, request, connection, error);
		return;
	}
	sa = ike_sa_add(ike, request->path);
	if (!sa) {
		kernel_ike_sa_del(ike->kernel, own.id);
		return;
	}
	ike_sa_set_id(ike, sa, own.id);
	sa->phase = PHASE_AUTH;
	sa->chosen = *chosen;
	memcpy(sa->spi_i, own.spi_i, IKE_SPI_SIZE);
	memcpy(sa->spi_r, own.spi_r, IKE_SPI_SIZE);
	ike_sa_index(ike, sa);
	if (request->fragmentation)
		sa->fragment_size = connection->fragment_size;
	displaced = half_open_begin(ike, sa);
	if (displaced)
		ike_sa_free(ike, displaced);
	nat_traversal_detect(ike, sa, &request->payloads, no_spi,
			     connection->encap);
	send_response(ike, request, sa, &own, connection->encap);
}

/*
 * A PPK is agreed on where a connection that fits the addresses has one. Which
 * connection it is, IKE_AUTH shows; until then it is unknown whether that has one.
 */
static bool has_ppk(const struct config *config, const struct path *path)
{
	const struct connection_config *connection = NULL;

	while ((connection = connection_next(config, path, connection)))
		if (connection->ppk.id.len)
			return true;
	return false;
}

void responder_init(struct ike *ike, const struct path *path,
		    const struct ike_header *header, const uint8_t *data,
		    size_t len)
{
	struct init_request request = {
		.path = path, .header = header, .data = data, .len = len,
	};
	const struct connection_config *connection;
	const struct transform *ke;
	struct ike_sa *sa = ike_sa_find_begun(ike, data, len);
	struct proposal chosen;

	/* Once IKE_AUTH or IKE_INTERMEDIATE came, the response had arrived. */
	if (sa) {
		ike->refused.n[MESSAGE_REPEATED_REQUEST]++;
		if (sa->expected_message_id == 1 && sa->phase == PHASE_AUTH)
			exchange_send_init_response(ike, sa);
		return;
	}
	if (!read_request(ike, &request) || !admit(ike, &request))
		return;
	if (request.use_ppk && !has_ppk(ike->config, path))
		request.use_ppk = 0;
	offer_fold(request.sa.proposals, request.sa.n, &request.offer);
	connection = choose_connection(ike, &request, &chosen);
	if (!connection)
		return;
	ke = proposal_find(&chosen, TRANSFORM_KE);
	if (ke->id != request.ke.method)
		ask_for_method(ike, &request, ke->id);
	else
		accept_request(ike, &request, connection, &chosen);
}

/* Say no and keep only what is needed to say it again. */
static void fail_with_notify(struct ike *ike, struct ike_sa *sa,
			     uint8_t exchange_type, uint16_t type,
			     const char *why)
{
	ike->refused.n[cause_of(type)]++;
	ike_event(ike, sa, NULL, EVENT_IKE_FAILED, &sa->traffic, 0,
		  "failed: %s: %s", notify_name(type), why);
	if (exchange_send_notify(ike, sa, exchange_type, type, NULL, 0))
		ike_sa_retire(ike, sa);
}

void responder_intermediate(struct ike *ike, struct ike_sa *sa)
{
	struct kernel_round round;
	struct chain chain;

	/*
	 * Among the reasons: no KE payload, an ek that FIPS 203 section 7.2
	 * rejects. Where only a PPK is due, a peer may find that it has none.
	 */
	if (kernel_ike_sa_intermediate(ike->kernel, sa->id, &round)) {
		fail_with_notify(ike, sa, IKE_INTERMEDIATE, INVALID_SYNTAX,
				 kernel_error(ike->kernel));
		return;
	}
	sa->ppk_mixed = round.ppk_mixed;
	chain_start(&chain);
	exchange_write_round(&chain.message, &round, PPK_IDENTITY);
	exchange_send_response(ike, sa, IKE_INTERMEDIATE, &chain);
}

/* Who the peer says it is, and whom it wants to speak with. */
struct claimed {
	struct identity initiator;
	struct identity responder;
	bool names_responder;
};

static bool read_claimed(const struct payloads *payloads, struct claimed *claimed)
{
	const struct payload *idi = payloads_find(payloads, PAYLOAD_IDI);
	const struct payload *idr = payloads_find(payloads, PAYLOAD_IDR);

	claimed->names_responder = idr != NULL;
	return idi && id_parse(idi, &claimed->initiator) &&
	       (!idr || id_parse(idr, &claimed->responder));
}

static bool fits_identities(const struct connection_config *connection,
			    const struct claimed *claimed)
{
	return identity_equal(&connection->remote_id, &claimed->initiator) &&
	       (!claimed->names_responder ||
		identity_equal(&connection->local_id, &claimed->responder));
}

/* IKE_SA_INIT was agreed before it was known whom the peer speaks for. */
static bool fits_choice(const struct connection_config *connection,
			const struct ike_sa *sa)
{
	struct proposal chosen;
	char reason[REASON_MAX];

	if (proposal_choose(connection->proposals, connection->n_proposals,
			    &sa->chosen, 1, connection->require_pq, true, &chosen,
			    reason, sizeof(reason)))
		return true;
	log_line("%s: %s", connection->name, reason);
	return false;
}

static const struct connection_config *
connection_for(struct ike *ike, const struct ike_sa *sa,
	       const struct claimed *claimed)
{
	const struct connection_config *connection = NULL;

	while ((connection = connection_next(ike->config, &sa->path, connection)))
		if (fits_identities(connection, claimed) &&
		    fits_choice(connection, sa))
			return connection;
	return NULL;
}

static void refuse_unknown(struct ike *ike, struct ike_sa *sa,
			   const struct claimed *claimed)
{
	char initiator[IDENTITY_TEXT_SIZE];
	char responder[IDENTITY_TEXT_SIZE] = "any";
	char why[LOG_LINE_MAX];

	identity_print(&claimed->initiator, initiator, sizeof(initiator));
	if (claimed->names_responder)
		identity_print(&claimed->responder, responder, sizeof(responder));
	snprintf(why, sizeof(why), "no connection is configured for these "
		 "identities: the peer says it is %.120s and asks for %.120s",
		 initiator, responder);
	fail_with_notify(ike, sa, IKE_AUTH, AUTHENTICATION_FAILED, why);
}

/* Return: false when the peer is not who it must be; @sa may be gone. */
static bool authenticate(struct ike *ike, struct ike_sa *sa,
			 const struct payloads *payloads)
{
	struct claimed claimed;

	if (!read_claimed(payloads, &claimed)) {
		fail_with_notify(ike, sa, IKE_AUTH, INVALID_SYNTAX,
				 "IDi payload missing or malformed");
		return false;
	}
	ike_sa_set_connection(ike, sa, connection_for(ike, sa, &claimed));
	if (!sa->connection) {
		refuse_unknown(ike, sa, &claimed);
		return false;
	}
	if (!payloads_find(payloads, PAYLOAD_AUTH)) {
		fail_with_notify(ike, sa, IKE_AUTH, AUTHENTICATION_FAILED,
				 "the peer wants EAP, which is not supported");
		return false;
	}
	if (kernel_ike_sa_auth_verify(ike->kernel, sa->id, sa->connection->name)) {
		fail_with_notify(ike, sa, IKE_AUTH, AUTHENTICATION_FAILED,
				 kernel_error(ike->kernel));
		return false;
	}
	return true;
}

/* The Child SA that comes with the IKE SA. */
struct first_child {
	const struct child_config *config;
	struct child_choice choice;
	uint16_t refusal; /* 0: it was chosen */
	char reason[CHILD_REASON_MAX]; /* of the refusal */
};

static void write_child(const struct child_sa *child,
			struct message_writer *message)
{
	child_choice_write_answer_sa(message, &child->choice, child->spi_in);
	child_choice_write_answer_ts(message, &child->choice);
}

/* Return: the first Child SA, NULL with the refusal. */
static struct child_sa *make_child(struct ike *ike, struct ike_sa *sa,
				   struct first_child *first)
{
	struct kernel_child_sa_new order = { 0 };
	struct kernel_child_sa_own own;
	struct child_sa *child;
	struct chain answer;

	if (first->refusal)
		return NULL;
	child = child_sa_reserve(ike, sa, first->config, &order, &own);
	if (child) {
		child->choice = first->choice;
		create_child_say_less(ike, sa, first->config, first->reason);
		chain_start(&answer);
		write_child(child, &answer.message);
		if (!child_sa_install(ike, child, DIRECTION_BOTH, &answer))
			return child;
	}
	/* RFC 7296 section 1.2: one of those that leave the IKE SA standing. */
	first->refusal = NO_PROPOSAL_CHOSEN;
	snprintf(first->reason, sizeof(first->reason),
		 "the kernel does not install it: %.300s",
		 kernel_error(ike->kernel));
	if (child)
		child_sa_remove(ike, child);
	return NULL;
}

/* Return: 0 or a negative errno with kernel_error(). */
static int write_auth(struct ike *ike, struct ike_sa *sa,
		      struct message_writer *message)
{
	struct kernel_auth auth;
	int error;

	error = kernel_ike_sa_auth_make(ike->kernel, sa->id, &auth);
	if (error)
		return error;
	id_write(message, PAYLOAD_IDR, &sa->connection->local_id);
	exchange_write_auth(message, &auth);
	if (auth.ppk.present)
		sa->ppk_mixed = true;
	return 0;
}

void responder_auth(struct ike *ike, struct ike_sa *sa,
		    const struct payloads *payloads)
{
	struct notify_payload notify;
	struct first_child first;
	struct child_sa *child;
	bool initial_contact;
	struct chain chain;

	if (!authenticate(ike, sa, payloads))
		return;
	first.refusal = child_choice_find(sa, false, payloads, &first.config,
					  &first.choice, first.reason);
	/* RFC 7296 section 2.21.2: to the peer that is the end of the IKE SA. */
	if (first.refusal == INVALID_SYNTAX) {
		fail_with_notify(ike, sa, IKE_AUTH, INVALID_SYNTAX, first.reason);
		return;
	}
	initial_contact = notify_find(payloads, INITIAL_CONTACT, &notify);
	if (unique_is_kept_out(ike, sa, initial_contact)) {
		fail_with_notify(ike, sa, IKE_AUTH, AUTHENTICATION_FAILED,
				 "there is an IKE SA already (unique = keep)");
		return;
	}
	unique_make_room(ike, sa, initial_contact);
	/* To the kernel this side's AUTH ends IKE_AUTH. */
	child = make_child(ike, sa, &first);
	chain_start(&chain);
	if (write_auth(ike, sa, &chain.message)) {
		snprintf(first.reason, sizeof(first.reason), "%s",
			 kernel_error(ike->kernel));
		/* The kernel seals no refusal of what it has installed. */
		if (child)
			child_sa_remove(ike, child);
		fail_with_notify(ike, sa, IKE_AUTH, AUTHENTICATION_FAILED,
				 first.reason);
		return;
	}
	if (child) {
		write_child(child, &chain.message);
	} else {
		ike_event(ike, sa, NULL, EVENT_CHILD_FAILED, NULL, 0,
			  "failed: no Child SA: %s: %s",
			  notify_name(first.refusal), first.reason);
		notify_write(&chain.message, first.refusal, NULL, 0);
	}
	note_keep(ike, sa);
	if (!exchange_send_response(ike, sa, IKE_AUTH, &chain))
		return;
	established(ike, sa);
	if (sa->children)
		create_child_established(ike, sa->children, 0);
	unique_replace_others(ike, sa, initial_contact);
}
