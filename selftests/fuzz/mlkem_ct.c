// SPDX-License-Identifier: GPL-2.0
/*
 * A ciphertext from anyone: each of the right length gives a secret, and if it is
 * not the one that was made for the key, that of implicit rejection.
 */
#include <errno.h>
#include <linux/err.h>

#include "mlkem_keys.h"
#include "patch.h"

static void require_secret(const struct mlkem_params *p, const u8 *ct,
			   const u8 *ss)
{
	const struct mlkem_keys *keys = valid_keys(p);
	u8 rejected[MLKEM_SECRET_LEN];
	bool valid = !memcmp(ct, keys->ct, p->ct_len);

	rejection(p, keys->dk, ct, rejected);
	require(!memcmp(ss, valid ? keys->ss : rejected, MLKEM_SECRET_LEN));
}

static void decapsulate(const struct mlkem_params *p, const u8 *ct, size_t len)
{
	const struct mlkem_keys *keys = valid_keys(p);
	u8 *ss = new_output(MLKEM_SECRET_LEN);
	int err = mlkem_decaps(p, keys->dk, p->dk_len, ct, len, ss);

	require(err == (len == p->ct_len ? 0 : -EINVAL));
	if (err)
		require(is_untouched(ss, MLKEM_SECRET_LEN));
	else
		require_secret(p, ct, ss);
	free(ss);
}

static void decapsulate_ephemeral(const struct mlkem_params *p, const u8 *ct,
				  size_t len)
{
	u8 *ss = new_output(MLKEM_SECRET_LEN);
	u8 *ek = new_output(p->ek_len);
	struct mlkem_ephemeral *e;
	int err;

	e = mlkem_ephemeral_keygen_derand(p, valid_keys(p)->seed, ek);
	require(!IS_ERR(e));
	err = mlkem_ephemeral_decaps(e, ct, len, ss);
	require(err == (len == p->ct_len ? 0 : -EINVAL));
	if (err)
		require(is_untouched(ss, MLKEM_SECRET_LEN));
	else
		require_secret(p, ct, ss);
	mlkem_ephemeral_free(e);
	free(ek);
	free(ss);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };
	const struct mlkem_params *p = draw_set(&in);
	size_t len;
	u8 *ct;

	draw_implementation(&in);
	ct = patched(&in, valid_keys(p)->ct, p->ct_len, &len);
	decapsulate(p, ct, len);
	decapsulate_ephemeral(p, ct, len);
	free(ct);
	return 0;
}
