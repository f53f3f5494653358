/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The helper's view of its IKE SAs: where each stands in its exchanges.  The
 * keys, and every decision that needs one, are the kernel's.
 */
#ifndef PQIKE_IKE_SA_H
#define PQIKE_IKE_SA_H

#include "config.h"
#include "kernel.h"
#include "log.h"
#include "path.h"
#include "socket.h"

/* Whoever asked for something by the control socket; any may be NULL. */
struct ike_events {
	void (*progress)(void *arg, uint64_t client, const char *line);
	void (*ok)(void *arg, uint64_t client);
	void (*fail)(void *arg, uint64_t client, const char *line);
	void *arg;
};

/* What all exchanges share. */
struct ike {
	const struct config *config;
	struct kernel *kernel;
	struct sockets sockets;
	struct ike_events events;
	struct ike_sa *ike_sas;
	struct kernel_opened opened; /* the message being handled */
};

enum ike_sa_phase {
	PHASE_INIT, /* initiator: IKE_SA_INIT is not complete */
	PHASE_AUTH, /* IKE_INTERMEDIATE and IKE_AUTH */
	PHASE_ESTABLISHED,
	PHASE_DELETING, /* our Delete is on its way */
	PHASE_FAILED, /* gone but for the response that said so */
};

/* A request of this side that waits for its response. */
struct request {
	struct datagrams datagrams; /* empty: nothing is outstanding */
	uint8_t exchange_type;
	uint32_t message_id;
	unsigned int retries;
	int64_t interval; /* ms to the next retransmission */
};

/* The last response of this side, to be sent again if asked again. */
struct response {
	struct datagrams datagrams;
	uint32_t message_id;
};

struct child {
	const struct child_config *config; /* NULL: none is set up */
	uint32_t id; /* the kernel's number */
	uint32_t spi_in;
	uint32_t spi_out;
};

struct ike_sa {
	struct ike_sa *next;
	uint32_t id; /* the kernel's number; 0 once the kernel has dropped it */
	bool initiator;
	enum ike_sa_phase phase;
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	const struct connection_config *connection; /* NULL: not known yet */
	struct path path; /* of the last authenticated request */
	uint64_t client; /* who waits for the outcome, 0: nobody */
	char failure[LOG_LINE_MAX]; /* why it is being deleted; "": it was wanted */
	int64_t deadline; /* clock_now() at which something is due, 0: never */

	struct request request;
	uint32_t next_message_id; /* of our next request */
	struct response response;
	uint32_t expected_message_id; /* of the peer's next request */

	struct kernel_ike_sa_new own; /* initiator: what IKE_SA_INIT is made of */
	unsigned int init_attempts;
	struct datagrams init_request; /* responder: to know it again */

	struct proposal chosen;
	struct kernel_suite suite;
	uint32_t fragment_size; /* 0: not both sides support RFC 7383 */
	struct child child;

	unsigned int round_trips;
	unsigned int fragments_sent; /* of messages that were fragmented */
	unsigned int fragments_received;
	bool unverified_logged;
};

/* Return: a new IKE SA in the list, NULL without memory. */
struct ike_sa *ike_sa_add(struct ike *ike, const struct path *path);

/* Forget @sa without a word; the kernel's part ends too. */
void ike_sa_free(struct ike *ike, struct ike_sa *sa);

/* Return: "NAME", or the peer's address while the connection is not known. */
const char *ike_sa_name(const struct ike_sa *sa, char *buffer, size_t size);

/* Log a line about @sa, and tell whoever waits for it. */
void ike_sa_say(struct ike *ike, const struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The client that waits for @sa is told that all is well. */
void ike_sa_succeed(struct ike *ike, struct ike_sa *sa);

/**
 * ike_sa_fail() - end an IKE SA because something went wrong
 *
 * The reason is logged and told to the client that waits.  @sa is freed.
 */
void ike_sa_fail(struct ike *ike, struct ike_sa *sa, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* End an IKE SA as was wanted, by either side.  @sa is freed. */
void ike_sa_end(struct ike *ike, struct ike_sa *sa);

/* Has the kernel drop its part; what is left answers retransmissions. */
void ike_sa_drop_keys(struct ike *ike, struct ike_sa *sa);

#endif
