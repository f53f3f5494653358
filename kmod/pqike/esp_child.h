/* SPDX-License-Identifier: GPL-2.0 */
/* A Child SA as xfrm sees it: what its ESP SAs and policies are made of. */
#ifndef PQIKE_ESP_CHILD_H
#define PQIKE_ESP_CHILD_H

#include <linux/types.h>
#include <linux/xfrm.h>

struct pqike_esp_spi;
struct pqike_policy_set;
struct xfrm_state;

#define PQIKE_ESP_TS_MAX		64
#define PQIKE_ESP_PAIRS_MAX		256	/* of a local and a remote selector */
#define PQIKE_ESP_REPLAY_WINDOW		32	/* unless said */
#define PQIKE_ESP_REPLAY_WINDOW_MAX	4096

/**
 * struct pqike_ts - what a policy matches on one side
 * @family: of @address
 * @address: of the prefix
 * @prefix_len: its bits
 * @protocol: 0 is any
 * @port: or ICMP type (high octet) and code (low octet)
 * @port_mask: bits of @port that count
 */
struct pqike_ts {
	u16 family;
	xfrm_address_t address;
	u8 prefix_len;
	u8 protocol;
	__be16 port;
	__be16 port_mask;
};

/* Limits of an ESP SA; 0 is none. */
struct pqike_esp_lifetime {
	u64 soft_bytes;
	u64 hard_bytes;
	u64 soft_packets;
	u64 hard_packets;
	u64 soft_seconds;
	u64 hard_seconds;
};

/**
 * struct pqike_esp_options - what nobody negotiates of ESP SAs and policies
 * @replay_window: packets, at most %PQIKE_ESP_REPLAY_WINDOW_MAX, 0 for none
 * @if_id_in: xfrm interface ID of what is received, 0 for none
 * @if_id_out: the same for what is sent
 * @mark_in: what the policies for received packets match
 * @mark_out: what the policy and the state for sent packets match
 * @set_mark_in: what packets get with decapsulation
 * @set_mark_out: what packets get with encapsulation
 * @dont_encap_dscp: the outer header does not take the inner one's DSCP
 * @decap_dscp: the inner header takes the outer one's DSCP
 * @nopmtudisc: the outer header does not take the inner one's DF bit
 * @noecn: neither header takes the other one's ECN field
 *
 * As in other key managers, @mark_in is not on the inbound state: its SPI
 * tells it from all others, and what sets the mark may need the plaintext.
 */
struct pqike_esp_options {
	u32 replay_window;
	u32 if_id_in;
	u32 if_id_out;
	struct xfrm_mark mark_in;
	struct xfrm_mark mark_out;
	struct xfrm_mark set_mark_in;
	struct xfrm_mark set_mark_out;
	bool dont_encap_dscp;
	bool decap_dscp;
	bool nopmtudisc;
	bool noecn;
};

/**
 * struct pqike_esp - a Child SA as xfrm sees it, without its keys
 * @family: of @local and @remote
 * @local: address of this side
 * @remote: address of the peer
 * @spi_in: of what is received, 0 for none
 * @spi_out: of what is sent, 0 for none
 * @child_reqid: names the configured child, not 0
 * @reqid: what ties policies to states; kept by esp.c, see policy_set.c; of a
 *	trap and of a Child SA that is not installed 0
 * @transport: transport mode, else tunnel mode
 * @encr: IKEv2 transform type 1
 * @encr_key_bits: its Key Length attribute, 0 where it has none
 * @integ: transform type 3, 0 with an AEAD
 * @esn: Extended Sequence Numbers
 * @encap_local_port: UDP port of this side, 0 for ESP without UDP
 * @encap_remote_port: UDP port of the peer, 0 if and only if the other one is
 * @options: what nobody negotiates; a replay window of 0 not with @esn
 * @lifetime: limits of both states
 * @n_local_ts: how many in @local_ts
 * @n_remote_ts: how many in @remote_ts
 * @local_ts: what this side sends from
 * @remote_ts: what it sends to
 * @reserved: kept by esp.c: what keeps @spi_in from other Child SAs
 * @set: kept by esp.c: its selectors and their policies, held; NULL where it is
 *	not installed
 * @sends: kept by esp.c: the policies count its outbound state
 * @spent: kept by esp.c: an installation has failed, but perhaps not before a
 *	packet was sent or received with the keys
 * @pending_out: kept by esp.c: keyed state for what is sent, not yet in xfrm
 * @superseded_out: likewise, for what was sent, and waits for its deletion
 */
struct pqike_esp {
	u16 family;
	xfrm_address_t local;
	xfrm_address_t remote;
	__be32 spi_in;
	__be32 spi_out;
	u32 child_reqid;
	u32 reqid;
	bool transport;
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	bool esn;
	u16 encap_local_port;
	u16 encap_remote_port;
	struct pqike_esp_options options;
	struct pqike_esp_lifetime lifetime;
	unsigned int n_local_ts;
	unsigned int n_remote_ts;
	struct pqike_ts local_ts[PQIKE_ESP_TS_MAX];
	struct pqike_ts remote_ts[PQIKE_ESP_TS_MAX];
	struct pqike_esp_spi *reserved;
	struct pqike_policy_set *set;
	bool sends;
	bool spent;
	struct xfrm_state *pending_out;
	struct xfrm_state *superseded_out;
};

#endif /* PQIKE_ESP_CHILD_H */
