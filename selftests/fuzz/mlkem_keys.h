/* SPDX-License-Identifier: GPL-2.0 */
/* Valid keys of ML-KEM for the targets to start from, and what they must give. */
#ifndef MLKEM_KEYS_H
#define MLKEM_KEYS_H

#include <linux/types.h>

#include "draw.h"
#include "keccak.h"
#include "mlkem.h"

/* Made from fixed octets, which every target and every run has the same. */
struct mlkem_keys {
	u8 seed[MLKEM_SEED_LEN];
	u8 m[MLKEM_MESSAGE_LEN];
	u8 ek[MLKEM_MAX_EK_LEN];
	u8 dk[MLKEM_MAX_DK_LEN];
	u8 ct[MLKEM_MAX_CT_LEN];	/* of m for ek */
	u8 ss[MLKEM_SECRET_LEN];
};

const struct mlkem_params *draw_set(struct draw *in);

/* Select an implementation; the portable one in place of what the CPU lacks. */
void draw_implementation(struct draw *in);

const struct mlkem_keys *valid_keys(const struct mlkem_params *p);

/* Whether all of @n numbers of 12 bits are below q; by the definition, bit by bit */
bool all_reduced(const u8 *encoded, size_t n);

/* What check_ek() and check_dk() must return */
int right_check_ek(const struct mlkem_params *p, const u8 *ek, size_t len);
int right_check_dk(const struct mlkem_params *p, const u8 *dk, size_t len);

/* The secret of implicit rejection, J(z || ct) (FIPS 203, section 4.1) */
void rejection(const struct mlkem_params *p, const u8 *dk, const u8 *ct,
	       u8 ss[MLKEM_SECRET_LEN]);

/* An output that must not be written, and whether it was not */
u8 *new_output(size_t len);
bool is_untouched(const u8 *output, size_t len);

#endif
