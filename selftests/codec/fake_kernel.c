// SPDX-License-Identifier: GPL-2.0
#include "fake_kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TAG_SIZE 4
#define SK_HEADER 4
#define SKF_HEADER 8

static const uint8_t tag[TAG_SIZE] = "tag";

static struct fake_datagram *queue;

struct kernel *fake_kernel_new(uint8_t spi_seed)
{
	struct kernel *kernel = calloc(1, sizeof(*kernel));

	kernel->spi_seed = spi_seed;
	kernel->error = "";
	return kernel;
}

unsigned int fake_kernel_live(const struct kernel *kernel)
{
	unsigned int live = 0;

	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		live += kernel->sas[i].live;
	return live;
}

unsigned int fake_kernel_installed(const struct kernel *kernel)
{
	unsigned int installed = 0;

	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		installed += kernel->sas[i].live && kernel->sas[i].child_installed;
	return installed;
}

unsigned int fake_kernel_larval(const struct kernel *kernel)
{
	unsigned int larval = 0;

	for (size_t i = 0; i < FAKE_SAS_MAX; i++)
		larval += kernel->sas[i].live && kernel->sas[i].child_larval;
	return larval;
}

static struct fake_sa *find(struct kernel *kernel, uint32_t id)
{
	if (!id || id > FAKE_SAS_MAX || !kernel->sas[id - 1].live)
		abort();
	return &kernel->sas[id - 1];
}

static int fail(struct kernel *kernel, int error, const char *why)
{
	kernel->error = why;
	return -error;
}

const char *kernel_error(const struct kernel *kernel)
{
	return kernel->error;
}

static int new_sa(struct kernel *kernel, struct kernel_ike_sa_new *own)
{
	*own = (struct kernel_ike_sa_new){ .nonce_len = 32, .ke.len = 32 };
	for (uint32_t i = 0; i < FAKE_SAS_MAX; i++) {
		if (kernel->sas[i].live)
			continue;
		memset(&kernel->sas[i], 0, sizeof(kernel->sas[i]));
		kernel->sas[i].live = true;
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

	(void)connection;
	if (error)
		return error;
	sa = find(kernel, own->id);
	sa->initiator = true;
	memset(sa->spi_i, kernel->spi_seed, IKE_SPI_SIZE);
	sa->spi_i[7] = ++kernel->last_spi;
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
		return fail(kernel, EINVAL, "bad request");
	}
	memcpy(sa->spi_i, request, IKE_SPI_SIZE);
	memset(sa->spi_r, kernel->spi_seed, IKE_SPI_SIZE);
	sa->spi_r[7] = ++kernel->last_spi;
	memcpy(own->spi_i, sa->spi_i, IKE_SPI_SIZE);
	memcpy(own->spi_r, sa->spi_r, IKE_SPI_SIZE);
	own->ke.method = ke.method;
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

	(void)request_len;
	*suite = (struct kernel_suite){ 0 };
	if (sa->initiator != (request != NULL))
		return fail(kernel, EINVAL, "request");
	if (payloads_parse(response[16], response + IKE_HEADER_SIZE,
			   response_len - IKE_HEADER_SIZE, &payloads, &offender) ||
	    !sa_parse(payloads_find(&payloads, PAYLOAD_SA), &offer))
		return fail(kernel, EINVAL, "bad response");
	memcpy(sa->spi_r, response + IKE_SPI_SIZE, IKE_SPI_SIZE);
	for (size_t i = 0; i < offer.proposals[0].n_transforms; i++) {
		const struct transform *transform = &offer.proposals[0].transforms[i];

		if (transform->type >= TRANSFORM_ADDKE1 && transform->id &&
		    suite->n_additional_ke < ADDITIONAL_KE_MAX)
			suite->additional_ke[suite->n_additional_ke++] =
				transform->id;
	}
	return 0;
}

int kernel_ike_sa_additional_ke(struct kernel *kernel, uint32_t id,
				struct kernel_ke *ke, uint32_t *done)
{
	struct fake_sa *sa = find(kernel, id);

	*ke = (struct kernel_ke){ .method = 36 };
	if (kernel->refuse_ke)
		return fail(kernel, kernel->refuse_ke, "bad encapsulation key");
	if (!sa->initiator || !sa->ke_sent)
		ke->len = 1184;
	if (!sa->initiator || sa->ke_sent)
		sa->done++;
	sa->ke_sent = !sa->ke_sent;
	*done = sa->done;
	return 0;
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
	uint8_t buffer[8192];
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

int kernel_ike_sa_seal(struct kernel *kernel, uint32_t id,
		       const struct kernel_plain *plain,
		       struct datagrams *sealed)
{
	const struct fake_sa *sa = find(kernel, id);
	size_t overhead = IKE_HEADER_SIZE + SKF_HEADER + TAG_SIZE;
	size_t piece = plain->len;
	size_t total = 1;
	int error = 0;

	datagrams_clear(sealed);
	if (plain->fragment_size && plain->len + overhead > plain->fragment_size) {
		piece = plain->fragment_size - overhead;
		total = (plain->len + piece - 1) / piece;
	}
	for (size_t i = 0; i < total && !error; i++) {
		size_t from = i * piece;
		size_t len = plain->len - from < piece ? plain->len - from : piece;

		error = add_sealed(sa, plain, from, len, i + 1, total, sealed);
	}
	return error;
}

/* Fragments come in order: this network reorders none. */
static int open_piece(struct kernel *kernel, struct fake_sa *sa,
		      const uint8_t *message, size_t len, uint32_t *missing)
{
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
	if (number == 1) {
		sa->len = 0;
		sa->fragments = 0;
		sa->first_payload = message[IKE_HEADER_SIZE];
	}
	piece = len - start - TAG_SIZE;
	if (number != sa->fragments + 1 || number > total ||
	    piece > sizeof(sa->plaintext) - sa->len)
		return fail(kernel, EBADMSG, "does not verify");
	memcpy(sa->plaintext + sa->len, message + start, piece);
	sa->len += piece;
	sa->fragments = number;
	*missing = total - number;
	return 0;
}

int kernel_ike_sa_open(struct kernel *kernel, uint32_t id,
		       const uint8_t *message, size_t len,
		       struct kernel_opened *opened)
{
	struct fake_sa *sa = find(kernel, id);
	int error = open_piece(kernel, sa, message, len,
			       &opened->fragments_missing);

	if (error || opened->fragments_missing)
		return error;
	kernel->opened++;
	opened->exchange_type = message[18];
	opened->response = message[19] & IKE_FLAG_RESPONSE;
	opened->first_payload = sa->first_payload;
	opened->len = sa->len;
	memcpy(opened->plaintext, sa->plaintext, sa->len);
	return 0;
}

int kernel_ike_sa_auth_make(struct kernel *kernel, uint32_t id, uint8_t *method,
			    uint8_t data[AUTH_DATA_MAX], size_t *len)
{
	find(kernel, id);
	*method = 2;
	*len = 48;
	memset(data, 0xa5, *len);
	return 0;
}

int kernel_ike_sa_auth_verify(struct kernel *kernel, uint32_t id,
			      const char *connection)
{
	const struct fake_sa *sa = find(kernel, id);

	if (sa->initiator != (connection == NULL))
		return fail(kernel, EINVAL, "connection");
	if (kernel->refuse_auth)
		return fail(kernel, kernel->refuse_auth, "AUTH does not match");
	return 0;
}

int kernel_ike_sa_del(struct kernel *kernel, uint32_t id)
{
	find(kernel, id)->live = false;
	return 0;
}

int kernel_child_sa_new(struct kernel *kernel, uint32_t ike_sa_id,
			const struct address *local,
			const struct address *remote, uint32_t *id,
			uint32_t *spi_in)
{
	struct fake_sa *sa = find(kernel, ike_sa_id);

	if (local->family != remote->family)
		return fail(kernel, EINVAL, "family");
	sa->child_larval = true;
	*id = 1;
	*spi_in = 0x1000U * kernel->spi_seed + ike_sa_id;
	return 0;
}

int kernel_child_sa_install(struct kernel *kernel, uint32_t ike_sa_id,
			    uint32_t id,
			    const struct kernel_child_sa_install *install)
{
	struct fake_sa *sa = find(kernel, ike_sa_id);

	if (kernel->refuse_install)
		return fail(kernel, kernel->refuse_install, "no room for policies");
	if (id != 1 || !install->spi_out || install->encr != 20)
		return fail(kernel, EINVAL, "install");
	sa->child_larval = false;
	sa->child_installed = true;
	return 0;
}

int kernel_child_sa_del(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id)
{
	struct fake_sa *sa = find(kernel, ike_sa_id);

	if (id != 1)
		return fail(kernel, ENOENT, "no such Child SA");
	sa->child_installed = false;
	sa->child_larval = false;
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

struct fake_datagram *fake_network_take(void)
{
	struct fake_datagram *datagram = queue;

	if (datagram)
		queue = datagram->next;
	return datagram;
}

size_t fake_network_count(void)
{
	size_t n = 0;

	for (const struct fake_datagram *d = queue; d; d = d->next)
		n++;
	return n;
}
