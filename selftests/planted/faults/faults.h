/* SPDX-License-Identifier: GPL-2.0 */
/* Each makes the fault that it is named after, once. */
#ifndef PLANTED_FAULTS_H
#define PLANTED_FAULTS_H

/* memory.c */
int planted_out_of_bounds(void);
int planted_use_after_free(void);
int planted_stack_out_of_bounds(void);
int planted_double_free(void);
int planted_leak(void);

/* locks.c */
int planted_lock_order(void);
int planted_sleep_in_atomic(void);
int planted_rcu_unlocked(void);

/* values.c */
int planted_shift(void);
int planted_array_index(void);
int planted_list_corruption(void);
int planted_reference_count(void);
int planted_active_timer(void);

/* races.c */
int planted_unlocked_count(void);
int planted_locked_count(void);

#endif
