/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations of ECDH (SP 800-56A, section 5.7.1.2) on whatever curve is included
 * before this.
 */
#ifndef _ECDH_OPERATIONS_H
#define _ECDH_OPERATIONS_H

#include "curve.h"
#include "declassify.h"

struct workspace {
	u64 key[FIELD_LIMBS];
	struct scalar scalar;
	struct multiples multiples;
	struct point product;
	struct affine affine;
	struct felem inverse;
};

static u64 private_key_is_valid(const u8 *key)
{
	u64 k[FIELD_LIMBS], any = 0;

	limbs_from_octets(k, key);
	for (int i = 0; i < FIELD_LIMBS; i++)
		any |= k[i];
	return limbs_less(k, curve_order) & (1 ^ limb_is_zero(any));
}

static void public_key(void *workspace, const u8 *key, u8 *point)
{
	struct workspace *ws = workspace;
	u64 negated;

	limbs_from_octets(ws->key, key);
	negated = make_odd(&ws->scalar, ws->key);
	multiply_base(&ws->product, &ws->scalar);
	felem_invert(&ws->inverse, &ws->product.z);
	felem_mul(&ws->affine.x, &ws->product.x, &ws->inverse);
	felem_mul(&ws->affine.y, &ws->product.y, &ws->inverse);
	felem_negate_if(&ws->affine.y, negated);
	felem_to_octets(point, &ws->affine.x);
	felem_to_octets(point + FIELD_OCTETS, &ws->affine.y);
	/* It is sent to the peer. */
	declassify(point, 2 * FIELD_OCTETS);
}

/*
 * The full validation of a public key (SP 800-56A, section 5.6.2.3.3).  Infinity has no
 * coordinates, and a curve of prime order has no other subgroup.
 */
static bool peer_is_valid(struct affine *p, const u8 *peer)
{
	return felem_from_octets(&p->x, peer) &
	       felem_from_octets(&p->y, peer + FIELD_OCTETS) &
	       affine_is_on_curve(p);
}

/* Only y of the product depends on whether the number was negated. */
static bool shared_secret(void *workspace, const u8 *key, const u8 *peer, u8 *secret)
{
	struct workspace *ws = workspace;

	if (!peer_is_valid(&ws->affine, peer))
		return false;
	limbs_from_octets(ws->key, key);
	make_odd(&ws->scalar, ws->key);
	multiply(&ws->product, &ws->multiples, &ws->scalar, &ws->affine);
	felem_invert(&ws->inverse, &ws->product.z);
	felem_mul(&ws->affine.x, &ws->product.x, &ws->inverse);
	felem_to_octets(secret, &ws->affine.x);
	return true;
}

#define ECDH_CURVE(_name) {					\
	.name = (_name),					\
	.octets = FIELD_OCTETS,					\
	.workspace_len = sizeof(struct workspace),		\
	.private_key_is_valid = private_key_is_valid,		\
	.public_key = public_key,				\
	.shared_secret = shared_secret,				\
}

#endif /* _ECDH_OPERATIONS_H */
