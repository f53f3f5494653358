/* SPDX-License-Identifier: GPL-2.0 */
/* An element of a field of FIELD_LIMBS limbs, lowest first. */
#ifndef _ECDH_ELEMENT_H
#define _ECDH_ELEMENT_H

#include <linux/types.h>

#define FIELD_OCTETS	(8 * FIELD_LIMBS)

struct felem {
	u64 limb[FIELD_LIMBS];
};

#endif /* _ECDH_ELEMENT_H */
