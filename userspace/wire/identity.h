/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identities: who a peer says it is (RFC 7296 section 3.5), and how an
 * operator writes that, in the manner of strongSwan.
 */
#ifndef PQIKE_IDENTITY_H
#define PQIKE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDENTITY_DATA_MAX 256

/* The longest text of an identity: "{255}:#" and two digits an octet. */
#define IDENTITY_TEXT_SIZE (2 * IDENTITY_DATA_MAX + 16)

enum id_type {
	ID_IPV4_ADDR = 1,
	ID_FQDN = 2,
	ID_RFC822_ADDR = 3,
	ID_IPV6_ADDR = 5,
	ID_KEY_ID = 11,
};

/* An identity as it goes into an Identification payload. */
struct identity {
	uint8_t type; /* ID Type, enum id_type or another of the registry */
	uint16_t len; /* octets in @data */
	uint8_t data[IDENTITY_DATA_MAX];
};

/**
 * identity_parse() - read an identity
 * @text: an address, a name, name@domain, @#HEX, or one of these after a
 *	prefix that says its type: ipv4: ipv6: fqdn: email: keyid:
 * @id: receives the identity
 * @error: on failure, what was expected
 * @error_size: size of @error in octets
 *
 * Return: true when @id is valid.
 */
bool identity_parse(const char *text, struct identity *id, char *error,
		    size_t error_size);

/**
 * identity_print() - an identity as an operator writes it
 * @id: the identity, which may be what a peer sent
 * @text: receives the text, printable ASCII, cut to @size octets with its
 *	terminator
 * @size: size of @text, IDENTITY_TEXT_SIZE for any identity
 */
void identity_print(const struct identity *id, char *text, size_t size);

/* Return: negative, 0 or positive: an order, in which 0 is identity_equal(). */
int identity_compare(const struct identity *a, const struct identity *b);

/*
 * Return: whether both name the same peer.  Case does not matter in names and
 * addresses of mail, be their letters of ASCII.
 */
bool identity_equal(const struct identity *a, const struct identity *b);

/* Return: a hash, for index.h, that is the same for what is equal; see hash_octets(). */
uint32_t identity_hash(const struct identity *id, uint32_t before);

/* Return: whether both are the same octets in an Identification payload. */
bool identity_identical(const struct identity *a, const struct identity *b);

#endif
