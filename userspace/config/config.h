/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a configuration file says, once read and checked; see config_read.h.
 *
 * The file has swanctl.conf's syntax and key names.  Whatever stands here is
 * valid: addresses are parsed, proposals name only algorithms that exist,
 * every name that is referred to is there.  No secret is ever part of it; a
 * pre-shared key is named by the description of its logon key.
 */
#ifndef PQIKE_CONFIG_H
#define PQIKE_CONFIG_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/dns_name.h"
#include "base/index.h"
#include "config/secret_name.h"
#include "config/secret_version.h"
#include "wire/identity.h"
#include "wire/prefix.h"
#include "wire/proposal.h"

#define CONNECTION_NAME_MAX 63

#define TS_MAX PREFIXES_MAX /* selectors of one side */
#define CHILDREN_MAX 256 /* of a connection */
#define LOCAL_ADDRS_MAX 8
#define REMOTE_ADDRS_MAX 8
#define REMOTE_NETWORKS_MAX 8

enum child_mode { MODE_TUNNEL, MODE_TRANSPORT };

/* What to do at start, when the peer is dead, when the peer closes. */
enum child_action {
	ACTION_NONE = 0,
	ACTION_TRAP = 1,
	ACTION_START = 2,
	ACTION_TRAP_AND_START = ACTION_TRAP | ACTION_START,
};

/* What becomes of older IKE SAs of a peer that begins another one. */
enum unique_policy {
	UNIQUE_NO, /* they end if the peer says that it knows of none */
	UNIQUE_NEVER, /* they stay, whatever the peer says */
	UNIQUE_KEEP, /* as UNIQUE_NO, and otherwise the new one is refused */
	UNIQUE_REPLACE, /* they end */
};

/* When to rekey and when to end; 0: no such limit. */
struct limits {
	uint64_t rekey; /* soft */
	uint64_t life; /* hard */
	uint64_t rand; /* at most so much of @rekey is taken off at random */
};

/* A mark of packets; mask 0: none. */
struct mark {
	uint32_t value;
	uint32_t mask;
};

/* When a request is sent again, and how often: strongswan.conf's three numbers. */
struct retransmission {
	unsigned int tries; /* after the first */
	uint32_t timeout; /* milliseconds before the first of them */
	uint32_t base; /* thousandths: so many times longer before each next */
};

#define RETRANSMISSION_DEFAULT { .tries = 5, .timeout = 4000, .base = 1800 }

enum copy_dscp { COPY_DSCP_OUT, COPY_DSCP_IN, COPY_DSCP_YES, COPY_DSCP_NO };

struct connection_config;

struct child_config {
	struct connection_config *connection; /* whose it is */
	char name[CONNECTION_NAME_MAX + 1];
	size_t n_local_ts; /* at least 1 */
	size_t n_remote_ts; /* at least 1 */
	struct prefix local_ts[TS_MAX];
	struct prefix remote_ts[TS_MAX];
	struct proposal *esp_proposals; /* array of n_esp_proposals */
	size_t n_esp_proposals;
	enum child_mode mode;
	enum child_action start_action;
	enum child_action dpd_action;
	enum child_action close_action;
	struct limits time; /* seconds */
	struct limits bytes;
	struct limits packets;
	uint32_t reqid; /* unique among children, given by config_read() if not said */
	bool reqid_said; /* by the file */
	uint32_t replay_window;
	uint32_t if_id_in;
	uint32_t if_id_out;
	char xfrm_interface[IFNAMSIZ]; /* that is to be there; "": none */
	struct mark mark_in;
	struct mark mark_out;
	struct mark set_mark_in;
	struct mark set_mark_out;
	bool copy_df;
	bool copy_ecn;
	enum copy_dscp copy_dscp;
	unsigned int line; /* where the section begins */
	struct index_link starting; /* see starting.h */
};

/* A shared secret beside the PSK (RFC 8784); none where id.len is 0. */
struct ppk_config {
	struct identity id; /* PPK_ID of type PPK_ID_FIXED: ID type is not sent */
	bool required;
	char key[PSK_DESCRIPTION_SIZE]; /* description of the logon key */
	struct secret_version version; /* that the key had, or an older one */
};

/* A remote address of a connection, in struct config. */
struct remote_place {
	struct index_link link;
	const struct connection_config *connection;
};

/* A name that stands in remote_addrs for the addresses that it is resolved to. */
struct remote_name {
	char text[DNS_NAME_SIZE];
	size_t entry; /* its place in remote_addrs */
	size_t n_addresses; /* 0: it was not resolved yet */
	struct sockaddr_storage addresses[NAME_ADDRESSES_MAX]; /* at the last time */
};

struct connection_config {
	char name[CONNECTION_NAME_MAX + 1];
	size_t n_local_addrs; /* 0: %any */
	struct sockaddr_storage local_addrs[LOCAL_ADDRS_MAX]; /* the first here */
	size_t n_remote_addrs; /* 0: responder only */
	/* tried in turn; AF_UNSPEC: a name stands there */
	struct sockaddr_storage remote_addrs[REMOTE_ADDRS_MAX];
	struct remote_name *remote_names; /* array of n_remote_names */
	size_t n_remote_names;
	size_t n_remote_networks; /* neither these nor addresses: %any */
	struct prefix remote_networks[REMOTE_NETWORKS_MAX]; /* a peer may call from */
	bool remote_any; /* or from anywhere, where %any stands beside these */
	uint16_t local_port; /* 500 unless said; 4500 starts in UDP encapsulation */
	uint16_t remote_port; /* 500 unless said */
	bool encap; /* UDP encapsulation even without a NAT */
	uint64_t dpd_delay; /* seconds of silence before a liveness check, 0: none */
	bool dpd_esp; /* ESP packets of the peer that verify are a word of it, too */
	struct retransmission retransmission;
	unsigned int keyingtries; /* 0: for ever */
	struct limits time; /* seconds; of the IKE SA, life is rekey + over_time */
	enum unique_policy unique;
	struct ppk_config ppk;
	unsigned int line; /* where the section begins */
	uint32_t fragment_size; /* largest IKE message in octets */
	bool require_pq; /* refuse an IKE SA without ML-KEM; the default */
	struct identity local_id;
	struct identity remote_id;
	char psk[PSK_DESCRIPTION_SIZE]; /* description of the logon key */
	struct secret_version psk_version; /* that it had, or an older one */
	struct proposal *proposals; /* array of n_proposals, in order of preference */
	size_t n_proposals;
	struct child_config *children;
	size_t n_children;
	unsigned int users; /* see config_use.h */
	struct index_link by_name; /* in its configuration, see connections_index() */
	struct remote_place by_remote[REMOTE_ADDRS_MAX];
	struct index_link elsewhere;
	struct connection_config *next;
};

/* Where a pre-shared key comes from: a file, read by a process of its own. */
struct secret_config {
	char description[PSK_DESCRIPTION_SIZE]; /* pqike:SECTION */
	char *file; /* NULL: `pqike psk` has put the key into the keyring */
	char *place; /* "FILE:LINE: KEY" that says so; NULL after config_transfer_read() */
	struct secret_version version; /* before it was read */
	struct secret_config *next;
};

/* Who may use the control socket. */
struct control_config {
	unsigned int mode; /* of the socket, 0600 unless said */
	bool group_said;
	gid_t group;
};

/* How many of each the kernel takes in this network namespace; 0: its default. */
struct quota {
	uint32_t ike_sas;
	uint32_t half_open; /* of these, not established */
	uint32_t child_sas;
	uint32_t connections;
	uint32_t traps;
	uint32_t policies; /* in xfrm, of Child SAs and traps */
};

/* Return: whether an action of @child sets a trap. */
static inline bool child_may_trap(const struct child_config *child)
{
	return (child->start_action | child->dpd_action | child->close_action) &
	       ACTION_TRAP;
}

struct config {
	struct connection_config *connections;
	struct connection_config *retired; /* replaced; freed once without users */
	struct secret_config *secrets;
	int32_t keyring; /* that has its keys, 0: none of its own */
	struct control_config control;
	struct quota quota;
	char *quota_place; /* "FILE:LINE: quota"; NULL: there is no such section */
	/* What connections_index() has found of the connections: */
	struct index by_name;
	struct index by_remote; /* remote_place, each in the order of the file */
	struct index_row elsewhere; /* those that fit other addresses, too */
};

void config_free(struct config *config);

/* Release what connections_index() has made; no connection is found any more. */
void config_unindex(struct config *config);

/* Return: whether this side may have an address of @family. */
bool config_has_local(const struct connection_config *connection,
		      sa_family_t family);

/* Release a connection that was taken out of its configuration. */
void config_free_connection(struct connection_config *connection);

#endif
