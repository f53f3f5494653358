/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MLKEM_KPP_H
#define _MLKEM_KPP_H

/**
 * mlkem_kpp_register() - register mlkem512, mlkem768 and mlkem1024
 *
 * Context: may sleep.
 * Return: 0 or an error of crypto_register_kpp(), with none registered.
 */
int mlkem_kpp_register(void);

/**
 * mlkem_kpp_unregister() - undo mlkem_kpp_register()
 *
 * Context: may sleep.
 */
void mlkem_kpp_unregister(void);

#endif /* _MLKEM_KPP_H */
