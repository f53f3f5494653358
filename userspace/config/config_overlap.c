// SPDX-License-Identifier: GPL-2.0
/*
 * A policy fits a packet when all bits that count are the same: those of the
 * networks' prefixes, of ports and so on.  So each selector is a value and a
 * mask, and two of them overlap when their values are the same where both
 * masks are set.  Whether one then holds the other is a matter of the masks
 * alone.  Selectors are sorted by their masks; of each two masks of which
 * neither holds the other, or that are the same, a hash table finds those
 * whose values meet.
 */
#include "config/config_overlap.h"

#include <stdlib.h>
#include <string.h>

/* What a policy compares, without padding. */
struct compared {
	uint8_t local[16];
	uint8_t remote[16];
	uint16_t local_port;
	uint16_t remote_port;
	uint8_t local_family;
	uint8_t remote_family;
	uint8_t protocol;
	uint8_t zero;
	/* from here on it is not the selector, which may hold another */
	uint32_t mark;
	uint32_t if_id;
	uint64_t connection; /* number from 1; 0: the selector is not dynamic */
	char interface[IFNAMSIZ]; /* whose if_id is chosen later, "": it is known */
};

#define WORDS (sizeof(struct compared) / sizeof(uint64_t))
#define SELECTOR_WORDS (offsetof(struct compared, mark) / sizeof(uint64_t))

union octets {
	struct compared as;
	uint64_t words[WORDS];
};

/* One local and one remote selector of a child, in one direction. */
struct policy {
	union octets value;
	union octets mask;
	size_t child; /* place in the array of children */
	const struct prefix *local;
	const struct prefix *remote;
};

struct policies {
	struct policy *list; /* array of n, by mask, then by child */
	size_t n;
};

/* Those of one mask: from @begin to before @end. */
struct kind {
	const struct policy *begin;
	const struct policy *end;
};

/* The collision that stands first in the file. */
struct collision {
	const struct policy *first; /* NULL: none */
	const struct policy *second;
};

enum direction { IN, OUT };

static bool is_dynamic(const struct prefix *local, const struct prefix *remote)
{
	return prefix_is_dynamic(local) || prefix_is_dynamic(remote);
}

/* Whether a local and a remote network make a policy. */
static bool belong_together(const struct prefix *local,
			    const struct prefix *remote)
{
	return local->family == remote->family || is_dynamic(local, remote);
}

static size_t count_policies(const struct child_config *child)
{
	size_t n = 0;

	for (size_t i = 0; i < child->n_local_ts; i++)
		for (size_t j = 0; j < child->n_remote_ts; j++)
			n += belong_together(&child->local_ts[i],
					     &child->remote_ts[j]);
	return n;
}

static void set_bits(uint8_t octets[16], unsigned int n)
{
	memset(octets, 0xff, n / 8);
	if (n % 8)
		octets[n / 8] = (uint8_t)(0xff00 >> n % 8);
}

/* What both sides of a selector agree on; 0: any. */
static uint8_t protocol_of(const struct prefix *local,
			   const struct prefix *remote)
{
	return local->protocol ? local->protocol : remote->protocol;
}

static void set_selector(struct policy *policy)
{
	const struct prefix *local = policy->local, *remote = policy->remote;
	struct compared *value = &policy->value.as, *mask = &policy->mask.as;

	memcpy(value->local, local->address, sizeof(value->local));
	memcpy(value->remote, remote->address, sizeof(value->remote));
	set_bits(mask->local, local->length);
	set_bits(mask->remote, remote->length);
	value->local_port = local->port;
	mask->local_port = prefix_port_mask(local);
	value->remote_port = remote->port;
	mask->remote_port = prefix_port_mask(remote);
	value->local_family = (uint8_t)local->family;
	value->remote_family = (uint8_t)remote->family;
	mask->local_family = 0xff;
	mask->remote_family = 0xff;
	value->protocol = protocol_of(local, remote);
	mask->protocol = value->protocol ? 0xff : 0;
}

static void set_rest(struct policy *policy, const struct child_config *child,
		     uint64_t connection, enum direction direction)
{
	const struct mark *mark = direction == IN ? &child->mark_in :
						    &child->mark_out;
	struct compared *value = &policy->value.as;

	policy->mask.as.mark = mark->mask;
	policy->mask.as.if_id = UINT32_MAX;
	policy->mask.as.connection = UINT64_MAX;
	memset(policy->mask.as.interface, 0xff, IFNAMSIZ);
	value->mark = mark->value;
	value->if_id = direction == IN ? child->if_id_in : child->if_id_out;
	if (!value->if_id)
		memcpy(value->interface, child->xfrm_interface,
		       strlen(child->xfrm_interface));
	/* The address of a side is one and the same within a connection only. */
	if (is_dynamic(policy->local, policy->remote))
		value->connection = connection;
	for (size_t i = 0; i < WORDS; i++)
		policy->value.words[i] &= policy->mask.words[i];
}

static void add_child(struct policies *policies, size_t place,
		      const struct placed_child *placed, uint64_t connection,
		      enum direction direction)
{
	const struct child_config *child = placed->config;

	for (size_t i = 0; i < child->n_local_ts; i++) {
		for (size_t j = 0; j < child->n_remote_ts; j++) {
			struct policy *policy = &policies->list[policies->n];

			if (!belong_together(&child->local_ts[i],
					     &child->remote_ts[j]))
				continue;
			*policy = (struct policy){
				.child = place,
				.local = &child->local_ts[i],
				.remote = &child->remote_ts[j],
			};
			set_selector(policy);
			set_rest(policy, child, connection, direction);
			policies->n++;
		}
	}
}

static int compare_masks(const struct policy *a, const struct policy *b)
{
	return memcmp(&a->mask, &b->mask, sizeof(a->mask));
}

static int compare_policies(const void *a, const void *b)
{
	const struct policy *first = a, *second = b;
	int order = compare_masks(first, second);

	if (order)
		return order;
	if (first->child != second->child)
		return first->child < second->child ? -1 : 1;
	return first->local != second->local ?
	       (first->local < second->local ? -1 : 1) :
	       (first->remote < second->remote ? -1 : 1);
}

static struct kind kind_at(const struct policies *policies, size_t at)
{
	struct kind kind = { policies->list + at, policies->list + at };

	while (kind.end < policies->list + policies->n &&
	       !compare_masks(kind.begin, kind.end))
		kind.end++;
	return kind;
}

/* Whether one holds the other, without being the same, where they overlap. */
static bool is_nested(const union octets *a, const union octets *b)
{
	bool a_holds_b = true, b_holds_a = true;

	for (size_t i = 0; i < SELECTOR_WORDS; i++) {
		uint64_t common = a->words[i] & b->words[i];

		a_holds_b &= common == a->words[i];
		b_holds_a &= common == b->words[i];
	}
	return a_holds_b != b_holds_a;
}

/* The first policy of a value, and the first of it that is of another child. */
struct place {
	const struct policy *first; /* NULL: the place is free */
	const struct policy *other; /* NULL: there is none */
};

struct table {
	struct place *places; /* @mask + 1, a power of two, a half at least free */
	size_t mask;
	union octets common; /* what is compared */
};

static size_t hash(const struct table *table, const struct policy *policy)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < WORDS; i++) {
		sum ^= policy->value.words[i] & table->common.words[i];
		sum *= 0x9e3779b97f4a7c15;
		sum ^= sum >> 29;
	}
	return (size_t)sum & table->mask;
}

static bool meet(const struct table *table, const struct policy *a,
		 const struct policy *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if ((a->value.words[i] ^ b->value.words[i]) &
		    table->common.words[i])
			return false;
	return true;
}

/* The place of a value, or the free one where it belongs. */
static struct place *find_place(const struct table *table,
				const struct policy *policy)
{
	size_t at = hash(table, policy);

	while (table->places[at].first &&
	       !meet(table, table->places[at].first, policy))
		at = (at + 1) & table->mask;
	return &table->places[at];
}

static bool fill(struct table *table, struct kind kind)
{
	size_t n = 2;

	while (n < 2 * (size_t)(kind.end - kind.begin))
		n *= 2;
	table->mask = n - 1;
	table->places = calloc(n, sizeof(*table->places));
	if (!table->places)
		return false;
	for (; kind.begin < kind.end; kind.begin++) {
		struct place *place = find_place(table, kind.begin);

		if (!place->first)
			place->first = kind.begin;
		else if (!place->other &&
			 place->first->child != kind.begin->child)
			place->other = kind.begin;
	}
	return true;
}

static void note(struct collision *collision, const struct policy *a,
		 const struct policy *b)
{
	const struct policy *first = a->child < b->child ? a : b;
	const struct policy *second = first == a ? b : a;

	if (collision->first &&
	    (collision->second->child < second->child ||
	     (collision->second->child == second->child &&
	      collision->first->child <= first->child)))
		return;
	*collision = (struct collision){ first, second };
}

/* Return: false without memory. */
static bool join(struct kind a, struct kind b, struct collision *collision)
{
	struct table table;

	for (size_t i = 0; i < WORDS; i++)
		table.common.words[i] = a.begin->mask.words[i] &
					b.begin->mask.words[i];
	if (!fill(&table, a))
		return false;
	for (; b.begin < b.end; b.begin++) {
		const struct place *place = find_place(&table, b.begin);

		if (place->first && place->first->child != b.begin->child)
			note(collision, place->first, b.begin);
		else if (place->other)
			note(collision, place->other, b.begin);
	}
	free(table.places);
	return true;
}

static bool find_collision(const struct policies *policies,
			   struct collision *collision)
{
	struct kind a, b;

	for (size_t i = 0; i < policies->n; i += (size_t)(a.end - a.begin)) {
		a = kind_at(policies, i);
		for (size_t j = i; j < policies->n;
		     j += (size_t)(b.end - b.begin)) {
			b = kind_at(policies, j);
			if (!is_nested(&a.begin->mask, &b.begin->mask) &&
			    !join(a, b, collision))
				return false;
		}
	}
	return true;
}

static void fill_policies(struct policies *policies,
			  const struct placed_child *children, size_t n,
			  enum direction direction)
{
	uint64_t connection = 0;

	policies->n = 0;
	for (size_t i = 0; i < n; i++) {
		connection += !i || children[i].connection !=
				    children[i - 1].connection;
		add_child(policies, i, &children[i], connection, direction);
	}
	qsort(policies->list, policies->n, sizeof(*policies->list),
	      compare_policies);
}

static bool refuse(struct config_reader *reader,
		   const struct placed_child *children,
		   const struct collision *collision)
{
	const struct policy *first = collision->first;
	const struct policy *second = collision->second;
	const struct conf_node *node = children[first->child].node;
	char text[4][PREFIX_TEXT_SIZE];

	prefix_print(first->local, text[0], sizeof(text[0]));
	prefix_print(first->remote, text[1], sizeof(text[1]));
	prefix_print(second->local, text[2], sizeof(text[2]));
	prefix_print(second->remote, text[3], sizeof(text[3]));
	if (conf_node_is_copy(node, children[second->child].node))
		return config_refuse(reader, children[second->child].node,
				     "%s === %s is that of %s, too, as all peers "
				     "that the wildcard of remote.id stands for "
				     "have the children of this section: expected "
				     "remote_ts = dynamic, or a connection for "
				     "each peer that has networks", text[2],
				     text[3], node->path);
	return config_refuse(reader, children[second->child].node,
			     "%s === %s overlaps with %s === %s of "
			     "%s at %s:%u: expected selectors of which one lies "
			     "within the other, or another if_id or mark",
			     text[2], text[3], text[0], text[1], node->path,
			     node->file, node->line);
}

bool config_check_overlaps(struct config_reader *reader,
			   const struct placed_child *children, size_t n)
{
	struct policies policies = { 0 };
	struct collision collision = { 0 };
	size_t room = 0;
	bool ok;

	for (size_t i = 0; i < n; i++)
		room += count_policies(children[i].config);
	policies.list = calloc(room + 1, sizeof(*policies.list));
	ok = policies.list;
	for (enum direction way = IN; ok && way <= OUT; way++) {
		fill_policies(&policies, children, n, way);
		ok = find_collision(&policies, &collision);
	}
	if (!ok)
		config_refuse(reader, children[0].node, "out of memory");
	else if (collision.first)
		ok = refuse(reader, children, &collision);
	free(policies.list);
	return ok;
}
