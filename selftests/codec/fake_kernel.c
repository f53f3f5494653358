// SPDX-License-Identifier: GPL-2.0
#include "fake_kernel.h"

#include <errno.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "wire/selector.h"
#include "wire/transform.h"

#define TAG_SIZE 4
#define SK_HEADER 4
#define SKF_HEADER 8

/* The helper has asked for what the kernel would never be asked for. */
static void __attribute__((noreturn)) misused(const char *function)
{
	fprintf(stderr, "%s: not so: a step out of order\n", function);
	abort();
}

static const uint8_t tag[TAG_SIZE] = "tag";

static struct fake_datagram *queue;
static int64_t now = 1;

/* No two moments are the same. */
int64_t clock_now(void)
{
	return ++now;
}

void fake_clock_begin(void)
{
	now = 1;
}

void fake_clock_advance(int64_t ms)
{
	now += ms;
}

void fake_clock_run(struct ike *ike)
{
	int64_t due = timers_next(&ike->timers);

	if (due > now)
		now = due;
	if (due)
		timers_run(&ike->timers, ike, now);
	ike_sas_release(ike);
}

struct kernel *fake_kernel_new(uint8_t spi_seed)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));

	kernel->spi_seed = spi_seed;
	kernel->nonce_first = spi_seed;
	kernel->error = "";
	return kernel;
}

void fake_kernel_free(struct kernel *kernel)
{
	for (size_t i = 0; i < FAKE_SAS_MAX; i++) {
		datagrams_clear(&kernel->sas[i].exchanges.sent_request);
		datagrams_clear(&kernel->sas[i].exchanges.sent_response);
		free(kernel->sas[i].messages);
	}
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		free(kernel->child_sas[i].install);
	free(kernel);
}

unsigned int fake_kernel_live(const struct kernel *kernel)
{
	return kernel->live;
}

unsigned int fake_kernel_installed(const struct kernel *kernel)
{
	return kernel->installed;
}

unsigned int fake_kernel_larval(const struct kernel *kernel)
{
	return kernel->larval;
}

/* xfrm uses the outbound ESP SA that was installed last. */
bool fake_kernel_passes(const struct kernel *from, const struct kernel *to)
{
	const struct fake_child_sa *last = NULL;

	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++) {
		const struct fake_child_sa *child = &from->child_sas[i];

		if (child->ike_sa_id && child->out &&
		    (!last || child->order > last->order))
			last = child;
	}
	for (size_t i = 0; last && i < FAKE_CHILD_SAS_MAX; i++)
		if (to->child_sas[i].ike_sa_id && to->child_sas[i].in &&
		    to->child_sas[i].spi_in == last->spi_out)
			return true;
	return false;
}

static struct fake_sa *find(struct kernel *kernel, uint32_t id)
{
	if (!id || id > FAKE_SAS_MAX || !kernel->sas[id - 1].live)
		misused(__func__);
	return &kernel->sas[id - 1];
}

static int fail(struct kernel *kernel, int error, const char *why)
{
	kernel->error = why;
	return -error;
}

static int fail_for_module(struct kernel *kernel)
{
	return fail(kernel, ENOENT, "the module is not there");
}

/* Counts the request.  Return: whether nobody makes it, or hears it. */
static bool is_gone(struct kernel *kernel)
{
	if (kernel->dies_in && !--kernel->dies_in)
		kernel->gone = true;
	return kernel->gone;
}

/* Counts the request.  Return: an error for the one whose turn it is. */
static int lacks_memory(struct kernel *kernel)
{
	kernel->since_opened++;
	if (is_gone(kernel))
		return fail_for_module(kernel);
	if (!kernel->fail_in || --kernel->fail_in)
		return 0;
	return fail(kernel, kernel->fail_with ? kernel->fail_with : ENOMEM,
		    "out of memory");
}

void fake_kernel_restart(struct kernel *kernel)
{
	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		kernel->sas[i].live = false;
	kernel->live = 0;
	kernel->installed = 0;
	kernel->larval = 0;
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		free(kernel->child_sas[i].install);
	memset(kernel->child_sas, 0, sizeof(kernel->child_sas));
	kernel->full_sas = 0;
	kernel->full_child_sas = 0;
	kernel->traps = 0;
	memset(kernel->connection_list, 0, sizeof(kernel->connection_list));
	kernel->quota = (struct quota){ 0 };
	kernel->gone = false;
}

const char *kernel_error(const struct kernel *kernel)
{
	return kernel->error;
}

bool kernel_blames_message(const struct kernel *kernel)
{
	return kernel->refuse_child_new == EKEYREJECTED;
}

bool kernel_blames_key_exchange(const struct kernel *kernel)
{
	return kernel->refuse_child_ke == EKEYREJECTED ||
	       kernel->refuse_child_ke == EBADMSG;
}

struct fake_connection *fake_kernel_connection(struct kernel *kernel,
					       const char *name)
{
	for (size_t i = 0; i < FAKE_CONNECTIONS_MAX; i++)
		if (!strcmp(kernel->connection_list[i].name, name))
			return &kernel->connection_list[i];
	return NULL;
}

static void note_connection(struct kernel *kernel,
			    const struct kernel_connection *connection)
{
	struct fake_connection *place =
		fake_kernel_connection(kernel, connection->name);

	if (!place)
		place = fake_kernel_connection(kernel, "");
	if (!place)
		return;
	memset(place, 0, sizeof(*place));
	snprintf(place->name, sizeof(place->name), "%s", connection->name);
	if (connection->n_children && connection->children[0].n_remote_ts)
		place->remote_ts = connection->children[0].remote_ts[0];
}

int kernel_connection_set(struct kernel *kernel,
			  const struct kernel_connection *connection)
{
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	if (kernel->refuse_connection &&
	    !strcmp(connection->name, kernel->refuse_connection))
		return fail(kernel, ENOKEY, "refused by the test");
	kernel->connections_set++;
	note_connection(kernel, connection);
	return 0;
}

int kernel_connection_del(struct kernel *kernel, const char *name)
{
	struct fake_connection *place;

	if (kernel->gone)
		return fail_for_module(kernel);
	if (kernel->refuse_delete)
		return fail(kernel, ENOMEM, "refused by the test");
	kernel->connections_deleted++;
	place = fake_kernel_connection(kernel, name);
	if (place)
		memset(place, 0, sizeof(*place));
	return 0;
}

static void list_connection(const char *name,
			    void (*each)(const struct kernel_connection *connection,
					 void *arg),
			    void *arg)
{
	struct kernel_connection connection = { 0 };

	snprintf(connection.name, sizeof(connection.name), "%s", name);
	each(&connection, arg);
}

int kernel_connection_dump(struct kernel *kernel,
			   void (*each)(const struct kernel_connection *connection,
					void *arg),
			   void *arg)
{
	const char *const *name = kernel->connections;

	if (kernel->gone)
		return fail_for_module(kernel);
	kernel->connections_listed++;
	for (; name && *name; name++)
		list_connection(*name, each, arg);
	for (size_t i = 0; !kernel->connections && i < FAKE_CONNECTIONS_MAX; i++)
		if (*kernel->connection_list[i].name)
			list_connection(kernel->connection_list[i].name, each,
					arg);
	return 0;
}

static uint32_t or_default(uint32_t number)
{
	return number ? number : FAKE_QUOTA_DEFAULT;
}

int kernel_quota_set(struct kernel *kernel, const struct quota *quota,
		     struct kernel_usage *usage)
{
	if (kernel->gone)
		return fail_for_module(kernel);
	if (quota && kernel->refuse_quota &&
	    quota->ike_sas > kernel->refuse_quota)
		return fail(kernel, EPERM, "refused by the test");
	if (quota)
		kernel->quota = (struct quota){
			or_default(quota->ike_sas), or_default(quota->half_open),
			or_default(quota->child_sas),
			or_default(quota->connections), or_default(quota->traps),
			or_default(quota->policies),
		};
	*usage = (struct kernel_usage){ .quota = kernel->quota };
	return 0;
}

static void make_nonce(struct kernel *kernel, struct nonce *nonce)
{
	nonce->len = 32;
	memset(nonce->data, kernel->nonce_first, nonce->len);
	nonce->data[31] = ++kernel->last_nonce;
}

static void make_spi(struct kernel *kernel, uint8_t spi[IKE_SPI_SIZE])
{
	memset(spi, kernel->spi_seed, IKE_SPI_SIZE);
	kernel->last_spi++;
	for (int i = 0; i < 4; i++)
		spi[7 - i] ^= (uint8_t)(kernel->last_spi >> 8 * i);
	spi[7] ^= kernel->spi_seed;
}

/* What was in the messages of the one before stays, and is not looked at. */
static void begin_sa(struct fake_sa *sa)
{
	struct fake_messages *messages = sa->messages;

	if (!messages)
		messages = malloc(sizeof(*messages));
	if (!messages)
		abort();
	messages->opened.fresh = false;
	messages->opened.response = false;
	messages->opened.len = 0;
	messages->sealed.len = 0;
	datagrams_clear(&sa->exchanges.sent_request);
	datagrams_clear(&sa->exchanges.sent_response);
	*sa = (struct fake_sa){ .live = true, .messages = messages };
}

static int new_sa(struct kernel *kernel, struct kernel_ike_sa_new *own)
{
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	*own = (struct kernel_ike_sa_new){ .ke.len = 32 };
	make_nonce(kernel, &own->nonce);
	for (uint32_t i = kernel->full_sas; i < FAKE_SAS_MAX; i++) {
		if (kernel->sas[i].live)
			continue;
		kernel->full_sas = i + 1;
		begin_sa(&kernel->sas[i]);
		kernel->live++;
		own->id = i + 1;
		return 0;
	}
	return fail(kernel, ENOSPC, "no room");
}

int kernel_ike_sa_new_initiator(struct kernel *kernel, const char *connection,
				uint16_t ke_method,
				struct kernel_ike_sa_new *own)
{
	int error = new_sa(kernel, own);
	struct fake_sa *sa;

	if (error)
		return error;
	sa = find(kernel, own->id);
	sa->initiator = true;
	sa->exchanges.request = 1;
	snprintf(sa->connection, sizeof(sa->connection), "%s", connection);
	make_spi(kernel, sa->spi_i);
	memcpy(own->spi_i, sa->spi_i, IKE_SPI_SIZE);
	own->ke.method = ke_method;
	return 0;
}

int kernel_ike_sa_new_responder(struct kernel *kernel, const uint8_t *request,
				size_t len, struct kernel_ike_sa_new *own)
{
	int error = new_sa(kernel, own);
	struct payloads payloads;
	struct ke_payload ke;
	struct fake_sa *sa;
	uint8_t offender;

	if (error)
		return error;
	sa = find(kernel, own->id);
	if (payloads_parse(request[16], request + IKE_HEADER_SIZE,
			   len - IKE_HEADER_SIZE, &payloads, &offender) ||
	    !ke_parse(payloads_find(&payloads, PAYLOAD_KE), &ke)) {
		sa->live = false;
		kernel->live--;
		return fail(kernel, EINVAL, "bad request");
	}
	sa->exchanges.peer_request = 1;
	memcpy(sa->spi_i, request, IKE_SPI_SIZE);
	make_spi(kernel, sa->spi_r);
	memcpy(own->spi_i, sa->spi_i, IKE_SPI_SIZE);
	memcpy(own->spi_r, sa->spi_r, IKE_SPI_SIZE);
	own->ke.method = ke.method;
	return 0;
}

/* The message that was opened last serves one step. */
static void use_opened(struct fake_sa *sa, uint8_t exchange_type)
{
	struct fake_message *opened = &sa->messages->opened;

	if (!opened->fresh || opened->exchange_type != exchange_type)
		misused(__func__);
	opened->fresh = false;
	sa->exchanges.dealt = true;
}

static void parse_message(const struct fake_message *message,
			  struct payloads *payloads)
{
	uint8_t offender;

	if (payloads_parse(message->first_payload, message->plaintext,
			   message->len, payloads, &offender))
		misused(__func__);
}

int kernel_ike_sa_new_rekeying(struct kernel *kernel, uint32_t rekeys,
			       bool initiator, uint16_t ke_method,
			       struct kernel_ike_sa_new *own)
{
	struct fake_sa *old = find(kernel, rekeys);
	int error = new_sa(kernel, own);
	struct payloads payloads;
	struct sa_payload offer;
	struct ke_payload ke;
	struct fake_sa *sa;

	if (error)
		return error;
	sa = find(kernel, own->id);
	sa->rekeys = rekeys;
	sa->initiator = initiator;
	memcpy(sa->connection, old->connection, sizeof(sa->connection));
	own->ke.method = ke_method;
	if (initiator) {
		make_spi(kernel, sa->spi_i);
	} else {
		use_opened(old, CREATE_CHILD_SA);
		parse_message(&old->messages->opened, &payloads);
		if (!sa_parse(payloads_find(&payloads, PAYLOAD_SA), &offer) ||
		    !ke_parse(payloads_find(&payloads, PAYLOAD_KE), &ke))
			misused(__func__);
		memcpy(sa->spi_i, offer.ike_spi[0], IKE_SPI_SIZE);
		make_spi(kernel, sa->spi_r);
		own->ke.method = ke.method;
	}
	memcpy(own->spi_i, sa->spi_i, IKE_SPI_SIZE);
	memcpy(own->spi_r, sa->spi_r, IKE_SPI_SIZE);
	return 0;
}

static void take_rounds(const struct sa_payload *offer,
			struct kernel_suite *suite)
{
	*suite = (struct kernel_suite){ 0 };
	for (size_t i = 0; i < offer->proposals[0].n_transforms; i++) {
		const struct transform *transform =
			&offer->proposals[0].transforms[i];

		if (transform->type == TRANSFORM_ENCR) {
			suite->encr = transform->id;
			suite->encr_key_bits = transform->key_bits;
		} else if (transform->type == TRANSFORM_PRF) {
			suite->prf = transform->id;
		} else if (transform->type == TRANSFORM_KE) {
			suite->ke_method = transform->id;
		}
		if (transform->type >= TRANSFORM_ADDKE1 && transform->id &&
		    suite->n_additional_ke < ADDITIONAL_KE_MAX)
			suite->additional_ke[suite->n_additional_ke++] =
				transform->id;
	}
}

/* The chosen proposal stands in what the responder sent. */
static int init_rekeying(struct kernel *kernel, struct fake_sa *sa,
			 struct kernel_suite *suite)
{
	struct fake_sa *old = find(kernel, sa->rekeys);
	struct payloads payloads;
	struct sa_payload offer;

	if (sa->initiator)
		use_opened(old, CREATE_CHILD_SA);
	parse_message(sa->initiator ? &old->messages->opened :
				      &old->messages->sealed, &payloads);
	if (!sa_parse(payloads_find(&payloads, PAYLOAD_SA), &offer) ||
	    offer.n != 1)
		misused(__func__);
	take_rounds(&offer, suite);
	sa->rounds = (uint32_t)suite->n_additional_ke;
	sa->suite = *suite;
	sa->established = !sa->rounds;
	if (sa->initiator) {
		memcpy(sa->spi_r, offer.ike_spi[0], IKE_SPI_SIZE);
		sa->untold = sa->rounds;
	}
	return 0;
}

int kernel_ike_sa_init(struct kernel *kernel, uint32_t id,
		       const uint8_t *request, size_t request_len,
		       const uint8_t *response, size_t response_len,
		       struct kernel_suite *suite)
{
	struct fake_sa *sa = find(kernel, id);
	struct payloads payloads;
	struct sa_payload offer;
	uint8_t offender;
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	(void)request_len;
	if (sa->rekeys)
		return init_rekeying(kernel, sa, suite);
	*suite = (struct kernel_suite){ 0 };
	if (sa->initiator != (request != NULL))
		return fail(kernel, EINVAL, "request");
	if (payloads_parse(response[16], response + IKE_HEADER_SIZE,
			   response_len - IKE_HEADER_SIZE, &payloads, &offender) ||
	    !sa_parse(payloads_find(&payloads, PAYLOAD_SA), &offer))
		return fail(kernel, EINVAL, "bad response");
	memcpy(sa->spi_r, response + IKE_SPI_SIZE, IKE_SPI_SIZE);
	take_rounds(&offer, suite);
	sa->suite = *suite;
	return 0;
}

int kernel_ike_sa_inherit(struct kernel *kernel, uint32_t id)
{
	struct fake_sa *sa = find(kernel, id);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	find(kernel, sa->rekeys);
	if (sa->done != sa->rounds)
		misused(__func__);
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == sa->rekeys)
			kernel->child_sas[i].ike_sa_id = id;
	return 0;
}

int kernel_ike_sa_additional_ke(struct kernel *kernel, uint32_t id,
				struct kernel_ke *ke, uint32_t *done)
{
	struct fake_sa *sa = find(kernel, id);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	*ke = (struct kernel_ke){ .method = 36 };
	if (kernel->refuse_ke)
		return fail(kernel, kernel->refuse_ke, "bad encapsulation key");
	if (sa->rekeys && (!sa->initiator || sa->ke_sent))
		use_opened(find(kernel, sa->rekeys), IKE_FOLLOWUP_KE);
	if (sa->rekeys && sa->done == sa->rounds)
		misused(__func__);
	if (!sa->initiator || !sa->ke_sent)
		ke->len = 1184;
	if (!sa->initiator || sa->ke_sent)
		sa->done++;
	sa->ke_sent = !sa->ke_sent;
	if (sa->rekeys && sa->initiator && !sa->ke_sent)
		sa->untold = sa->done != sa->rounds;
	if (sa->rekeys && sa->done == sa->rounds) {
		sa->established = true;
		sa->answered = sa->initiator;
	}
	*done = sa->done;
	return 0;
}

int kernel_ike_sa_intermediate(struct kernel *kernel, uint32_t id,
			       struct kernel_round *round)
{
	*round = (struct kernel_round){ 0 };
	return kernel_ike_sa_additional_ke(kernel, id, &round->ke, &round->done);
}

static void write_header(struct message_writer *message, uint8_t *buffer,
			 size_t size, const struct fake_sa *sa,
			 const struct kernel_plain *plain)
{
	struct ike_header header = {
		.version = IKE_VERSION,
		.exchange_type = plain->exchange_type,
		.flags = (uint8_t)((sa->initiator ? IKE_FLAG_INITIATOR : 0) |
				   (plain->response ? IKE_FLAG_RESPONSE : 0)),
		.message_id = plain->message_id,
	};

	memcpy(header.spi_i, sa->spi_i, IKE_SPI_SIZE);
	memcpy(header.spi_r, sa->spi_r, IKE_SPI_SIZE);
	message_begin(message, buffer, size, &header);
}

static int add_sealed(const struct fake_sa *sa, const struct kernel_plain *plain,
		      size_t from, size_t len, size_t number, size_t total,
		      struct datagrams *sealed)
{
	struct message_writer message;
	uint8_t buffer[9000];
	size_t offset;

	write_header(&message, buffer, sizeof(buffer), sa, plain);
	offset = payload_begin(&message, total > 1 ? PAYLOAD_SKF : PAYLOAD_SK);
	if (total > 1) {
		write_u16(&message.writer, (uint16_t)number);
		write_u16(&message.writer, (uint16_t)total);
	}
	write_octets(&message.writer, plain->plaintext + from, len);
	write_octets(&message.writer, tag, TAG_SIZE);
	payload_end(&message, offset);
	if (number == 1)
		overwrite_u8(&message.writer, offset, plain->first_payload);
	if (!message_end(&message))
		return -EMSGSIZE;
	return datagrams_add(sealed, buffer, message.writer.len);
}

static void keep(struct datagrams *to, const struct datagrams *from)
{
	datagrams_clear(to);
	for (size_t i = 0; i < from->n; i++)
		if (datagrams_add(to, from->list[i].data, from->list[i].len))
			abort();
}

/* A dynamic selector is the address of its side. */
static void resolve(const struct prefix *list, size_t n,
		    const struct address *address, struct prefixes *prefixes)
{
	prefixes->n = n;
	for (size_t i = 0; i < n; i++) {
		struct prefix *prefix = &prefixes->list[i];

		*prefix = list[i];
		if (!prefix_is_dynamic(prefix))
			continue;
		prefix->family = address->family;
		prefix->length = address->family == AF_INET6 ? 128 : 32;
		memcpy(prefix->address, address->octets,
		       sizeof(prefix->address));
	}
}

/* As the helper does, for what the kernel has to find, too. */
static void take_endpoint(struct selectors *selectors,
			  const struct address *address)
{
	for (size_t i = 0; i < selectors->n; i++) {
		struct selector *selector = &selectors->list[i];

		if (selector->family != address->family ||
		    !selector_is_host(selector))
			continue;
		memcpy(selector->start, address->octets,
		       sizeof(selector->start));
		memcpy(selector->end, address->octets, sizeof(selector->end));
	}
}

static void narrow(struct selectors *said, const struct prefix *list, size_t n,
		   const struct address *address, bool transport,
		   struct prefixes *narrowed)
{
	struct prefixes configured;

	resolve(list, n, address, &configured);
	if (transport)
		take_endpoint(said, address);
	if (!selectors_narrow(said, &configured, narrowed))
		misused(__func__);
}

static uint16_t chosen_id(const struct proposal *proposal, uint8_t type)
{
	const struct transform *transform = proposal_find(proposal, type);

	return transform ? transform->id : 0;
}

static void read_suite(const struct fake_child_sa *child,
		       const struct proposal *proposal,
		       struct fake_install *install)
{
	const struct transform *encr = proposal_find(proposal, TRANSFORM_ENCR);

	if (!encr || encr->id != 20)
		misused(__func__);
	install->encr = encr->id;
	install->encr_key_bits = encr->key_bits;
	install->integ = chosen_id(proposal, TRANSFORM_INTEG);
	install->esn = chosen_id(proposal, TRANSFORM_ESN) != ESN_NONE;
	if (!child->create_child_sa)
		return;
	install->ke_method = chosen_id(proposal, TRANSFORM_KE);
	for (uint8_t type = TRANSFORM_ADDKE1; type <= TRANSFORM_ADDKE7; type++) {
		uint16_t id = chosen_id(proposal, type);

		if (id != KE_NONE)
			install->methods[install->n_methods++] = id;
	}
}

/* The peer's, where it is the one that offers */
static uint32_t offered_spi(const struct fake_child_sa *child, uint8_t number)
{
	for (size_t i = 0; i < SA_PROPOSALS_MAX; i++)
		if (child->offered[i] == number)
			return child->offered_spi[i];
	return 0;
}

/* What a response says of a Child SA, within what it may be */
static void read_choice(const struct fake_child_sa *child,
			const struct payloads *payloads,
			struct fake_install *install)
{
	const struct child_config *config = child->config;
	struct notify_payload notify;
	struct selectors tsi, tsr;
	struct sa_payload sa;

	memset(install, 0, sizeof(*install)); /* they are compared with padding */
	if (!sa_parse(payloads_find(payloads, PAYLOAD_SA), &sa) || sa.n != 1 ||
	    !ts_parse(payloads_find(payloads, PAYLOAD_TSI), &tsi) ||
	    !ts_parse(payloads_find(payloads, PAYLOAD_TSR), &tsr))
		misused(__func__);
	read_suite(child, &sa.proposals[0], install);
	install->transport = notify_find(payloads, USE_TRANSPORT_MODE, &notify);
	install->spi_out = child->initiator ?
		sa.esp_spi[0] : offered_spi(child, sa.proposals[0].number);
	if (!install->spi_out ||
	    (!child->initiator && sa.esp_spi[0] != child->spi_in) ||
	    (install->transport && config->mode != MODE_TRANSPORT))
		misused(__func__);
	narrow(child->initiator ? &tsi : &tsr, config->local_ts, config->n_local_ts,
	       &child->local, install->transport, &install->local_ts);
	narrow(child->initiator ? &tsr : &tsi, config->remote_ts,
	       config->n_remote_ts, &child->remote, install->transport,
	       &install->remote_ts);
}

static void take_choice(struct fake_child_sa *child,
			const struct fake_message *response)
{
	struct payloads payloads;

	parse_message(response, &payloads);
	free(child->install);
	child->install = malloc(sizeof(*child->install));
	if (!child->install)
		abort();
	read_choice(child, &payloads, child->install);
}

static void take_offer(const struct fake_sa *sa, struct fake_child_sa *child)
{
	struct payloads payloads;
	struct sa_payload offer;

	parse_message(&sa->messages->opened, &payloads);
	if (!sa_parse(payloads_find(&payloads, PAYLOAD_SA), &offer))
		misused(__func__);
	for (size_t i = 0; i < offer.n; i++) {
		child->offered[i] = offer.proposals[i].number;
		child->offered_spi[i] = offer.esp_spi[i];
	}
	child->answers = true;
}

/* Of a Child SA that is installed, as it is; else it is the choice, or a refusal. */
static void answer_child(struct fake_child_sa *child,
			 const struct fake_message *response)
{
	struct fake_install before;
	struct payloads payloads;

	child->answers = false;
	parse_message(response, &payloads);
	if (!child->in && !payloads_find(&payloads, PAYLOAD_SA))
		return;
	if (child->in)
		memcpy(&before, child->install, sizeof(before));
	take_choice(child, response);
	if (!child->in) {
		child->rounds = child->install->n_methods;
		return;
	}
	child->install->encap_local_port = before.encap_local_port;
	child->install->encap_remote_port = before.encap_remote_port;
	if (memcmp(&before, child->install, sizeof(before)) != 0)
		misused(__func__);
}

static void answer_children(struct kernel *kernel, uint32_t id,
			    const struct kernel_plain *plain)
{
	struct fake_message response = { .first_payload = plain->first_payload };

	if (plain->exchange_type != IKE_AUTH &&
	    plain->exchange_type != CREATE_CHILD_SA)
		return;
	response.len = plain->len;
	memcpy(response.plaintext, plain->plaintext, plain->len);
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == id &&
		    kernel->child_sas[i].answers)
			answer_child(&kernel->child_sas[i], &response);
}

/* What was made for the request outlives the helper from now on. */
static void answer_is_sealed(struct kernel *kernel, uint32_t id,
			     uint8_t exchange_type)
{
	struct fake_sa *sa = find(kernel, id);

	sa->exchanges.owes = false;
	if (exchange_type == IKE_AUTH && sa->auth_made)
		sa->established = true;
	if (exchange_type != CREATE_CHILD_SA && exchange_type != IKE_FOLLOWUP_KE)
		return;
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == id)
			kernel->child_sas[i].answer_due = false;
	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		if (kernel->sas[i].live && kernel->sas[i].rekeys == id)
			kernel->sas[i].answered = true;
}

/* The next request is sealed: what led to it stays. */
static void settle(struct kernel *kernel, uint32_t id)
{
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == id)
			kernel->child_sas[i].untold = false;
	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		if (kernel->sas[i].live && kernel->sas[i].rekeys == id)
			kernel->sas[i].untold = false;
}

static void note_sealed(struct kernel *kernel, uint32_t id,
			const struct kernel_plain *plain,
			const struct datagrams *sealed)
{
	struct fake_sa *sa = find(kernel, id);
	struct fake_exchanges *exchanges = &sa->exchanges;
	struct fake_message *request = &sa->messages->request;

	if (plain->response) {
		answer_children(kernel, id, plain);
		answer_is_sealed(kernel, id, plain->exchange_type);
		keep(&exchanges->sent_response, sealed);
		return;
	}
	settle(kernel, id);
	exchanges->awaiting = true;
	exchanges->request = plain->message_id;
	keep(&exchanges->sent_request, sealed);
	request->exchange_type = plain->exchange_type;
	request->first_payload = plain->first_payload;
	request->len = plain->len;
	memcpy(request->plaintext, plain->plaintext, plain->len);
}

int kernel_ike_sa_seal(struct kernel *kernel, uint32_t id,
		       const struct kernel_plain *plain,
		       struct datagrams *sealed)
{
	struct fake_sa *sa = find(kernel, id);
	size_t overhead = IKE_HEADER_SIZE + SKF_HEADER + TAG_SIZE;
	size_t piece = plain->len;
	size_t total = 1;
	int error = 0;
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	/* A request forgets why the last one failed. */
	kernel->error = "";
	datagrams_clear(sealed);
	if (plain->exchange_type == CREATE_CHILD_SA) {
		struct fake_message *own = &sa->messages->sealed;

		own->first_payload = plain->first_payload;
		own->len = plain->len;
		memcpy(own->plaintext, plain->plaintext, plain->len);
	}
	if (plain->fragment_size && plain->len + overhead > plain->fragment_size) {
		piece = plain->fragment_size - overhead;
		total = (plain->len + piece - 1) / piece;
	}
	for (size_t i = 0; i < total && !error; i++) {
		size_t from = i * piece;
		size_t len = plain->len - from < piece ? plain->len - from : piece;

		error = add_sealed(sa, plain, from, len, i + 1, total, sealed);
	}
	if (!error)
		note_sealed(kernel, id, plain, sealed);
	return error;
}

#define FLAGS_OFFSET 19
#define FAKE_FRAGMENTS_MAX 64

/* Return: whether the @number-th fragment is here: they come in order. */
static bool came_before(const struct fake_sa *sa, const uint8_t *message,
			uint16_t number)
{
	return number <= sa->fragments &&
	       !memcmp(sa->fragments_of, message + FLAGS_OFFSET,
		       sizeof(sa->fragments_of));
}

/* Fragments come in order: this network reorders none. */
static int open_piece(struct kernel *kernel, struct fake_sa *sa,
		      const uint8_t *message, size_t len, uint32_t *missing)
{
	struct fake_message *opened = &sa->messages->opened;
	bool fragment = message[16] == PAYLOAD_SKF;
	size_t start = IKE_HEADER_SIZE + (fragment ? SKF_HEADER : SK_HEADER);
	uint16_t number = 1;
	uint16_t total = 1;
	size_t piece;

	if (len < start + TAG_SIZE ||
	    memcmp(message + len - TAG_SIZE, tag, TAG_SIZE) != 0)
		return fail(kernel, EBADMSG, "does not verify");
	if (fragment) {
		number = (uint16_t)(message[32] << 8 | message[33]);
		total = (uint16_t)(message[34] << 8 | message[35]);
	}
	if (total > FAKE_FRAGMENTS_MAX)
		return fail(kernel, EMSGSIZE, "message has too many fragments");
	if (came_before(sa, message, number))
		return fail(kernel, EALREADY, "fragment has come before");
	if (number == 1) {
		memcpy(sa->fragments_of, message + FLAGS_OFFSET,
		       sizeof(sa->fragments_of));
		opened->len = 0;
		sa->fragments = 0;
		opened->first_payload = message[IKE_HEADER_SIZE];
	}
	piece = len - start - TAG_SIZE;
	if (number != sa->fragments + 1 || number > total ||
	    piece > sizeof(opened->plaintext) - opened->len)
		return fail(kernel, EBADMSG, "does not verify");
	memcpy(opened->plaintext + opened->len, message + start, piece);
	opened->len += piece;
	*missing = total - number;
	sa->fragments = *missing ? number : 0;
	return 0;
}

int kernel_ike_sa_open(struct kernel *kernel, uint32_t id,
		       const uint8_t *message, size_t len,
		       struct kernel_opened *opened)
{
	struct fake_sa *sa = find(kernel, id);
	struct fake_message *whole;
	int error = open_piece(kernel, sa, message, len,
			       &opened->fragments_missing);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	if (error || opened->fragments_missing)
		return error;
	kernel->opened++;
	kernel->since_opened = 0;
	whole = &sa->messages->opened;
	whole->fresh = true;
	whole->exchange_type = message[18];
	opened->exchange_type = message[18];
	opened->response = message[19] & IKE_FLAG_RESPONSE;
	whole->response = opened->response;
	if (opened->response) {
		sa->exchanges.awaiting = false;
		sa->exchanges.dealt = false;
		sa->exchanges.request++;
	} else {
		sa->exchanges.owes = true;
		sa->exchanges.dealt = true;
		sa->exchanges.peer_request++;
	}
	opened->first_payload = whole->first_payload;
	opened->len = whole->len;
	memcpy(opened->plaintext, whole->plaintext, whole->len);
	return 0;
}

int kernel_ike_sa_auth_make(struct kernel *kernel, uint32_t id,
			    struct kernel_auth *auth)
{
	struct fake_sa *sa = find(kernel, id);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	sa->auth_made = true;
	*auth = (struct kernel_auth){ .method = 2, .len = 48 };
	memset(auth->data, 0xa5, auth->len);
	return 0;
}

int kernel_ike_sa_auth_verify(struct kernel *kernel, uint32_t id,
			      const char *connection)
{
	struct fake_sa *sa = find(kernel, id);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	if (sa->initiator != (connection == NULL))
		return fail(kernel, EINVAL, "connection");
	if (kernel->refuse_auth)
		return fail(kernel, kernel->refuse_auth, "AUTH does not match");
	if (connection)
		snprintf(sa->connection, sizeof(sa->connection), "%s", connection);
	else
		sa->established = true;
	sa->exchanges.dealt = true;
	return 0;
}

/* Child SAs and traps of one reqid have their policies in common. */
static bool has_policy(const struct kernel *kernel, uint32_t reqid)
{
	for (unsigned int i = 0; i < kernel->traps; i++)
		if (kernel->trap_list[i].reqid == reqid)
			return true;
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id && kernel->child_sas[i].in &&
		    kernel->child_sas[i].reqid == reqid)
			return true;
	return false;
}

static void remove_child(struct kernel *kernel, struct fake_child_sa *child)
{
	if (child->in)
		kernel->installed--;
	else
		kernel->larval--;
	child->ike_sa_id = 0;
	free(child->install);
	child->install = NULL;
	if (child < &kernel->child_sas[kernel->full_child_sas])
		kernel->full_child_sas =
			(uint32_t)(child - kernel->child_sas);
	kernel->in_the_clear += child->in && !has_policy(kernel, child->reqid);
}

int kernel_ike_sa_del(struct kernel *kernel, uint32_t id)
{
	if (is_gone(kernel))
		return fail_for_module(kernel);
	find(kernel, id)->live = false;
	kernel->live--;
	if (id <= kernel->full_sas)
		kernel->full_sas = id - 1;
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == id)
			remove_child(kernel, &kernel->child_sas[i]);
	return 0;
}

static struct fake_child_sa *find_child(struct kernel *kernel,
					uint32_t ike_sa_id, uint32_t id)
{
	find(kernel, ike_sa_id);
	if (!id || id > FAKE_CHILD_SAS_MAX ||
	    kernel->child_sas[id - 1].ike_sa_id != ike_sa_id)
		misused(__func__);
	return &kernel->child_sas[id - 1];
}

/* Return: 0 where there is no room. */
static uint32_t free_child(struct kernel *kernel)
{
	for (uint32_t i = kernel->full_child_sas; i < FAKE_CHILD_SAS_MAX; i++) {
		if (kernel->child_sas[i].ike_sa_id)
			continue;
		kernel->full_child_sas = i + 1;
		return i + 1;
	}
	return 0;
}

int kernel_child_sa_new(struct kernel *kernel, uint32_t ike_sa_id,
			const struct kernel_child_sa_new *order,
			struct kernel_child_sa_own *own)
{
	struct fake_sa *sa = find(kernel, ike_sa_id);
	struct fake_child_sa *child;
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	if (order->local.family != order->remote.family || !order->config->reqid)
		misused(__func__);
	if (kernel->refuse_child_new)
		return fail(kernel, kernel->refuse_child_new, "bad public value");
	*own = (struct kernel_child_sa_own){ .id = free_child(kernel) };
	if (!own->id)
		return fail(kernel, ENOSPC, "no room");
	kernel->larval++;
	child = &kernel->child_sas[own->id - 1];
	*child = (struct fake_child_sa){
		.ike_sa_id = ike_sa_id,
		.config = order->config,
		.local = order->local,
		.remote = order->remote,
		.reqid = order->config->reqid,
		.if_id_in = order->config->if_id_in,
		.if_id_out = order->config->if_id_out,
		.initiator = order->create_child_sa ? order->initiator :
						      sa->initiator,
		.create_child_sa = order->create_child_sa,
		.spi_in = 0x1000U * kernel->spi_seed + ++kernel->last_esp_spi,
	};
	own->spi_in = child->spi_in;
	memcpy(child->name, order->config->name, sizeof(child->name));
	if (!child->initiator)
		take_offer(sa, child);
	/* The initiator makes its first one after AUTH, before the answer. */
	if (!order->create_child_sa) {
		if (sa->auth_made && !sa->initiator)
			misused(__func__);
		return 0;
	}
	make_nonce(kernel, &own->nonce);
	if (order->ke_method)
		own->ke = (struct kernel_ke){ order->ke_method, 32, { 0 } };
	if (!order->initiator)
		use_opened(sa, CREATE_CHILD_SA);
	return 0;
}

int kernel_child_sa_ke(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
		       struct kernel_ke *ke)
{
	struct fake_child_sa *child = find_child(kernel, ike_sa_id, id);
	struct fake_sa *sa = find(kernel, ike_sa_id);
	bool first = child->initiator && !child->began;
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	*ke = (struct kernel_ke){ 0 };
	if (kernel->refuse_child_ke)
		return fail(kernel, kernel->refuse_child_ke, "bad ciphertext");
	use_opened(sa, first ? CREATE_CHILD_SA : IKE_FOLLOWUP_KE);
	if (first) {
		take_choice(child, &sa->messages->opened);
		child->rounds = child->install->n_methods;
	} else if (!child->rounds)
		misused(__func__);
	else
		child->rounds--;
	child->began = true;
	/* The initiator's last step is that of child-sa-install. */
	if (child->initiator && !child->rounds)
		misused(__func__);
	child->untold = child->initiator;
	*ke = (struct kernel_ke){ 36, 1184, { 0 } };
	return 0;
}

/* What child-sa-install does with the last response. */
static int complete_ke(struct kernel *kernel, struct fake_sa *sa,
		       struct fake_child_sa *child)
{
	if (!child->create_child_sa && child->initiator) {
		use_opened(sa, IKE_AUTH);
		take_choice(child, &sa->messages->opened);
	}
	if (!child->create_child_sa || !child->initiator)
		return 0;
	if (kernel->refuse_child_ke)
		return fail(kernel, kernel->refuse_child_ke, "bad ciphertext");
	use_opened(sa, child->began ? IKE_FOLLOWUP_KE : CREATE_CHILD_SA);
	if (child->began) {
		child->rounds--;
	} else {
		take_choice(child, &sa->messages->opened);
		child->rounds = child->install->n_methods;
	}
	child->began = true;
	child->untold = false;
	return 0;
}

static uint64_t soft_limit(const struct limits *limits)
{
	if (!limits->rekey)
		return 0;
	return limits->rekey - jitter(limits->rand < limits->rekey ?
				      limits->rand : limits->rekey - 1);
}

static void choose_lifetime(const struct child_config *config,
			    struct kernel_lifetime *lifetime)
{
	*lifetime = (struct kernel_lifetime){
		.soft_bytes = soft_limit(&config->bytes),
		.hard_bytes = config->bytes.life,
		.soft_packets = soft_limit(&config->packets),
		.hard_packets = config->packets.life,
		.soft_seconds = soft_limit(&config->time),
		.hard_seconds = config->time.life,
	};
}

/* A responder says what it is going to seal, unless it has. */
static void take_answer(struct fake_child_sa *child,
			const struct kernel_child_sa_install *install)
{
	struct fake_message response = { .first_payload = install->first_payload };

	if (child->answers != (install->len > 0) ||
	    install->len > sizeof(response.plaintext))
		misused(__func__);
	if (!install->len)
		return;
	response.len = install->len;
	memcpy(response.plaintext, install->plaintext, install->len);
	take_choice(child, &response);
	child->rounds = child->install->n_methods;
}

int kernel_child_sa_install(struct kernel *kernel, uint32_t ike_sa_id,
			    uint32_t id,
			    const struct kernel_child_sa_install *install,
			    struct kernel_child_sa_installed *installed)
{
	struct fake_child_sa *child = find_child(kernel, ike_sa_id, id);
	int result = lacks_memory(kernel);

	if (!result)
		result = complete_ke(kernel, find(kernel, ike_sa_id), child);
	if (result)
		return result;
	if (kernel->refuse_install)
		return fail(kernel, kernel->refuse_install, "no room for policies");
	take_answer(child, install);
	if (!child->install || child->rounds || child->in ||
	    (child->create_child_sa && child->initiator && !child->began))
		misused(__func__);
	child->install->encap_local_port = install->encap_local_port;
	child->install->encap_remote_port = install->encap_remote_port;
	kernel->last_install = *child->install;
	choose_lifetime(child->config, &installed->lifetime);
	kernel->last_lifetime = installed->lifetime;
	child->lifetime = installed->lifetime;
	child->installed_at = (uint32_t)(clock_now() / SECOND);
	child->answer_due = child->create_child_sa && !child->initiator &&
			    find(kernel, ike_sa_id)->exchanges.owes;
	kernel->install_step = kernel->since_opened;
	child->spi_out = child->install->spi_out;
	child->in = true;
	kernel->larval--;
	kernel->installed++;
	child->out_made = true;
	child->out = install->direction == DIRECTION_BOTH;
	if (child->out)
		child->order = ++kernel->installed_out;
	installed->reqid = child->reqid;
	return 0;
}

int kernel_child_sa_install_out(struct kernel *kernel, uint32_t ike_sa_id,
				uint32_t id)
{
	struct fake_child_sa *child = find_child(kernel, ike_sa_id, id);
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	if (!child->out_made || child->out)
		misused(__func__);
	child->out = true;
	child->order = ++kernel->installed_out;
	return 0;
}

int kernel_child_sa_del(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
			enum kernel_direction direction)
{
	struct fake_child_sa *child;

	if (is_gone(kernel))
		return fail_for_module(kernel);
	child = find_child(kernel, ike_sa_id, id);
	if (direction == DIRECTION_OUT) {
		child->out = false;
		child->out_made = false;
	} else {
		remove_child(kernel, child);
	}
	return 0;
}

int kernel_child_sa_update(struct kernel *kernel, uint32_t ike_sa_id,
			   uint32_t id, uint16_t encap_remote_port)
{
	kernel->remote_port = encap_remote_port;
	find_child(kernel, ike_sa_id, id);
	return 0;
}

/* The one of this reqid, or a place for it; NULL when another is in the way. */
static struct fake_trap *place_of_trap(struct kernel *kernel,
				       const struct kernel_trap *trap,
				       const struct prefix *remote_ts)
{
	struct fake_trap *place = &kernel->trap_list[kernel->traps];
	uint32_t reqid = trap->config->reqid;

	if (reqid && reqid <= kernel->traps) {
		struct fake_trap *likely = &kernel->trap_list[reqid - 1];

		if (likely->reqid == reqid &&
		    !memcmp(&likely->remote_ts, remote_ts,
			    sizeof(*remote_ts)))
			return likely;
	}
	for (unsigned int i = 0; i < kernel->traps; i++) {
		struct fake_trap *other = &kernel->trap_list[i];

		if (other->reqid == reqid)
			place = other;
		else if (!memcmp(&other->remote_ts, remote_ts,
				 sizeof(*remote_ts)))
			return NULL;
	}
	return place;
}

int kernel_trap_set(struct kernel *kernel, const struct kernel_trap *trap,
		    uint32_t *reqid)
{
	struct prefixes remote_ts;
	struct fake_trap *place;
	int no_memory = lacks_memory(kernel);

	if (no_memory)
		return no_memory;
	resolve(trap->config->remote_ts, 1, &trap->remote, &remote_ts);
	place = place_of_trap(kernel, trap, &remote_ts.list[0]);
	if (!place)
		return fail(kernel, EEXIST, "a policy is of another reqid");
	if (place == &kernel->trap_list[kernel->traps]) {
		if (kernel->traps == FAKE_TRAPS_MAX)
			return fail(kernel, ENOSPC, "no room");
		kernel->traps++;
	}
	place->reqid = trap->config->reqid;
	*reqid = place->reqid;
	place->remote_ts = remote_ts.list[0];
	kernel->trap_remote = trap->remote;
	return 0;
}

int kernel_trap_del(struct kernel *kernel, uint32_t reqid)
{
	if (kernel->gone)
		return fail_for_module(kernel);
	for (unsigned int i = 0; i < kernel->traps; i++) {
		if (kernel->trap_list[i].reqid != reqid)
			continue;
		kernel->trap_list[i] = kernel->trap_list[--kernel->traps];
		return 0;
	}
	return fail(kernel, ENOENT, "the reqid has no trap");
}

uint64_t fake_esp_packets;

/* An ESP SA that has lost its outbound half has no SPI of it any more. */
static void describe_installed(const struct fake_child_sa *child,
			       struct kernel_child_sa *told)
{
	const struct fake_install *install = child->install;

	told->spi_out = child->out_made ? child->spi_out : 0;
	told->installed = child->out;
	told->if_id_in = child->if_id_in;
	told->if_id_out = child->if_id_out;
	told->has_in = child->in && !child->lost;
	told->has_out = child->out && !child->lost;
	told->packets_in = told->has_in ? fake_esp_packets : 0;
	told->installed_at = child->installed_at;
	told->encr = install->encr;
	told->encr_key_bits = install->encr_key_bits;
	told->integ = install->integ;
	told->esn = install->esn;
	told->transport = install->transport;
	told->local_ts = install->local_ts;
	told->remote_ts = install->remote_ts;
	told->soft_seconds = child->lifetime.soft_seconds;
	told->hard_seconds = child->lifetime.hard_seconds;
}

/* Of a creation under way, or of what it has made. */
static void describe_methods(const struct fake_child_sa *child,
			     struct kernel_child_sa *told)
{
	const struct fake_install *install = child->install;

	told->ke_method = install->ke_method;
	told->n_additional_ke = install->n_methods;
	memcpy(told->additional_ke, install->methods,
	       sizeof(told->additional_ke));
	if (!child->in)
		told->additional_ke_done =
			(uint32_t)(install->n_methods - child->rounds);
}

static struct kernel_child_sa describe_child(const struct kernel *kernel,
					     uint32_t id)
{
	const struct fake_child_sa *child = &kernel->child_sas[id - 1];
	struct kernel_child_sa told = {
		.id = id,
		.spi_in = child->spi_in,
		.reqid = child->reqid,
		.child_reqid = child->reqid,
		.initiator = child->initiator,
	};

	memcpy(told.child, child->name, sizeof(told.child));
	if (child->in)
		describe_installed(child, &told);
	if (child->in || child->began)
		describe_methods(child, &told);
	return told;
}

struct dump {
	struct kernel_child_sa list[FAKE_CHILD_SAS_MAX];
	uint32_t next[FAKE_CHILD_SAS_MAX + 1]; /* of the same IKE SA, one more; 0: none */
};

/* Return: how many there are, from @first on, at the start of the list. */
static size_t gather(const struct kernel *kernel, struct dump *dump,
		     uint32_t first)
{
	size_t n = 0;

	for (; first; first = dump->next[first])
		dump->list[n++] = describe_child(kernel, first);
	return n;
}

static enum pqike_ike_sa_state state_of(const struct fake_sa *sa)
{
	if (sa->established)
		return PQIKE_IKE_SA_STATE_ESTABLISHED;
	return sa->suite.encr ? PQIKE_IKE_SA_STATE_KEYED :
				PQIKE_IKE_SA_STATE_HALF_OPEN;
}

static uint32_t rekeyed_by(const struct kernel *kernel, const struct fake_sa *sa)
{
	return sa->rekeys && kernel->sas[sa->rekeys - 1].live ? sa->rekeys : 0;
}

/* @only: 0: all */
static int dump_ike_sas(struct kernel *kernel, uint32_t only,
			void (*each)(const struct kernel_ike_sa *ike_sa, void *arg),
			void *arg)
{
	static uint32_t first[FAKE_SAS_MAX + 1];
	static struct dump dump;

	if (kernel->gone)
		return fail_for_module(kernel);
	memset(first, 0, sizeof(first));
	for (uint32_t i = 1; i <= FAKE_CHILD_SAS_MAX; i++) {
		uint32_t *place = &first[kernel->child_sas[i - 1].ike_sa_id];

		dump.next[i] = *place;
		*place = i;
	}
	for (uint32_t id = 1; id <= FAKE_SAS_MAX; id++) {
		const struct fake_sa *sa = &kernel->sas[id - 1];
		struct kernel_ike_sa ike_sa = {
			.id = id, .child_sas = dump.list,
			.orphan = sa->orphan,
			.rekeys = rekeyed_by(kernel, sa),
			.role = sa->initiator ? PQIKE_ROLE_INITIATOR :
						PQIKE_ROLE_RESPONDER,
			.state = state_of(sa),
			.suite = sa->suite,
		};

		if (!sa->live || (only && id != only))
			continue;
		memcpy(ike_sa.connection, sa->connection,
		       sizeof(ike_sa.connection));
		memcpy(ike_sa.spi_i, sa->spi_i, IKE_SPI_SIZE);
		memcpy(ike_sa.spi_r, sa->spi_r, IKE_SPI_SIZE);
		ike_sa.n_child_sas = gather(kernel, &dump, first[id]);
		each(&ike_sa, arg);
	}
	return 0;
}

int kernel_ike_sa_dump(struct kernel *kernel,
		       void (*each)(const struct kernel_ike_sa *ike_sa,
				    void *arg), void *arg)
{
	return dump_ike_sas(kernel, 0, each, arg);
}

int kernel_ike_sa_dump_one(struct kernel *kernel, uint32_t id,
			   void (*each)(const struct kernel_ike_sa *ike_sa,
					void *arg), void *arg)
{
	return dump_ike_sas(kernel, id, each, arg);
}

int kernel_ike_sa_note(struct kernel *kernel, uint32_t id, const uint8_t *note,
		       size_t len, uint32_t lifetime)
{
	struct fake_sa *sa = find(kernel, id);
	int no_memory = lacks_memory(kernel);

	(void)lifetime;
	if (no_memory)
		return no_memory;
	if (len > KERNEL_NOTE_MAX)
		misused(__func__);
	memcpy(sa->messages->note, note, len);
	sa->note_len = len;
	/* Of IKE_AUTH, a step is still to come. */
	if (!sa->established)
		return 0;
	sa->exchanges.dealt = true;
	if (sa->messages->opened.response)
		sa->messages->opened.fresh = false;
	return 0;
}

int kernel_ike_sa_adopt(struct kernel *kernel, uint32_t id,
			struct kernel_adopted *adopted)
{
	struct fake_sa *sa = find(kernel, id);
	const struct fake_exchanges *exchanges = &sa->exchanges;
	const struct fake_message *request = &sa->messages->request;
	int no_memory = lacks_memory(kernel);

	*adopted = (struct kernel_adopted){ 0 };
	if (no_memory)
		return no_memory;
	if (!sa->orphan || !sa->established)
		misused(__func__);
	sa->orphan = false;
	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		if (kernel->sas[i].rekeys == id && !kernel->sas[i].established)
			kernel->sas[i].orphan = false;
	adopted->note_len = sa->note_len;
	memcpy(adopted->note, sa->messages->note, sa->note_len);
	adopted->next_request = exchanges->request;
	adopted->next_peer_request = exchanges->peer_request;
	keep(&adopted->response, &exchanges->sent_response);
	if (!exchanges->awaiting)
		return 0;
	keep(&adopted->request, &exchanges->sent_request);
	adopted->exchange_type = request->exchange_type;
	adopted->first_payload = request->first_payload;
	adopted->len = request->len;
	memcpy(adopted->plaintext, request->plaintext, request->len);
	return 0;
}

void kernel_adopted_clear(struct kernel_adopted *adopted)
{
	datagrams_clear(&adopted->request);
	datagrams_clear(&adopted->response);
}

/* Return: whether there was a step that the peer does not know of. */
static bool take_back_of_child(struct fake_child_sa *child)
{
	if (!child->untold)
		return false;
	child->untold = false;
	if (child->rounds < child->install->n_methods)
		child->rounds++;
	else
		child->began = false;
	return true;
}

static bool take_back_of_rekey(struct fake_sa *sa)
{
	if (!sa->untold)
		return false;
	sa->untold = false;
	sa->ke_sent = sa->done;
	if (sa->done) {
		sa->done--;
		return true;
	}
	sa->suite = (struct kernel_suite){ 0 };
	memset(sa->spi_r, 0, IKE_SPI_SIZE);
	return true;
}

static bool take_back_steps(struct kernel *kernel, uint32_t id)
{
	bool taken_back = false;

	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++)
		if (kernel->child_sas[i].ike_sa_id == id)
			taken_back |= take_back_of_child(&kernel->child_sas[i]);
	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		if (kernel->sas[i].live && kernel->sas[i].rekeys == id)
			taken_back |= take_back_of_rekey(&kernel->sas[i]);
	return taken_back;
}

/* What was opened and not dealt with is to come again. */
static void take_back(struct kernel *kernel, uint32_t id)
{
	struct fake_sa *sa = find(kernel, id);
	struct fake_exchanges *exchanges = &sa->exchanges;

	sa->fragments = 0;
	memset(sa->fragments_of, 0xff, sizeof(sa->fragments_of));
	if (take_back_steps(kernel, id) ||
	    (!exchanges->awaiting && !exchanges->dealt &&
	     exchanges->sent_request.n)) {
		exchanges->awaiting = true;
		exchanges->request--;
	}
	if (exchanges->owes) {
		exchanges->owes = false;
		exchanges->peer_request--;
	}
}

static bool child_goes_on(const struct fake_sa *sa,
			  const struct fake_child_sa *child)
{
	const struct fake_message *opened = &sa->messages->opened;

	if (child->in)
		return !child->answer_due;
	if (!child->create_child_sa)
		return child->initiator && opened->fresh &&
		       opened->exchange_type == IKE_AUTH;
	return child->initiator && sa->exchanges.awaiting &&
	       sa->messages->request.exchange_type != INFORMATIONAL;
}

static bool rekeying_goes_on(const struct kernel *kernel,
			     const struct fake_sa *sa)
{
	const struct fake_sa *old = &kernel->sas[sa->rekeys - 1];

	if (!old->live)
		return sa->established;
	if (sa->established)
		return sa->answered || sa->initiator;
	if (sa->initiator)
		return old->exchanges.awaiting &&
		       old->messages->request.exchange_type != INFORMATIONAL;
	return sa->answered && !sa->suite.encr;
}

void fake_kernel_orphan(struct kernel *kernel)
{
	kernel->dies_in = 0;
	kernel->gone = false;
	for (uint32_t id = 1; id <= FAKE_SAS_MAX; id++) {
		struct fake_sa *sa = &kernel->sas[id - 1];

		if (sa->live && !sa->rekeys && !sa->established)
			kernel_ike_sa_del(kernel, id);
		else if (sa->live)
			take_back(kernel, id);
	}
	for (uint32_t id = 1; id <= FAKE_SAS_MAX; id++) {
		struct fake_sa *sa = &kernel->sas[id - 1];

		if (!sa->live)
			continue;
		sa->orphan = true;
		if (sa->rekeys && !rekeying_goes_on(kernel, sa))
			kernel_ike_sa_del(kernel, id);
	}
	for (size_t i = 0; i < FAKE_CHILD_SAS_MAX; i++) {
		struct fake_child_sa *child = &kernel->child_sas[i];

		if (child->ike_sa_id &&
		    !child_goes_on(find(kernel, child->ike_sa_id), child))
			remove_child(kernel, child);
	}
}

int kernel_trap_dump(struct kernel *kernel,
		     void (*each)(const struct kernel_trap_shown *trap, void *arg),
		     void *arg)
{
	for (unsigned int i = 0; i < kernel->traps; i++)
		each(&(struct kernel_trap_shown){
			.reqid = kernel->trap_list[i].reqid,
			.waiting = kernel->trapped }, arg);
	kernel->trapped = false;
	return 0;
}

int sockets_send(const struct sockets *sockets, const struct path *path,
		 const uint8_t *message, size_t len)
{
	struct fake_datagram *datagram = malloc(sizeof(*datagram) + len);
	struct fake_datagram **end = &queue;

	datagram->next = NULL;
	datagram->from = sockets;
	datagram->path = *path;
	datagram->len = len;
	memcpy(datagram->data, message, len);
	while (*end)
		end = &(*end)->next;
	*end = datagram;
	return 0;
}

int sockets_send_keepalive(const struct sockets *sockets,
			   const struct path *path)
{
	static const uint8_t keepalive = 0xff;

	return sockets_send(sockets, path, &keepalive, sizeof(keepalive));
}

struct fake_datagram *fake_network_take(void)
{
	struct fake_datagram *datagram = queue;

	if (datagram)
		queue = datagram->next;
	return datagram;
}

struct fake_datagram *fake_network_take_from(const struct sockets *from)
{
	struct fake_datagram **link = &queue;
	struct fake_datagram *datagram;

	while (*link && (*link)->from != from)
		link = &(*link)->next;
	datagram = *link;
	if (datagram)
		*link = datagram->next;
	return datagram;
}

size_t fake_network_count(void)
{
	size_t n = 0;

	for (const struct fake_datagram *d = queue; d; d = d->next)
		n++;
	return n;
}
