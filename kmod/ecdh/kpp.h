/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_KPP_H
#define _ECDH_KPP_H

/**
 * ecdh_kpp_register() - register ecdh-nist-p256 and ecdh-nist-p384
 *
 * Context: may sleep.
 * Return: 0 or an error of crypto_register_kpp(), with none registered.
 */
int ecdh_kpp_register(void);

/**
 * ecdh_kpp_unregister() - undo ecdh_kpp_register()
 *
 * Context: may sleep.
 */
void ecdh_kpp_unregister(void);

#endif /* _ECDH_KPP_H */
