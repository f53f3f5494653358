// SPDX-License-Identifier: GPL-2.0
#include "exchange.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/pqike.h>

#include "children.h"
#include "disturb.h"

#define TRIES_MAX		600
#define TRY_MICROSECONDS	50000

static struct request *begin(struct walk *walk, uint8_t command,
			     const struct ike *sa)
{
	request_begin(&walk->request, command);
	request_put_u32(&walk->request, PQIKE_A_IKE_SA_ID, sa->id);
	return &walk->request;
}

static int ask_of(struct walk *walk, const struct ike *sa, uint8_t command)
{
	begin(walk, command, sa);
	return walk_ask(walk, sa->side);
}

static void take_octets(const struct nlattr *attribute, void *octets, size_t len)
{
	const size_t there = attribute_len(attribute);

	if (attribute)
		memcpy(octets, attribute_octets(attribute),
		       there < len ? there : len);
}

static void take_ke(struct ke_data *ke, const struct nlattr *method,
		    const struct nlattr *data)
{
	ke->method = data ? attribute_u16(method) : 0;
	ke->len = attribute_len(data);
	if (ke->len > sizeof(ke->octets))
		ke->len = sizeof(ke->octets);
	take_octets(data, ke->octets, ke->len);
}

static void put_ke(struct walk *walk, const struct ke_data *ke)
{
	struct ke_data sent = *ke;

	disturb_ke(walk, &sent);
	chain_put_ke(&walk->chain, &sent);
}

static const struct nlattr *reply_child(const struct walk *walk, uint16_t type)
{
	return nested_attribute(reply_attribute(&walk->reply,
						PQIKE_A_IKE_SA_CHILD_SA), type);
}

/* Sealing and opening */

static void keep_sealed(struct walk *walk)
{
	const struct nlmsghdr *message = (const void *)walk->reply.octets;
	const struct nlattr *attribute =
		reply_attribute(&walk->reply, PQIKE_A_IKE_SA_MESSAGE);
	struct sealed *sealed = &walk->sealed;
	size_t used = 0;

	for (sealed->n = 0; attribute && sealed->n < SEALED_MAX; sealed->n++) {
		const size_t len = attribute_len(attribute);

		if (len > SEALED_LEN_MAX - used)
			break;
		memcpy(sealed->octets + used, attribute_octets(attribute), len);
		world_record(walk->world, attribute_octets(attribute), len);
		sealed->lens[sealed->n] = len;
		used += len;
		attribute = next_attribute(attribute, message,
					   PQIKE_A_IKE_SA_MESSAGE);
	}
}

/* The payloads of walk->chain, in fragments of a size, or 0 */
static int seal(struct walk *walk, const struct ike *sa, uint8_t exchange,
		uint32_t message_id, bool response, uint32_t fragment_size)
{
	struct request *request = begin(walk, PQIKE_CMD_IKE_SA_SEAL, sa);
	const struct chain *chain = &walk->chain;
	int err;

	disturb_chain(walk);
	request_put_u8(request, PQIKE_A_IKE_SA_EXCHANGE_TYPE, exchange);
	if (response)
		request_put(request, PQIKE_A_IKE_SA_RESPONSE_FLAG, NULL, 0);
	request_put_u32(request, PQIKE_A_IKE_SA_MESSAGE_ID, message_id);
	request_put_u8(request, PQIKE_A_IKE_SA_FIRST_PAYLOAD, chain->first);
	request_put(request, PQIKE_A_IKE_SA_PLAINTEXT, chain->octets, chain->len);
	if (fragment_size)
		request_put_u32(request, PQIKE_A_IKE_SA_FRAGMENT_SIZE,
				fragment_size);
	err = walk_ask(walk, sa->side);
	if (err)
		return err;
	keep_sealed(walk);
	world_record(walk->world, chain->octets, chain->len);
	/* Under the same Message ID a second one is never sealed. */
	if (walk->world->calm && chance_one_in(&walk->chance, 8)) {
		request_copy(&walk->other, &walk->request);
		walk_must_be_refused(walk, sa->side);
	}
	return 0;
}

static void ask_other_to_open(struct walk *walk, const struct ike *sa,
			      const uint8_t *octets, size_t len)
{
	request_begin(&walk->other, PQIKE_CMD_IKE_SA_OPEN);
	request_put_u32(&walk->other, PQIKE_A_IKE_SA_ID, sa->id);
	request_put(&walk->other, PQIKE_A_IKE_SA_MESSAGE, octets, len);
	walk_must_be_refused(walk, sa->side);
}

/* Of a message that was changed, nothing verifies. */
static void try_changed(struct walk *walk, const struct ike *sa,
			const uint8_t *octets, size_t len)
{
	struct chance *chance = &walk->chance;
	uint8_t *changed = walk->octets;
	const uint32_t at = chance_below(chance, (uint32_t)len);

	memcpy(changed, octets, len);
	switch (chance_below(chance, 3)) {
	case 0:
		len = at;
		break;
	case 1:
		changed[len++] = 0;
		break;
	default:
		changed[at] ^= (uint8_t)(1 << chance_below(chance, 8));
		break;
	}
	ask_other_to_open(walk, sa, changed, len);
}

static int open_one(struct walk *walk, const struct ike *sa,
		    const uint8_t *octets, size_t len)
{
	struct request *request;
	int err;

	if (chance_one_in(&walk->chance, 4))
		try_changed(walk, sa, octets, len);
	request = begin(walk, PQIKE_CMD_IKE_SA_OPEN, sa);
	request_put(request, PQIKE_A_IKE_SA_MESSAGE, octets, len);
	err = walk_ask(walk, sa->side);
	if (!err && walk->world->calm && chance_one_in(&walk->chance, 4))
		ask_other_to_open(walk, sa, octets, len);
	return err;
}

/* Beginning with any of its fragments, all in a circle */
static int open_sealed(struct walk *walk, const struct ike *sa)
{
	const struct sealed *sealed = &walk->sealed;
	const unsigned int first = sealed->n ?
		chance_below(&walk->chance, sealed->n) : 0;
	size_t begins[SEALED_MAX], used = 0;
	int err = 0;

	for (unsigned int i = 0; i < sealed->n; i++) {
		begins[i] = used;
		used += sealed->lens[i];
	}
	for (unsigned int i = 0; !err && i < sealed->n; i++) {
		const unsigned int n = (first + i) % sealed->n;

		err = open_one(walk, sa, sealed->octets + begins[n],
			       sealed->lens[n]);
	}
	return err;
}

static uint32_t some_fragment_size(struct chance *chance)
{
	static const uint32_t sizes[] = { 0, 0, 0, 1280, 576 };

	return chance_of(chance, sizes);
}

/* The other side has opened the request afterwards. */
static int send_request(struct walk *walk, struct pair *pair, unsigned int from,
			uint8_t exchange)
{
	const struct ike *sa = &pair->sides[from];
	int err;

	err = seal(walk, sa, exchange, sa->next_request, false,
		   some_fragment_size(&walk->chance));
	return err ?: open_sealed(walk, &pair->sides[!from]);
}

static int send_response(struct walk *walk, struct pair *pair, unsigned int from,
			 uint8_t exchange)
{
	struct ike *sa = &pair->sides[from], *other = &pair->sides[!from];
	int err;

	err = seal(walk, sa, exchange, sa->next_answer, true,
		   some_fragment_size(&walk->chance));
	if (err)
		return err;
	sa->next_answer++;
	err = open_sealed(walk, other);
	if (!err)
		other->next_request++;
	return err;
}

/* Connections */

/**
 * exchange_set_connection() - make a connection between the sides
 * @walk: the thread
 * @side: where to make it
 * @connection: what it asks for
 */
int exchange_set_connection(struct walk *walk, unsigned int side,
			    enum connection connection)
{
	const bool mortal = !walk->world->calm && chance_one_in(&walk->chance, 8);
	struct request *request = &walk->request;
	uint8_t octets[IDENTITY_LEN_MAX];

	request_begin(request, PQIKE_CMD_CONNECTION_SET);
	request_put_string(request, PQIKE_A_CONNECTION_NAME,
			   connection_name(connection, walk->number));
	request_put(request, PQIKE_A_CONNECTION_LOCAL_ID, octets,
		    name_identity(side, octets));
	request_put(request, PQIKE_A_CONNECTION_REMOTE_ID, octets,
		    name_identity(!side, octets));
	request_put_string(request, PQIKE_A_CONNECTION_PSK,
			   mortal ? MORTAL_NAME : PSK_NAME);
	if (connection != CONNECTION_PQ)
		request_put(request, PQIKE_A_CONNECTION_ALLOW_CLASSICAL, NULL, 0);
	if (connection == CONNECTION_PPK || connection == CONNECTION_REQUIRED) {
		request_put_string(request, PQIKE_A_CONNECTION_PPK,
				   mortal ? MORTAL_NAME : PPK_NAME);
		request_put(request, PQIKE_A_CONNECTION_PPK_ID, octets,
			    name_ppk_id(NULL, octets));
	}
	if (connection == CONNECTION_REQUIRED)
		request_put(request, PQIKE_A_CONNECTION_PPK_REQUIRED, NULL, 0);
	children_put(walk, side);
	return walk_ask(walk, side);
}

/* IKE_SA_INIT */

static void take_new_ike_sa(const struct walk *walk, struct ike *sa)
{
	const struct reply *reply = &walk->reply;

	sa->id = attribute_u32(reply_attribute(reply, PQIKE_A_IKE_SA_ID));
	take_octets(reply_attribute(reply, PQIKE_A_IKE_SA_SPI_I), sa->spi_i,
		    SPI_LEN);
	take_octets(reply_attribute(reply, PQIKE_A_IKE_SA_SPI_R), sa->spi_r,
		    SPI_LEN);
	take_octets(reply_attribute(reply, PQIKE_A_IKE_SA_NONCE), sa->nonce,
		    NONCE_LEN);
	take_ke(&sa->ke, reply_attribute(reply, PQIKE_A_IKE_SA_KE_METHOD),
		reply_attribute(reply, PQIKE_A_IKE_SA_KE_DATA));
}

static size_t write_init(struct walk *walk, const struct ike *sa,
			 const struct plan *plan, bool response, uint8_t *message)
{
	static const uint8_t no_spi[SPI_LEN];
	struct chain *chain = &walk->chain;
	struct methods methods = plan->methods;
	struct suite suite = plan->suite;

	disturb_choice(walk, &suite, &methods);
	chain_begin(chain);
	chain_put_proposal(chain, NULL, 0, &suite, &methods);
	put_ke(walk, &sa->ke);
	chain_put(chain, PAYLOAD_NONCE, sa->nonce, NONCE_LEN);
	chain_put_notify(chain, INTERMEDIATE_EXCHANGE_SUPPORTED, NULL, 0);
	if (plan->ppk && (!response || plan->ppk == USE_PPK_INT))
		chain_put_notify(chain, USE_PPK_INT, NULL, 0);
	if (plan->ppk && (!response || plan->ppk == USE_PPK))
		chain_put_notify(chain, USE_PPK, NULL, 0);
	if (plan->full_transcript)
		chain_put_notify(chain, FULL_TRANSCRIPT_AUTH, NULL, 0);
	disturb_chain(walk);
	return write_init_message(chain, sa->spi_i,
				  response ? sa->spi_r : no_spi,
				  response ? FLAG_RESPONSE : FLAG_INITIATOR,
				  message);
}

static int new_initiator(struct walk *walk, struct ike *sa,
			 const struct plan *plan)
{
	struct request *request = &walk->request;
	int err;

	request_begin(request, PQIKE_CMD_IKE_SA_NEW);
	request_put_u32(request, PQIKE_A_IKE_SA_ROLE, PQIKE_ROLE_INITIATOR);
	request_put_string(request, PQIKE_A_IKE_SA_CONNECTION,
			   connection_name(plan->connection, walk->number));
	request_put_u16(request, PQIKE_A_IKE_SA_KE_METHOD, plan->methods.ids[0]);
	err = walk_ask(walk, sa->side);
	if (!err)
		take_new_ike_sa(walk, sa);
	return err;
}

static int new_responder(struct walk *walk, struct ike *sa,
			 const uint8_t *message, size_t len)
{
	struct request *request = &walk->request;
	int err;

	request_begin(request, PQIKE_CMD_IKE_SA_NEW);
	request_put_u32(request, PQIKE_A_IKE_SA_ROLE, PQIKE_ROLE_RESPONDER);
	request_put(request, PQIKE_A_IKE_SA_REQUEST, message, len);
	err = walk_ask(walk, sa->side);
	if (!err)
		take_new_ike_sa(walk, sa);
	return err;
}

static int init(struct walk *walk, const struct ike *sa, const uint8_t *request,
		size_t request_len, const uint8_t *response, size_t response_len)
{
	struct request *step = begin(walk, PQIKE_CMD_IKE_SA_INIT, sa);

	if (request_len)
		request_put(step, PQIKE_A_IKE_SA_REQUEST, request, request_len);
	if (response_len)
		request_put(step, PQIKE_A_IKE_SA_RESPONSE, response,
			    response_len);
	return walk_ask(walk, sa->side);
}

static int exchange_init(struct walk *walk, struct pair *pair, unsigned int first,
			 const struct plan *plan)
{
	struct ike *left = &pair->sides[first], *right = &pair->sides[!first];
	uint8_t request[4096], response[4096];
	size_t request_len, response_len;
	int err;

	err = new_initiator(walk, left, plan);
	if (err)
		return err;
	request_len = write_init(walk, left, plan, false, request);
	world_record(walk->world, request, request_len);
	err = new_responder(walk, right, request, request_len);
	if (err)
		return err;
	response_len = write_init(walk, right, plan, true, response);
	world_record(walk->world, response, response_len);
	memcpy(left->spi_r, right->spi_r, SPI_LEN);
	err = init(walk, right, NULL, 0, response, response_len);
	if (!err)
		err = init(walk, left, request, request_len, response,
			   response_len);
	left->next_request = 1;
	right->next_answer = 1;
	return err;
}

/* IKE_INTERMEDIATE */

/* What a step of ike-sa-additional-ke has made becomes walk->chain. */
static void chain_round(struct walk *walk, uint16_t ppk_notify)
{
	const struct reply *reply = &walk->reply;
	const struct nlattr *ppk =
		reply_attribute(reply, PQIKE_A_IKE_SA_PPK_IDENTITY);
	struct ke_data ke;

	take_ke(&ke, reply_attribute(reply, PQIKE_A_IKE_SA_KE_METHOD),
		reply_attribute(reply, PQIKE_A_IKE_SA_KE_DATA));
	chain_begin(&walk->chain);
	put_ke(walk, &ke);
	if (ppk)
		chain_put_notify(&walk->chain, ppk_notify, attribute_octets(ppk),
				 attribute_len(ppk));
}

/* By the messages of a pair, which is the parent's in a rekey */
static int exchange_round(struct walk *walk, struct pair *by, unsigned int from,
			  const struct ike *left, const struct ike *right,
			  uint8_t exchange)
{
	int err;

	err = ask_of(walk, left, PQIKE_CMD_IKE_SA_ADDITIONAL_KE);
	if (err)
		return err;
	chain_round(walk, PPK_IDENTITY_KEY);
	err = send_request(walk, by, from, exchange);
	if (!err)
		err = ask_of(walk, right, PQIKE_CMD_IKE_SA_ADDITIONAL_KE);
	if (err)
		return err;
	chain_round(walk, PPK_IDENTITY);
	err = send_response(walk, by, !from, exchange);
	return err ?: ask_of(walk, left, PQIKE_CMD_IKE_SA_ADDITIONAL_KE);
}

static unsigned int rounds_of(const struct plan *plan)
{
	const unsigned int additional = plan->methods.n - 1;

	return plan->ppk == USE_PPK_INT && !additional ? 1 : additional;
}

/* Child SAs */

static void put_address(struct request *request, uint16_t type,
			const uint8_t *octets)
{
	request_put(request, type, octets, 4);
}

static void put_endpoints(struct request *request, unsigned int side,
			  bool elsewhere)
{
	const uint8_t own[4] = { 192, 0, 2, (uint8_t)(side + 1) };
	const uint8_t peer[4] = {
		192, 0, 2, (uint8_t)(elsewhere ? 9 : SIDES - side),
	};

	put_address(request, PQIKE_A_CHILD_SA_LOCAL_ADDRESS, own);
	put_address(request, PQIKE_A_CHILD_SA_REMOTE_ADDRESS, peer);
}

static void put_ports(struct request *request, const struct child_plan *plan)
{
	if (!plan->encap)
		return;
	request_put_u16(request, PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT, 4500);
	request_put_u16(request, PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT, 4500);
}

static int install_out(struct walk *walk, const struct ike *sa,
		       const struct child *own)
{
	struct request *request = begin(walk, PQIKE_CMD_CHILD_SA_INSTALL, sa);

	request_nest(request, PQIKE_A_IKE_SA_CHILD_SA);
	request_put_u32(request, PQIKE_A_CHILD_SA_ID, own->id);
	request_put_u32(request, PQIKE_A_CHILD_SA_DIRECTION, PQIKE_DIRECTION_OUT);
	request_nest_end(request);
	return walk_ask(walk, sa->side);
}

static int on_child(struct walk *walk, const struct ike *sa,
		    const struct child *child, uint8_t command, uint16_t type,
		    uint32_t value, size_t len)
{
	struct request *request = begin(walk, command, sa);

	request_nest(request, PQIKE_A_IKE_SA_CHILD_SA);
	request_put_u32(request, PQIKE_A_CHILD_SA_ID, child->id);
	if (len)
		request_put(request, type, &value, len);
	request_nest_end(request);
	return walk_ask(walk, sa->side);
}

/* @answer: what a responder is going to seal, unless it has */
static int install_child(struct walk *walk, const struct ike *sa,
			 const struct child *own, const struct chain *answer,
			 const struct child_plan *plan)
{
	struct request *request = begin(walk, PQIKE_CMD_CHILD_SA_INSTALL, sa);
	int err;

	if (answer) {
		request_put_u8(request, PQIKE_A_IKE_SA_FIRST_PAYLOAD,
			       answer->first);
		request_put(request, PQIKE_A_IKE_SA_PLAINTEXT, answer->octets,
			    answer->len);
	}
	request_nest(request, PQIKE_A_IKE_SA_CHILD_SA);
	request_put_u32(request, PQIKE_A_CHILD_SA_ID, own->id);
	put_ports(request, plan);
	if (plan->inbound_first)
		request_put_u32(request, PQIKE_A_CHILD_SA_DIRECTION,
				PQIKE_DIRECTION_IN);
	request_nest_end(request);
	err = walk_ask(walk, sa->side);
	if (!err && plan->inbound_first && plan->encap)
		err = on_child(walk, sa, own, PQIKE_CMD_CHILD_SA_UPDATE,
			       PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT, 4500, 2);
	if (!err && plan->inbound_first)
		err = install_out(walk, sa, own);
	return err;
}

static void take_child(const struct walk *walk, struct child *child)
{
	child->id = attribute_u32(reply_child(walk, PQIKE_A_CHILD_SA_ID));
	child->spi_in = attribute_u32(reply_child(walk, PQIKE_A_CHILD_SA_SPI_IN));
	take_octets(reply_child(walk, PQIKE_A_CHILD_SA_NONCE), child->nonce,
		    NONCE_LEN);
	take_ke(&child->ke, reply_child(walk, PQIKE_A_CHILD_SA_KE_METHOD),
		reply_child(walk, PQIKE_A_CHILD_SA_KE_DATA));
}

/* Within IKE_AUTH if @role is negative; @methods may be NULL */
static int new_child(struct walk *walk, const struct ike *sa, int role,
		     const struct methods *methods,
		     const struct child_plan *plan, struct child *child)
{
	struct request *request = begin(walk, PQIKE_CMD_CHILD_SA_NEW, sa);
	int err;

	request_nest(request, PQIKE_A_IKE_SA_CHILD_SA);
	children_put_name(request, PQIKE_A_CHILD_SA_CHILD, plan->number,
			  plan->has_reqid);
	put_endpoints(request, sa->side, false);
	if (role >= 0)
		request_put_u32(request, PQIKE_A_CHILD_SA_ROLE, (uint32_t)role);
	if (methods && methods->n)
		request_put_u16(request, PQIKE_A_CHILD_SA_KE_METHOD,
				methods->ids[0]);
	request_nest_end(request);
	err = walk_ask(walk, sa->side);
	if (!err)
		take_child(walk, child);
	return err;
}

/* What a message says of a Child SA, with addresses of whatever child it is */
static void chain_terms(struct walk *walk, const struct child *child,
			const struct methods *methods,
			const struct child_plan *plan)
{
	const uint8_t protocol = plan->selectors <= 1 ? 0 : plan->icmp ? 1 : 17;
	struct suite suite = { plan->encr, plan->key_bits, plan->integ, 0 };
	struct methods said = { .n = 0 };
	struct chain *chain = &walk->chain;

	if (methods)
		said = *methods;
	if (said.n)
		disturb_choice(walk, &suite, &said);
	if (plan->transport)
		chain_put_notify(chain, USE_TRANSPORT_MODE, NULL, 0);
	chain_put_esp_proposal(chain, child->spi_in, &suite, plan->esn, &said);
	chain_put_selectors(chain, PAYLOAD_TSI, plan->selectors, protocol,
			    protocol ? 9 : 0);
	chain_put_selectors(chain, PAYLOAD_TSR, plan->selectors, protocol,
			    protocol && !plan->icmp ? 9 : 0);
}

/* IKE_AUTH */

static void chain_auth(struct walk *walk, const struct ike *sa, bool initiator)
{
	const struct reply *reply = &walk->reply;
	const struct nlattr *auth =
		reply_attribute(reply, PQIKE_A_IKE_SA_AUTH_DATA);
	const struct nlattr *method =
		reply_attribute(reply, PQIKE_A_IKE_SA_AUTH_METHOD);
	const struct nlattr *ppk =
		reply_attribute(reply, PQIKE_A_IKE_SA_PPK_IDENTITY);
	const struct nlattr *no_ppk =
		reply_attribute(reply, PQIKE_A_IKE_SA_NO_PPK_AUTH);
	struct chain *chain = &walk->chain;
	uint8_t octets[IDENTITY_LEN_MAX], header[4] = { 0 };

	take_octets(method, header, 1);
	chain_begin(chain);
	chain_put(chain, initiator ? PAYLOAD_IDI : PAYLOAD_IDR, octets,
		  name_identity(sa->side, octets));
	chain_put(chain, PAYLOAD_AUTH, header, sizeof(header));
	if (auth)
		chain_put_more(chain, attribute_octets(auth),
			       attribute_len(auth));
	if (ppk)
		chain_put_notify(chain, PPK_IDENTITY, attribute_octets(ppk),
				 attribute_len(ppk));
	if (no_ppk)
		chain_put_notify(chain, NO_PPK_AUTH, attribute_octets(no_ppk),
				 attribute_len(no_ppk));
}

static int verify(struct walk *walk, const struct ike *sa, const char *connection)
{
	struct request *request = begin(walk, PQIKE_CMD_IKE_SA_AUTH_VERIFY, sa);

	if (connection)
		request_put_string(request, PQIKE_A_IKE_SA_CONNECTION,
				   connection);
	return walk_ask(walk, sa->side);
}

static int answer_auth(struct walk *walk, const struct ike *right,
		       const struct plan *plan, const struct child_plan *child,
		       struct child children[SIDES])
{
	struct child *ours = &children[right->side];
	int err;

	err = verify(walk, right, connection_name(plan->accepting, walk->number));
	if (!err && child)
		err = new_child(walk, right, -1, NULL, child, ours);
	if (!err && child) {
		chain_begin(&walk->chain);
		chain_terms(walk, ours, NULL, child);
		err = install_child(walk, right, ours, &walk->chain, child);
	}
	return err ?: ask_of(walk, right, PQIKE_CMD_IKE_SA_AUTH_MAKE);
}

static int exchange_auth(struct walk *walk, struct pair *pair, unsigned int first,
			 const struct plan *plan, const struct child_plan *child,
			 struct child children[SIDES])
{
	struct ike *left = &pair->sides[first], *right = &pair->sides[!first];
	int err = 0;

	if (child)
		err = new_child(walk, left, -1, NULL, child, &children[first]);
	if (!err)
		err = ask_of(walk, left, PQIKE_CMD_IKE_SA_AUTH_MAKE);
	if (err)
		return err;
	chain_auth(walk, left, true);
	if (child)
		chain_terms(walk, &children[first], NULL, child);
	err = send_request(walk, pair, first, IKE_AUTH);
	if (!err)
		err = answer_auth(walk, right, plan, child, children);
	if (err)
		return err;
	chain_auth(walk, right, false);
	if (child)
		chain_terms(walk, &children[!first], NULL, child);
	err = send_response(walk, pair, !first, IKE_AUTH);
	if (!err)
		err = verify(walk, left, NULL);
	if (!err && child)
		err = install_child(walk, left, &children[first], NULL, child);
	return err;
}

/**
 * exchange_establish() - an IKE SA, from IKE_SA_INIT to IKE_AUTH
 * @walk: the thread
 * @pair: receives it; where an error is returned, as far as it came
 * @first: side of the initiator
 * @plan: what is agreed upon
 * @child: a Child SA with it, or NULL
 * @children: receives both sides of that
 */
int exchange_establish(struct walk *walk, struct pair *pair, unsigned int first,
		       const struct plan *plan, const struct child_plan *child,
		       struct child children[SIDES])
{
	const unsigned int rounds = rounds_of(plan);
	int err;

	memset(pair, 0, sizeof(*pair));
	pair->suite = plan->suite;
	for (unsigned int side = 0; side < SIDES; side++)
		pair->sides[side].side = side;
	err = exchange_init(walk, pair, first, plan);
	for (unsigned int i = 0; !err && i < rounds; i++)
		err = exchange_round(walk, pair, first, &pair->sides[first],
				     &pair->sides[!first], IKE_INTERMEDIATE);
	return err ?: exchange_auth(walk, pair, first, plan, child, children);
}

/* Exchanges of an established IKE SA */

/**
 * exchange_informational() - a message of any length, and its answer
 * @walk: the thread
 * @pair: the IKE SA
 * @from: which side begins
 */
int exchange_informational(struct walk *walk, struct pair *pair,
			   unsigned int from)
{
	static const uint32_t sizes[] = { 0, 16, 300, 1500, 3000 };
	static const uint32_t fragments[] = { 0, 0, 256, 576, 1280 };
	const struct ike *sa = &pair->sides[from];
	uint32_t len = chance_of(&walk->chance, sizes);
	int err;

	if (chance_one_in(&walk->chance, 64))
		len = 60000;
	chance_octets(&walk->chance, walk->octets, len);
	chain_begin(&walk->chain);
	if (len)
		chain_put_notify(&walk->chain, 40000, walk->octets, len);
	err = seal(walk, sa, INFORMATIONAL, sa->next_request, false,
		   len > 3000 ? 4000 : chance_of(&walk->chance, fragments));
	if (!err)
		err = open_sealed(walk, &pair->sides[!from]);
	if (err)
		return err;
	chain_begin(&walk->chain);
	return send_response(walk, pair, !from, INFORMATIONAL);
}

static void chain_child(struct walk *walk, const struct child *child,
			const struct methods *methods,
			const struct child_plan *plan)
{
	chain_begin(&walk->chain);
	chain_terms(walk, child, methods, plan);
	chain_put(&walk->chain, PAYLOAD_NONCE, child->nonce, NONCE_LEN);
	put_ke(walk, &child->ke);
}

static int step_of_child(struct walk *walk, const struct ike *sa,
			 struct child *child)
{
	struct request *request = begin(walk, PQIKE_CMD_CHILD_SA_KE, sa);
	int err;

	request_nest(request, PQIKE_A_IKE_SA_CHILD_SA);
	request_put_u32(request, PQIKE_A_CHILD_SA_ID, child->id);
	request_nest_end(request);
	err = walk_ask(walk, sa->side);
	if (!err)
		take_ke(&child->ke, reply_child(walk, PQIKE_A_CHILD_SA_KE_METHOD),
			reply_child(walk, PQIKE_A_CHILD_SA_KE_DATA));
	return err;
}

static void chain_followup(struct walk *walk, const struct child *child)
{
	chain_begin(&walk->chain);
	put_ke(walk, &child->ke);
	chain_put_notify(&walk->chain, ADDITIONAL_KEY_EXCHANGE, "link", 4);
}

/* Where it is the last, child-sa-install may take the response. */
static int followup(struct walk *walk, struct pair *pair, unsigned int from,
		    struct child children[SIDES], bool last)
{
	int err;

	chain_followup(walk, &children[from]);
	err = send_request(walk, pair, from, IKE_FOLLOWUP_KE);
	if (!err)
		err = step_of_child(walk, &pair->sides[!from], &children[!from]);
	if (err)
		return err;
	chain_followup(walk, &children[!from]);
	err = send_response(walk, pair, !from, IKE_FOLLOWUP_KE);
	if (last && chance_one_in(&walk->chance, 2))
		return err;
	return err ?: step_of_child(walk, &pair->sides[from], &children[from]);
}

/**
 * exchange_create_child() - a further Child SA
 * @walk: the thread
 * @pair: the IKE SA
 * @from: which side begins
 * @methods: key exchanges; none without PFS
 * @plan: what it shall be
 * @children: receives both sides
 */
int exchange_create_child(struct walk *walk, struct pair *pair,
			  unsigned int from, const struct methods *methods,
			  const struct child_plan *plan,
			  struct child children[SIDES])
{
	const struct ike *left = &pair->sides[from], *right = &pair->sides[!from];
	/* Else child-sa-install takes the last response. */
	const bool accept = methods->n > 1 || chance_one_in(&walk->chance, 2);
	/* Else the responder installs what it has sealed. */
	const bool before = methods->n <= 1 && chance_one_in(&walk->chance, 2);
	int err;

	err = new_child(walk, left, PQIKE_ROLE_INITIATOR, methods, plan,
			&children[from]);
	if (err)
		return err;
	chain_child(walk, &children[from], methods, plan);
	err = send_request(walk, pair, from, CREATE_CHILD_SA);
	if (!err)
		err = new_child(walk, right, PQIKE_ROLE_RESPONDER, methods, plan,
				&children[!from]);
	if (err)
		return err;
	chain_child(walk, &children[!from], methods, plan);
	if (before)
		err = install_child(walk, right, &children[!from], &walk->chain,
				    plan);
	if (!err)
		err = send_response(walk, pair, !from, CREATE_CHILD_SA);
	if (!err && accept)
		err = step_of_child(walk, left, &children[from]);
	for (unsigned int i = 1; !err && i < methods->n; i++)
		err = followup(walk, pair, from, children,
			       i + 1 == methods->n);
	if (!err && !before)
		err = install_child(walk, right, &children[!from], NULL, plan);
	return err ?: install_child(walk, left, &children[from], NULL, plan);
}

static int new_rekey(struct walk *walk, const struct ike *parent, struct ike *sa,
		     uint32_t role, uint16_t method)
{
	struct request *request = &walk->request;
	int err;

	sa->side = parent->side;
	request_begin(request, PQIKE_CMD_IKE_SA_NEW);
	request_put_u32(request, PQIKE_A_IKE_SA_ROLE, role);
	request_put_u32(request, PQIKE_A_IKE_SA_REKEYS, parent->id);
	if (method)
		request_put_u16(request, PQIKE_A_IKE_SA_KE_METHOD, method);
	err = walk_ask(walk, sa->side);
	if (!err)
		take_new_ike_sa(walk, sa);
	return err;
}

static void chain_rekey(struct walk *walk, const struct ike *sa,
			const uint8_t *spi, const struct suite *suite,
			const struct methods *methods)
{
	struct methods said = *methods;
	struct suite with = *suite;

	disturb_choice(walk, &with, &said);
	chain_begin(&walk->chain);
	chain_put_proposal(&walk->chain, spi, SPI_LEN, &with, &said);
	chain_put(&walk->chain, PAYLOAD_NONCE, sa->nonce, NONCE_LEN);
	put_ke(walk, &sa->ke);
}

static int rekey(struct walk *walk, struct pair *pair, unsigned int from,
		 const struct methods *methods, struct pair *next)
{
	struct ike *left = &next->sides[from], *right = &next->sides[!from];
	int err;

	err = new_rekey(walk, &pair->sides[from], left, PQIKE_ROLE_INITIATOR,
			methods->ids[0]);
	if (err)
		return err;
	chain_rekey(walk, left, left->spi_i, &pair->suite, methods);
	err = send_request(walk, pair, from, CREATE_CHILD_SA);
	if (!err)
		err = new_rekey(walk, &pair->sides[!from], right,
				PQIKE_ROLE_RESPONDER, 0);
	if (err)
		return err;
	chain_rekey(walk, right, right->spi_r, &pair->suite, methods);
	err = send_response(walk, pair, !from, CREATE_CHILD_SA);
	if (!err)
		err = init(walk, right, NULL, 0, NULL, 0);
	if (!err)
		err = init(walk, left, NULL, 0, NULL, 0);
	for (unsigned int i = 1; !err && i < methods->n; i++)
		err = exchange_round(walk, pair, from, left, right,
				     IKE_FOLLOWUP_KE);
	return err;
}

/**
 * exchange_rekey() - another IKE SA in the place of one, with its Child SAs
 * @walk: the thread
 * @pair: the IKE SA; receives the other
 * @from: which side begins
 * @methods: key exchanges
 */
int exchange_rekey(struct walk *walk, struct pair *pair, unsigned int from,
		   const struct methods *methods)
{
	struct pair next = { .suite = pair->suite };
	int err;

	err = rekey(walk, pair, from, methods, &next);
	for (unsigned int side = 0; !err && side < SIDES; side++)
		err = ask_of(walk, &next.sides[side], PQIKE_CMD_IKE_SA_INHERIT);
	if (!err)
		err = exchange_delete(walk, pair);
	if (!err)
		*pair = next;
	return err;
}

/**
 * exchange_delete_child() - end a Child SA on both sides
 * @walk: the thread
 * @pair: its IKE SA
 * @children: both sides of it
 */
int exchange_delete_child(struct walk *walk, const struct pair *pair,
			  const struct child children[SIDES])
{
	int err = 0;

	for (unsigned int side = 0; !err && side < SIDES; side++) {
		const struct ike *sa = &pair->sides[side];
		const struct child *child = &children[side];

		if (chance_one_in(&walk->chance, 4))
			err = on_child(walk, sa, child, PQIKE_CMD_CHILD_SA_DEL,
				       PQIKE_A_CHILD_SA_DIRECTION,
				       PQIKE_DIRECTION_OUT, 4);
		if (!err)
			err = on_child(walk, sa, child, PQIKE_CMD_CHILD_SA_DEL,
				       0, 0, 0);
	}
	return err;
}

/**
 * exchange_update_child() - another port of the peer, on both sides
 * @walk: the thread
 * @pair: its IKE SA
 * @children: both sides of a Child SA with ESP in UDP
 */
int exchange_update_child(struct walk *walk, const struct pair *pair,
			  const struct child children[SIDES])
{
	int err = 0;

	for (unsigned int side = 0; !err && side < SIDES; side++)
		err = on_child(walk, &pair->sides[side], &children[side],
			       PQIKE_CMD_CHILD_SA_UPDATE,
			       PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT,
			       4500 + chance_below(&walk->chance, 3), 2);
	return err;
}

/*
 * Its socket is closed: a process that another crew has just begun may have it open for
 * a moment, until its program is loaded.
 */
static int wait_for_orphan(struct walk *walk, const struct ike *sa)
{
	int err;

	for (unsigned int tries = 0; tries < TRIES_MAX; tries++) {
		err = ask_of(walk, sa, PQIKE_CMD_IKE_SA_GET);
		if (err || reply_attribute(&walk->reply, PQIKE_A_IKE_SA_ORPHAN))
			return err;
		usleep(TRY_MICROSECONDS);
	}
	return -EBUSY;
}

/**
 * exchange_hand_over() - close the socket on a side, and have another one adopt an IKE SA
 * @walk: the thread
 * @pair: the IKE SA
 * @side: which side
 */
int exchange_hand_over(struct walk *walk, const struct pair *pair,
		       unsigned int side)
{
	const uint32_t len = chance_below(&walk->chance, PQIKE_NOTE_MAX + 1);
	struct request *request = begin(walk, PQIKE_CMD_IKE_SA_NOTE,
					&pair->sides[side]);
	int err;

	chance_octets(&walk->chance, walk->octets, len);
	request_put(request, PQIKE_A_IKE_SA_NOTE, walk->octets, len);
	request_put_u32(request, PQIKE_A_IKE_SA_LIFETIME,
			chance_below(&walk->chance, 3) * 3600);
	err = walk_ask(walk, side);
	if (err)
		return err;
	if (!walk_reopen(walk, side))
		return -EIO;
	/* In a wild world others may adopt it. */
	if (walk->world->calm)
		err = wait_for_orphan(walk, &pair->sides[side]);
	return err ?: ask_of(walk, &pair->sides[side], PQIKE_CMD_IKE_SA_ADOPT);
}

/**
 * exchange_show() - have both sides of an IKE SA shown, in one message or several
 * @walk: the thread
 * @pair: the IKE SA
 */
int exchange_show(struct walk *walk, const struct pair *pair)
{
	int err = 0;

	for (unsigned int side = 0; !err && side < SIDES; side++) {
		begin(walk, PQIKE_CMD_IKE_SA_GET, &pair->sides[side]);
		walk->request.dumps = chance_one_in(&walk->chance, 2);
		err = walk_ask(walk, side);
	}
	return err;
}

/**
 * exchange_delete() - end an IKE SA on both sides
 * @walk: the thread
 * @pair: the IKE SA
 */
int exchange_delete(struct walk *walk, const struct pair *pair)
{
	int err = 0;

	for (unsigned int side = 0; !err && side < SIDES; side++)
		err = ask_of(walk, &pair->sides[side], PQIKE_CMD_IKE_SA_DEL);
	return err;
}

/**
 * exchange_trap() - set a trap on one side
 * @walk: the thread
 * @side: which side
 * @plan: the Child SA that it waits for, which has a reqid
 * @elsewhere: the peer is at another address
 */
int exchange_trap(struct walk *walk, unsigned int side,
		  const struct child_plan *plan, bool elsewhere)
{
	struct request *request = &walk->request;

	request_begin(request, PQIKE_CMD_TRAP_SET);
	request_put_string(request, PQIKE_A_TRAP_CONNECTION,
			   connection_name(CONNECTION_PLAIN, walk->number));
	request_nest(request, PQIKE_A_TRAP_CHILD_SA);
	children_put_name(request, PQIKE_A_CHILD_SA_CHILD, plan->number, true);
	put_endpoints(request, side, elsewhere);
	if (plan->transport)
		request_put_u32(request, PQIKE_A_CHILD_SA_MODE,
				PQIKE_CHILD_SA_MODE_TRANSPORT);
	request_nest_end(request);
	return walk_ask(walk, side);
}

static int on_trap(struct walk *walk, unsigned int side, uint8_t command,
		   uint32_t reqid)
{
	struct request *request = &walk->request;

	request_begin(request, command);
	request_nest(request, PQIKE_A_TRAP_CHILD_SA);
	request_put_u32(request, PQIKE_A_CHILD_SA_REQID, reqid);
	request_nest_end(request);
	return walk_ask(walk, side);
}

/**
 * exchange_untrap() - have a trap shown, and remove it
 * @walk: the thread
 * @side: which side
 * @plan: what it was set with
 */
int exchange_untrap(struct walk *walk, unsigned int side,
		    const struct child_plan *plan)
{
	const uint32_t reqid = children_reqid(walk, plan->number);
	int err;

	err = on_trap(walk, side, PQIKE_CMD_TRAP_GET, reqid);
	return err ?: on_trap(walk, side, PQIKE_CMD_TRAP_DEL, reqid);
}
