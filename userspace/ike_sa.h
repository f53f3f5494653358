/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The helper's view of its IKE SAs: where each stands in its exchanges.  The
 * keys, and every decision that needs one, are the kernel's.
 */
#ifndef PQIKE_IKE_SA_H
#define PQIKE_IKE_SA_H

#include <nettle/sha2.h>

#include "config.h"
#include "half_open.h"
#include "ike_event.h"
#include "initiations.h"
#include "kernel.h"
#include "log.h"
#include "message_counters.h"
#include "nat_detection.h"
#include "path.h"
#include "resolver.h"
#include "say_limit.h"
#include "socket.h"
#include "starting.h"
#include "timer.h"

/* Whoever asked for something by the control socket; any may be NULL. */
struct ike_events {
	void (*progress)(void *arg, uint64_t client, const char *line);
	void (*ok)(void *arg, uint64_t client);
	void (*fail)(void *arg, uint64_t client, const char *line);
	void (*event)(void *arg, const struct ike_event *event);
	void *arg;
};

/* Attempts of this side, see keying.h. */
struct keyings {
	struct index by_connection; /* by its name */
	struct index_row all;
	struct index waiting; /* until fewer are in the making, by remote address */
	struct index_row held; /* until fewer are in the making in all */
};

/* See trap.h. */
struct traps {
	struct index by_child; /* by the names of connection and child */
	struct index by_reqid; /* of the policy, of those that are or were set */
	struct index_row all;
};

/* What all exchanges share. */
struct ike {
	const struct config *config;
	struct kernel *kernel;
	struct xfrm_events *xfrm;
	struct mnl_socket *xfrm_states; /* NULL: ESP SAs are not looked at */
	struct xfrm_interfaces *interfaces;
	struct sockets sockets;
	struct ike_events events;
	struct timers timers;
	struct timer resync_timer;
	struct ike_sa *ike_sas;
	struct ike_sa *gone; /* ended, to be released by ike_sas_release() */
	struct index by_spi; /* IKE SAs, by the SPI of this side */
	struct index by_init; /* IKE SAs, by SPIi of the IKE_SA_INIT request */
	struct index by_id; /* IKE SAs, by the kernel's number */
	struct index by_connection; /* IKE SAs, by its name */
	struct index by_identities; /* IKE SAs, by those of the connection */
	struct index by_spi_in; /* Child SAs */
	struct index by_spi_out; /* Child SAs that are installed */
	struct index by_reqid; /* Child SAs that are installed, by the kernel's reqid */
	struct half_open half_open;
	struct message_counters refused;
	struct say_limit refusals; /* of IKE_SA_INIT, in the log */
	struct say_limit spi_refusals; /* INVALID_IKE_SPI, to peers */
	struct initiations initiations;
	struct starting starting;
	struct keyings keyings; /* attempts of this side */
	struct traps traps;
	struct resolver resolver;
	uint32_t last_link; /* in N(ADDITIONAL_KEY_EXCHANGE) of this side */
	bool stopping; /* nothing new is begun */
	struct kernel_opened opened; /* the message being handled */
};

enum ike_sa_phase {
	PHASE_INIT, /* initiator: IKE_SA_INIT is not complete */
	PHASE_AUTH, /* IKE_INTERMEDIATE and IKE_AUTH */
	PHASE_REKEYING, /* to replace another, which carries its key exchanges */
	PHASE_ESTABLISHED,
	PHASE_REKEYED, /* replaced by another: a Delete is due, of either side */
	PHASE_DELETING, /* our Delete is on its way */
	PHASE_RETIRED, /* gone but for its last response, see exchange_retire() */
	PHASE_GONE, /* ended: nothing is done with it any more */
};

/* A request of this side that waits for its response. */
struct request {
	struct datagrams datagrams; /* empty: nothing is outstanding */
	uint8_t exchange_type;
	uint32_t message_id;
	unsigned int retries;
	int64_t interval; /* ms to the next retransmission */
};

/* Of a request, or of its first fragment. */
struct request_digest {
	uint8_t octets[SHA256_DIGEST_SIZE];
};

/* The last response of this side, to be sent again if asked again. */
struct response {
	struct datagrams datagrams;
	uint32_t message_id;
	struct path path; /* the way that the request came */
	struct request_digest request;
};

/* As a responder: IKE_FOLLOWUP_KE that is to come (RFC 9370 section 2.2.4). */
struct followup {
	struct child_sa *child; /* the Child SA that it makes, */
	struct ike_sa *successor; /* or the IKE SA; both NULL: none is to come */
	uint32_t link; /* what the peer must return */
	size_t left; /* key exchanges that are due */
	struct timer timer; /* for a peer that does not go on */
};

struct ike_sa {
	struct ike_sa *next;
	struct ike_sa *prev;
	struct index_link by_spi;
	struct index_link by_init;
	struct index_link by_id;
	struct index_link by_connection;
	struct index_link by_identities;
	struct ike_sa *next_half_open;
	struct ike_sa *prev_half_open;
	uint32_t id; /* the kernel's number; 0 once the kernel has dropped it */
	bool initiator; /* of IKE_SA_INIT, or of the exchange that rekeyed */
	struct nat_detection nat;
	enum ike_sa_phase phase;
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	const struct connection_config *connection; /* used; NULL: not known yet */
	struct path path; /* on which requests of this side go */
	uint64_t client; /* who waits for the outcome, 0: nobody */
	char failure[LOG_LINE_MAX]; /* why it is being deleted; "": it was wanted */
	char refusal[LOG_LINE_MAX]; /* what anyone may have said to IKE_SA_INIT */
	int64_t begun; /* clock_now() of the first message */
	int64_t established; /* clock_now(), 0: it is not */
	int64_t last_heard; /* clock_now() of the last message that verified */

	struct timer timeout; /* retransmission, or the end of a phase */
	struct timer rekey_timer;
	struct timer life_timer;
	struct timer liveness_timer;
	struct timer keepalive_timer;
	struct timer task_timer; /* the first of @tasks that was postponed */
	int64_t last_sent; /* clock_now() of the last message or keepalive; 0: none left */

	struct request request;
	uint32_t next_message_id; /* of our next request */
	struct response response;
	struct request_digest verified; /* the peer's last request */
	uint32_t expected_message_id; /* of the peer's next request */

	struct kernel_ike_sa_new own; /* initiator: what IKE_SA_INIT is made of */
	unsigned int init_attempts;
	struct datagrams init_request; /* responder: to know it again */
	struct datagrams init_response;

	struct proposal chosen;
	struct kernel_suite suite;
	uint32_t fragment_size; /* 0: not both sides support RFC 7383 */
	bool ppk_offered; /* initiator: in IKE_AUTH */
	bool initial_contact; /* initiator: said in IKE_AUTH */
	bool ppk_mixed; /* into the keys, and so into all that come from them */
	struct child_sa *children;
	struct task *task; /* the exchange that this side has under way */
	struct task *tasks; /* what it wants to do after that, in order */
	struct followup followup;
	bool udp_encapsulation; /* ESP goes in UDP between the ports of @path */
	bool half_open; /* counted in ike->half_open */
	bool compared; /* it was there when the kernel's were listed, see resync.h */
	struct initiation initiation;
	bool given_up; /* nobody wants it, nor another attempt */
	bool delete_sent;
	bool redundant; /* this side deletes it once that one has its children */
	bool replaced; /* another goes on: its end is not worth a word */
	uint32_t yields_to; /* ID of the one that both sides may keep instead, 0: none */
	struct ike_sa *rekeys; /* PHASE_REKEYING: which one it is to replace */

	struct traffic traffic;
	struct traffic before_request; /* as it was before the peer's request */
	bool ignored_logged;
};

/* Return: a new IKE SA in the list, NULL without memory. */
struct ike_sa *ike_sa_add(struct ike *ike, const struct path *path);

/* @sa is of @connection from now on. */
void ike_sa_set_connection(struct ike *ike, struct ike_sa *sa,
			   const struct connection_config *connection);

/* The kernel has @sa by this number from now on; 0: it has it no more. */
void ike_sa_set_id(struct ike *ike, struct ike_sa *sa, uint32_t id);

/* Return: the one that the kernel has by this number, NULL where there is none. */
struct ike_sa *ike_sa_by_id(const struct ike *ike, uint32_t id);

/*
 * Go through the IKE SAs of a connection, the newest first; see connection_is().
 * @after: the one before, NULL: the first is meant
 *
 * Return: NULL where there are no more.
 */
struct ike_sa *ike_sa_of(const struct ike *ike,
			 const struct connection_config *connection,
			 const struct ike_sa *after);

/* As ike_sa_of(), those of all connections between the same two identities. */
struct ike_sa *ike_sa_between(const struct ike *ike,
			      const struct connection_config *connection,
			      const struct ike_sa *after);

/* The SPI of this side is known: ike_sa_find() finds @sa from now on. */
void ike_sa_index(struct ike *ike, struct ike_sa *sa);

/* That SPI is about to change. */
void ike_sa_unindex(struct ike *ike, struct ike_sa *sa);

/* @sa answers an IKE_SA_INIT request: ike_sa_find_begun() finds it. */
void ike_sa_index_init(struct ike *ike, struct ike_sa *sa);

/* Return: NULL where there is none. */
struct ike_sa *ike_sa_find(const struct ike *ike, const uint8_t *spi_i,
			   const uint8_t *spi_r, bool from_initiator);

/* Return: the initiator's IKE SA that waits for SPIr. */
struct ike_sa *ike_sa_find_waiting(const struct ike *ike, const uint8_t *spi_i);

/* Return: the IKE SA that this very IKE_SA_INIT request began. */
struct ike_sa *ike_sa_find_begun(const struct ike *ike, const uint8_t *data,
				 size_t len);

/**
 * ike_sa_free() - forget an IKE SA without a word; the kernel's part ends too
 *
 * Its clients are told nothing.  @sa is PHASE_GONE, but can be looked at until
 * ike_sas_release().
 */
void ike_sa_free(struct ike *ike, struct ike_sa *sa);

/* Release the memory of IKE SAs that are gone: nobody holds one any more. */
void ike_sas_release(struct ike *ike);

/* No IKE SA is left, nor will there be: release the tables that found them. */
void ike_sas_end(struct ike *ike);

/* Return: "NAME", or the peer's address while the connection is not known. */
const char *ike_sa_name(const struct ike_sa *sa, char *buffer, size_t size);

/* Return: how the line of an IKE SA that is made goes on behind its suite. */
const char *ike_sa_ppk_text(const struct ike_sa *sa);

/* Log a line about @sa, and tell whoever waits for it. */
void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The client that waits for @sa is told that all is well. */
void ike_sa_succeed(struct ike *ike, struct ike_sa *sa);

/**
 * ike_sa_fail() - end an IKE SA because something went wrong
 *
 * The reason is logged and told to the clients that wait.  @sa is gone.
 */
void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* All who wait for something in @sa wait in vain. */
void ike_sa_fail_clients(struct ike *ike, const struct ike_sa *sa,
			 const char *line);

/* End an IKE SA as was wanted, by either side.  @sa is gone. */
void ike_sa_end(struct ike *ike, struct ike_sa *sa);

/* The log and the clients are told as by ike_sa_fail(); @sa stays as it is. */
void ike_sa_tell_failure(struct ike *ike, struct ike_sa *sa, const char *line);

/* The log and the clients are told as by ike_sa_end(); @sa stays as it is. */
void ike_sa_tell_end(struct ike *ike, struct ike_sa *sa);

/* Return: whether there is any IKE SA that is not PHASE_RETIRED. */
bool ike_sas_any(const struct ike *ike);

/* Has the kernel drop its part; what is left answers retransmissions. */
void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa);

#endif
