// SPDX-License-Identifier: GPL-2.0
#include "ike/note.h"

#include <netinet/in.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/clock.h"
#include "ike/child_sa.h"
#include "ike/task_type.h"
#include "wire/wire.h"

#define VERSION 2

enum flag {
	FLAG_REPLACED = 1 << 0,
	FLAG_UDP = 1 << 1,
	FLAG_NAT_SUPPORTED = 1 << 2,
	FLAG_NAT_HERE = 1 << 3,
	FLAG_NAT_THERE = 1 << 4,
	FLAG_FOLLOWUP_DUE = 1 << 5,
	FLAG_ENDING = 1 << 6,
};

_Static_assert(NOTE_SIZE <= KERNEL_NOTE_MAX, "the kernel does not take a note");

static void write_time(struct writer *writer, int64_t time)
{
	write_u32(writer, (uint32_t)((uint64_t)time >> 32));
	write_u32(writer, (uint32_t)time);
}

static int64_t read_time(struct reader *reader)
{
	uint64_t high = read_u32(reader);

	return (int64_t)(high << 32 | read_u32(reader));
}

/* The interface of a link-local address. */
static uint32_t scope_of(const struct sockaddr_storage *endpoint)
{
	return endpoint->ss_family == AF_INET6 ?
		       ((const struct sockaddr_in6 *)endpoint)->sin6_scope_id : 0;
}

static void write_endpoint(struct writer *writer,
			   const struct sockaddr_storage *endpoint)
{
	const uint8_t *octets;
	size_t size = endpoint_octets(endpoint, &octets);

	write_u8(writer, (uint8_t)size);
	write_octets(writer, octets, size);
	write_u16(writer, endpoint_port(endpoint));
	write_u32(writer, scope_of(endpoint));
}

/* Return: AF_UNSPEC for a size that no address has. */
static int family_of(size_t size)
{
	switch (size) {
	case sizeof(struct in_addr):
		return AF_INET;
	case sizeof(struct in6_addr):
		return AF_INET6;
	default:
		return AF_UNSPEC;
	}
}

static bool read_endpoint(struct reader *reader,
			  struct sockaddr_storage *endpoint)
{
	size_t size = read_u8(reader);
	const uint8_t *octets = read_octets(reader, size);
	uint16_t port = read_u16(reader);
	uint32_t scope = read_u32(reader);

	if (reader->truncated ||
	    !endpoint_set(endpoint, family_of(size), octets, port))
		return false;
	if (endpoint->ss_family == AF_INET6)
		((struct sockaddr_in6 *)endpoint)->sin6_scope_id = scope;
	return true;
}

static bool followup_due(const struct ike_sa *sa)
{
	return sa->followup.child || sa->followup_lost;
}

static uint8_t flags_of(const struct ike_sa *sa)
{
	return (uint8_t)((sa->replaced ? FLAG_REPLACED : 0) |
			 (sa->udp_encapsulation ? FLAG_UDP : 0) |
			 (sa->nat.supported ? FLAG_NAT_SUPPORTED : 0) |
			 (sa->nat.here ? FLAG_NAT_HERE : 0) |
			 (sa->nat.there ? FLAG_NAT_THERE : 0) |
			 (followup_due(sa) ? FLAG_FOLLOWUP_DUE : 0) |
			 (sa->ending ? FLAG_ENDING : 0));
}

/* Before it is established it is to be, once it can be adopted. */
static enum ike_sa_phase phase_of(const struct ike_sa *sa)
{
	return sa->phase == PHASE_REKEYED || sa->phase == PHASE_DELETING ?
		       sa->phase : PHASE_ESTABLISHED;
}

static void update(struct sha256_ctx *context, const struct identity *id)
{
	const uint8_t header[] = {
		id->type, (uint8_t)(id->len >> 8), (uint8_t)id->len,
	};

	sha256_update(context, sizeof(header), header);
	sha256_update(context, id->len, id->data);
}

/* The tables' hashes are of this process alone. */
void note_digest_identities(const struct connection_config *connection,
			    uint8_t digest[NOTE_IDENTITIES_SIZE])
{
	struct sha256_ctx context;

	sha256_init(&context);
	update(&context, &connection->local_id);
	update(&context, &connection->remote_id);
	sha256_digest(&context, NOTE_IDENTITIES_SIZE, digest);
}

static void write_identities(struct writer *writer, const struct ike_sa *sa)
{
	uint8_t digest[NOTE_IDENTITIES_SIZE] = { 0 };

	if (sa->connection)
		note_digest_identities(sa->connection, digest);
	write_octets(writer, digest, sizeof(digest));
}

static void write_following(struct writer *writer, const struct task *task)
{
	bool is_there = task && task->following && task->child;

	write_u32(writer, is_there ? task->child->spi_in : 0);
	write_u32(writer, is_there ? task->spi_in : 0);
}

static size_t write_note(const struct ike_sa *sa, uint8_t octets[NOTE_SIZE])
{
	struct writer writer = { .data = octets, .size = NOTE_SIZE };

	write_u8(&writer, VERSION);
	write_u8(&writer, (uint8_t)phase_of(sa));
	write_u8(&writer, flags_of(sa));
	write_endpoint(&writer, &sa->path.local);
	write_endpoint(&writer, &sa->path.remote);
	write_u32(&writer, sa->fragment_size);
	write_time(&writer, sa->established);
	write_time(&writer, sa->rekey_timer.due);
	write_time(&writer, sa->life_timer.due);
	write_identities(&writer, sa);
	write_following(&writer, sa->task);
	write_u32(&writer, sa->expected_message_id);
	return writer.len;
}

bool note_read(struct ike_note *note, const uint8_t *octets, size_t len)
{
	struct reader reader = { .data = octets, .left = len };
	uint8_t version = read_u8(&reader);
	uint8_t phase = read_u8(&reader);
	uint8_t flags = read_u8(&reader);
	const uint8_t *identities;

	*note = (struct ike_note){
		.phase = phase,
		.replaced = flags & FLAG_REPLACED,
		.udp_encapsulation = flags & FLAG_UDP,
		.nat = {
			.supported = flags & FLAG_NAT_SUPPORTED,
			.here = flags & FLAG_NAT_HERE,
			.there = flags & FLAG_NAT_THERE,
		},
		.followup_due = flags & FLAG_FOLLOWUP_DUE,
		.ending = flags & FLAG_ENDING,
	};
	if (version != VERSION || !read_endpoint(&reader, &note->path.local) ||
	    !read_endpoint(&reader, &note->path.remote))
		return false;
	note->fragment_size = read_u32(&reader);
	note->established = read_time(&reader);
	note->rekey = read_time(&reader);
	note->end = read_time(&reader);
	identities = read_octets(&reader, NOTE_IDENTITIES_SIZE);
	if (identities)
		memcpy(note->identities, identities, NOTE_IDENTITIES_SIZE);
	note->following.spi_in = read_u32(&reader);
	note->following.replaces = read_u32(&reader);
	note->peer_request = read_u32(&reader);
	return !reader.truncated && !reader.left &&
	       note->path.local.ss_family == note->path.remote.ss_family &&
	       (phase == PHASE_ESTABLISHED || phase == PHASE_REKEYED ||
		phase == PHASE_DELETING);
}

bool note_is_of(const struct ike_note *note,
		const struct connection_config *connection)
{
	uint8_t digest[NOTE_IDENTITIES_SIZE];

	note_digest_identities(connection, digest);
	return !memcmp(digest, note->identities, sizeof(digest));
}

/* Seconds that the kernel keeps it if nobody adopts it, 0: for ever. */
static uint32_t left_of_life(const struct ike_sa *sa)
{
	int64_t left = sa->life_timer.due - clock_now();

	if (!sa->life_timer.due)
		return 0;
	return left > SECOND ? (uint32_t)(left / SECOND) : 1;
}

/* Where the kernel lacks memory for it, the one before stays, or none. */
static void keep(struct ike *ike, struct ike_sa *sa,
		 const uint8_t octets[NOTE_SIZE], size_t len)
{
	sa->note_len = 0;
	if (kernel_ike_sa_note(ike->kernel, sa->id, octets, len,
			       left_of_life(sa)))
		return;
	memcpy(sa->note, octets, len);
	sa->note_len = len;
}

/* Return: whether the kernel has it, and may have it when this helper is no more. */
static bool is_kept(const struct ike_sa *sa)
{
	return sa->id && sa->phase != PHASE_GONE && sa->phase != PHASE_RETIRED &&
	       sa->phase != PHASE_INIT;
}

void note_keep(struct ike *ike, struct ike_sa *sa)
{
	uint8_t octets[NOTE_SIZE];

	if (is_kept(sa))
		keep(ike, sa, octets, write_note(sa, octets));
}

void note_renew(struct ike *ike, struct ike_sa *sa)
{
	uint8_t octets[NOTE_SIZE];
	size_t len;

	if (!is_kept(sa))
		return;
	len = write_note(sa, octets);
	if (len != sa->note_len || memcmp(octets, sa->note, len) != 0)
		keep(ike, sa, octets, len);
}

void note_end(struct ike *ike, struct ike_sa *sa)
{
	sa->ending = true;
	note_renew(ike, sa);
}
