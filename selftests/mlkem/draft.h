/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DRAFT_H
#define _DRAFT_H

#include <linux/types.h>

/*
 * Set to have keys generated as in the draft of FIPS 203 (ipd), for vectors made
 * before the standard: there K-PKE.KeyGen has G(d) where it now has G(d || k).
 * Everything else is the same.  Link with --wrap=keccak_sha3_512.
 */
extern bool fips203_draft;

#endif
