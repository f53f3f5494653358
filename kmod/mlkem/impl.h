/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The implementations of what ML-KEM takes its time for: one in portable C, and
 * others for the vector instructions that some CPUs have.
 */
#ifndef _MLKEM_IMPL_H
#define _MLKEM_IMPL_H

#include <linux/types.h>

#include "poly.h"

/*
 * What the coefficients that implementations give are at most in magnitude, from
 * inputs that are as poly.h has them or as these are.
 */
#define NTT_BOUND	18300	/* of @ntt */
#define DOT_BOUND	2962	/* of @dot */
#define INVNTT_BOUND	1957	/* of @invntt */

/* States that are permuted side by side */
#define KECCAK_WAYS	4

/* Octets from one block of output to the next, for whole vectors of SHAKE128_RATE */
#define BLOCK_STRIDE	192

/**
 * struct mlkem_impl - an implementation
 * @name: what the module parameter impl calls it
 * @supported: whether this CPU and kernel can run it
 * @clear_registers: overwrite the vector registers it has used; NULL when it uses
 *	none, and may then run where the FPU may not be used
 * @keccak_x4: the permutation of four states side by side, lane i of state w at
 *	4 i + w, and as much room to work in; NULL when there is none
 * @separate_x4: the first SHAKE128_RATE octets of each of these states
 * @x4_ways: from how many states on it is faster than keccak_f1600() on each
 * @reject: as poly_reject()
 * @cbd: as poly_cbd()
 * @ntt: as poly_ntt()
 * @invntt: as poly_invntt()
 * @prepare: as poly_prepare()
 * @dot: as poly_dot()
 * @add: as poly_add()
 * @sub: as poly_sub()
 * @encode: as poly_encode()
 * @decode: as poly_decode()
 * @is_reduced: as poly_is_reduced()
 * @compress: as poly_compress()
 * @decompress: as poly_decompress()
 */
struct mlkem_impl {
	const char *name;
	bool (*supported)(void);
	void (*clear_registers)(void);

	void (*keccak_x4)(u64 lane[100], u64 scratch[100]);
	void (*separate_x4)(u8 block[KECCAK_WAYS][BLOCK_STRIDE],
			    const u64 lane[100]);
	unsigned int x4_ways;

	unsigned int (*reject)(struct poly *f, unsigned int n,
			       const u8 *in, unsigned int len);
	void (*cbd)(struct poly *f, const u8 *in, unsigned int eta);

	void (*ntt)(struct poly *f);
	void (*invntt)(struct poly *f);
	void (*prepare)(struct poly_zeta *z, struct poly *g);
	void (*dot)(struct poly *h, const struct poly *f, unsigned int stride,
		    const struct poly *g, const struct poly_zeta *z,
		    unsigned int k);
	void (*add)(struct poly *f, const struct poly *g);
	void (*sub)(struct poly *f, const struct poly *g);

	void (*encode)(u8 *out, const struct poly *f);
	void (*decode)(struct poly *f, const u8 *in);
	bool (*is_reduced)(const struct poly *f);
	void (*compress)(u8 *out, const struct poly *f, unsigned int d);
	void (*decompress)(struct poly *f, const u8 *in, unsigned int d);
};

/* All of them, from the fastest to the portable one; NULL ends the list. */
extern const struct mlkem_impl *const mlkem_impls[];

/**
 * mlkem_impl_select() - choose the implementation to be used from now on
 * @name: its name, or NULL for the fastest that is supported
 *
 * Not while an operation runs.  Until it is called, the portable one is used.
 *
 * Return: 0, -EINVAL when there is none of that name, or -ENODEV when it is not
 * supported here.
 */
int mlkem_impl_select(const char *name);

/**
 * mlkem_impl_selected() - the implementation that was chosen
 *
 * Return: the implementation.
 */
const struct mlkem_impl *mlkem_impl_selected(void);

/**
 * mlkem_impl_begin() - begin to compute with vectors
 *
 * Context: any; until mlkem_impl_end() the caller must not sleep.
 * Return: the implementation chosen, or the portable one where the FPU may not be
 * used.
 */
const struct mlkem_impl *mlkem_impl_begin(void);

/**
 * mlkem_impl_end() - end what mlkem_impl_begin() began
 * @impl: what it returned
 *
 * The vector registers hold nothing of what was computed any more.
 */
void mlkem_impl_end(const struct mlkem_impl *impl);

#endif /* _MLKEM_IMPL_H */
