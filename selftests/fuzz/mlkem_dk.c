// SPDX-License-Identifier: GPL-2.0
/*
 * A decapsulation key that someone stored: refused when its hash is wrong, and
 * otherwise used without harm, whatever else is in it.
 */
#include "mlkem_keys.h"
#include "patch.h"

/* The hash of what ek has become, so that what lies behind its check is reached */
static void mend_hash(const struct mlkem_params *p, u8 *dk)
{
	struct keccak keccak;

	keccak_sha3_256(&keccak, dk + p->k * 384, p->ek_len, dk + p->dk_len - 64);
}

static void decapsulate(const struct mlkem_params *p, const u8 *dk, size_t len)
{
	const struct mlkem_keys *keys = valid_keys(p);
	int right = right_check_dk(p, dk, len);
	u8 *ss = new_output(MLKEM_SECRET_LEN);
	u8 rejected[MLKEM_SECRET_LEN];

	require(mlkem_check_dk(p, dk, len) == right);
	require(mlkem_decaps(p, dk, len, keys->ct, p->ct_len, ss) == right);
	if (right) {
		require(is_untouched(ss, MLKEM_SECRET_LEN));
		goto out;
	}
	/* Another ek is one for which this ct was not made. */
	rejection(p, dk, keys->ct, rejected);
	if (memcmp(dk + p->k * 384, keys->ek, p->ek_len))
		require(!memcmp(ss, rejected, MLKEM_SECRET_LEN));
	else
		require(!memcmp(ss, rejected, MLKEM_SECRET_LEN) ||
			!memcmp(ss, keys->ss, MLKEM_SECRET_LEN));
out:
	free(ss);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };
	const struct mlkem_params *p = draw_set(&in);
	bool mend = draw_u8(&in) & 1;
	size_t len;
	u8 *dk;

	draw_implementation(&in);
	dk = patched(&in, valid_keys(p)->dk, p->dk_len, &len);
	if (mend && len == p->dk_len)
		mend_hash(p, dk);
	decapsulate(p, dk, len);
	free(dk);
	return 0;
}
