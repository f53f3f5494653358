// SPDX-License-Identifier: GPL-2.0
/*
 * Keccak-f[1600] and the sponge of FIPS 202, in portable C.
 */
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "keccak.h"

/*
 * FIPS 202, section 3.2.5.  In Python:
 *
 *	def rc(t, r=1):
 *		for _ in range(t): r = r << 1 ^ (r >> 7) * 0x171
 *		return r & 1
 *	[hex(sum(rc(j + 7 * i) << (1 << j) - 1 for j in range(7)))
 *	 for i in range(24)]
 */
const u64 keccak_round_constant[24] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
	0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
	0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
	0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
	0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
	0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
	0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/*
 * Lanes 1, 2, 8, 12, 17 and 20 are kept complemented between the rounds, so
 * that chi needs one NOT a row, not five.  Theta, rho and pi only move and add
 * lanes, thus each operand of chi below is known to be complemented or not, and
 * De Morgan's laws turn some of its ANDs into ORs.
 */
static __always_inline void complement(u64 a[25])
{
	a[1] = ~a[1];
	a[2] = ~a[2];
	a[8] = ~a[8];
	a[12] = ~a[12];
	a[17] = ~a[17];
	a[20] = ~a[20];
}

/* A lane after theta, which adds @d of its column, and rho. */
static __always_inline u64 rotated(const u64 a[25], const u64 d[5],
				   unsigned int lane, unsigned int rotation)
{
	return rol64(a[lane] ^ d[lane % 5], rotation);
}

/*
 * FIPS 202, section 3.3: Rnd from @a to @e, row by row; pi says which lanes of
 * @a make up a row of @e.  @parity holds the column parities of @a, then those
 * of @e: summing them up while the lanes are in registers saves theta from
 * loading every lane twice.
 */
static __always_inline void keccak_round(u64 e[25], const u64 a[25],
					 u64 parity[5], u64 rc)
{
	u64 b0, b1, b2, b3, b4;
	u64 p0, p1, p2, p3, p4;
	u64 d[5];

	d[0] = parity[4] ^ rol64(parity[1], 1);
	d[1] = parity[0] ^ rol64(parity[2], 1);
	d[2] = parity[1] ^ rol64(parity[3], 1);
	d[3] = parity[2] ^ rol64(parity[4], 1);
	d[4] = parity[3] ^ rol64(parity[0], 1);

	b0 = rotated(a, d, 0, 0);
	b1 = rotated(a, d, 6, 44);
	b2 = rotated(a, d, 12, 43);
	b3 = rotated(a, d, 18, 21);
	b4 = rotated(a, d, 24, 14);
	e[0] = b0 ^ (b1 | b2) ^ rc;
	e[1] = b1 ^ (~b2 | b3);
	e[2] = b2 ^ (b3 & b4);
	e[3] = b3 ^ (b4 | b0);
	e[4] = b4 ^ (b0 & b1);
	p0 = e[0];
	p1 = e[1];
	p2 = e[2];
	p3 = e[3];
	p4 = e[4];

	b0 = rotated(a, d, 3, 28);
	b1 = rotated(a, d, 9, 20);
	b2 = rotated(a, d, 10, 3);
	b3 = rotated(a, d, 16, 45);
	b4 = rotated(a, d, 22, 61);
	e[5] = b0 ^ (b1 | b2);
	e[6] = b1 ^ (b2 & b3);
	e[7] = b2 ^ (b3 | ~b4);
	e[8] = b3 ^ (b4 | b0);
	e[9] = b4 ^ (b0 & b1);
	p0 ^= e[5];
	p1 ^= e[6];
	p2 ^= e[7];
	p3 ^= e[8];
	p4 ^= e[9];

	b0 = rotated(a, d, 1, 1);
	b1 = rotated(a, d, 7, 6);
	b2 = rotated(a, d, 13, 25);
	b3 = rotated(a, d, 19, 8);
	b4 = rotated(a, d, 20, 18);
	e[10] = b0 ^ (b1 | b2);
	e[11] = b1 ^ (b2 & b3);
	e[12] = b2 ^ (~b3 & b4);
	e[13] = ~b3 ^ (b4 | b0);
	e[14] = b4 ^ (b0 & b1);
	p0 ^= e[10];
	p1 ^= e[11];
	p2 ^= e[12];
	p3 ^= e[13];
	p4 ^= e[14];

	b0 = rotated(a, d, 4, 27);
	b1 = rotated(a, d, 5, 36);
	b2 = rotated(a, d, 11, 10);
	b3 = rotated(a, d, 17, 15);
	b4 = rotated(a, d, 23, 56);
	e[15] = b0 ^ (b1 & b2);
	e[16] = b1 ^ (b2 | b3);
	e[17] = b2 ^ (~b3 | b4);
	e[18] = ~b3 ^ (b4 & b0);
	e[19] = b4 ^ (b0 | b1);
	p0 ^= e[15];
	p1 ^= e[16];
	p2 ^= e[17];
	p3 ^= e[18];
	p4 ^= e[19];

	b0 = rotated(a, d, 2, 62);
	b1 = rotated(a, d, 8, 55);
	b2 = rotated(a, d, 14, 39);
	b3 = rotated(a, d, 15, 41);
	b4 = rotated(a, d, 21, 2);
	e[20] = b0 ^ (~b1 & b2);
	e[21] = ~b1 ^ (b2 | b3);
	e[22] = b2 ^ (b3 & b4);
	e[23] = b3 ^ (b4 | b0);
	e[24] = b4 ^ (b0 & b1);
	p0 ^= e[20];
	p1 ^= e[21];
	p2 ^= e[22];
	p3 ^= e[23];
	p4 ^= e[24];

	parity[0] = p0;
	parity[1] = p1;
	parity[2] = p2;
	parity[3] = p3;
	parity[4] = p4;
}

void keccak_f1600(u64 lane[25])
{
	u64 odd[25], parity[5];

	complement(lane);
	for (int x = 0; x < 5; x++)
		parity[x] = lane[x] ^ lane[x + 5] ^ lane[x + 10] ^
			    lane[x + 15] ^ lane[x + 20];
	for (int i = 0; i < 24; i += 2) {
		keccak_round(odd, lane, parity, keccak_round_constant[i]);
		keccak_round(lane, odd, parity, keccak_round_constant[i + 1]);
	}
	complement(lane);
}

void keccak_init(struct keccak *k, unsigned int rate)
{
	memset(k->lane, 0, sizeof(k->lane));
	k->rate = rate;
	k->pos = 0;
}

static void xor_octet(struct keccak *k, unsigned int pos, u8 octet)
{
	k->lane[pos / 8] ^= (u64)octet << 8 * (pos % 8);
}

void keccak_absorb(struct keccak *k, const u8 *in, size_t len)
{
	while (len) {
		if (k->pos % 8 == 0 && len >= 8) {
			__le64 word;

			memcpy(&word, in, 8);
			k->lane[k->pos / 8] ^= le64_to_cpu(word);
			k->pos += 8;
			in += 8;
			len -= 8;
		} else {
			xor_octet(k, k->pos++, *in++);
			len--;
		}
		if (k->pos == k->rate) {
			keccak_f1600(k->lane);
			k->pos = 0;
		}
	}
}

void keccak_finish(struct keccak *k, u8 suffix)
{
	xor_octet(k, k->pos, suffix);
	xor_octet(k, k->rate - 1, 0x80);
	k->pos = k->rate;
}

void keccak_squeeze(struct keccak *k, u8 *out, size_t len)
{
	while (len) {
		if (k->pos == k->rate) {
			keccak_f1600(k->lane);
			k->pos = 0;
		}
		if (k->pos % 8 == 0 && len >= 8) {
			__le64 word = cpu_to_le64(k->lane[k->pos / 8]);

			memcpy(out, &word, 8);
			k->pos += 8;
			out += 8;
			len -= 8;
		} else {
			*out++ = k->lane[k->pos / 8] >> 8 * (k->pos % 8);
			k->pos++;
			len--;
		}
	}
}

void keccak_sha3_256(struct keccak *k, const u8 *in, size_t len,
		     u8 out[SHA3_256_LEN])
{
	keccak_init(k, SHA3_256_RATE);
	keccak_absorb(k, in, len);
	keccak_finish(k, SHA3_SUFFIX);
	keccak_squeeze(k, out, SHA3_256_LEN);
}

void keccak_sha3_512(struct keccak *k, const u8 *in, size_t len,
		     u8 out[SHA3_512_LEN])
{
	keccak_init(k, SHA3_512_RATE);
	keccak_absorb(k, in, len);
	keccak_finish(k, SHA3_SUFFIX);
	keccak_squeeze(k, out, SHA3_512_LEN);
}
