// SPDX-License-Identifier: GPL-2.0
/*
 * The pseudorandom functions of IKEv2: HMAC with SHA-2 (RFC 4868), and prf+,
 * which stretches their output (RFC 7296 section 2.13).
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "ike_message.h"
#include "prf.h"

/**
 * pqike_prf_alloc() - the function of a transform
 * @prf: transform ID of type 2
 * @extack: names what is not supported
 *
 * A transform holds a key while it computes, so each user needs its own.
 *
 * Context: may sleep.
 * Return: to be freed with crypto_free_shash(), or ERR_PTR(-EOPNOTSUPP) for an
 * unknown @prf, or an error of crypto_alloc_shash().
 */
struct crypto_shash *pqike_prf_alloc(u16 prf, struct netlink_ext_ack *extack)
{
	struct crypto_shash *tfm;
	const char *name;

	switch (prf) {
	case IKE_PRF_HMAC_SHA2_256:
		name = "hmac(sha256)";
		break;
	case IKE_PRF_HMAC_SHA2_384:
		name = "hmac(sha384)";
		break;
	case IKE_PRF_HMAC_SHA2_512:
		name = "hmac(sha512)";
		break;
	default:
		NL_SET_ERR_MSG(extack, "PRF is none of HMAC-SHA2-256, -384, -512");
		return ERR_PTR(-EOPNOTSUPP);
	}
	tfm = crypto_alloc_shash(name, 0, 0);
	if (IS_ERR(tfm))
		NL_SET_ERR_MSG(extack, "the kernel has no such PRF");
	return tfm;
}

/**
 * pqike_prf_len() - octets that one call of the function gives
 * @prf: the function
 *
 * Context: any.
 * Return: at most PQIKE_PRF_LEN_MAX.
 */
unsigned int pqike_prf_len(struct crypto_shash *prf)
{
	return crypto_shash_digestsize(prf);
}

/* One HMAC under the key that the transform holds. */
static int prf_keyed(struct crypto_shash *prf, const struct kvec *seed,
		     unsigned int n_seed, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, prf);
	int err;

	desc->tfm = prf;
	err = crypto_shash_init(desc);
	for (unsigned int i = 0; !err && i < n_seed; i++)
		err = crypto_shash_update(desc, seed[i].iov_base,
					  seed[i].iov_len);
	if (!err)
		err = crypto_shash_final(desc, out);
	shash_desc_zero(desc);
	return err;
}

/* Put a key that is no secret where the last one was. */
static void prf_forget_key(struct crypto_shash *prf)
{
	static const u8 zero[PQIKE_PRF_LEN_MAX];

	crypto_shash_setkey(prf, zero, sizeof(zero));
}

/**
 * pqike_prf() - prf(key, seed)
 * @prf: the function; no other call may use it meanwhile
 * @key: key of any length
 * @key_len: octets in @key
 * @seed: parts of the data, taken as one
 * @n_seed: number of parts
 * @out: receives pqike_prf_len() octets; may be where a part or @key is
 *
 * Context: may sleep.
 * Return: 0 or an error of the hash, with @out undefined.
 */
int pqike_prf(struct crypto_shash *prf, const u8 *key, size_t key_len,
	      const struct kvec *seed, unsigned int n_seed, u8 *out)
{
	int err;

	err = crypto_shash_setkey(prf, key, key_len);
	if (!err)
		err = prf_keyed(prf, seed, n_seed, out);
	prf_forget_key(prf);
	return err;
}

/* Two nonces and the secrets of eight key exchanges. */
#define PRF_PLUS_SEED_MAX	10

/**
 * pqike_prf_plus() - prf+(key, seed), cut to a length
 * @prf: the function; no other call may use it meanwhile
 * @key: key of any length
 * @key_len: octets in @key
 * @seed: parts of the data, taken as one
 * @n_seed: number of parts, at most PRF_PLUS_SEED_MAX
 * @out: receives @len octets
 * @len: at most 255 times pqike_prf_len()
 *
 * Context: may sleep.
 * Return: 0, -EINVAL when @len or @n_seed is too large, or an error of the
 * hash, with @out wiped.
 */
int pqike_prf_plus(struct crypto_shash *prf, const u8 *key, size_t key_len,
		   const struct kvec *seed, unsigned int n_seed, u8 *out,
		   size_t len)
{
	const size_t block_len = pqike_prf_len(prf);
	struct kvec parts[PRF_PLUS_SEED_MAX + 2];
	u8 block[PQIKE_PRF_LEN_MAX];
	size_t done = 0;
	u8 counter = 1;
	int err;

	if (n_seed > PRF_PLUS_SEED_MAX || len > 255 * block_len)
		return -EINVAL;

	/* T1 has no predecessor; its part stays empty. */
	parts[0] = (struct kvec){ .iov_base = block, .iov_len = 0 };
	memcpy(&parts[1], seed, n_seed * sizeof(*seed));
	parts[1 + n_seed] = (struct kvec){ &counter, 1 };

	err = crypto_shash_setkey(prf, key, key_len);
	while (!err && done < len) {
		size_t take = min(block_len, len - done);

		err = prf_keyed(prf, parts, n_seed + 2, block);
		if (err)
			break;
		memcpy(out + done, block, take);
		done += take;
		parts[0].iov_len = block_len;
		counter++;
	}
	prf_forget_key(prf);
	memzero_explicit(block, sizeof(block));
	if (err)
		memzero_explicit(out, len);
	return err;
}
