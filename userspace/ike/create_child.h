/* SPDX-License-Identifier: GPL-2.0 */
/* CREATE_CHILD_SA for a Child SA (RFC 7296 section 1.3.1), as the initiator. */
#ifndef PQIKE_CREATE_CHILD_H
#define PQIKE_CREATE_CHILD_H

#include "ike/child_sa.h"
#include "ike/task.h"

/* A task that makes task->config; also the one that IKE_AUTH carries. */
extern const struct task_type create_child_task;

/* Make a Child SA as soon as @sa can. */
void create_child(struct ike *ike, struct ike_sa *sa,
		  const struct child_config *config, uint64_t client);

/* As create_child(), for a packet that waits. */
void create_child_for_packet(struct ike *ike, struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet);

/**
 * create_child_anew() - as create_child(), for one that was there
 *
 * Where the peer does not take it in @sa, and @sa has no other, another IKE SA is
 * made that brings it.
 */
void create_child_anew(struct ike *ike, struct ike_sa *sa,
		       const struct child_config *config);

/* Return: whether @config is being made. */
bool create_child_under_way(const struct ike_sa *sa,
			    const struct child_config *config);

/* Return: whether @config is being made or waits for it. */
bool create_child_pending(const struct ike_sa *sa,
			  const struct child_config *config);

/* Return: whether @config is up, or pending. */
bool create_child_wanted(const struct ike_sa *sa,
			 const struct child_config *config);

/* Return: whether what is up takes @packet, or @config is pending. */
bool create_child_wanted_for(const struct ike_sa *sa,
			     const struct child_config *config,
			     const struct packet_ts *packet);

/**
 * create_child_hurry() - somebody waits for @config
 * @client: who, if nobody has before
 *
 * Where it is pending, what the peer has refused for a while is asked again now.
 */
void create_child_hurry(struct ike *ike, struct ike_sa *sa,
			const struct child_config *config, uint64_t client);

/**
 * create_child_cancel() - @config is not wanted any more
 * @why: what whoever waits for it is told; it must last
 *
 * Where it waits, it is not begun; what is under way is given back once the peer
 * has answered.  May end @sa, where nothing else was to be made in it.
 */
void create_child_cancel(struct ike *ike, struct ike_sa *sa,
			 const struct child_config *config, const char *why);

/**
 * create_child_failed() - the task under way could not make its Child SA
 *
 * The IKE SA is deleted when nothing else is to be in it.
 */
void create_child_failed(struct ike *ike, struct ike_sa *sa, const char *why);

/**
 * create_child_refused() - the peer has refused the task under way
 * @refusal: its notify
 * @why: in words
 *
 * What it refuses for a while is asked again, otherwise the task has failed.
 */
void create_child_refused(struct ike *ike, struct ike_sa *sa, uint16_t refusal,
			  const char *why);

/* A Child SA has come up, in IKE_AUTH or CREATE_CHILD_SA: log it. */
void create_child_established(struct ike *ike, struct child_sa *child,
			      uint64_t client);

/* Log how what is agreed on is less than what was asked for, "": it is not. */
void create_child_say_less(struct ike *ike, const struct ike_sa *sa,
			   const struct child_config *config, const char *less);

/* Its peer's half must go, which the peer has installed. */
void create_child_give_back(struct ike *ike, struct ike_sa *sa, const char *why);

#endif
