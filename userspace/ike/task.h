/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this side wants to do in an IKE SA.  One request may be outstanding at
 * a time (RFC 7296 section 2.3), so tasks wait in a queue; the one whose turn
 * it is has all exchanges to itself until it is done.
 */
#ifndef PQIKE_TASK_H
#define PQIKE_TASK_H

#include "ike/task_type.h"

/* Return: NULL without memory, which @client is told. */
struct task *task_new(struct ike *ike, const struct task_type *type,
		      uint64_t client);

/* Queue a task, and begin it when nothing is under way; it may end at once. */
void task_add(struct ike *ike, struct ike_sa *sa, struct task *task);

/* As task_add(), before all that waits. */
void task_add_first(struct ike *ike, struct ike_sa *sa, struct task *task);

/* Begin the next task where that is possible. */
void task_next(struct ike *ike, struct ike_sa *sa);

/**
 * task_postpone() - the task under way is to begin anew after a while
 *
 * What it has made so far is released; others go before it.
 *
 * Return: false when that has been tried for several minutes.
 */
bool task_postpone(struct ike *ike, struct ike_sa *sa);

/* The task under way has ended; its client is told that all is well. */
void task_done(struct ike *ike, struct ike_sa *sa);

/* Those of @type that wait need not be done: their clients are told so. */
void task_drop(struct ike *ike, struct ike_sa *sa, const struct task_type *type);

/**
 * task_move() - those of @type that are to be done in @from are done in @to
 *
 * The one under way, if wanted, is to begin anew: what it has made is released.
 * May end @to.
 */
void task_move(struct ike *ike, struct ike_sa *from, struct ike_sa *to,
	       const struct task_type *type);

/* @task, which waits, need not be done any more: its client is told @why. */
void task_cancel(struct ike *ike, struct ike_sa *sa, struct task *task,
		 const char *why);

/**
 * task_abandon() - nobody wants what the task under way makes any more
 * @why: what its client is told; it must last
 *
 * What was asked is not taken back: what the response brings is.
 */
void task_abandon(struct ike *ike, struct ike_sa *sa, const char *why);

/* Forget all tasks of @sa; clients are told nothing. */
void task_free_all(struct ike *ike, struct ike_sa *sa);

/* Return: whether the task under way is of @type. */
bool task_is(const struct ike_sa *sa, const struct task_type *type);

#endif
