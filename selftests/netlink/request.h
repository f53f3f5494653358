/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request as a tree of attributes, which can be broken before it is encoded.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chance.h"
#include "spec.h"

/* More than 64 selectors on each side, each with all that it can have */
#define REQUEST_NODES_MAX	1024
/* Two messages of 64 KiB, and the rest */
#define REQUEST_OCTETS_MAX	(192 << 10)
/* All of them encoded */
#define REQUEST_LEN_MAX		(REQUEST_OCTETS_MAX + REQUEST_NODES_MAX * 8)

/**
 * struct request_node - an attribute
 * @type: its number
 * @set: of which set it is; NULL where that is not known
 * @nested: whether NLA_F_NESTED is said of it
 * @parent: the nest that it is in, -1 for none
 * @first: what is in it, -1 for nothing
 * @next: what follows it in the same nest, -1 for nothing
 * @len: octets, where it is no nest
 * @octets: where these begin
 * @false_len: the length to be said of it; 0: the right one
 */
struct request_node {
	uint16_t type;
	const struct attribute_set *set;
	bool nested;
	int parent;
	int first;
	int next;
	size_t len;
	size_t octets;
	uint16_t false_len;
};

struct request {
	uint8_t command;
	bool dumps;
	int nest;
	int first;
	unsigned int n_nodes;
	size_t n_octets;
	struct request_node nodes[REQUEST_NODES_MAX];
	uint8_t octets[REQUEST_OCTETS_MAX];
};

const struct operation *request_operation(const struct request *request);
const struct attribute *request_attribute(const struct request_node *node);
void request_copy(struct request *copy, const struct request *request);

void request_begin(struct request *request, uint8_t command);
void request_put(struct request *request, uint16_t type, const void *octets,
		 size_t len);
void request_put_u8(struct request *request, uint16_t type, uint8_t value);
void request_put_u16(struct request *request, uint16_t type, uint16_t value);
void request_put_u32(struct request *request, uint16_t type, uint32_t value);
void request_put_u64(struct request *request, uint16_t type, uint64_t value);
void request_put_string(struct request *request, uint16_t type,
			const char *string);
void request_nest(struct request *request, uint16_t type);
void request_nest_end(struct request *request);

size_t request_encode(const struct request *request, uint16_t family,
		      uint32_t sequence, uint16_t version, uint8_t *encoded);

#endif
