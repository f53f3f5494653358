/* SPDX-License-Identifier: GPL-2.0 */
/* Child SAs: ESP SAs and policies that belong to an IKE SA. */
#ifndef PQIKE_CHILD_SA_H
#define PQIKE_CHILD_SA_H

#include <linux/list.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "creation.h"
#include "esp.h"

struct netlink_ext_ack;
struct pqike_child_config;
struct pqike_child_suite;
struct pqike_child_terms;
struct pqike_creation;
struct pqike_ike_sa;

/* Of one IKE SA: what an authenticated peer can make this host keep. */
#define PQIKE_CHILD_SAS_MAX	512
#define PQIKE_POLICIES_MAX	8192	/* of all its Child SAs, installed or once so */

/**
 * struct pqike_child_sa - a Child SA, guarded by the lock of its IKE SA
 * @list: in the IKE SA's list
 * @id: its number
 * @config: what it may be, held
 * @role: side of the exchange that makes it: the initiator's keys come first
 * @offer: what the request says of it, until nothing is left to compare; of an
 *	initiator once there is the response
 * @choice: what the response says of it, likewise
 * @request_id: responder: Message ID of the request
 * @answers: responder: the response has not been sealed
 * @peer_spi: what the peer receives it by, once it is keyed
 * @creation: its key exchanges until the keys are derived; NULL for the first
 *	Child SA of an IKE SA
 * @keyed: the keys have been put into ESP SAs, once and for all
 * @installed: its keys have been put into ESP SAs; the inbound one and the
 *	policies were in place then, the outbound one may wait or be gone
 * @methods: with which it came to its keys, once it has them; those of the first
 *	Child SA are the IKE SA's
 * @installed_at: ktime_get_boottime_seconds()
 * @answer_due: made for a request of the peer that is not answered yet
 * @esp: what xfrm has, without the keys
 */
struct pqike_child_sa {
	struct list_head list;
	u32 id;
	struct pqike_child_config *config;
	enum pqike_role role;
	struct pqike_child_terms *offer;
	struct pqike_child_terms *choice;
	u32 request_id;
	bool answers;
	__be32 peer_spi;
	struct pqike_creation *creation;
	bool keyed;
	bool installed;
	time64_t installed_at;
	struct pqike_methods methods;
	bool answer_due;
	struct pqike_esp esp;
};

/**
 * struct pqike_child_sa_request - a Child SA that is wanted
 * @family: AF_INET or AF_INET6
 * @local: tunnel endpoint of this side
 * @remote: tunnel endpoint of the peer
 * @child: name of the child, of the IKE SA's connection
 * @creates: it is made by CREATE_CHILD_SA, and the rest counts
 * @role: side of that exchange
 * @ke_method: that an initiator offers, or a responder has chosen; 0 for none
 */
struct pqike_child_sa_request {
	u16 family;
	xfrm_address_t local;
	xfrm_address_t remote;
	const char *child;
	bool creates;
	enum pqike_role role;
	u16 ke_method;
};

/**
 * struct pqike_child_sa_install - what no message says of one to be installed
 * @encap_local_port: UDP port of this side, 0 for ESP without UDP
 * @encap_remote_port: likewise of the peer
 * @begin_out: put the outbound ESP SA into xfrm, too; else it waits for
 *	pqike_child_sa_install_out()
 * @response: responder: payloads of the response that it will seal, else NULL
 */
struct pqike_child_sa_install {
	u16 encap_local_port;
	u16 encap_remote_port;
	bool begin_out;
	const struct ike_payload_chain *response;
};

/* child_sa_creation.c: how it comes to its keys */
struct pqike_child_sa *
pqike_child_sa_new(struct pqike_ike_sa *sa,
		   const struct pqike_child_sa_request *request,
		   struct netlink_ext_ack *extack);
int pqike_child_sa_check_choice(const struct pqike_child_sa *child,
				const struct pqike_methods *methods,
				struct netlink_ext_ack *extack);
int pqike_child_sa_ke(struct pqike_ike_sa *sa, struct pqike_child_sa *child,
		      struct netlink_ext_ack *extack);
int pqike_child_sa_check_keyable(const struct pqike_ike_sa *sa,
				 const struct pqike_child_sa *child,
				 struct netlink_ext_ack *extack);
int pqike_child_sa_check_exchanges(const struct pqike_child_sa *child,
				   const struct pqike_methods *methods,
				   struct netlink_ext_ack *extack);
int pqike_child_sa_complete(struct pqike_ike_sa *sa,
			    struct pqike_child_sa *child,
			    const struct pqike_methods *methods,
			    struct netlink_ext_ack *extack);
int pqike_child_sa_keymat(const struct pqike_ike_sa *sa,
			  const struct pqike_child_sa *child, u8 *keymat,
			  size_t len);
void pqike_child_sa_keys_used(struct pqike_ike_sa *sa,
			      struct pqike_child_sa *child);
void pqike_child_sa_keys_unused(struct pqike_child_sa *child);

/* child_sa_terms.c: what the messages say of it */
int pqike_child_sa_take_request(const struct pqike_ike_sa *sa,
				struct pqike_child_sa *child, bool creates,
				struct netlink_ext_ack *extack);
int pqike_child_sa_take_exchange(const struct pqike_ike_sa *sa,
				 struct pqike_child_sa *child,
				 struct netlink_ext_ack *extack);
int pqike_child_sa_take_answer(struct pqike_child_sa *child,
			       const struct ike_payload_chain *response,
			       struct netlink_ext_ack *extack);
int pqike_child_sa_chosen(const struct pqike_child_sa *child,
			  struct pqike_child_suite *suite,
			  struct netlink_ext_ack *extack);
int pqike_child_sa_agree(const struct pqike_child_sa *child,
			 struct pqike_esp *agreed,
			 struct pqike_child_suite *suite,
			 struct netlink_ext_ack *extack);
int pqike_child_sas_check_answer(struct pqike_ike_sa *sa, u8 exchange_type,
				 u32 message_id,
				 struct ike_payload_chain response,
				 struct netlink_ext_ack *extack);
void pqike_child_sas_answered(struct pqike_ike_sa *sa, u8 exchange_type,
			      u32 message_id);
void pqike_child_sa_terms_used(struct pqike_child_sa *child);
void pqike_child_sa_drop_terms(struct pqike_child_sa *child);

/* child_sa.c: installed and removed */
unsigned int pqike_child_sa_count(const struct pqike_ike_sa *sa);
unsigned int pqike_child_sa_policies(const struct pqike_ike_sa *sa);
struct pqike_child_sa *pqike_child_sa_find(struct pqike_ike_sa *sa, u32 id,
					   struct netlink_ext_ack *extack);
int pqike_child_sa_install(struct pqike_ike_sa *sa,
			   struct pqike_child_sa *child,
			   const struct pqike_child_sa_install *install,
			   struct netlink_ext_ack *extack);
int pqike_child_sa_install_out(struct pqike_ike_sa *sa,
			       struct pqike_child_sa *child,
			       struct netlink_ext_ack *extack);
void pqike_child_sa_del_out(struct pqike_ike_sa *sa,
			    struct pqike_child_sa *child);
void pqike_child_sa_del(struct pqike_ike_sa *sa, struct pqike_child_sa *child);
void pqike_child_sa_del_all(struct pqike_ike_sa *sa);

#endif /* PQIKE_CHILD_SA_H */
