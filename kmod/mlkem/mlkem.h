/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ML-KEM-512, ML-KEM-768 and ML-KEM-1024 of FIPS 203: the in-kernel interface.
 */
#ifndef _MLKEM_H
#define _MLKEM_H

#include <linux/types.h>

#define MLKEM_SEED_LEN		64	/* d || z */
#define MLKEM_MESSAGE_LEN	32	/* m */
#define MLKEM_SECRET_LEN	32	/* K, the shared secret key */

#define MLKEM_MAX_EK_LEN	1568
#define MLKEM_MAX_DK_LEN	3168
#define MLKEM_MAX_CT_LEN	1568

/**
 * struct mlkem_params - one parameter set of FIPS 203, table 2 and table 3
 * @name: name of the kpp algorithm
 * @k: number of polynomials in a vector
 * @eta1: width of the distribution of the secret s and, in encryption, y
 * @eta2: width of the distribution of the errors e1 and e2
 * @du: bits of a compressed coefficient of u
 * @dv: bits of a compressed coefficient of v
 * @ek_len: octets of an encapsulation key
 * @dk_len: octets of a decapsulation key
 * @ct_len: octets of a ciphertext
 */
struct mlkem_params {
	const char *name;
	u8 k;
	u8 eta1;
	u8 eta2;
	u8 du;
	u8 dv;
	u16 ek_len;
	u16 dk_len;
	u16 ct_len;
};

extern const struct mlkem_params mlkem512;
extern const struct mlkem_params mlkem768;
extern const struct mlkem_params mlkem1024;

/**
 * mlkem_keygen() - make a key pair (FIPS 203, algorithm 19)
 * @p: parameter set
 * @ek: encapsulation key out, @p->ek_len octets
 * @dk: decapsulation key out, @p->dk_len octets; the caller wipes it
 *
 * The seed d || z comes from the kernel's random number generator.
 *
 * Context: may sleep.
 * Return: 0, or with @ek and @dk untouched -ENOMEM, or -ERESTARTSYS when a
 * signal came while the generator was not yet seeded.
 */
int mlkem_keygen(const struct mlkem_params *p, u8 *ek, u8 *dk);

/**
 * mlkem_keygen_derand() - make the key pair of a seed (FIPS 203, algorithm 16)
 * @p: parameter set
 * @seed: d || z
 * @ek: encapsulation key out, @p->ek_len octets
 * @dk: decapsulation key out, @p->dk_len octets; the caller wipes it
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with @ek and @dk untouched.
 */
int mlkem_keygen_derand(const struct mlkem_params *p,
			const u8 seed[MLKEM_SEED_LEN], u8 *ek, u8 *dk);

/**
 * mlkem_encaps() - make a shared secret and its ciphertext (FIPS 203,
 *		    algorithm 20)
 * @p: parameter set
 * @ek: the peer's encapsulation key; it is checked as by mlkem_check_ek()
 * @ek_len: octets in @ek
 * @ct: ciphertext out, @p->ct_len octets
 * @ss: shared secret out; the caller wipes it
 *
 * The message m comes from the kernel's random number generator.
 *
 * Context: may sleep.
 * Return: 0, or with @ct and @ss untouched an error of mlkem_check_ek(), -ENOMEM,
 * or -ERESTARTSYS when a signal came while the generator was not yet seeded.
 */
int mlkem_encaps(const struct mlkem_params *p, const u8 *ek, size_t ek_len,
		 u8 *ct, u8 ss[MLKEM_SECRET_LEN]);

/**
 * mlkem_encaps_derand() - encapsulate a given message (FIPS 203, algorithm 17)
 * @p: parameter set
 * @ek: the peer's encapsulation key; it is checked as by mlkem_check_ek()
 * @ek_len: octets in @ek
 * @m: message
 * @ct: ciphertext out, @p->ct_len octets
 * @ss: shared secret out; the caller wipes it
 *
 * Context: may sleep.
 * Return: 0, or with @ct and @ss untouched an error of mlkem_check_ek() or
 * -ENOMEM.
 */
int mlkem_encaps_derand(const struct mlkem_params *p, const u8 *ek,
			size_t ek_len, const u8 m[MLKEM_MESSAGE_LEN], u8 *ct,
			u8 ss[MLKEM_SECRET_LEN]);

/**
 * mlkem_decaps() - recover a shared secret (FIPS 203, algorithm 21)
 * @p: parameter set
 * @dk: decapsulation key; it is checked as by mlkem_check_dk()
 * @dk_len: octets in @dk
 * @ct: the peer's ciphertext
 * @ct_len: octets in @ct
 * @ss: shared secret out; the caller wipes it
 *
 * A ciphertext of the right length that was not made for @dk is no error: it
 * gives a secret that nobody else has (implicit rejection), in the same time.
 *
 * Context: may sleep.
 * Return: 0, or with @ss untouched an error of mlkem_check_dk(), -EINVAL when
 * @ct_len is not @p->ct_len, or -ENOMEM.
 */
int mlkem_decaps(const struct mlkem_params *p, const u8 *dk, size_t dk_len,
		 const u8 *ct, size_t ct_len, u8 ss[MLKEM_SECRET_LEN]);

/*
 * For an exchange in which the key pair is used once, by the one who made it:
 * decapsulation takes less time when it need not begin with dk.
 */
struct mlkem_ephemeral;

/**
 * mlkem_ephemeral_keygen() - make a key pair and keep it for decapsulation
 * @p: parameter set
 * @ek: encapsulation key out, @p->ek_len octets
 *
 * The seed comes from the kernel's random number generator.
 *
 * Context: may sleep.
 * Return: the key pair, less than 24 KiB, to be freed by mlkem_ephemeral_free();
 * or, with @ek untouched, the error pointer of -ENOMEM, or -ERESTARTSYS when a
 * signal came while the generator was not yet seeded.
 */
struct mlkem_ephemeral *mlkem_ephemeral_keygen(const struct mlkem_params *p,
					       u8 *ek);

/**
 * mlkem_ephemeral_keygen_derand() - the same with a given seed
 * @p: parameter set
 * @seed: d || z
 * @ek: encapsulation key out, @p->ek_len octets
 *
 * Context: may sleep.
 * Return: as mlkem_ephemeral_keygen(), but only -ENOMEM as an error.
 */
struct mlkem_ephemeral *
mlkem_ephemeral_keygen_derand(const struct mlkem_params *p,
			      const u8 seed[MLKEM_SEED_LEN], u8 *ek);

/**
 * mlkem_ephemeral_decaps() - recover a shared secret, as mlkem_decaps() does
 * @e: key pair; the caller sees to it that it is used by one at a time
 * @ct: the peer's ciphertext
 * @ct_len: octets in @ct
 * @ss: shared secret out; the caller wipes it
 *
 * It may be called again, with another ciphertext.
 *
 * Context: any in which the caller's locks allow it; does not sleep.
 * Return: 0, or -EINVAL with @ss untouched when @ct_len is not that of a
 * ciphertext.
 */
int mlkem_ephemeral_decaps(struct mlkem_ephemeral *e, const u8 *ct,
			   size_t ct_len, u8 ss[MLKEM_SECRET_LEN]);

/**
 * mlkem_ephemeral_free() - wipe and free a key pair
 * @e: key pair, or NULL
 */
void mlkem_ephemeral_free(struct mlkem_ephemeral *e);

/**
 * mlkem_check_ek() - check an encapsulation key (FIPS 203, section 7.2)
 * @p: parameter set
 * @ek: encapsulation key
 * @ek_len: octets in @ek
 *
 * Context: any.
 * Return: 0, -EINVAL when @ek_len is not @p->ek_len, or -EKEYREJECTED when a
 * coefficient is not reduced modulo 3329.
 */
int mlkem_check_ek(const struct mlkem_params *p, const u8 *ek, size_t ek_len);

/**
 * mlkem_check_dk() - check a decapsulation key (FIPS 203, section 7.3)
 * @p: parameter set
 * @dk: decapsulation key
 * @dk_len: octets in @dk
 *
 * Context: any.
 * Return: 0, -EINVAL when @dk_len is not @p->dk_len, or -EKEYREJECTED when the
 * hash in @dk is not that of the encapsulation key in @dk.
 */
int mlkem_check_dk(const struct mlkem_params *p, const u8 *dk, size_t dk_len);

/**
 * mlkem_impl_name() - which implementation computes all of the above
 *
 * Context: any.
 * Return: "avx512", "avx2" or "portable".
 */
const char *mlkem_impl_name(void);

#endif /* _MLKEM_H */
