/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Elliptic curve Diffie-Hellman with P-256 and P-384 (SP 800-56A).
 *
 * Private keys, coordinates and shared secrets are octets, highest first, curve->octets
 * of them; a point is its coordinates x || y.
 */
#ifndef _ECDH_H
#define _ECDH_H

#include "curve.h"

/**
 * ecdh_generate_private_key() - a private key
 * @curve: curve
 * @key: receives it, uniform among the numbers from 1 to n - 1
 *
 * Context: may sleep, until the kernel's generator of randomness is ready.
 * Return: 0, -ERESTARTSYS, or -EIO when the generator gives nothing that can be used.
 */
int ecdh_generate_private_key(const struct ecdh_curve *curve, u8 *key);

/**
 * ecdh_check_private_key() - whether a private key can be used
 * @curve: curve
 * @key: any octets
 *
 * Context: any.
 * Return: 0, or -EINVAL where it is not from 1 to n - 1.
 */
int ecdh_check_private_key(const struct ecdh_curve *curve, const u8 *key);

/**
 * ecdh_public_key() - the public key of a private key
 * @curve: curve
 * @key: one that can be used
 * @point: receives the public key
 *
 * It is a point of the curve other than infinity by the way that it is made, and is
 * not checked again.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int ecdh_public_key(const struct ecdh_curve *curve, const u8 *key, u8 *point);

/**
 * ecdh_shared_secret() - the shared secret with a peer
 * @curve: curve
 * @key: one that can be used
 * @peer: the peer's public key, any octets
 * @secret: receives the shared secret
 *
 * Context: may sleep.
 * Return: 0; -EINVAL where a coordinate of @peer is not below p or @peer is not on
 * the curve (SP 800-56A, section 5.6.2.3.3); or -ENOMEM.  @secret is written on
 * success only.
 */
int ecdh_shared_secret(const struct ecdh_curve *curve, const u8 *key,
		       const u8 *peer, u8 *secret);

#endif /* _ECDH_H */
