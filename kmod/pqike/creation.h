/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one CREATE_CHILD_SA exchange, with the IKE_FOLLOWUP_KE exchanges after
 * it, gathers until the keys of a Child SA or of an IKE SA can be derived.
 */
#ifndef PQIKE_CREATION_H
#define PQIKE_CREATION_H

#include <linux/types.h>
#include <uapi/linux/pqike.h>

#include "ke.h"
#include "key_schedule.h"
#include "methods.h"
#include "owner.h"

struct netlink_ext_ack;
struct pqike_ike_sa;

struct pqike_secret {
	u16 len;
	u8 *octets;
};

/**
 * struct pqike_creation_step - what a step has changed that may be taken back
 * @taken: by who takes it, until it is kept
 * @untold: it is kept, but of the initiator, and the peer does not know: it is taken
 *	back where the socket is closed before the next request is sealed
 * @agreed: the nonces were there before it
 * @n_methods: as it was
 * @n_secrets: as it was
 * @ke: the key exchange that it completed
 */
struct pqike_creation_step {
	bool taken;
	bool untold;
	bool agreed;
	unsigned int n_methods;
	unsigned int n_secrets;
	struct pqike_ke ke;
};

/**
 * struct pqike_creation - key exchanges under way
 * @role: side of the CREATE_CHILD_SA exchange
 * @owned: by the netlink socket that began it for a Child SA; an IKE SA is owned
 *	itself
 * @message_id: of that exchange; the initiator has it with the response
 * @answers_id: responder: Message ID of the request that the last step answered
 * @init: nonces; those of the peer have a length once they are there. The SPIs
 *	are those of an IKE SA that is made, else zero
 * @n_methods: key exchanges that are known to be due
 * @methods: transform IDs, the first of type 4, the others of ADDKE1 to ADDKE7
 * @n_secrets: key exchanges that are complete
 * @secrets: SK(0) and on
 * @ke: the one under way; a responder's last one, without its secret
 * @last: the step taken last, as long as it may be taken back
 */
struct pqike_creation {
	enum pqike_role role;
	struct pqike_owned owned;
	u32 message_id;
	u32 answers_id;
	struct pqike_init_values init;
	unsigned int n_methods;
	u16 methods[PQIKE_SECRETS_MAX];
	unsigned int n_secrets;
	struct pqike_secret secrets[PQIKE_SECRETS_MAX];
	struct pqike_ke ke;
	struct pqike_creation_step last;
};

struct pqike_creation *pqike_creation_alloc(enum pqike_role role);
void pqike_creation_free(struct pqike_creation *creation);
int pqike_creation_begin(struct pqike_creation *creation, u16 method,
			 struct netlink_ext_ack *extack);
int pqike_creation_request(const struct pqike_ike_sa *sa,
			   struct ike_payload_chain *chain,
			   struct netlink_ext_ack *extack);
int pqike_creation_response(const struct pqike_creation *creation,
			    const struct pqike_ike_sa *sa,
			    struct ike_payload_chain *chain,
			    struct netlink_ext_ack *extack);
int pqike_creation_check_own(const struct pqike_creation *creation,
			     struct ike_payload_chain chain,
			     struct netlink_ext_ack *extack);
int pqike_creation_check_methods(const struct pqike_methods *methods,
				 struct netlink_ext_ack *extack);
int pqike_creation_respond(struct pqike_creation *creation,
			   const struct pqike_ike_sa *sa,
			   const struct pqike_methods *methods,
			   struct netlink_ext_ack *extack);
int pqike_creation_choose(struct pqike_creation *creation,
			  const struct pqike_methods *methods,
			  struct netlink_ext_ack *extack);
int pqike_creation_accept(struct pqike_creation *creation,
			  const struct pqike_ike_sa *sa,
			  const struct pqike_methods *methods, bool go_on,
			  struct netlink_ext_ack *extack);
int pqike_creation_begin_followup(struct pqike_creation *creation,
				  struct netlink_ext_ack *extack);
int pqike_creation_followup(struct pqike_creation *creation,
			    const struct pqike_ike_sa *sa, bool go_on,
			    struct netlink_ext_ack *extack);
void pqike_creation_methods(const struct pqike_creation *creation,
			    struct pqike_methods *methods);
void pqike_creation_keep(struct pqike_creation *creation,
			 struct pqike_ike_sa *sa);
void pqike_creation_undo(struct pqike_creation *creation);
bool pqike_creation_settle(struct pqike_creation *creation);
bool pqike_creation_take_back(struct pqike_creation *creation);
bool pqike_creation_is_agreed(const struct pqike_creation *creation);
bool pqike_creation_is_complete(const struct pqike_creation *creation);
bool pqike_creation_owes_answer(const struct pqike_creation *creation,
				const struct pqike_ike_sa *sa);
unsigned int pqike_creation_followups_done(const struct pqike_creation *creation);
int pqike_creation_keymat(const struct pqike_creation *creation,
			  struct crypto_shash *prf, const u8 *sk_d, u8 *keymat,
			  size_t len);
int pqike_creation_keys(const struct pqike_creation *creation,
			struct crypto_shash *prf, const u8 *sk_d_old,
			const struct pqike_sk_algorithm *sk,
			struct pqike_keys *keys);

#endif /* PQIKE_CREATION_H */
