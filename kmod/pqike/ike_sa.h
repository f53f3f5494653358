/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IKE SA as an object, and its one state machine (R6).
 *
 *	HALF_OPEN -> KEYED -> AUTHENTICATED -> ESTABLISHED
 *	                \----------\--> FAILED
 *
 * The socket that it belongs to may be closed then, and another one adopt it, see
 * orphan.c.
 *
 * An IKE SA that rekeys another, its parent, has the parent's connection and so
 * is authenticated from the beginning.  It has no keys until it is established:
 *
 *	HALF_OPEN -> KEYED, while additional key exchanges are due -> ESTABLISHED
 *
 * Every step checks the state first; one that is refused changes nothing.  No request
 * leads back: orphan.c lets the step to KEYED, and each between two key exchanges, not
 * have been taken where the socket is closed before the next request is sealed.
 */
#ifndef PQIKE_IKE_SA_H
#define PQIKE_IKE_SA_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/time64.h>
#include <linux/types.h>
#include <uapi/linux/pqike.h>

#include "int_auth.h"
#include "ke.h"
#include "kept_reply.h"
#include "key_schedule.h"
#include "negotiation.h"
#include "owner.h"
#include "reassembly.h"
#include "sk_payload.h"
#include "stats.h"

struct genl_info;
struct net;
struct netlink_ext_ack;
struct pqike_shared_secret;
struct pqike_child_sa;
struct pqike_connection;
struct pqike_creation;
struct pqike_methods;
struct sock;

#define PQIKE_OWN_NONCE_LEN	32

/* Where the additional key exchange that is due stands. */
enum pqike_round_step {
	PQIKE_ROUND_IDLE,
	PQIKE_ROUND_BEGUN,	/* initiator: the own KE data is made */
	PQIKE_ROUND_ANSWERED,	/* responder: the response is to be sealed */
};

/* What both IKE_SA_INIT messages say of post-quantum preshared keys. */
enum pqike_ppk_use {
	PQIKE_PPK_NONE,
	PQIKE_PPK_AUTH,		/* in IKE_AUTH (RFC 8784) */
	PQIKE_PPK_INTERMEDIATE,	/* in IKE_INTERMEDIATE (RFC 9867) */
};

/**
 * struct pqike_ppk_notify - Notification Data of PPK_IDENTITY(_KEY)
 * @len: octets in @data, 0 where nothing is to be sent
 * @data: PPK_ID; in PPK_IDENTITY_KEY, PPK Confirmation follows
 */
struct pqike_ppk_notify {
	u16 len;
	u8 data[PQIKE_PPK_ID_MAX + PQIKE_PPK_CONFIRMATION_LEN];
};

/**
 * struct pqike_auth_made - what goes into the IKE_AUTH message of this side
 * @auth: Authentication Data, as long as the PRF's output
 * @with_ppk: PPK_IDENTITY goes with it
 * @ppk_identity: its data; a responder's is empty
 * @with_no_ppk_auth: NO_PPK_AUTH goes with it
 * @no_ppk_auth: its data: what @auth would be without the PPK
 */
struct pqike_auth_made {
	u8 auth[PQIKE_PRF_LEN_MAX];
	bool with_ppk;
	struct pqike_ppk_notify ppk_identity;
	bool with_no_ppk_auth;
	u8 no_ppk_auth[PQIKE_PRF_LEN_MAX];
};

struct pqike_raw_message {
	u8 *data;
	size_t len;
};

/**
 * struct pqike_sealed - payloads of this side, kept for the step that reads them
 * @exchange_type: of the message that has them
 * @message_id: of that message
 * @first_payload: type of the first payload in @plaintext
 * @plaintext: to be freed with kfree_sensitive(), NULL where there is none
 * @len: octets in @plaintext
 */
struct pqike_sealed {
	u8 exchange_type;
	u32 message_id;
	u8 first_payload;
	u8 *plaintext;
	size_t len;
};

/**
 * struct pqike_ciphers - what protects the messages of both sides
 * @sealing: cipher of this side
 * @opening: cipher of the peer
 */
struct pqike_ciphers {
	struct pqike_sk_cipher sealing;
	struct pqike_sk_cipher opening;
};

/**
 * struct pqike_message_ids - which Message IDs are next (RFC 7296 section 2.2)
 * @request: of the next request of this side
 * @request_exchange: its Exchange Type, once it has been sealed
 * @awaiting_response: that request has been sealed
 * @peer_request: of the next request of the peer
 * @peer_request_exchange: Exchange Type of the request before that one
 * @owes_response: the request before @peer_request has not been answered
 *
 * The window is one in each direction.
 */
struct pqike_message_ids {
	u32 request;
	u8 request_exchange;
	bool awaiting_response;
	u32 peer_request;
	u8 peer_request_exchange;
	bool owes_response;
};

/**
 * struct pqike_ike_sa - an IKE SA
 * @ref: the namespace has one until the IKE SA is deleted, each user one
 * @net: its namespace, which deletes it before it goes itself
 * @id: its number there
 * @owned: by the netlink socket that made it, with which it ends until established
 * @lock: guards all below
 * @deleted: no longer in the namespace; no step is taken any more
 * @role: side of IKE_SA_INIT, or of the CREATE_CHILD_SA that made it
 * @state: see above
 * @connection: held; the responder has one from auth-verify on
 * @init: SPIs and nonces
 * @request: IKE_SA_INIT request as it was on the wire, until established; the
 *	responder of a rekey has the body of the request's SA payload
 * @response: IKE_SA_INIT response, likewise
 * @suite: what was negotiated
 * @full_transcript: AUTH covers both IKE_SA_INIT messages, or did so in the IKE
 *	SA that this one rekeys
 * @ppk_use: what was agreed upon in IKE_SA_INIT
 * @ppk_negotiated: the IKE_INTERMEDIATE exchange that does so has taken place
 * @ppk: post-quantum preshared key in @keys, or in those that it rekeys, held;
 *	or NULL
 * @ke: the key exchange under way; after a rekey, what is still to be told
 * @round_step: where the additional key exchange stands
 * @rounds_done: additional key exchanges mixed into @keys, or complete
 * @prf: negotiated function
 * @ciphers: made of @keys
 * @keys: keys(@rounds_done)
 * @next_keys: responder: keys that start when the response has been sealed
 * @int_auth_i: over what the initiator sent in IKE_INTERMEDIATE
 * @int_auth_r: over what the responder sent
 * @message_ids: see there
 * @kept_reply: of the last step, if it was not delivered
 * @opened: the message opened last, without plaintext once a step has used it
 * @sealed_request: IKE_AUTH, CREATE_CHILD_SA or IKE_FOLLOWUP_KE request sealed last,
 *	as long as @sent_request
 * @sealed_other: request of another exchange sealed last, once established; it may
 *	be sealed before a step has used the response to @sealed_request
 * @sealed_response: CREATE_CHILD_SA response sealed last, while a rekey is open
 * @reassembly: of the peer's requests, of its responses
 * @auth_made: the own AUTH payload is made
 * @auth_message_id: Message ID of IKE_AUTH
 * @keymat_used: KEYMAT of the first Child SA has been put into ESP SAs, once and
 *	for all
 * @children: struct pqike_child_sa
 * @creation: what a rekey has gathered, until the keys are derived
 * @parent: the IKE SA that this one rekeys, held; NULL once that is deleted
 * @rekeying: in the parent's list; guarded by both locks, as is @parent
 * @rekeyings: IKE SAs that rekey this one
 * @answer_due: of a rekey: made for a request of the peer that @parent has not
 *	answered yet; guarded by the lock of @parent
 * @sent_request: what was sealed as the last request, once established, until its
 *	response has been dealt with, and as long as the step that did so may be taken
 *	back: each message as long as its header says
 * @sent_response: the same of the last response, for good
 * @note: what the helper keeps here
 * @orphan_ends: ktime_get_boottime_seconds() when it ends without an owner, as the
 *	helper says; 0 for never
 * @life_ends: likewise, as its connection has said; the first of both counts
 * @stats: what it has done, and those that it replaces
 *
 * Who needs the locks of both takes the parent's first.
 */
struct pqike_ike_sa {
	struct kref ref;
	struct net *net;
	u32 id;
	struct pqike_owned owned;
	struct mutex lock;	/* guards all below */
	bool deleted;
	enum pqike_role role;
	enum pqike_ike_sa_state state;
	struct pqike_connection *connection;
	struct pqike_init_values init;
	struct pqike_raw_message request;
	struct pqike_raw_message response;
	struct pqike_suite suite;
	bool full_transcript;
	enum pqike_ppk_use ppk_use;
	bool ppk_negotiated;
	struct pqike_shared_secret *ppk;
	struct pqike_ke ke;
	enum pqike_round_step round_step;
	unsigned int rounds_done;
	struct crypto_shash *prf;
	struct pqike_ciphers ciphers;
	struct pqike_keys keys;
	struct pqike_keys next_keys;
	struct pqike_int_auth int_auth_i;
	struct pqike_int_auth int_auth_r;
	struct pqike_message_ids message_ids;
	struct pqike_kept_reply kept_reply;
	struct pqike_sk_opened opened;
	struct pqike_sealed sealed_request;
	struct pqike_sealed sealed_other;
	struct pqike_sealed sealed_response;
	struct pqike_reassembly reassembly[2];
	bool auth_made;
	u32 auth_message_id;
	bool keymat_used;
	struct list_head children;
	struct pqike_creation *creation;
	struct pqike_ike_sa *parent;
	struct list_head rekeying;
	struct list_head rekeyings;
	bool answer_due;
	struct pqike_raw_message sent_request;
	struct pqike_raw_message sent_response;
	struct pqike_raw_message note;
	time64_t orphan_ends;
	time64_t life_ends;
	struct pqike_ike_sa_stats stats;
};

/* ike_sa.c: the object */
int pqike_ike_sa_cache_create(void);
void pqike_ike_sa_cache_destroy(void);
struct pqike_ike_sa *pqike_ike_sa_alloc(struct net *net,
					struct pqike_owner *owner,
					enum pqike_role role,
					struct netlink_ext_ack *extack);
int pqike_ike_sa_insert(struct pqike_ike_sa *sa);
struct pqike_ike_sa *pqike_ike_sa_lock(struct net *net, u32 id,
				       struct netlink_ext_ack *extack);
struct pqike_ike_sa *pqike_ike_sa_lock_next(struct net *net, unsigned long *id);
void pqike_ike_sa_unlock(struct pqike_ike_sa *sa);
struct pqike_ike_sa *
pqike_ike_sa_lock_with_parent(struct net *net, u32 id,
			      struct pqike_ike_sa **parent,
			      struct netlink_ext_ack *extack);
void pqike_ike_sa_unlock_with_parent(struct pqike_ike_sa *sa,
				     struct pqike_ike_sa *parent);
int pqike_ike_sa_insert_rekeying(struct pqike_ike_sa *sa,
				 struct pqike_ike_sa *parent);
void pqike_ike_sa_put(struct pqike_ike_sa *sa);
void pqike_ike_sa_set_state(struct pqike_ike_sa *sa,
			    enum pqike_ike_sa_state state);
void pqike_ike_sa_establish(struct pqike_ike_sa *sa, bool answer_due);
void pqike_ike_sa_delete(struct pqike_ike_sa *sa);
void pqike_ike_sa_socket_closed(struct net *net, u32 portid);
int pqike_ike_sa_socket_revoked(struct net *net, const struct sock *sk,
				u32 portid);
void pqike_ike_sa_delete_all(struct net *net);

/* ike_sa_release.c: the end of what it holds */
void pqike_ike_sa_release(struct pqike_ike_sa *sa);

/* ike_sa_keys.c: the change to other keys */
int pqike_ciphers_make(struct pqike_ciphers *ciphers, enum pqike_role role,
		       const struct pqike_keys *keys,
		       struct netlink_ext_ack *extack);
void pqike_ciphers_free(struct pqike_ciphers *ciphers);
void pqike_ike_sa_use_keys(struct pqike_ike_sa *sa,
			   const struct pqike_keys *keys,
			   struct pqike_ciphers *ciphers);
int pqike_ike_sa_change_keys(struct pqike_ike_sa *sa,
			     const struct pqike_keys *keys,
			     struct netlink_ext_ack *extack);

/* ike_sa_init.c: the steps of IKE_SA_INIT */
void pqike_make_spi(u8 *spi);
int pqike_ike_sa_begin_initiator(struct pqike_ike_sa *sa, u16 method,
				 struct netlink_ext_ack *extack);
int pqike_ike_sa_begin_responder(struct pqike_ike_sa *sa, const u8 *request,
				 size_t len, struct netlink_ext_ack *extack);
int pqike_ike_sa_init(struct pqike_ike_sa *sa,
		      const struct pqike_raw_message *request,
		      const struct pqike_raw_message *response,
		      struct netlink_ext_ack *extack);

/* additional_ke.c: the steps of an additional key exchange */
int pqike_ike_sa_additional_ke(struct pqike_ike_sa *sa,
			       struct pqike_ppk_notify *notify,
			       struct netlink_ext_ack *extack);

/* ike_sa_ppk.c: the post-quantum preshared key */
bool pqike_ike_sa_ppk_is_due(const struct pqike_ike_sa *sa);
int pqike_ike_sa_ppk_offer(const struct pqike_ike_sa *sa,
			   struct pqike_ppk_notify *notify);
int pqike_ike_sa_ppk_accepted(const struct pqike_ike_sa *sa,
			      struct ike_payload_chain chain,
			      struct pqike_shared_secret **ppk,
			      struct netlink_ext_ack *extack);
struct pqike_shared_secret *
pqike_ike_sa_ppk_choose(const struct pqike_ike_sa *sa,
			struct ike_payload_chain chain,
			struct pqike_ppk_notify *notify);
int pqike_ike_sa_ppk_rekey(const struct pqike_ike_sa *sa,
			   const struct pqike_shared_secret *ppk,
			   struct pqike_keys *keys);
int pqike_ike_sa_ppk_mix(const struct pqike_ike_sa *sa,
			 const struct pqike_shared_secret *ppk, const u8 *key,
			 u8 *mixed);
int pqike_ike_sa_ppk_check(const struct pqike_ike_sa *sa,
			   const struct pqike_connection *connection,
			   const struct pqike_shared_secret *ppk,
			   struct netlink_ext_ack *extack);

/* ike_sa_rekey.c: the steps of an IKE SA that rekeys another */
int pqike_ike_sa_begin_rekey(struct pqike_ike_sa *sa,
			     const struct pqike_ike_sa *parent, u16 method,
			     struct netlink_ext_ack *extack);
int pqike_ike_sa_answer_rekey(struct pqike_ike_sa *sa,
			      const struct pqike_ike_sa *parent,
			      struct netlink_ext_ack *extack);
int pqike_ike_sa_init_rekey(struct pqike_ike_sa *sa,
			    struct pqike_ike_sa *parent,
			    struct netlink_ext_ack *extack);
int pqike_ike_sa_followup(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
			  struct netlink_ext_ack *extack);
bool pqike_ike_sa_take_back_rekey(struct pqike_ike_sa *sa);
const struct pqike_ke *pqike_ike_sa_own_ke(const struct pqike_ike_sa *sa);
int pqike_ike_sa_inherit(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent,
			 struct netlink_ext_ack *extack);

/* ike_sa_message.c: sealing and opening in order */
void pqike_opened_drop(struct pqike_ike_sa *sa);
void pqike_ike_sa_opened_used(struct pqike_ike_sa *sa);
bool pqike_opened_chain(const struct pqike_ike_sa *sa, u8 exchange_type,
			bool response, struct ike_payload_chain *chain);
struct ike_payload_chain pqike_sealed_chain(const struct pqike_sealed *sealed);
void pqike_sealed_drop(struct pqike_sealed *sealed);
int pqike_ike_sa_seal(struct pqike_ike_sa *sa, u8 exchange_type, bool response,
		      u32 message_id, u8 first_payload, const u8 *plaintext,
		      size_t len, size_t fragment_size, u8 **messages,
		      size_t *messages_len, struct netlink_ext_ack *extack);
void pqike_ike_sa_sent(struct pqike_ike_sa *sa, bool response, u8 *messages,
		       size_t len);
int pqike_ike_sa_open(struct pqike_ike_sa *sa, const u8 *message, size_t len,
		      struct netlink_ext_ack *extack);

/* orphan.c: what a closed socket leaves, and who takes it over */
void pqike_ike_sa_settle(struct pqike_ike_sa *sa);
void pqike_ike_sa_leave(struct pqike_ike_sa *sa);
int pqike_ike_sa_adopt(struct pqike_ike_sa *sa, struct pqike_owner *owner,
		       struct netlink_ext_ack *extack);
int pqike_ike_sa_note(struct pqike_ike_sa *sa, const u8 *note, size_t len);
bool pqike_ike_sa_is_orphan(const struct pqike_ike_sa *sa);
void pqike_orphans_init(struct net *net);
void pqike_orphans_left(struct net *net);
void pqike_orphans_end(struct net *net);

/* ike_auth.c: the steps of IKE_AUTH */
int pqike_ike_sa_auth_make(struct pqike_ike_sa *sa,
			   struct pqike_auth_made *made,
			   struct netlink_ext_ack *extack);
int pqike_ike_sa_auth_verify(struct pqike_ike_sa *sa,
			     struct pqike_connection *connection,
			     struct netlink_ext_ack *extack);

/* ike_sa_stats.c: what is counted */
u64 pqike_stats_begin(void);
void pqike_stats_operation(struct pqike_ike_sa *sa,
			   enum pqike_operation operation, u64 begun, int err);
void pqike_stats_not_made(struct net *net, u64 begun, int err);
void pqike_stats_ike_sa(struct pqike_ike_sa *sa);
void pqike_stats_child_sa(struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child,
			  const struct pqike_methods *methods);
void pqike_stats_inherit(struct pqike_ike_sa *sa, struct pqike_ike_sa *parent);
void pqike_stats_of_ike_sa(const struct pqike_ike_sa *sa,
			   struct pqike_stats *stats);
void pqike_stats_of_net(struct net *net, struct pqike_stats *stats);

#endif /* PQIKE_IKE_SA_H */
