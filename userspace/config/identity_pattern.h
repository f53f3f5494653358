/* SPDX-License-Identifier: GPL-2.0 */
/* Identities of many peers: "*.branch.example.org", "*@example.org" or "%any". */
#ifndef PQIKE_IDENTITY_PATTERN_H
#define PQIKE_IDENTITY_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/identity.h"

struct identity_pattern {
	uint8_t type; /* of the identities that fit; 0: any */
	const char *end; /* of the text of those that fit, within that of the pattern */
};

/**
 * identity_pattern_parse() - read a pattern
 * @text: must be there as long as @pattern is used
 * @pattern: receives it
 *
 * Return: false where @text is none, and so perhaps a single identity.
 */
bool identity_pattern_parse(const char *text, struct identity_pattern *pattern);

/**
 * identity_pattern_fits() - whether an identity is one of those of a pattern
 *
 * The wildcard stands for at least one octet; letters compare without case, as
 * in names of hosts.
 */
bool identity_pattern_fits(const struct identity_pattern *pattern,
			   const struct identity *id);

#endif
