/* SPDX-License-Identifier: GPL-2.0 */
/* What a process may try that an attacker has taken over, wherever that is. */
#ifndef TAKEOVER_H
#define TAKEOVER_H

#include <stdbool.h>

/* Exit codes of a process that tries something */
enum { REFUSED = 10, NOT_REFUSED, NO_SANDBOX };

/**
 * takeover_try() - try something in a process of its own
 * @act: fails with EPERM where it is refused
 * @give_up: what comes before, in that process; whether it went well
 * @way: for @give_up
 *
 * Return: the exit code, of a signal 128 and more; -1 where nothing is known of it.
 */
int takeover_try(long (*act)(void), bool (*give_up)(int way), int way);

long takeover_make_directory(void);
long takeover_remove_file(void);
long takeover_xfrm_socket(void);
long takeover_raw_socket(void);
long takeover_packet_socket(void);
long takeover_trace(void);
long takeover_ask_for_key(void);
long takeover_execute(void);
long takeover_make_process(void);
long takeover_signal_parent(void);
long takeover_make_namespace(void);
long takeover_change_root(void);
long takeover_set_user(void);
long takeover_change_filter(void);
long takeover_make_file_of_memory(void);
long takeover_open_process(void);
long takeover_make_ring(void);

#endif
