/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_KAT_H
#define _ECDH_KAT_H

/**
 * ecdh_known_answer_test() - run every operation with both curves
 *
 * Compares public keys and shared secrets with known answers, and has the checks of keys
 * refuse bad ones.  Logs the first that fails.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL when a result is wrong, or -ENOMEM.
 */
int ecdh_known_answer_test(void);

#endif /* _ECDH_KAT_H */
