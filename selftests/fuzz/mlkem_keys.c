// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "impl.h"
#include "mlkem_keys.h"

#define Q	3329
#define UNTOUCHED	0xa5

static const struct mlkem_params *const sets[] = {
	&mlkem512, &mlkem768, &mlkem1024,
};

const struct mlkem_params *draw_set(struct draw *in)
{
	return sets[draw_u8(in) % 3];
}

void draw_implementation(struct draw *in)
{
	unsigned int n = 0;

	while (mlkem_impls[n])
		n++;
	if (mlkem_impl_select(mlkem_impls[draw_u8(in) % n]->name))
		mlkem_impl_select("portable");
}

static void make_keys(const struct mlkem_params *p, struct mlkem_keys *keys)
{
	memset(keys->seed, 's', sizeof(keys->seed));
	memset(keys->m, 'm', sizeof(keys->m));
	require(!mlkem_keygen_derand(p, keys->seed, keys->ek, keys->dk));
	require(!mlkem_encaps_derand(p, keys->ek, p->ek_len, keys->m, keys->ct,
				     keys->ss));
}

const struct mlkem_keys *valid_keys(const struct mlkem_params *p)
{
	static struct mlkem_keys made[3];
	struct mlkem_keys *keys = &made[p->k - 2];

	if (!keys->seed[0])
		make_keys(p, keys);
	return keys;
}

bool all_reduced(const u8 *encoded, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned int value = 0;

		for (size_t bit = 0; bit < 12; bit++) {
			size_t at = 12 * i + bit;

			value |= (encoded[at / 8] >> at % 8 & 1U) << bit;
		}
		if (value >= Q)
			return false;
	}
	return true;
}

int right_check_ek(const struct mlkem_params *p, const u8 *ek, size_t len)
{
	if (len != p->ek_len)
		return -EINVAL;
	return all_reduced(ek, p->k * 256) ? 0 : -EKEYREJECTED;
}

int right_check_dk(const struct mlkem_params *p, const u8 *dk, size_t len)
{
	struct keccak keccak;
	u8 hash[SHA3_256_LEN];

	if (len != p->dk_len)
		return -EINVAL;
	keccak_sha3_256(&keccak, dk + p->k * 384, p->ek_len, hash);
	return memcmp(hash, dk + p->dk_len - 64, sizeof(hash)) ? -EKEYREJECTED :
								0;
}

void rejection(const struct mlkem_params *p, const u8 *dk, const u8 *ct,
	       u8 ss[MLKEM_SECRET_LEN])
{
	struct keccak keccak;

	keccak_init(&keccak, SHAKE256_RATE);
	keccak_absorb(&keccak, dk + p->dk_len - 32, 32);
	keccak_absorb(&keccak, ct, p->ct_len);
	keccak_finish(&keccak, SHAKE_SUFFIX);
	keccak_squeeze(&keccak, ss, MLKEM_SECRET_LEN);
}

u8 *new_output(size_t len)
{
	u8 *output = malloc(len);

	if (!output)
		abort();
	return memset(output, UNTOUCHED, len);
}

bool is_untouched(const u8 *output, size_t len)
{
	while (len && *output == UNTOUCHED) {
		output++;
		len--;
	}
	return !len;
}
