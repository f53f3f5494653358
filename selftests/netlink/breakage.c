// SPDX-License-Identifier: GPL-2.0
/*
 * Break the attributes of a request: in ways that netlink's policies must refuse,
 * or in any.
 */
#include "breakage.h"

#include <string.h>

#include <linux/netlink.h>

static unsigned int octets_of_kind(enum kind kind)
{
	switch (kind) {
	case KIND_U8:	return 1;
	case KIND_U16:	return 2;
	case KIND_U32:	return 4;
	case KIND_U64:	return 8;
	default:	return 0;
	}
}

/* What is not in the tree any more keeps its place in the array. */
static struct request_node *choose(struct request *request,
				   struct chance *chance)
{
	return &request->nodes[chance_below(chance, request->n_nodes)];
}

static void set_value(struct request *request, struct request_node *node,
		      uint64_t value)
{
	memcpy(request->octets + node->octets, &value, node->len);
}

static void add_unknown(struct request *request, struct chance *chance)
{
	static const uint16_t beyond[] = { 1, 2, 100, 0x3000 };

	request_put(request,
		    (uint16_t)(request_operation(request)->set->last +
			       chance_of(chance, beyond)), &beyond,
		    chance_below(chance, 9));
}

/* Return: whether there is a way for this attribute. */
static bool break_attribute_surely(struct request *request,
				   struct request_node *node,
				   struct chance *chance)
{
	const struct attribute *attribute = request_attribute(node);
	const unsigned int octets = attribute ?
		octets_of_kind(attribute->kind) : 0;

	if (!attribute)
		return false;
	if (attribute->kind == KIND_NEST) {
		node->nested = !node->nested;
		return true;
	}
	if (attribute->kind == KIND_FLAG) {
		node->len = 1 + chance_below(chance, 4);
		return true;
	}
	if (attribute->kind == KIND_STRING && node->len) {
		request->octets[node->octets + node->len - 1] = 'x';
		return true;
	}
	if (!octets || node->len != octets)
		return false;
	if (attribute->most && octets > 1 && chance_one_in(chance, 2))
		set_value(request, node, (uint64_t)attribute->most + 1);
	else
		node->len = chance_below(chance, octets);
	return true;
}

/**
 * break_surely() - make of a request one that must be refused, whatever it is for
 * @request: the request
 * @chance: what decides how
 *
 * Return: whether that could be done.
 */
bool break_surely(struct request *request, struct chance *chance)
{
	struct request_node *node;

	request->nest = -1;
	if (!request->n_nodes || chance_one_in(chance, 4)) {
		add_unknown(request, chance);
		return true;
	}
	node = choose(request, chance);
	if (chance_one_in(chance, 4)) {
		node->false_len = (uint16_t)chance_below(chance, NLA_HDRLEN);
		if (!node->false_len)
			node->false_len = UINT16_MAX;
		return request->n_octets < UINT16_MAX / 2;
	}
	return break_attribute_surely(request, node, chance);
}

/* Where it is named: by the one before it, by its nest, or by the request. */
static int *place(struct request *request, int index)
{
	const struct request_node *node = &request->nodes[index];
	int *at = node->parent < 0 ? &request->first :
		&request->nodes[node->parent].first;

	while (*at >= 0 && *at != index)
		at = &request->nodes[*at].next;
	return at;
}

static void leave_out(struct request *request, struct request_node *node)
{
	int *at = place(request, (int)(node - request->nodes));

	if (*at >= 0)
		*at = node->next;
}

/* What is in a nest is in both. */
static void repeat(struct request *request, struct request_node *node)
{
	struct request_node *again = &request->nodes[request->n_nodes];

	if (request->n_nodes == REQUEST_NODES_MAX)
		return;
	*again = *node;
	node->next = (int)request->n_nodes++;
}

static void flip(struct request *request, struct request_node *node,
		 struct chance *chance)
{
	const unsigned int times = 1 + chance_below(chance, 3);

	if (!node->len)
		return;
	for (unsigned int i = 0; i < times; i++)
		request->octets[node->octets +
				chance_below(chance, (uint32_t)node->len)] ^=
			(uint8_t)(1 << chance_below(chance, 8));
}

/* What grows reads on in what the next ones have. */
static void change_length(struct request *request, struct request_node *node,
			  struct chance *chance)
{
	const size_t longest = request->n_octets - node->octets;
	size_t len;

	if (chance_one_in(chance, 8))
		len = chance_below(chance, (uint32_t)longest + 1);
	else
		len = node->len + chance_below(chance, 17) - 8;
	if (len <= longest)
		node->len = len;
}

static void set_limit(struct request *request, struct request_node *node,
		      struct chance *chance)
{
	static const uint64_t limits[] = {
		0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 63, ~0ULL,
	};
	const struct attribute *attribute = request_attribute(node);

	if (node->len > sizeof(limits[0]))
		return;
	if (attribute && attribute->most && chance_one_in(chance, 2))
		set_value(request, node,
			  attribute->most + chance_below(chance, 3) - 1);
	else
		set_value(request, node, chance_of(chance, limits));
}

static void change_type(struct request *request, struct request_node *node,
			struct chance *chance)
{
	(void)request;
	if (node->set)
		node->type = (uint16_t)chance_below(chance, node->set->last + 2);
	else
		node->type = (uint16_t)chance_u64(chance) & NLA_TYPE_MASK;
}

/**
 * break_somehow() - make of a request one that is likely to be refused
 * @request: the request
 * @chance: what decides how
 */
void break_somehow(struct request *request, struct chance *chance)
{
	struct request_node *node;

	request->nest = -1;
	if (!request->n_nodes) {
		add_unknown(request, chance);
		return;
	}
	node = choose(request, chance);
	switch (chance_below(chance, 9)) {
	case 0:
		leave_out(request, node);
		break;
	case 1:
		repeat(request, node);
		break;
	case 2:
		change_length(request, node, chance);
		break;
	case 3:
		change_type(request, node, chance);
		break;
	case 4:
		node->nested = !node->nested;
		break;
	case 5:
		set_limit(request, node, chance);
		break;
	case 6:
	case 7:
		flip(request, node, chance);
		break;
	case 8:
		break_surely(request, chance);
		break;
	}
}
