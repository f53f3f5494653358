// SPDX-License-Identifier: GPL-2.0
#include "transform.h"

#include <stdio.h>
#include <string.h>

#define ML_KEM_512 35
#define ML_KEM_768 36
#define ML_KEM_1024 37

#define NOT_YET "it is not supported; supported are"

/* The first word of a transform is the one that transform_words() shows. */
static const struct transform_word words[] = {
	{ "aes128gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128, NULL },
	{ "aes128gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128, NULL },
	{ "aes128gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128, NULL },
	{ "aesgcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 128, NULL },
	{ "aes256gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256, NULL },
	{ "aes256gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256, NULL },
	{ "aes256gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 256, NULL },
	{ "chacha20poly1305", TRANSFORM_ENCR, ENCR_CHACHA20_POLY1305, 0, NULL },
	{ "aes128", TRANSFORM_ENCR, ENCR_AES_CBC, 128, NULL },
	{ "aes", TRANSFORM_ENCR, ENCR_AES_CBC, 128, NULL },
	{ "aes192", TRANSFORM_ENCR, ENCR_AES_CBC, 192, NULL },
	{ "aes256", TRANSFORM_ENCR, ENCR_AES_CBC, 256, NULL },
	{ "sha256", TRANSFORM_INTEG, 12, 0, NULL },
	{ "sha2_256", TRANSFORM_INTEG, 12, 0, NULL },
	{ "sha384", TRANSFORM_INTEG, 13, 0, NULL },
	{ "sha2_384", TRANSFORM_INTEG, 13, 0, NULL },
	{ "sha512", TRANSFORM_INTEG, 14, 0, NULL },
	{ "sha2_512", TRANSFORM_INTEG, 14, 0, NULL },
	{ "prfsha256", TRANSFORM_PRF, 5, 0, NULL },
	{ "prfsha384", TRANSFORM_PRF, 6, 0, NULL },
	{ "prfsha512", TRANSFORM_PRF, 7, 0, NULL },
	{ "x25519", TRANSFORM_KE, 31, 0, NULL },
	{ "curve25519", TRANSFORM_KE, 31, 0, NULL },
	{ "ecp256", TRANSFORM_KE, 19, 0, NULL },
	{ "ecp384", TRANSFORM_KE, 20, 0, NULL },
	{ "modp2048", TRANSFORM_KE, 14, 0, NULL },
	{ "modp3072", TRANSFORM_KE, 15, 0, NULL },
	{ "modp4096", TRANSFORM_KE, 16, 0, NULL },
	{ "mlkem512", TRANSFORM_KE, ML_KEM_512, 0, NULL },
	{ "mlkem768", TRANSFORM_KE, ML_KEM_768, 0, NULL },
	{ "mlkem1024", TRANSFORM_KE, ML_KEM_1024, 0, NULL },
	{ "none", TRANSFORM_KE, KE_NONE, 0, NULL },
	{ "esn", TRANSFORM_ESN, 1, 0, NULL },
	{ "noesn", TRANSFORM_ESN, ESN_NONE, 0, NULL },

	{ "aes192gcm16", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192, NOT_YET },
	{ "aes192gcm128", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192, NOT_YET },
	{ "aes192gcm", TRANSFORM_ENCR, ENCR_AES_GCM_16, 192, NOT_YET },
	{ "aes128ctr", TRANSFORM_ENCR, 13, 128, NOT_YET },
	{ "aes256ctr", TRANSFORM_ENCR, 13, 256, NOT_YET },
	{ "3des", TRANSFORM_ENCR, 3, 0, NOT_YET },
	{ "camellia256", TRANSFORM_ENCR, 23, 256, NOT_YET },
	{ "null", TRANSFORM_ENCR, 11, 0, NOT_YET },
	{ "aes128gcm8", TRANSFORM_ENCR, 18, 128, NOT_YET },
	{ "aes256gcm8", TRANSFORM_ENCR, 18, 256, NOT_YET },
	{ "aes128gcm12", TRANSFORM_ENCR, 19, 128, NOT_YET },
	{ "aes256gcm12", TRANSFORM_ENCR, 19, 256, NOT_YET },
	{ "aes128ccm16", TRANSFORM_ENCR, 16, 128, NOT_YET },
	{ "aes256ccm16", TRANSFORM_ENCR, 16, 256, NOT_YET },
	{ "aes128gmac", TRANSFORM_ENCR, 21, 128, NOT_YET },
	{ "aes256gmac", TRANSFORM_ENCR, 21, 256, NOT_YET },
	{ "md5", TRANSFORM_INTEG, 1, 0, NOT_YET },
	{ "sha1", TRANSFORM_INTEG, 2, 0, NOT_YET },
	{ "sha", TRANSFORM_INTEG, 2, 0, NOT_YET },
	{ "aesxcbc", TRANSFORM_INTEG, 5, 0, NOT_YET },
	{ "aescmac", TRANSFORM_INTEG, 8, 0, NOT_YET },
	{ "sha256_96", TRANSFORM_INTEG, 1026, 0, NOT_YET },
	{ "prfmd5", TRANSFORM_PRF, 1, 0, NOT_YET },
	{ "prfsha1", TRANSFORM_PRF, 2, 0, NOT_YET },
	{ "prfaesxcbc", TRANSFORM_PRF, 4, 0, NOT_YET },
	{ "prfaescmac", TRANSFORM_PRF, 8, 0, NOT_YET },
	{ "modp768", TRANSFORM_KE, 1, 0, NOT_YET },
	{ "modp1024", TRANSFORM_KE, 2, 0, NOT_YET },
	{ "modp1536", TRANSFORM_KE, 5, 0, NOT_YET },
	{ "modp6144", TRANSFORM_KE, 17, 0, NOT_YET },
	{ "modp8192", TRANSFORM_KE, 18, 0, NOT_YET },
	{ "ecp192", TRANSFORM_KE, 25, 0, NOT_YET },
	{ "ecp224", TRANSFORM_KE, 26, 0, NOT_YET },
	{ "ecp521", TRANSFORM_KE, 21, 0, NOT_YET },
	{ "ecp256bp", TRANSFORM_KE, 28, 0, NOT_YET },
	{ "ecp384bp", TRANSFORM_KE, 29, 0, NOT_YET },
	{ "ecp512bp", TRANSFORM_KE, 30, 0, NOT_YET },
	{ "x448", TRANSFORM_KE, 32, 0, NOT_YET },
	{ "curve448", TRANSFORM_KE, 32, 0, NOT_YET },
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

const struct transform_word *transform_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, word))
			return &words[i];
	return NULL;
}

static bool same_transform(const struct transform_word *a,
			   const struct transform_word *b)
{
	return a->type == b->type && a->id == b->id && a->key_bits == b->key_bits;
}

static bool shown(uint8_t protocol, size_t i)
{
	const struct transform_word *word = &words[i];

	if (word->why_not || (i && same_transform(word, &words[i - 1])))
		return false;
	if (word->type == TRANSFORM_KE && word->id == KE_NONE)
		return false;
	return protocol == PROTOCOL_IKE ? word->type != TRANSFORM_ESN :
					  word->type != TRANSFORM_PRF;
}

void transform_nearest(const char *word, struct nearest *nearest)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!words[i].why_not)
			nearest_try(nearest, word, words[i].word);
}

void transform_words(uint8_t protocol, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(words) && len < size; i++) {
		if (!shown(protocol, i))
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s%s",
					len ? ", " : "",
					transform_is_ml_kem(words[i].id) ? "ke1_" : "",
					words[i].word);
	}
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
