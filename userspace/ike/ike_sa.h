/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The helper's view of its IKE SAs: where each stands in its exchanges.  The
 * keys, and every decision that needs one, are the kernel's.
 */
#ifndef PQIKE_IKE_SA_H
#define PQIKE_IKE_SA_H

#include <nettle/sha2.h>

#include "base/index.h"
#include "base/log.h"
#include "base/resolver.h"
#include "base/say_limit.h"
#include "base/timer.h"
#include "config/config.h"
#include "ike/cookie.h"
#include "kernel/kernel.h"
#include "kernel/socket.h"
#include "wire/message_counters.h"
#include "wire/nat_detection.h"
#include "wire/path.h"
#include "wire/traffic.h"

struct child_sa;
struct ike;
struct ike_event;
struct ike_sa;

/* Whoever asked for something by the control socket; any may be NULL. */
struct ike_events {
	void (*progress)(void *arg, uint64_t client, const char *line);
	void (*ok)(void *arg, uint64_t client);
	void (*fail)(void *arg, uint64_t client, const char *line);
	void (*event)(void *arg, const struct ike_event *event);
	void *arg;
};

/* See half_open.h. */
struct half_open {
	unsigned int n; /* at most HALF_OPEN_MAX */
	struct ike_sa *list; /* of @n */
	bool asking; /* cookies are asked for */
	bool full; /* others make room for new ones */
	bool refusing; /* requests of a peer are not answered */
	struct cookies cookies;
};

/* See initiations.h.  Zeroed: none. */
struct initiations {
	struct index by_remote;
	unsigned int n; /* that count among INITIATIONS_MAX */
};

/* Of an IKE SA.  Zeroed: it is not in the making by this side. */
struct initiation {
	struct index_link by_remote;
	struct sockaddr_storage remote; /* as it was begun; the peer may move */
	bool counts; /* among INITIATIONS_MAX */
};

/* See starting.h.  Zeroed: none. */
struct starting {
	struct index_row children;
	void (*done)(struct ike *ike); /* called after the last one; NULL: nothing is */
	struct timer timer;
};

/* Attempts of this side, see attempt.h. */
struct attempts {
	struct index by_connection; /* by its name */
	struct index_row all;
	struct index waiting; /* until fewer are in the making, by remote address */
	struct index_row held; /* until fewer are in the making in all */
	/* Begin @child, of which the turn has come; @packet is empty: none waits for it. */
	void (*begin)(struct ike *ike, const struct connection_config *connection,
		      const struct child_config *child,
		      const struct packet_ts *packet, uint64_t client);
};

/* See trap.h. */
struct traps {
	struct index by_child; /* by the names of connection and child */
	struct index by_reqid; /* of the policy, of those that are or were set */
	struct index_row all;
};

/*
 * What IKE reports, and tunnel/ decides: what becomes of what should be up.  Each may
 * begin exchanges, and end IKE SAs.
 */
struct tunnel_ops {
	/* The peer is dead, or @sa is broken: what is up in it, or being made, is lost. */
	void (*lost)(struct ike *ike, struct ike_sa *sa);
	/* The peer has closed all of that. */
	void (*closed)(struct ike *ike, struct ike_sa *sa);
	/* The time of @sa is over. */
	void (*expired)(struct ike *ike, struct ike_sa *sa);
	/* The peer has closed one Child SA, which was up for @up milliseconds. */
	void (*child_closed)(struct ike *ike, const struct child_config *config,
			     int64_t up);
	/* The peer does not answer at the address of @sa. */
	void (*unanswered)(struct ike *ike, const struct ike_sa *sa);
	/* @sa has had to repeat its request. */
	void (*slow)(struct ike *ike, struct ike_sa *sa);
	/* @sa has failed.  Return: whether its clients need not be told yet. */
	bool (*failed)(struct ike *ike, struct ike_sa *sa);
	void (*established)(struct ike *ike, struct ike_sa *sa);
	/* @sa is gone, and with it what it was begun for. */
	void (*gone)(struct ike *ike, struct ike_sa *sa);
	/* A Child SA is to be installed between the ends of @path. */
	void (*installing)(struct ike *ike, const struct child_config *config,
			   const struct path *path, bool transport);
};

/* What is done when the time of an IKE SA or Child SA has come. */
struct ike_due {
	void (*answer)(struct ike *ike, struct timer *timer); /* to a request, or the end of a phase */
	void (*rekey)(struct ike *ike, struct timer *timer);
	void (*end)(struct ike *ike, struct timer *timer);
	void (*child_rekey)(struct ike *ike, struct timer *timer);
	void (*child_end)(struct ike *ike, struct timer *timer);
};

/* What all exchanges share. */
struct ike {
	const struct tunnel_ops *tunnel; /* see tunnel_attach() */
	const struct ike_due *due; /* likewise */
	const struct config *config;
	struct kernel *kernel;
	struct xfrm_events *xfrm;
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
	struct attempts attempts; /* attempts of this side */
	struct traps traps;
	struct resolver resolver;
	uint32_t last_link; /* in N(ADDITIONAL_KEY_EXCHANGE) of this side */
	bool stopping; /* nothing new is begun */
	uint64_t asking; /* the client whose command is being begun, 0: none */
	struct kernel_opened opened; /* the message being handled */
};

enum ike_sa_phase {
	PHASE_INIT, /* initiator: IKE_SA_INIT is not complete */
	PHASE_AUTH, /* IKE_INTERMEDIATE and IKE_AUTH */
	PHASE_REKEYING, /* to replace another, which carries its key exchanges */
	PHASE_ESTABLISHED,
	PHASE_REKEYED, /* replaced by another: a Delete is due, of either side */
	PHASE_DELETING, /* our Delete is on its way */
	PHASE_RETIRED, /* gone but for its last response, see ike_sa_retire() */
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
	bool adopted; /* another helper has sent it, and seen the request */
	struct request_digest request;
};

/* What the kernel is told to keep for the next helper, see note.h. */
#define NOTE_SIZE 112

struct chain;

/* As a responder: IKE_FOLLOWUP_KE that is to come (RFC 9370 section 2.2.4). */
struct followup {
	struct child_sa *child; /* the Child SA that it makes, */
	struct ike_sa *successor; /* or the IKE SA; both NULL: none is to come */
	uint32_t link; /* what the peer must return */
	size_t left; /* key exchanges that are due */
	/* Send the last response, @chain, and use what is made.  May end @sa. */
	void (*complete)(struct ike *ike, struct ike_sa *sa,
			 const struct followup *series, struct chain *chain);
	struct timer timer; /* for a peer that does not go on */
};

/*
 * Outbound SPIs of Child SAs that the peer deleted before its response, which makes
 * them, came.  One exchange makes one, so that there are no more unless the peer
 * deletes what never was.
 */
#define DELETED_EARLY_MAX 4

struct deleted_early {
	unsigned int n; /* the last DELETED_EARLY_MAX of them are there */
	uint32_t spis[DELETED_EARLY_MAX];
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
	struct deleted_early deleted_early; /* while @task makes a Child SA */
	bool udp_encapsulation; /* ESP goes in UDP between the ports of @path */
	bool half_open; /* counted in ike->half_open */
	bool compared; /* it was there when the kernel's were listed, see resync.h */
	struct initiation initiation;
	bool given_up; /* nobody wants it, nor another attempt */
	bool delete_sent;
	bool followup_lost; /* of a Child SA, with the helper that was to take it */
	bool ending; /* the answer that is due, or another helper's last one, ends it */
	bool redundant; /* this side deletes it once that one has its children */
	bool replaced; /* another goes on: its end is not worth a word */
	uint32_t yields_to; /* ID of the one that both sides may keep instead, 0: none */
	struct ike_sa *rekeys; /* PHASE_REKEYING: which one it is to replace */

	size_t note_len; /* octets that the kernel keeps, 0: none that are known */
	uint8_t note[NOTE_SIZE];
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

/* @sa is found no more, and waits for ike_sas_release(); see ike_sa_free(). */
void ike_sa_unlink(struct ike *ike, struct ike_sa *sa);

/* Release the memory of IKE SAs that are gone: nobody holds one any more. */
void ike_sas_release(struct ike *ike);

/* No IKE SA is left, nor will there be: release the tables that found them. */
void ike_sas_end(struct ike *ike);

/* Return: "NAME", or the peer's address while the connection is not known. */
const char *ike_sa_name(const struct ike_sa *sa, char *buffer, size_t size);

/* Return: how the line of an IKE SA that is made goes on behind its suite. */
const char *ike_sa_ppk_text(const struct ike_sa *sa);

/*
 * Anyone can begin an IKE SA: while so many are half-open that cookies are asked for,
 * not more is told of what their peers do, nor ever of IKE_SA_INIT requests that are
 * refused, than struct say_limit admits.
 */
bool ike_sa_may_say(struct ike *ike, const struct ike_sa *sa);
bool ike_may_say(struct ike *ike);

/* Log a line about @sa, and tell whoever waits for it. */
void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Return: whether there is any IKE SA that is not PHASE_RETIRED. */
bool ike_sas_any(const struct ike *ike);

/* Return: whether ESP of @sa goes in UDP; a peer that stays on port 500 has none. */
bool ike_sa_in_udp(const struct ike_sa *sa);

/* Has the kernel drop its part; what is left answers retransmissions. */
void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa);

#endif
