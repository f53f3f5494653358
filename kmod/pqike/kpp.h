/* SPDX-License-Identifier: GPL-2.0 */
/* One operation of the kernel's key-agreement algorithms. */
#ifndef PQIKE_KPP_H
#define PQIKE_KPP_H

#include <linux/types.h>

struct crypto_kpp;

int pqike_kpp_public_key(struct crypto_kpp *kpp, u8 *public_key,
			 unsigned int len);
int pqike_kpp_shared_secret(struct crypto_kpp *kpp, const u8 *peer,
			    unsigned int peer_len, u8 *secret,
			    unsigned int secret_len);

#endif /* PQIKE_KPP_H */
