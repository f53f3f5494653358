/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of kernel.h, clock_now() and sockets_send(), played without
 * keys: sealed messages are plain text behind a tag, datagrams go to a queue,
 * and time passes when the test says so.
 *
 * A step that the kernel would refuse ends the test.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "ike/ike_sa.h"

#ifndef FAKE_SAS_MAX
#define FAKE_SAS_MAX 32
#endif
#ifndef FAKE_CHILD_SAS_MAX
#define FAKE_CHILD_SAS_MAX 64
#define FAKE_TRAPS_MAX 8
#endif

/* Packets that each inbound ESP SA has verified. */
extern uint64_t fake_esp_packets;

struct fake_message {
	bool fresh; /* not used for a step yet */
	bool response;
	uint8_t exchange_type;
	uint8_t first_payload;
	size_t len;
	uint8_t plaintext[8192];
};

struct fake_messages {
	struct fake_message opened;
	struct fake_message sealed; /* CREATE_CHILD_SA, of this side */
	struct fake_message request; /* that was sealed last */
	uint8_t note[KERNEL_NOTE_MAX];
};

/* What there is of messages for a helper that adopts an IKE SA. */
struct fake_exchanges {
	uint32_t request; /* Message ID of the next one, or of that outstanding */
	bool awaiting;
	bool dealt; /* with the response that was opened last */
	uint32_t peer_request; /* Message ID of the next one */
	bool owes; /* an answer to the one before */
	struct datagrams sent_request;
	struct datagrams sent_response;
};

struct fake_sa {
	bool live;
	bool initiator;
	uint8_t spi_i[IKE_SPI_SIZE];
	uint8_t spi_r[IKE_SPI_SIZE];
	bool auth_made;
	bool ke_sent; /* initiator: the next step mixes */
	uint32_t done;
	uint32_t rounds;
	bool untold; /* of the step taken last the peer knows nothing */
	uint32_t rekeys; /* number of the one that it replaces, 0: none */
	uint32_t fragments; /* of the message that is coming in */
	uint8_t fragments_of[5]; /* its flags and Message ID */
	struct fake_messages *messages; /* of this place, once it has had an IKE SA */
	char connection[CONNECTION_NAME_MAX + 1];
	struct kernel_suite suite;
	bool established;
	bool answered; /* the response of the one that it rekeys is sealed */
	bool orphan;
	size_t note_len;
	struct fake_exchanges exchanges;
};

/* What both messages say of a Child SA, and its ports. */
struct fake_install {
	uint32_t spi_out;
	uint16_t encr;
	uint16_t encr_key_bits;
	uint16_t integ;
	uint16_t ke_method;
	size_t n_methods;
	uint16_t methods[ADDITIONAL_KE_MAX]; /* additional ones */
	bool esn;
	bool transport;
	struct prefixes local_ts;
	struct prefixes remote_ts;
	uint16_t encap_local_port;
	uint16_t encap_remote_port;
};

struct fake_child_sa {
	uint32_t ike_sa_id; /* 0: a free place */
	const struct child_config *config; /* of use until it is installed */
	char name[CONNECTION_NAME_MAX + 1];
	uint32_t if_id_in;
	uint32_t if_id_out;
	struct address local;
	struct address remote;
	uint32_t reqid;
	uint32_t spi_in;
	uint32_t spi_out;
	uint8_t offered[SA_PROPOSALS_MAX]; /* responder: the numbers of the proposals */
	uint32_t offered_spi[SA_PROPOSALS_MAX];
	bool initiator;
	bool create_child_sa;
	bool answers; /* responder: the response is not sealed */
	bool began; /* initiator: the CREATE_CHILD_SA response was taken */
	size_t rounds; /* additional key exchanges that are due */
	bool untold; /* of the step taken last the peer knows nothing */
	bool out_made;
	bool in;
	bool out;
	bool lost; /* somebody else has removed its ESP SAs */
	bool answer_due; /* the response that makes it is not sealed */
	uint32_t installed_at;
	struct fake_install *install; /* NULL before the response is there */
	struct kernel_lifetime lifetime;
	unsigned int order; /* of the outbound ESP SA; the last one is used */
};

/* Of each, unless said. */
#define FAKE_QUOTA_DEFAULT 100

struct fake_trap {
	uint32_t reqid;
	struct prefix remote_ts; /* the first one: no two traps have the same */
};

#define FAKE_CONNECTIONS_MAX 16

struct fake_connection {
	char name[CONNECTION_NAME_MAX + 1]; /* "": a free place */
	struct prefix remote_ts; /* the first one of its first child */
};

struct kernel {
	const char *error;
	struct fake_sa sas[FAKE_SAS_MAX];
	uint32_t full_sas; /* so many of the first have no room */
	struct fake_child_sa child_sas[FAKE_CHILD_SAS_MAX];
	uint32_t full_child_sas; /* so many of the first have no room */
	unsigned int live; /* IKE SAs */
	unsigned int installed; /* Child SAs that stand */
	unsigned int larval; /* SPIs that are reserved for others */
	unsigned int opened; /* whole messages that verified */
	unsigned int since_opened; /* requests about SAs since the last one */
	unsigned int install_step; /* which of these installed the last Child SA */
	unsigned int installed_out; /* so far */
	uint8_t spi_seed; /* first octet of the SPIs of this side */
	uint32_t last_spi; /* in the last octets: each SPI is new */
	uint8_t nonce_first; /* first octet of the nonces of this side */
	uint8_t last_nonce;
	uint32_t last_esp_spi;
	struct fake_trap trap_list[FAKE_TRAPS_MAX]; /* more have no room */
	unsigned int traps; /* that are set */
	bool trapped; /* a packet has met each, of which nothing has come */
	unsigned int in_the_clear; /* how often the last policy of a reqid has gone */
	unsigned int connections_set; /* so far */
	unsigned int connections_deleted; /* so far */
	unsigned int connections_listed; /* how often, so far */
	bool refuse_delete; /* of connections */
	struct fake_connection connection_list[FAKE_CONNECTIONS_MAX]; /* more have no room */
	const char *const *connections; /* that connection-get lists instead, until NULL */
	const char *refuse_connection; /* name for connection-set, NULL: accept */
	struct quota quota; /* as it was set last */
	uint32_t refuse_quota; /* one of more IKE SAs is refused, 0: none */
	struct address trap_remote; /* of the last one that was set */
	uint16_t remote_port; /* that it was last told of */
	int refuse_auth; /* errno for auth-verify, 0: accept */
	int refuse_ke; /* errno for additional-ke */
	int refuse_child_ke; /* errno for child-sa-ke */
	int refuse_child_new; /* errno for child-sa-new */
	int refuse_install; /* errno for child-sa-install */
	unsigned int fail_in; /* which request from now on lacks memory, 0: none */
	int fail_with; /* errno of that, 0: ENOMEM */
	unsigned int dies_in; /* which request from now on the helper does not live to make, 0: none */
	bool gone; /* the module is not there, or nobody to ask it */
	struct fake_install last_install;
	struct kernel_lifetime last_lifetime;
};

struct kernel *fake_kernel_new(uint8_t spi_seed);
void fake_kernel_free(struct kernel *kernel);
unsigned int fake_kernel_live(const struct kernel *kernel);

/* How many Child SAs stand, and how many SPIs are reserved for others. */
unsigned int fake_kernel_installed(const struct kernel *kernel);
unsigned int fake_kernel_larval(const struct kernel *kernel);

/* The helper is dead, and its socket closed. */
void fake_kernel_orphan(struct kernel *kernel);

/* Return: what connection-set has set, NULL: it has not. */
struct fake_connection *fake_kernel_connection(struct kernel *kernel,
					       const char *name);

/* The module is there again, and has nothing. */
void fake_kernel_restart(struct kernel *kernel);

/* Return: whether what @from sends now is taken in by @to. */
bool fake_kernel_passes(const struct kernel *from, const struct kernel *to);

/* It is as early as when the process began. */
void fake_clock_begin(void);

/* Let @ms pass; timers do not run by that. */
void fake_clock_advance(int64_t ms);

/* Go to the moment at which something is due in @ike, and let it happen. */
void fake_clock_run(struct ike *ike);

/* A datagram on its way. */
struct fake_datagram {
	struct fake_datagram *next;
	const struct sockets *from;
	struct path path; /* as the sender sees it */
	size_t len;
	uint8_t data[]; /* @len octets */
};

/* Return: the oldest datagram, to be freed by the caller; NULL: none. */
struct fake_datagram *fake_network_take(void);

/* As fake_network_take(), of one sender. */
struct fake_datagram *fake_network_take_from(const struct sockets *from);
size_t fake_network_count(void);

#endif
