/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uapi/pqike.yaml as tables, which spec_table.py writes when this is built.
 */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	KIND_NONE, KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_FLAG, KIND_STRING,
	KIND_BINARY, KIND_NEST, KIND_PAD,
};

struct attribute_set;

/**
 * struct attribute - one attribute
 * @name: in the spec
 * @kind: its type
 * @least: the smallest value, or number of octets
 * @most: the largest; 0 where the spec has none
 * @multi: it may come more than once
 * @nested: what is in it, of a nest
 */
struct attribute {
	const char *name;
	enum kind kind;
	uint32_t least;
	uint32_t most;
	bool multi;
	const struct attribute_set *nested;
};

/**
 * struct attribute_set - attributes by their number, which begins with 1
 * @attributes: the attributes
 * @last: the highest number
 */
struct attribute_set {
	const struct attribute *attributes;
	unsigned int last;
};

#define REQUEST_ATTRIBUTES_MAX	16

/**
 * struct operation - one operation, by its number, which begins with 1
 * @name: in the spec
 * @dumps: there is a dump of it
 * @set: the attributes of its messages
 * @request: numbers of those of its request; the others are 0
 */
struct operation {
	const char *name;
	bool dumps;
	const struct attribute_set *set;
	uint8_t request[REQUEST_ATTRIBUTES_MAX];
};

extern const struct operation operations[];
extern const unsigned int n_operations;

#endif
