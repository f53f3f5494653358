// SPDX-License-Identifier: GPL-2.0
/*
 * IKE_SA_INIT requests to a responder, which anyone can send: proposals with
 * transforms of any types, in any number and repeated, and other payloads likewise.
 * The answer is one datagram or none, for a bounded number of steps.
 */
#include <stdbool.h>

#include "config/connection.h"
#include "draw.h"
#include "fake_kernel.h"
#include "ike/dispatch.h"
#include "ike/ike_event.h"
#include "ike/ike_sa_end.h"
#include "steps.h"
#include "tunnel/tunnel.h"
#include "wire/payload.h"
#include "wire/proposal.h"

#define CONNECTIONS_MAX	64
#define REQUEST_SIZE	65000
#define PADDING_MAX	8192

/* What the connections take, in turn; the last has most to choose from. */
static const char *const texts[] = {
	"aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	"aes256gcm16-prfsha384-x25519-ke1_none-ke1_mlkem768",
	"aes256-aes128-sha256-sha512-ecp256-modp2048",
	"aes256gcm16-aes128gcm16-prfsha512-prfsha384-prfsha256-"
	"x25519-ecp256-ecp384-modp2048-modp3072-modp4096-mlkem512-"
	"ke1_mlkem768-ke1_mlkem1024-ke1_mlkem512-ke1_x25519-ke1_ecp256-ke1_none-"
	"ke2_mlkem768-ke2_mlkem1024-ke2_mlkem512-ke2_x25519-ke2_ecp256-ke2_none-"
	"ke3_mlkem768-ke3_mlkem1024-ke3_mlkem512-ke3_x25519-ke3_ecp256-ke3_none-"
	"ke4_mlkem768-ke4_mlkem1024-ke4_mlkem512-ke4_x25519-ke4_ecp256-ke4_none-"
	"ke5_mlkem768-ke5_mlkem1024-ke5_mlkem512-ke5_x25519-ke5_ecp256-ke5_none-"
	"ke6_mlkem768-ke6_mlkem1024-ke6_mlkem512-ke6_x25519-ke6_ecp256-ke6_none-"
	"ke7_mlkem768-ke7_mlkem1024-ke7_mlkem512-ke7_x25519-ke7_ecp256-ke7_none",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* IDs of each type that a proposal draws from: known ones, NONE, unknown ones. */
static const struct {
	uint16_t id;
	uint16_t key_bits;
} ids[] = {
	{ 0, 0 }, { 20, 256 }, { 20, 128 }, { 12, 256 }, { 28, 0 }, { 5, 0 },
	{ 6, 0 }, { 7, 0 }, { 12, 0 }, { 14, 0 }, { 31, 0 }, { 19, 0 },
	{ 20, 0 }, { 35, 0 }, { 36, 0 }, { 37, 0 }, { 99, 0 }, { 0, 5 },
	{ 20, 129 }, { 1, 0 },
};

#define IDS (sizeof(ids) / sizeof(ids[0]))

static struct connection_config connections[CONNECTIONS_MAX];
static struct proposal proposals[TEXTS];

/*
 * One octet: what an operator has.  0: any address may call, and of each text
 * there is a connection; else the one connection of a text.
 */
static void choose_config(struct draw *in, struct config *config)
{
	size_t which = draw_u8(in) % (TEXTS + 1);
	size_t n = which ? 1 : CONNECTIONS_MAX;

	memset(connections, 0, sizeof(connections));
	for (size_t i = 0; i < n; i++) {
		struct connection_config *connection = &connections[i];

		snprintf(connection->name, sizeof(connection->name), "c%zu", i);
		connection->require_pq = i % 2;
		connection->proposals = &proposals[which ? which - 1 : i % TEXTS];
		connection->n_proposals = 1;
		connection->next = i + 1 < n ? connection + 1 : NULL;
	}
	config->connections = connections;
	connections_index(config);
}

static void add_transforms(struct draw *in, struct proposal *proposal)
{
	uint8_t type = draw_u8(in) % 14;
	uint8_t id = draw_u8(in) % IDS;
	uint8_t times = draw_u8(in) % 64 + 1;

	while (times-- && proposal->n_transforms < PROPOSAL_TRANSFORMS_MAX)
		proposal->transforms[proposal->n_transforms++] =
			(struct transform){ type, ids[id].id, ids[id].key_bits };
}

/*
 * How many groups of transforms; each: type, ID, how often less one.  Then how
 * often the proposal is there less one.
 */
static size_t draw_proposals(struct draw *in, struct proposal *offered, size_t room)
{
	struct proposal proposal = { .protocol = PROTOCOL_IKE };
	uint8_t groups = draw_u8(in) % 32;
	size_t times;

	while (groups--)
		add_transforms(in, &proposal);
	times = draw_u8(in) % room + 1;
	for (size_t i = 0; i < times; i++)
		offered[i] = proposal;
	return times;
}

static void write_sa(struct draw *in, struct message_writer *message)
{
	static struct proposal offered[SA_PROPOSALS_MAX + 4];
	const size_t max = sizeof(offered) / sizeof(offered[0]);
	uint8_t kinds = draw_u8(in) % 4 + 1;
	size_t n = 0;

	while (kinds-- && n < max)
		n += draw_proposals(in, offered + n, max - n);
	sa_write(message, offered, n, 0);
}

/* Notify payloads: how many, and of which type each. */
static void write_notifies(struct draw *in, struct message_writer *message)
{
	static const uint16_t types[] = {
		INTERMEDIATE_EXCHANGE_SUPPORTED, IKEV2_FRAGMENTATION_SUPPORTED,
		NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP, COOKIE,
		USE_PPK, USE_PPK_INT, 40000,
	};
	uint8_t n = draw_u8(in) % 70;

	while (n--)
		notify_write(message, types[draw_u8(in) % 8], (uint8_t[20]){ 0 },
			     20);
}

static void write_padding(struct draw *in, struct message_writer *message)
{
	static const uint8_t zeros[PADDING_MAX];
	size_t len = draw_u16(in) % PADDING_MAX;
	size_t offset;

	if (!len)
		return;
	offset = payload_begin(message, PAYLOAD_VENDOR_ID);
	write_octets(&message->writer, zeros, len);
	payload_end(message, offset);
}

static size_t write_request(struct draw *in, uint8_t *buffer)
{
	static const uint8_t zeros[96];
	const struct nonce nonce = { .len = 32 };
	const uint16_t methods[] = { 31, 19, 20, 36 };
	const struct ike_header header = {
		.spi_i = { 1 }, .version = IKE_VERSION,
		.exchange_type = IKE_SA_INIT, .flags = IKE_FLAG_INITIATOR,
	};
	struct message_writer message;

	message_begin(&message, buffer, REQUEST_SIZE, &header);
	write_sa(in, &message);
	ke_write(&message, methods[draw_u8(in) % 4], zeros, 32);
	nonce_write(&message, &nonce);
	write_notifies(in, &message);
	write_padding(in, &message);
	require(message_end(&message));
	return message.writer.len;
}

static void read_texts(void)
{
	char error[256];

	for (size_t i = 0; i < TEXTS; i++)
		require(proposal_parse(PROTOCOL_IKE, texts[i], &proposals[i],
				       error, sizeof(error)));
}

static void on_event(void *arg, const struct ike_event *event)
{
	(void)arg;
	require(strlen(event->text) < LOG_LINE_MAX);
}

static void receive(struct ike *ike, const uint8_t *data, size_t len)
{
	const struct path path = {
		.local.ss_family = AF_INET, .remote.ss_family = AF_INET,
	};
	struct fake_datagram *answer;

	steps_begin(len);
	dispatch(ike, &path, data, len);
	steps_end();
	answer = fake_network_take();
	free(answer);
	require(!fake_network_take());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buffer[REQUEST_SIZE];
	struct draw in = { data, size };
	struct config config = { 0 };
	static struct ike ike;
	uint8_t *request;
	size_t len;

	if (!proposals[0].n_transforms)
		read_texts();
	choose_config(&in, &config);
	len = write_request(&in, buffer);
	request = exact_copy(buffer, len);
	memset(&ike, 0, sizeof(ike));
	tunnel_attach(&ike);
	ike.config = &config;
	ike.kernel = fake_kernel_new(0xbb);
	ike.events.event = on_event;
	receive(&ike, request, len);
	while (ike.ike_sas)
		ike_sa_free(&ike, ike.ike_sas);
	ike_sas_release(&ike);
	ike_sas_end(&ike);
	config_unindex(&config);
	fake_kernel_free(ike.kernel);
	free(request);
	return 0;
}
