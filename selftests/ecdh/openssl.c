// SPDX-License-Identifier: GPL-2.0
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

#include "openssl.h"

/* What is made once for each curve, and lives as long as the program */
struct group {
	EC_GROUP *group;
	BN_CTX *ctx;
	BIGNUM *number, *x;
	EC_POINT *point, *product;
};

static const struct group *group_of(const struct ecdh_curve *curve)
{
	static struct group groups[2];
	struct group *g = &groups[curve == &ecdh_p384];

	if (g->group)
		return g;
	g->group = EC_GROUP_new_by_curve_name(curve == &ecdh_p384 ? NID_secp384r1 :
							NID_X9_62_prime256v1);
	g->ctx = BN_CTX_new();
	g->number = BN_new();
	g->x = BN_new();
	g->point = EC_POINT_new(g->group);
	g->product = EC_POINT_new(g->group);
	if (!g->group || !g->ctx || !g->number || !g->x || !g->point || !g->product)
		abort();
	return g;
}

const char *openssl_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

static bool load_key(const struct group *g, const struct ecdh_curve *curve,
		     const u8 *key)
{
	return BN_bin2bn(key, curve->octets, g->number) && !BN_is_zero(g->number) &&
	       BN_cmp(g->number, EC_GROUP_get0_order(g->group)) < 0;
}

bool openssl_public_key(const struct ecdh_curve *curve, const u8 *key, u8 *point)
{
	const struct group *g = group_of(curve);
	u8 encoded[1 + 2 * ECDH_MAX_OCTETS];
	size_t len = 1 + 2 * curve->octets;

	if (!load_key(g, curve, key) ||
	    !EC_POINT_mul(g->group, g->product, g->number, NULL, NULL, g->ctx) ||
	    EC_POINT_point2oct(g->group, g->product, POINT_CONVERSION_UNCOMPRESSED,
			       encoded, len, g->ctx) != len)
		return false;
	memcpy(point, encoded + 1, len - 1);
	return true;
}

static bool load_point(const struct group *g, const struct ecdh_curve *curve,
		       const u8 *point)
{
	u8 encoded[1 + 2 * ECDH_MAX_OCTETS] = { POINT_CONVERSION_UNCOMPRESSED };

	memcpy(encoded + 1, point, 2 * curve->octets);
	if (EC_POINT_oct2point(g->group, g->point, encoded, 1 + 2 * curve->octets,
			       g->ctx))
		return true;
	ERR_clear_error();
	return false;
}

bool openssl_shared_secret(const struct ecdh_curve *curve, const u8 *key,
			   const u8 *peer, u8 *secret)
{
	const struct group *g = group_of(curve);

	return load_key(g, curve, key) && load_point(g, curve, peer) &&
	       EC_POINT_mul(g->group, g->product, NULL, g->point, g->number, g->ctx) &&
	       EC_POINT_get_affine_coordinates(g->group, g->product, g->x, NULL,
					       g->ctx) &&
	       BN_bn2binpad(g->x, secret, curve->octets) == (int)curve->octets;
}

void openssl_order(const struct ecdh_curve *curve, u8 *order)
{
	BN_bn2binpad(EC_GROUP_get0_order(group_of(curve)->group), order,
		     curve->octets);
}
