// SPDX-License-Identifier: GPL-2.0
#include "wire/transform.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ML_KEM_512 35
#define ML_KEM_768 36
#define ML_KEM_1024 37

/* The first word of a transform is the one that transform_words() shows. */
static const struct transform_word supported[] = {
	{ "aes128gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128 },
	{ "aes128gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128 },
	{ "aes128gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128 },
	{ "aesgcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128 },
	{ "aes192gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192 },
	{ "aes192gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192 },
	{ "aes192gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192 },
	{ "aes256gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256 },
	{ "aes256gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256 },
	{ "aes256gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256 },
	{ "chacha20poly1305", TRANSFORM_ENCR, ENCR_CHACHA20_POLY1305, 0 },
	{ "aes128", TRANSFORM_ENCR, ENCR_AES_CBC, 128 },
	{ "aes", TRANSFORM_ENCR, ENCR_AES_CBC, 128 },
	{ "aes192", TRANSFORM_ENCR, ENCR_AES_CBC, 192 },
	{ "aes256", TRANSFORM_ENCR, ENCR_AES_CBC, 256 },
	{ "sha256", TRANSFORM_INTEG, 12, 0 },
	{ "sha2_256", TRANSFORM_INTEG, 12, 0 },
	{ "sha384", TRANSFORM_INTEG, 13, 0 },
	{ "sha2_384", TRANSFORM_INTEG, 13, 0 },
	{ "sha512", TRANSFORM_INTEG, 14, 0 },
	{ "sha2_512", TRANSFORM_INTEG, 14, 0 },
	{ "prfsha256", TRANSFORM_PRF, 5, 0 },
	{ "prfsha384", TRANSFORM_PRF, 6, 0 },
	{ "prfsha512", TRANSFORM_PRF, 7, 0 },
	{ "x25519", TRANSFORM_KE, 31, 0 },
	{ "curve25519", TRANSFORM_KE, 31, 0 },
	{ "ecp256", TRANSFORM_KE, 19, 0 },
	{ "ecp384", TRANSFORM_KE, 20, 0 },
	{ "modp2048", TRANSFORM_KE, 14, 0 },
	{ "modp3072", TRANSFORM_KE, 15, 0 },
	{ "modp4096", TRANSFORM_KE, 16, 0 },
	{ "mlkem512", TRANSFORM_KE, ML_KEM_512, 0 },
	{ "mlkem768", TRANSFORM_KE, ML_KEM_768, 0 },
	{ "mlkem1024", TRANSFORM_KE, ML_KEM_1024, 0 },
	{ "none", TRANSFORM_KE, KE_NONE, 0 },
	{ "esn", TRANSFORM_ESN, 1, 0 },
	{ "noesn", TRANSFORM_ESN, ESN_NONE, 0 },
};

/* Words of the same language, so that they are known when they stand there. */
static const char *const unsupported[] = {
	"aes128ctr", "aes192ctr", "aes256ctr", "3des", "camellia256", "null", "aes128gcm8", "aes256gcm8",
	"aes128gcm12", "aes256gcm12", "aes128ccm16", "aes256ccm16",
	"aes128gmac", "aes256gmac", "md5", "sha1", "sha", "aesxcbc", "aescmac",
	"sha256_96", "prfmd5", "prfsha1", "prfaesxcbc", "prfaescmac", "modp768",
	"modp1024", "modp1536", "modp6144", "modp8192", "ecp192", "ecp224",
	"ecp521", "ecp256bp", "ecp384bp", "ecp512bp", "x448", "curve448",
};

static const struct {
	uint8_t type;
	uint16_t id;
	const char *name;
} names[] = {
	{ TRANSFORM_ENCR, 3, "3DES" },
	{ TRANSFORM_ENCR, 11, "NULL" },
	{ TRANSFORM_ENCR, 12, "AES_CBC" },
	{ TRANSFORM_ENCR, 13, "AES_CTR" },
	{ TRANSFORM_ENCR, 16, "AES_CCM_16" },
	{ TRANSFORM_ENCR, 18, "AES_GCM_8" },
	{ TRANSFORM_ENCR, 19, "AES_GCM_12" },
	{ TRANSFORM_ENCR, 20, "AES_GCM_16" },
	{ TRANSFORM_ENCR, 28, "CHACHA20_POLY1305" },
	{ TRANSFORM_PRF, 2, "PRF_HMAC_SHA1" },
	{ TRANSFORM_PRF, 4, "PRF_AES128_XCBC" },
	{ TRANSFORM_PRF, 5, "PRF_HMAC_SHA2_256" },
	{ TRANSFORM_PRF, 6, "PRF_HMAC_SHA2_384" },
	{ TRANSFORM_PRF, 7, "PRF_HMAC_SHA2_512" },
	{ TRANSFORM_PRF, 8, "PRF_AES128_CMAC" },
	{ TRANSFORM_INTEG, 0, "NONE" },
	{ TRANSFORM_INTEG, 2, "HMAC_SHA1_96" },
	{ TRANSFORM_INTEG, 12, "HMAC_SHA2_256_128" },
	{ TRANSFORM_INTEG, 13, "HMAC_SHA2_384_192" },
	{ TRANSFORM_INTEG, 14, "HMAC_SHA2_512_256" },
	{ TRANSFORM_KE, 0, "NONE" },
	{ TRANSFORM_KE, 2, "MODP-1024" },
	{ TRANSFORM_KE, 5, "MODP-1536" },
	{ TRANSFORM_KE, 14, "MODP-2048" },
	{ TRANSFORM_KE, 15, "MODP-3072" },
	{ TRANSFORM_KE, 16, "MODP-4096" },
	{ TRANSFORM_KE, 17, "MODP-6144" },
	{ TRANSFORM_KE, 18, "MODP-8192" },
	{ TRANSFORM_KE, 19, "P-256" },
	{ TRANSFORM_KE, 20, "P-384" },
	{ TRANSFORM_KE, 21, "P-521" },
	{ TRANSFORM_KE, 28, "brainpoolP256r1" },
	{ TRANSFORM_KE, 29, "brainpoolP384r1" },
	{ TRANSFORM_KE, 30, "brainpoolP512r1" },
	{ TRANSFORM_KE, 31, "x25519" },
	{ TRANSFORM_KE, 32, "x448" },
	{ TRANSFORM_KE, ML_KEM_512, "ML-KEM-512" },
	{ TRANSFORM_KE, ML_KEM_768, "ML-KEM-768" },
	{ TRANSFORM_KE, ML_KEM_1024, "ML-KEM-1024" },
	{ TRANSFORM_ESN, 0, "NO_ESN" },
	{ TRANSFORM_ESN, 1, "ESN" },
};

static const char *const type_names[] = {
	[TRANSFORM_ENCR] = "ENCR",   [TRANSFORM_PRF] = "PRF",
	[TRANSFORM_INTEG] = "INTEG", [TRANSFORM_KE] = "KE",
	[TRANSFORM_ESN] = "ESN",     [TRANSFORM_ADDKE1] = "ADDKE1",
	[7] = "ADDKE2",		     [8] = "ADDKE3",
	[9] = "ADDKE4",		     [10] = "ADDKE5",
	[11] = "ADDKE6",	     [TRANSFORM_ADDKE7] = "ADDKE7",
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A set of them is a uint64_t, with NONE among them. */
_Static_assert(ARRAY_SIZE(supported) < 64, "a transform has no place in a set");

const struct transform_word *transform_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(supported); i++)
		if (!strcmp(supported[i].word, word))
			return &supported[i];
	return NULL;
}

bool transform_is_unsupported(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(unsupported); i++)
		if (!strcmp(unsupported[i], word))
			return true;
	return false;
}

static bool same_transform(const struct transform_word *a,
			   const struct transform_word *b)
{
	return a->type == b->type && a->id == b->id && a->key_bits == b->key_bits;
}

static bool shown(uint8_t protocol, size_t i)
{
	const struct transform_word *word = &supported[i];

	if (i && same_transform(word, &supported[i - 1]))
		return false;
	if (word->type == TRANSFORM_KE && word->id == KE_NONE)
		return false;
	return protocol == PROTOCOL_IKE ? word->type != TRANSFORM_ESN :
					  word->type != TRANSFORM_PRF;
}

/* IANA's number of a method, as others write it after "group" or "dh". */
static const struct {
	const char *number;
	const char *word;
} groups[] = {
	{ "14", "modp2048" }, { "15", "modp3072" }, { "16", "modp4096" },
	{ "19", "ecp256" }, { "20", "ecp384" }, { "31", "x25519" },
	{ "35", "mlkem512" }, { "36", "mlkem768" }, { "37", "mlkem1024" },
};

/* Return: NULL where @word is no number of a method that is supported. */
static const char *find_group(const char *word)
{
	size_t letters = strcspn(word, "0123456789");

	if ((letters != strlen("group") || strncasecmp(word, "group", letters) != 0) &&
	    (letters != strlen("dh") || strncasecmp(word, "dh", letters) != 0))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(word + letters, groups[i].number))
			return groups[i].word;
	return NULL;
}

void transform_nearest(const char *word, struct nearest *nearest)
{
	nearest->word = find_group(word);
	if (nearest->word)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(supported); i++)
		nearest_try(nearest, word, supported[i].word);
}

void transform_words(uint8_t protocol, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(supported) && len < size; i++) {
		if (!shown(protocol, i))
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s%s",
					len ? ", " : "",
					transform_is_ml_kem(supported[i].id) ? "ke1_" : "",
					supported[i].word);
	}
}

bool transform_may_be_absent(const struct transform *transform)
{
	if (transform->id || transform->key_bits)
		return false;
	return transform->type == TRANSFORM_INTEG ||
	       transform->type == TRANSFORM_ESN ||
	       transform_type_is_ke(transform->type);
}

uint64_t transform_bit(const struct transform *transform)
{
	uint8_t type = transform_type_is_ke(transform->type) ? TRANSFORM_KE :
							      transform->type;
	const struct transform_word wanted = {
		.type = type, .id = transform->id, .key_bits = transform->key_bits,
	};

	if (transform_may_be_absent(transform))
		return TRANSFORM_NONE_BIT;
	for (size_t i = 0; i < ARRAY_SIZE(supported); i++)
		if (same_transform(&supported[i], &wanted))
			return TRANSFORM_NONE_BIT << (i + 1);
	return 0;
}

bool transform_is_aead(uint16_t id)
{
	return id == ENCR_AES_GCM_16 || id == ENCR_CHACHA20_POLY1305;
}

uint16_t transform_prf_of(uint16_t integ)
{
	/* HMAC with SHA-256, SHA-384 and SHA-512 as 12..14 and as 5..7 */
	return integ >= 12 && integ <= 14 ? (uint16_t)(integ - 7) : 0;
}

bool transform_is_ml_kem(uint16_t id)
{
	return id == ML_KEM_512 || id == ML_KEM_768 || id == ML_KEM_1024;
}

const char *transform_type_name(uint8_t type)
{
	if (type < ARRAY_SIZE(type_names) && type_names[type])
		return type_names[type];
	return "transform type";
}

bool transform_type_is_additional_ke(uint8_t type)
{
	return type >= TRANSFORM_ADDKE1 && type <= TRANSFORM_ADDKE7;
}

bool transform_type_is_ke(uint8_t type)
{
	return type == TRANSFORM_KE || transform_type_is_additional_ke(type);
}

const char *transform_name(uint8_t type, uint16_t id)
{
	if (transform_type_is_additional_ke(type))
		type = TRANSFORM_KE;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].type == type && names[i].id == id)
			return names[i].name;
	return "an unknown algorithm";
}
