// SPDX-License-Identifier: GPL-2.0
/*
 * The algorithms of ESP: from IKEv2 transforms to keyed xfrm states.
 *
 * KEYMAT of one direction is the encryption key, with the salt of an AEAD at
 * its end, and then the integrity key (RFC 7296, section 2.17).
 *
 * There is no encryption without integrity, nor NULL encryption: xfrm would
 * take a wiped key of length 0 for the latter's HMAC, and go on with it.
 */
#include "esp_algorithm.h"

#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp_child.h"

#define ENCR_AES_CBC			12
#define ENCR_AES_GCM_16			20
#define ENCR_CHACHA20_POLY1305		28

#define AUTH_NONE			0
#define AUTH_HMAC_SHA2_256_128		12
#define AUTH_HMAC_SHA2_384_192		13
#define AUTH_HMAC_SHA2_512_256		14

/**
 * struct encr_algorithm - transform type 1
 * @id: IKEv2 transform ID
 * @name: in the IKEv2 registry, without its type
 * @xfrm_name: in xfrm's table
 * @key_bits: lengths of the key, 0 where there are fewer
 * @has_key_length: has a Key Length attribute
 * @salt_len: octets that follow the key in KEYMAT
 * @icv_bits: of an AEAD, else 0
 */
struct encr_algorithm {
	u16 id;
	const char *name;
	const char *xfrm_name;
	u16 key_bits[3];
	bool has_key_length;
	u8 salt_len;
	u16 icv_bits;
};

/* RFC 3602, RFC 4106 section 8.1, RFC 7634 section 2 */
static const struct encr_algorithm encr_algorithms[] = {
	{ ENCR_AES_CBC, "AES_CBC", "cbc(aes)",
	  { 128, 192, 256 }, true, 0, 0 },
	{ ENCR_AES_GCM_16, "AES_GCM_16", "rfc4106(gcm(aes))",
	  { 128, 192, 256 }, true, 4, 128 },
	{ ENCR_CHACHA20_POLY1305, "CHACHA20_POLY1305",
	  "rfc7539esp(chacha20,poly1305)", { 256 }, false, 4, 128 },
};

/**
 * struct integ_algorithm - transform type 3
 * @id: IKEv2 transform ID
 * @xfrm_name: in xfrm's table
 * @key_len: octets of its key
 * @icv_bits: what is sent of the MAC
 */
struct integ_algorithm {
	u16 id;
	const char *xfrm_name;
	u8 key_len;
	u16 icv_bits;
};

/* RFC 4868, section 2.6 */
static const struct integ_algorithm integ_algorithms[] = {
	{ AUTH_HMAC_SHA2_256_128, "hmac(sha256)", 32, 128 },
	{ AUTH_HMAC_SHA2_384_192, "hmac(sha384)", 48, 192 },
	{ AUTH_HMAC_SHA2_512_256, "hmac(sha512)", 64, 256 },
};

/* What a Child SA's transforms come to; integ is NULL with an AEAD. */
struct esp_algorithms {
	const struct encr_algorithm *encr;
	const struct integ_algorithm *integ;
	unsigned int encr_key_len;	/* salt included */
	unsigned int integ_key_len;
};

static const struct encr_algorithm *
find_encr(u16 id, struct netlink_ext_ack *extack)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(encr_algorithms); i++)
		if (encr_algorithms[i].id == id)
			return &encr_algorithms[i];

	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "ESP encryption transform %u is not supported",
			       id);
	return NULL;
}

static const struct integ_algorithm *
find_integ(u16 id, struct netlink_ext_ack *extack)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(integ_algorithms); i++)
		if (integ_algorithms[i].id == id)
			return &integ_algorithms[i];

	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "ESP integrity transform %u is not supported",
			       id);
	return NULL;
}

/* The key's bits, without salt; 0 if the algorithm has no such length. */
static unsigned int encr_key_bits(const struct encr_algorithm *encr, u16 bits,
				  struct netlink_ext_ack *extack)
{
	if (!bits && !encr->has_key_length)
		return encr->key_bits[0];

	for (unsigned int i = 0; i < ARRAY_SIZE(encr->key_bits); i++)
		if (bits && encr->has_key_length && encr->key_bits[i] == bits)
			return bits;

	NL_SET_ERR_MSG_FMT_MOD(extack, "%s with %u bits is not supported",
			       encr->name, bits);
	return 0;
}

static int find_algorithms(const struct pqike_esp *esp,
			   struct esp_algorithms *algs,
			   struct netlink_ext_ack *extack)
{
	unsigned int key_bits;

	memset(algs, 0, sizeof(*algs));
	algs->encr = find_encr(esp->encr, extack);
	if (!algs->encr)
		return -EOPNOTSUPP;
	key_bits = encr_key_bits(algs->encr, esp->encr_key_bits, extack);
	if (!key_bits)
		return -EOPNOTSUPP;
	algs->encr_key_len = key_bits / 8 + algs->encr->salt_len;

	if (algs->encr->icv_bits) {
		if (esp->integ == AUTH_NONE)
			return 0;
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%s takes no integrity transform, %u given",
				       algs->encr->name, esp->integ);
		return -EOPNOTSUPP;
	}
	if (esp->integ == AUTH_NONE) {
		NL_SET_ERR_MSG_FMT_MOD(extack,
				       "%s without an integrity transform is not supported",
				       algs->encr->name);
		return -EOPNOTSUPP;
	}
	algs->integ = find_integ(esp->integ, extack);
	if (!algs->integ)
		return -EOPNOTSUPP;
	algs->integ_key_len = algs->integ->key_len;
	return 0;
}

/**
 * pqike_esp_key_len() - octets of KEYMAT that one direction of an ESP SA takes
 * @esp: encr, encr_key_bits and integ are read
 * @extack: names what is not supported; may be NULL
 *
 * Context: any.
 * Return: at most %PQIKE_ESP_KEY_LEN_MAX, or -EOPNOTSUPP for an algorithm, a
 * key length, or two algorithms that do not go together.
 */
int pqike_esp_key_len(const struct pqike_esp *esp,
		      struct netlink_ext_ack *extack)
{
	struct esp_algorithms algs;
	int err;

	err = find_algorithms(esp, &algs, extack);
	return err ?: algs.encr_key_len + algs.integ_key_len;
}

static int say_missing(const char *xfrm_name, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG_FMT_MOD(extack, "this kernel has no %s", xfrm_name);
	return -ENOENT;
}

static int set_aead(struct xfrm_state *x, const struct esp_algorithms *algs,
		    const u8 *key, struct netlink_ext_ack *extack)
{
	const struct encr_algorithm *encr = algs->encr;
	const struct xfrm_algo_desc *desc =
		xfrm_aead_get_byname(encr->xfrm_name, encr->icv_bits, 1);

	if (!desc)
		return say_missing(encr->xfrm_name, extack);

	x->aead = kzalloc(struct_size(x->aead, alg_key, algs->encr_key_len),
			  GFP_KERNEL_ACCOUNT);
	if (!x->aead)
		return -ENOMEM;

	strscpy(x->aead->alg_name, desc->name, sizeof(x->aead->alg_name));
	x->aead->alg_key_len = algs->encr_key_len * 8;
	x->aead->alg_icv_len = encr->icv_bits;
	memcpy(x->aead->alg_key, key, algs->encr_key_len);
	x->props.ealgo = desc->desc.sadb_alg_id;
	x->geniv = desc->uinfo.aead.geniv;
	return 0;
}

static int set_ealg(struct xfrm_state *x, const struct esp_algorithms *algs,
		    const u8 *key, struct netlink_ext_ack *extack)
{
	const struct xfrm_algo_desc *desc =
		xfrm_ealg_get_byname(algs->encr->xfrm_name, 1);

	if (!desc)
		return say_missing(algs->encr->xfrm_name, extack);

	x->ealg = kzalloc(struct_size(x->ealg, alg_key, algs->encr_key_len),
			  GFP_KERNEL_ACCOUNT);
	if (!x->ealg)
		return -ENOMEM;

	strscpy(x->ealg->alg_name, desc->name, sizeof(x->ealg->alg_name));
	x->ealg->alg_key_len = algs->encr_key_len * 8;
	memcpy(x->ealg->alg_key, key, algs->encr_key_len);
	x->props.ealgo = desc->desc.sadb_alg_id;
	x->geniv = desc->uinfo.encr.geniv;
	return 0;
}

static int set_aalg(struct xfrm_state *x, const struct esp_algorithms *algs,
		    const u8 *key, struct netlink_ext_ack *extack)
{
	const struct integ_algorithm *integ = algs->integ;
	const struct xfrm_algo_desc *desc =
		xfrm_aalg_get_byname(integ->xfrm_name, 1);

	if (!desc)
		return say_missing(integ->xfrm_name, extack);

	x->aalg = kzalloc(struct_size(x->aalg, alg_key, algs->integ_key_len),
			  GFP_KERNEL_ACCOUNT);
	if (!x->aalg)
		return -ENOMEM;

	strscpy(x->aalg->alg_name, desc->name, sizeof(x->aalg->alg_name));
	x->aalg->alg_key_len = algs->integ_key_len * 8;
	x->aalg->alg_trunc_len = integ->icv_bits;
	memcpy(x->aalg->alg_key, key, algs->integ_key_len);
	x->props.aalgo = desc->desc.sadb_alg_id;
	return 0;
}

/**
 * pqike_esp_state_set_algorithms() - put algorithms and keys into a new state
 * @x: of pqike's own, not yet initialised
 * @esp: encr, encr_key_bits and integ are read
 * @key: pqike_esp_key_len() octets
 * @extack: says what failed; may be NULL
 *
 * pqike_esp_state_wipe_keys() must follow, also after an error.
 *
 * Context: process; may sleep and load modules.
 * Return: 0, -EOPNOTSUPP as pqike_esp_key_len(), -ENOENT when the kernel lacks
 * an algorithm, or -ENOMEM.
 */
int pqike_esp_state_set_algorithms(struct xfrm_state *x,
				   const struct pqike_esp *esp, const u8 *key,
				   struct netlink_ext_ack *extack)
{
	struct esp_algorithms algs;
	int err;

	err = find_algorithms(esp, &algs, extack);
	if (err)
		return err;
	if (!algs.integ)
		return set_aead(x, &algs, key, extack);

	return set_ealg(x, &algs, key, extack) ?:
	       set_aalg(x, &algs, key + algs.encr_key_len, extack);
}

/**
 * pqike_esp_state_wipe_keys() - take the key bytes out of a state (R2)
 * @x: of pqike's own, initialised or failed to be
 *
 * The lengths become 0, too: with zeros for a key a clone of this state would
 * be keyed, and encrypt under them.
 *
 * Context: any.
 */
void pqike_esp_state_wipe_keys(struct xfrm_state *x)
{
	if (x->aead) {
		memzero_explicit(x->aead->alg_key, x->aead->alg_key_len / 8);
		x->aead->alg_key_len = 0;
	}
	if (x->ealg) {
		memzero_explicit(x->ealg->alg_key, x->ealg->alg_key_len / 8);
		x->ealg->alg_key_len = 0;
	}
	if (x->aalg) {
		memzero_explicit(x->aalg->alg_key, x->aalg->alg_key_len / 8);
		x->aalg->alg_key_len = 0;
	}
}

/* crypto/authenc.h has the form: parameters, integrity key, encryption key. */
struct authenc_key {
	struct rtattr attr;
	struct crypto_authenc_key_param param;
	u8 integ[64];
	u8 encr[32];
};

/*
 * Every length of AES will do, and the longest HMAC key: only that it is not
 * the old one matters.
 */
static void set_random_authenc_key(struct crypto_aead *aead)
{
	struct authenc_key key = {
		.attr.rta_type = CRYPTO_AUTHENC_KEYA_PARAM,
		.attr.rta_len = RTA_LENGTH(sizeof(key.param)),
		.param.enckeylen = cpu_to_be32(sizeof(key.encr)),
	};

	BUILD_BUG_ON(offsetof(struct authenc_key, integ) !=
		     RTA_SPACE(sizeof(key.param)));
	get_random_bytes(key.integ, sizeof(key.integ));
	get_random_bytes(key.encr, sizeof(key.encr));
	crypto_aead_setkey(aead, (u8 *)&key, sizeof(key));
	memzero_explicit(&key, sizeof(key));
}

/* 256 bits and the salt, which both AEADs take. */
static void set_random_aead_key(struct crypto_aead *aead)
{
	u8 key[32 + 4];

	get_random_bytes(key, sizeof(key));
	crypto_aead_setkey(aead, key, sizeof(key));
	memzero_explicit(key, sizeof(key));
}

/**
 * pqike_esp_state_forget_key() - give a dead state's transform another key
 * @x: initialised; no packet goes into it any more
 *
 * setkey overwrites the key where it is, except that ghash-generic frees its
 * table and makes another one, which a packet still on its way would miss.
 * There the key goes with the last reference to the state, as xfrm has it. A
 * transform whose setkey fails refuses to encrypt, which is as good.
 *
 * Context: process; may sleep.
 */
void pqike_esp_state_forget_key(struct xfrm_state *x)
{
	struct crypto_aead *aead = x->data;

	if (strstr(crypto_tfm_alg_driver_name(crypto_aead_tfm(aead)),
		   "ghash-generic"))
		return;

	if (x->aead)
		set_random_aead_key(aead);
	else
		set_random_authenc_key(aead);
}
