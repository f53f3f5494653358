/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Client of the kernel's generic netlink family (uapi/pqike.yaml).
 *
 * Every function that returns int returns 0, or a negative errno with
 * kernel_error() saying what the kernel objected to.  They wait for the
 * kernel's answer.  None of the structures can hold a secret.
 */
#ifndef PQIKE_KERNEL_H
#define PQIKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "wire/datagrams.h"
#include "wire/path.h"
#include "wire/payload.h"

#define KE_DATA_MAX 1568
#define AUTH_DATA_MAX 64
#define ADDITIONAL_KE_MAX 7

/* Of PPK_IDENTITY_KEY, a PPK_ID and the PPK Confirmation (RFC 9867) */
#define PPK_NOTIFY_MAX 136

struct kernel;

/* Where an address may be; none: anywhere. */
struct kernel_networks {
	size_t n;
	struct prefix list[REMOTE_ADDRS_MAX + REMOTE_NETWORKS_MAX];
};

struct kernel_connection {
	char name[CONNECTION_NAME_MAX + 1];
	struct identity local_id;
	struct identity remote_id;
	char psk[256]; /* description of the logon key */
	bool allow_classical;
	char ppk[256]; /* likewise of a post-quantum preshared key; "": none */
	struct identity ppk_id; /* its type is not used */
	bool ppk_required;
	bool next; /* of the configuration that was loaded last, not by get */
	const struct proposal *proposals; /* array of n_proposals, not written by get */
	size_t n_proposals;
	/* The rest is not written by get. */
	struct kernel_networks local_networks;
	struct kernel_networks remote_networks;
	const struct child_config *children; /* array of n_children */
	size_t n_children;
	uint64_t lifetime; /* seconds after which an IKE SA ends that nobody has; 0: never */
};

/* Key Exchange Data of this side. */
struct kernel_ke {
	uint16_t method; /* transform ID of type 4 */
	uint16_t len;
	uint8_t data[KE_DATA_MAX];
};

/* Notification Data that the kernel has made. */
struct kernel_notify {
	bool present;
	uint16_t len;
	uint8_t data[PPK_NOTIFY_MAX];
};

/* What an IKE_INTERMEDIATE message of this side has. */
struct kernel_round {
	struct kernel_ke ke; /* len 0: none */
	struct kernel_notify ppk; /* of PPK_IDENTITY_KEY, or a responder's of PPK_IDENTITY */
	uint32_t done; /* how many key exchanges are mixed into the keys */
	bool ppk_mixed; /* and a PPK, or it will be when the response is sealed */
};

/* What an IKE_AUTH message of this side has. */
struct kernel_auth {
	uint8_t method;
	size_t len; /* octets in data */
	uint8_t data[AUTH_DATA_MAX];
	struct kernel_notify ppk; /* of PPK_IDENTITY */
	struct kernel_notify no_ppk; /* of NO_PPK_AUTH */
};

/* What the kernel chose for IKE_SA_INIT. */
struct kernel_ike_sa_new {
	uint32_t id;
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE]; /* zero for an initiator */
	struct nonce nonce;
	struct kernel_ke ke;
};

/* The algorithms of an IKE SA. */
struct kernel_suite {
	uint16_t encr;
	uint16_t encr_key_bits;
	uint16_t prf;
	uint16_t ke_method;
	size_t n_additional_ke;
	uint16_t additional_ke[ADDITIONAL_KE_MAX]; /* in order, NONE left out */
	uint16_t integ; /* 0: the encryption algorithm is an AEAD */
	bool ppk_intermediate; /* initiator: IKE_INTERMEDIATE is to have the PPK */
};

/* A message that the kernel has verified and decrypted. */
struct kernel_opened {
	uint32_t fragments_missing; /* not 0: nothing else is set */
	uint8_t exchange_type;
	bool response;
	uint32_t message_id;
	uint8_t first_payload;
	size_t len;
	uint8_t plaintext[IKE_MESSAGE_MAX];
};

struct kernel_child_sa {
	uint32_t id;
	uint32_t spi_in; /* host byte order */
	uint32_t spi_out; /* host byte order */
	struct address local_address;
	struct address remote_address;
	uint16_t encr;
	uint16_t encr_key_bits;
	uint16_t integ;
	bool esn;
	bool transport;
	uint32_t reqid;
	uint32_t if_id_in; /* 0: none */
	uint32_t if_id_out;
	struct prefixes local_ts;
	struct prefixes remote_ts;
	bool installed;
	bool has_in; /* xfrm has its inbound ESP SA; else the next two are 0 */
	uint64_t bytes_in;
	uint64_t packets_in; /* that verified */
	bool has_out; /* likewise of the outbound one */
	uint64_t bytes_out;
	uint64_t packets_out;
	bool initiator; /* of the exchange that makes it */
	char child[CONNECTION_NAME_MAX + 1]; /* name of the configured one */
	uint32_t child_reqid; /* of that */
	uint32_t installed_at; /* seconds of CLOCK_BOOTTIME, 0: it is not */
	uint16_t encap_local_port; /* 0: ESP does not go in UDP */
	uint16_t encap_remote_port;
	uint64_t soft_seconds; /* of its life, from its installation on; 0: no limit */
	uint64_t hard_seconds;
	uint16_t ke_method; /* 0: without a key exchange of its own */
	size_t n_additional_ke;
	uint16_t additional_ke[ADDITIONAL_KE_MAX];
	uint32_t additional_ke_done; /* until it is installed */
};

struct kernel_ike_sa {
	uint32_t id;
	bool orphan; /* the socket that it belonged to is closed */
	uint32_t rekeys; /* number of the one that it replaces, 0: none */
	char connection[CONNECTION_NAME_MAX + 1]; /* "" before it is known */
	uint32_t role; /* enum pqike_role */
	uint32_t state; /* enum pqike_ike_sa_state */
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	struct kernel_suite suite; /* zeros while half-open */
	uint32_t additional_ke_done;
	bool ppk_mixed; /* the keys depend on a post-quantum preshared key */
	bool full_transcript_auth; /* AUTH covers both IKE_SA_INIT messages */
	size_t n_child_sas;
	const struct kernel_child_sa *child_sas; /* array of n_child_sas */
};

/**
 * kernel_open() - connect to the family
 * @error: on failure, one line for the operator: the module is not loaded or
 *	of another version, or the privilege is lacking
 * @error_size: size of @error in octets
 *
 * Return: the client, to be closed with kernel_close(); NULL on failure.
 */
struct kernel *kernel_open(char *error, size_t error_size);

/**
 * kernel_adopt() - connect to the family through a socket of the supervisor's
 * @fd: the socket, which it has authorised
 * @error: as kernel_open()
 * @error_size: likewise
 *
 * Return: as kernel_open().
 */
struct kernel *kernel_adopt(int fd, char *error, size_t error_size);

/**
 * kernel_reopen() - connect again: the module was gone
 *
 * A socket of the supervisor's is authorised again.
 *
 * Return: false with @error set; kernel_close() is due as before.
 */
bool kernel_reopen(struct kernel *kernel, char *error, size_t error_size);

void kernel_close(struct kernel *kernel);

/**
 * kernel_authorise() - let a netlink socket make and drive IKE SAs (authorise), until
 *	it is closed or revoked or the module goes
 * @fd: the socket
 *
 * Return: 0 or a negative errno.
 */
int kernel_authorise(struct kernel *kernel, int fd);

/**
 * kernel_revoke() - take back what kernel_authorise() gave, whoever has the socket open
 * @fd: the socket
 *
 * Return: 0; -ENOENT where it is not authorised, or another negative errno.
 */
int kernel_revoke(struct kernel *kernel, int fd);

/**
 * kernel_error() - why the last call on @kernel failed, in words
 *
 * Return: the kernel's own message, or the name of the error where it gave
 * none; valid until the next call.
 */
const char *kernel_error(const struct kernel *kernel);

/* Return: whether the last call failed for what the peer had sent. */
bool kernel_blames_message(const struct kernel *kernel);

/* Whether child-sa-install failed by the peer's last KE data. */
bool kernel_blames_key_exchange(const struct kernel *kernel);

int kernel_connection_set(struct kernel *kernel,
			  const struct kernel_connection *connection);
int kernel_connection_del(struct kernel *kernel, const char *name);

/**
 * kernel_connection_dump() - the connections of this network namespace
 * @kernel: the client
 * @each: called once for each; what it is given is valid during the call only
 * @arg: passed to @each
 *
 * @each must not call into @kernel.
 */
int kernel_connection_dump(struct kernel *kernel,
			   void (*each)(const struct kernel_connection *connection,
					void *arg),
			   void *arg);

/**
 * kernel_ike_sa_dump() - the IKE SAs of this network namespace
 * @kernel: the client
 * @each: called once for each; what it is given is valid during the call only
 * @arg: passed to @each
 *
 * @each must not call into @kernel.
 */
int kernel_ike_sa_dump(struct kernel *kernel,
		       void (*each)(const struct kernel_ike_sa *ike_sa, void *arg),
		       void *arg);

/* As kernel_ike_sa_dump(), of the IKE SA of one number, if it is there. */
int kernel_ike_sa_dump_one(struct kernel *kernel, uint32_t id,
			   void (*each)(const struct kernel_ike_sa *ike_sa,
					void *arg),
			   void *arg);

/**
 * kernel_ike_sa_new_initiator() - begin an IKE SA as its initiator
 * @connection: name of a connection that was set
 * @ke_method: of the KE payload of the IKE_SA_INIT request
 */
int kernel_ike_sa_new_initiator(struct kernel *kernel, const char *connection,
				uint16_t ke_method,
				struct kernel_ike_sa_new *ike_sa);

/**
 * kernel_ike_sa_new_responder() - begin an IKE SA as its responder
 * @request: the IKE_SA_INIT request as it was on the wire, @len octets
 */
int kernel_ike_sa_new_responder(struct kernel *kernel, const uint8_t *request,
				size_t len, struct kernel_ike_sa_new *ike_sa);

/**
 * kernel_ike_sa_new_rekeying() - begin an IKE SA that replaces another
 * @rekeys: number of the one that is replaced, which is established
 * @initiator: of the CREATE_CHILD_SA exchange
 * @ke_method: an initiator's; a responder takes all from the CREATE_CHILD_SA
 *	request that was opened last
 */
int kernel_ike_sa_new_rekeying(struct kernel *kernel, uint32_t rekeys,
			       bool initiator, uint16_t ke_method,
			       struct kernel_ike_sa_new *ike_sa);

/**
 * kernel_ike_sa_init() - complete IKE_SA_INIT: keys(0)
 * @request: the request as it was on the wire; NULL for a responder
 * @response: the response as it was on the wire
 *
 * An IKE SA that rekeys another has neither.
 */
int kernel_ike_sa_init(struct kernel *kernel, uint32_t id,
		       const uint8_t *request, size_t request_len,
		       const uint8_t *response, size_t response_len,
		       struct kernel_suite *suite);

/**
 * kernel_ike_sa_additional_ke() - next step of the additional key exchange
 * @ke: receives KE data to send; ke->len is 0 where there is none
 * @done: receives how many rounds are mixed into the keys
 */
int kernel_ike_sa_additional_ke(struct kernel *kernel, uint32_t id,
				struct kernel_ke *ke, uint32_t *done);

/**
 * kernel_ike_sa_intermediate() - next step of IKE_INTERMEDIATE
 * @round: receives what to send
 *
 * As kernel_ike_sa_additional_ke(), for an IKE SA that may have a PPK.
 */
int kernel_ike_sa_intermediate(struct kernel *kernel, uint32_t id,
			       struct kernel_round *round);

/* What is to be sealed. */
struct kernel_plain {
	uint8_t exchange_type;
	bool response;
	uint32_t message_id;
	uint8_t first_payload;
	const uint8_t *plaintext;
	size_t len; /* 0: an empty message */
	uint32_t fragment_size; /* 0: never fragment */
};

/**
 * kernel_ike_sa_seal() - protect a message
 * @sealed: receives the message, or its fragments, in order; what it held is
 *	freed
 */
int kernel_ike_sa_seal(struct kernel *kernel, uint32_t id,
		       const struct kernel_plain *plain,
		       struct datagrams *sealed);

int kernel_ike_sa_open(struct kernel *kernel, uint32_t id,
		       const uint8_t *message, size_t len,
		       struct kernel_opened *opened);

/**
 * kernel_ike_sa_auth_make() - the AUTH payload of this side
 * @auth: receives it, and the notifications of a PPK
 */
int kernel_ike_sa_auth_make(struct kernel *kernel, uint32_t id,
			    struct kernel_auth *auth);

/**
 * kernel_ike_sa_auth_verify() - verify the peer's ID and AUTH payloads of the
 *	IKE_AUTH message that was opened last
 * @connection: whom the peer must be; NULL for an initiator
 */
int kernel_ike_sa_auth_verify(struct kernel *kernel, uint32_t id,
			      const char *connection);

int kernel_ike_sa_del(struct kernel *kernel, uint32_t id);

#define KERNEL_NOTE_MAX 1024

/**
 * kernel_ike_sa_note() - keep something for the helper that adopts an IKE SA
 * @note: nothing secret; @len octets, at most KERNEL_NOTE_MAX
 * @lifetime: seconds after which it ends if nobody has adopted it, 0: never
 *
 * The response that was opened last has been dealt with.
 */
int kernel_ike_sa_note(struct kernel *kernel, uint32_t id, const uint8_t *note,
		       size_t len, uint32_t lifetime);

/* What it takes to go on with an IKE SA. */
struct kernel_adopted {
	size_t note_len;
	uint8_t note[KERNEL_NOTE_MAX];
	uint32_t next_request; /* Message ID; that of the one outstanding, if any */
	uint32_t next_peer_request; /* Message ID */
	struct datagrams response; /* the last one of this side; empty: none */
	struct datagrams request; /* outstanding; empty: none */
	uint8_t exchange_type; /* of that */
	uint8_t first_payload;
	size_t len;
	uint8_t plaintext[IKE_MESSAGE_MAX];
};

/**
 * kernel_ike_sa_adopt() - take over an IKE SA whose socket is closed
 * @adopted: receives what it takes; its datagrams are freed with
 *	kernel_adopted_clear(), whatever is returned
 */
int kernel_ike_sa_adopt(struct kernel *kernel, uint32_t id,
			struct kernel_adopted *adopted);
void kernel_adopted_clear(struct kernel_adopted *adopted);

/* Move the Child SAs of the IKE SA that @id has replaced to @id. */
int kernel_ike_sa_inherit(struct kernel *kernel, uint32_t id);

/* With what a Child SA begins. */
struct kernel_child_sa_new {
	struct address local;
	struct address remote;
	const struct child_config *config; /* of the connection of the IKE SA */
	bool create_child_sa; /* the rest is of use in CREATE_CHILD_SA only */
	bool initiator; /* of that exchange */
	uint16_t ke_method; /* 0: without a key exchange of its own */
};

/* What the kernel chose for it. */
struct kernel_child_sa_own {
	uint32_t id;
	uint32_t spi_in; /* host byte order */
	struct nonce nonce; /* in CREATE_CHILD_SA */
	struct kernel_ke ke; /* len 0: none */
};

/**
 * kernel_child_sa_new() - reserve the SPI of an inbound ESP SA
 * @own: receives the number, the SPI and, in CREATE_CHILD_SA, what goes into
 *	the message
 *
 * A responder's takes the initiator's values from the message opened last.
 */
int kernel_child_sa_new(struct kernel *kernel, uint32_t ike_sa_id,
			const struct kernel_child_sa_new *order,
			struct kernel_child_sa_own *own);

/**
 * kernel_child_sa_ke() - next step of a Child SA's key exchanges
 * @ke: receives KE data to send; ke->len is 0 where there is none
 *
 * The peer's values are taken from the message opened last, with the
 * CREATE_CHILD_SA response also the methods that it has chosen.
 */
int kernel_child_sa_ke(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
		       struct kernel_ke *ke);

enum kernel_direction { DIRECTION_BOTH, DIRECTION_IN, DIRECTION_OUT };

/* When xfrm says that ESP SAs expire; 0: never. */
struct kernel_lifetime {
	uint64_t soft_bytes;
	uint64_t hard_bytes;
	uint64_t soft_packets;
	uint64_t hard_packets;
	uint64_t soft_seconds;
	uint64_t hard_seconds;
};

/* What no message says of a Child SA that is to be installed. */
struct kernel_child_sa_install {
	enum kernel_direction direction; /* BOTH or IN */
	uint16_t encap_local_port; /* 0: ESP does not go in UDP */
	uint16_t encap_remote_port;
	/* Of the responder's CREATE_CHILD_SA or IKE_AUTH response, before it is sealed. */
	uint8_t first_payload;
	const uint8_t *plaintext;
	size_t len; /* 0: it is sealed, or the peer's */
};

/* What the kernel says of a Child SA that it has installed. */
struct kernel_child_sa_installed {
	uint32_t reqid; /* of its selectors */
	struct kernel_lifetime lifetime;
};

/**
 * kernel_child_sa_install() - install a Child SA: what both messages say, within what
 *	its child is, and all else as the child has it
 *
 * As the initiator, with the response that completes the key exchanges.
 */
int kernel_child_sa_install(struct kernel *kernel, uint32_t ike_sa_id,
			    uint32_t id,
			    const struct kernel_child_sa_install *install,
			    struct kernel_child_sa_installed *installed);

/* Install the outbound ESP SA of a Child SA that was installed with IN. */
int kernel_child_sa_install_out(struct kernel *kernel, uint32_t ike_sa_id,
				uint32_t id);

/**
 * kernel_child_sa_del() - remove a Child SA
 * @direction: BOTH, or OUT to keep what comes in
 */
int kernel_child_sa_del(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
			enum kernel_direction direction);

/* The peer's UDP port has changed behind a NAT. */
int kernel_child_sa_update(struct kernel *kernel, uint32_t ike_sa_id,
			   uint32_t id, uint16_t encap_remote_port);

/* Policies that wait for a packet. */
struct kernel_trap {
	struct address local;
	struct address remote;
	bool transport;
	const struct child_config *config; /* of a connection that was set */
};

/**
 * kernel_trap_set() - set the trap of a child, in the place of one that it has
 * @reqid: receives that of its selectors, which a packet's ACQUIRE has
 */
int kernel_trap_set(struct kernel *kernel, const struct kernel_trap *trap,
		    uint32_t *reqid);

/* @reqid: the child's. */
int kernel_trap_del(struct kernel *kernel, uint32_t reqid);

/* A trap that is set. */
struct kernel_trap_shown {
	uint32_t reqid; /* the child's */
	bool waiting; /* a packet has met it, of which nothing has come yet */
};

/**
 * kernel_trap_dump() - the traps of this network namespace
 * @each: called once for each
 * @arg: passed to @each
 *
 * @each must not call into @kernel.
 */
int kernel_trap_dump(struct kernel *kernel,
		     void (*each)(const struct kernel_trap_shown *trap, void *arg),
		     void *arg);

enum kernel_bench_operation {
	BENCH_KEYGEN,
	BENCH_ENCAPS,
	BENCH_DECAPS,
	BENCH_EPHEMERAL_KEYGEN,
	BENCH_EPHEMERAL_DECAPS,
	BENCH_OPERATIONS
};

/* Nanoseconds of one operation. */
struct kernel_bench_time {
	uint64_t min;
	uint64_t median;
	uint64_t max;
};

struct kernel_bench {
	char implementation[32];
	struct kernel_bench_time times[BENCH_OPERATIONS];
};

/* What this network namespace may have, and has. */
struct kernel_usage {
	struct quota quota;
	struct quota used;
};

/**
 * kernel_quota_set() - say how much this network namespace may have
 * @quota: where it says 0, the kernel has its default; NULL: it stays
 * @usage: receives what there may be from now on, and what there is
 */
int kernel_quota_set(struct kernel *kernel, const struct quota *quota,
		     struct kernel_usage *usage);

/**
 * kernel_bench_kem() - time the operations of ML-KEM
 * @ke_method: its transform ID
 * @rounds: 1 to PQIKE_BENCH_ROUNDS_MAX
 */
int kernel_bench_kem(struct kernel *kernel, uint16_t ke_method, uint32_t rounds,
		     struct kernel_bench *bench);

#endif
