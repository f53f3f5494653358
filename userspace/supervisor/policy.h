/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What takes CAP_NET_ADMIN, done for the helper: each ask is checked as if from an
 * attacker, and is about what the operator's configuration names.
 */
#ifndef PQIKE_POLICY_H
#define PQIKE_POLICY_H

#include "kernel/kernel.h"
#include "kernel/policy_ask.h"
#include "kernel/xfrm_link.h"
#include "supervisor/config_pair.h"
#include "supervisor/lookups.h"

struct policy {
	struct kernel *kernel;
	struct xfrm_links *links;
	struct config_pair *configs; /* that an ask may be about */
	bool has_others; /* the kernel may have connections that are of none of @configs */
	int socket; /* the helper's, which is authorised; -1: none */
	struct lookups lookups;
};

/**
 * policy_open() - connect to the kernel, while privileged
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * policy_close() is due in any case.
 */
bool policy_open(struct policy *policy, char *error, size_t error_size);

void policy_close(struct policy *policy);

/**
 * policy_set_quota() - have the kernel take as much as is configured
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * While another configuration is with the helper, the larger number of both: connections
 * of both are there meanwhile.
 *
 * Return: 0; or a negative errno, of what the kernel has refused: what was in force before
 * is in force again after config_pair_conclude() and another call.
 */
int policy_set_quota(const struct policy *policy, char *error,
		     size_t error_size);

/**
 * policy_forget_others() - have the kernel forget the connections that are not in force
 *
 * Those of a configuration that was given to a helper which has not taken it, and those that
 * a pqike before this one had; their keys are wiped with them.  IKE SAs that were made of
 * them stay.  A failure is logged, and they stay until the next call, or policy_enforce().
 */
void policy_forget_others(struct policy *policy);

/* Likewise, of all: there is to be no helper any more, and no tunnel. */
void policy_forget_all(const struct policy *policy);

/**
 * policy_enforce() - have the kernel's connections be those of the configuration in force
 *
 * Whatever the helper has set, or left, of the other one of the pair: what is in force and
 * differs from that is set, what only the other one has is forgotten.  One that the kernel
 * refuses is forgotten, too, and that is logged.  A helper that has done so itself sees no
 * difference; IKE SAs stay.  One request for each connection that has changed: nobody else
 * sets any after policy_forget_others(), so those of the kernel are not looked through, unless
 * one could not be forgotten before.
 */
void policy_enforce(struct policy *policy);

/**
 * policy_socket() - a netlink socket for another helper, authorised, with the quota set
 * @error: on failure, one line for the operator
 * @error_size: size of @error in octets
 *
 * Return: it, which is closed with the next call or policy_end_socket(); -1 on failure.
 */
int policy_socket(struct policy *policy, char *error, size_t error_size);

/*
 * Have the socket of the helper that is gone do nothing any more, whoever has it, and close
 * ours.
 */
void policy_end_socket(struct policy *policy);

/**
 * policy_serve() - answer an ask
 * @ask: of policy_ask_check()
 * @answer: receives what the helper is told
 *
 * Return: a descriptor that goes with the answer and stays open, -1: none.
 */
int policy_serve(struct policy *policy, const struct policy_ask *ask,
		 struct policy_answer *answer);

#endif
