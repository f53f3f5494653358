// SPDX-License-Identifier: GPL-2.0
/*
 * A key pair for one exchange, of which more is kept than dk encodes.
 */
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kem.h"
#include "kpke.h"
#include "mlkem.h"
#include "workspace.h"

/**
 * struct mlkem_ephemeral - a key pair with what was computed on the way to it
 * @params: parameter set
 * @z: what the secret of a rejected ciphertext is made from
 * @ws: workspace; the matrix, t, s and H(ek) stay there
 */
struct mlkem_ephemeral {
	const struct mlkem_params *params;
	u8 z[32];
	struct workspace ws;
};

static_assert(sizeof(struct mlkem_ephemeral) <= 24 * 1024);

struct mlkem_ephemeral *
mlkem_ephemeral_keygen_derand(const struct mlkem_params *p,
			      const u8 seed[MLKEM_SEED_LEN], u8 *ek)
{
	struct mlkem_ephemeral *e = kmalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	struct workspace *ws;

	if (!e)
		return ERR_PTR(-ENOMEM);
	e->params = p;
	memcpy(e->z, seed + 32, sizeof(e->z));

	ws = &e->ws;
	compute_begin(ws);
	kpke_keygen(ws, p, seed, ek, ws->ct);
	kpke_decode(ws, p, ws->s, ws->ct);
	kpke_decode(ws, p, ws->t, ek);
	compute_end(ws);
	return e;
}
EXPORT_SYMBOL_GPL(mlkem_ephemeral_keygen_derand);

struct mlkem_ephemeral *mlkem_ephemeral_keygen(const struct mlkem_params *p,
					       u8 *ek)
{
	struct mlkem_ephemeral *e;
	u8 seed[MLKEM_SEED_LEN];
	int err;

	err = get_random_bytes_wait(seed, sizeof(seed));
	e = err ? ERR_PTR(err) : mlkem_ephemeral_keygen_derand(p, seed, ek);

	memzero_explicit(seed, sizeof(seed));
	return e;
}
EXPORT_SYMBOL_GPL(mlkem_ephemeral_keygen);

int mlkem_ephemeral_decaps(struct mlkem_ephemeral *e, const u8 *ct,
			   size_t ct_len, u8 ss[MLKEM_SECRET_LEN])
{
	struct workspace *ws = &e->ws;

	if (ct_len != e->params->ct_len)
		return -EINVAL;

	compute_begin(ws);
	mlkem_decapsulate(ws, e->params, ws->ek_hash, e->z, ct);
	compute_end(ws);
	memcpy(ss, ws->digest, MLKEM_SECRET_LEN);
	return 0;
}
EXPORT_SYMBOL_GPL(mlkem_ephemeral_decaps);

void mlkem_ephemeral_free(struct mlkem_ephemeral *e)
{
	kfree_sensitive(e);
}
EXPORT_SYMBOL_GPL(mlkem_ephemeral_free);
