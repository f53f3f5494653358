// SPDX-License-Identifier: GPL-2.0
/* An encapsulation key from anyone: what is refused, and what is answered. */
#include "mlkem_keys.h"
#include "patch.h"

static void encapsulate(const struct mlkem_params *p, const u8 *ek, size_t len)
{
	const struct mlkem_keys *keys = valid_keys(p);
	int right = right_check_ek(p, ek, len);
	u8 *ct = new_output(p->ct_len);
	u8 *ss = new_output(MLKEM_SECRET_LEN);

	require(mlkem_check_ek(p, ek, len) == right);
	require(mlkem_encaps_derand(p, ek, len, keys->m, ct, ss) == right);
	if (right) {
		require(is_untouched(ct, p->ct_len));
		require(is_untouched(ss, MLKEM_SECRET_LEN));
	} else if (!memcmp(ek, keys->ek, len)) {
		require(!memcmp(ct, keys->ct, p->ct_len));
		require(!memcmp(ss, keys->ss, MLKEM_SECRET_LEN));
	} else {
		/* K depends on H(ek), so any other ek gives another. */
		require(memcmp(ss, keys->ss, MLKEM_SECRET_LEN));
	}
	free(ct);
	free(ss);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };
	const struct mlkem_params *p = draw_set(&in);
	size_t len;
	u8 *ek;

	draw_implementation(&in);
	ek = patched(&in, valid_keys(p)->ek, p->ek_len, &len);
	encapsulate(p, ek, len);
	free(ek);
	return 0;
}
