/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MLKEM_KAT_H
#define _MLKEM_KAT_H

/**
 * mlkem_known_answer_test() - run every operation of every parameter set, with
 *			       the implementation selected
 *
 * Compares with known answers what SHA-3, SHAKE, key generation, encapsulation,
 * decapsulation and implicit rejection give, and has the checks of keys refuse
 * a bad one.  Logs the first that fails.
 *
 * Context: may sleep.
 * Return: 0, -EINVAL when a result is wrong, or -ENOMEM.
 */
int mlkem_known_answer_test(void);

#endif /* _MLKEM_KAT_H */
