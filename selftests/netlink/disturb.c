// SPDX-License-Identifier: GPL-2.0
/*
 * Requests beside an exchange.  In a calm world they must be refused, or change
 * nothing; in others they are any, on what any thread has.
 */
#include "disturb.h"

#include <string.h>

#include <linux/pqike.h>

#include "breakage.h"
#include "ledger.h"
#include "names.h"

#define DEPTH_MAX	4
/* One more than there may be on each side */
#define REPEATED_MAX	65

/* One of this thread, or of another */
static uint32_t some_number(struct chance *chance, uint32_t own,
			    const atomic_uint *highest)
{
	const uint32_t last = atomic_load(highest);

	if (chance_one_in(chance, 16))
		return (uint32_t)chance_u64(chance);
	if (chance_one_in(chance, 2))
		return own;
	/* The latest are the ones that are there. */
	if (last > 12)
		return last - chance_below(chance, 12);
	return chance_below(chance, last + 2);
}

/* What many of a name are, since all others are soon refused */
struct likely {
	const char *name;
	uint32_t values[12];
	unsigned int n;
};

static const struct likely likely[] = {
	{ "ke-method", { 31, 31, 31, 35, 36, 37, 19, 20, 0, 2, 34, 14 }, 12 },
	{ "additional-ke", { 35, 36, 37, 31, 19, 35, 36, 37, 0, 2, 35, 36 }, 12 },
	{ "encr", { 20, 20, 12, 28, 0, 3 }, 6 },
	{ "encr-key-bits", { 256, 256, 128, 192, 0, 512 }, 6 },
	{ "integ", { 0, 0, 12, 13, 14, 2 }, 6 },
	{ "exchange-type", { 34, 35, 36, 37, 43, 44, 37, 36, 0 }, 9 },
	{ "message-id", { 0, 1, 2, 3, 4, 5, 6, 7 }, 8 },
	{ "first-payload", { 33, 34, 35, 40, 41, 39, 36, 0 }, 8 },
	{ "fragment-size", { 255, 256, 300, 576, 1280, 65000, 65001 }, 7 },
	{ "prefix-length", { 0, 8, 16, 24, 32, 32, 64, 128, 129, 33 }, 10 },
	{ "protocol", { 0, 0, 0, 17, 6, 1, 255 }, 7 },
	{ "port", { 0, 0, 0, 9, 500, 65535 }, 6 },
	{ "port-mask", { 0xffff, 0xff00, 0, 1 }, 4 },
	{ "reqid", { 1, 2, 3, 4, 5, 0x20000000, 0x20000001, 0 }, 8 },
	{ "replay-window", { 0, 32, 33, 64, 1000, 4096, 4097 }, 7 },
	{ "if-id-in", { 0, 0, 0, 1 }, 4 },
	{ "if-id-out", { 0, 0, 0, 1 }, 4 },
	{ "encap-local-port", { 4500, 0, 4500, 65535 }, 4 },
	{ "encap-remote-port", { 4500, 4501, 0, 65535 }, 4 },
	{ "value", { 0, 1, 5, 255 }, 4 },
	{ "mask", { 0, 255, 0xffffffff }, 3 },
	{ "soft-seconds", { 0, 1, 2, 3600 }, 4 },
	{ "hard-seconds", { 0, 1, 2, 3600 }, 4 },
	{ "soft-packets", { 0, 1, 3, 1000 }, 4 },
	{ "hard-packets", { 0, 2, 5, 1000 }, 4 },
	{ "soft-bytes", { 0, 100, 1000, 100000 }, 4 },
	{ "hard-bytes", { 0, 200, 2000, 100000 }, 4 },
	{ "rand-bytes", { 0, 10, 100 }, 3 },
	{ "rand-packets", { 0, 1, 100 }, 3 },
	{ "rand-seconds", { 0, 1, 100 }, 3 },
	{ "rounds", { 1, 1, 2, 0, 129 }, 5 },
};

static const struct likely *find_likely(const char *name)
{
	for (size_t i = 0; i < sizeof(likely) / sizeof(likely[0]); i++)
		if (!strcmp(likely[i].name, name))
			return &likely[i];
	return NULL;
}

static uint64_t some_integer(struct walk *walk, unsigned int side,
			     const struct attribute *attribute, bool of_child)
{
	const struct likely *values = find_likely(attribute->name);
	struct chance *chance = &walk->chance;

	if (!strcmp(attribute->name, "id") && of_child)
		return some_number(chance, walk->child_sa[side],
				   &walk->world->child_sas[side]);
	if (!strcmp(attribute->name, "id") ||
	    !strcmp(attribute->name, "rekeys"))
		return some_number(chance, walk->ike_sa[side],
				   &walk->world->ike_sas[side]);
	if (values && !chance_one_in(chance, 16))
		return values->values[chance_below(chance, values->n)];
	if (attribute->most)
		return attribute->least +
		       chance_below(chance, attribute->most -
				    attribute->least + 2);
	return chance_one_in(chance, 2) ? chance_below(chance, 300) :
		chance_u64(chance);
}

/* One attribute gets another value, which it may have elsewhere. */
static void set_likely(struct walk *walk)
{
	struct request *request = &walk->other;
	const struct request_node *node = request->n_nodes ?
		&request->nodes[chance_below(&walk->chance, request->n_nodes)] :
		NULL;
	const struct attribute *attribute =
		node ? request_attribute(node) : NULL;
	const struct likely *values =
		attribute ? find_likely(attribute->name) : NULL;
	uint32_t value;

	if (!values || node->len > sizeof(value))
		return;
	value = values->values[chance_below(&walk->chance, values->n)];
	memcpy(request->octets + node->octets, &value, node->len);
}

static void put_integer(struct walk *walk, unsigned int side, uint16_t type,
			const struct attribute *attribute, bool of_child,
			size_t octets)
{
	const uint64_t value = some_integer(walk, side, attribute, of_child);

	/* Of which the first octets are the lowest */
	request_put(&walk->other, type, &value, octets);
}

/* Those that selectors and endpoints of this world have */
static size_t some_address(struct walk *walk, unsigned int side, uint8_t *octets)
{
	struct chance *chance = &walk->chance;
	const uint8_t v4[3][4] = {
		{ 192, 0, 2, (uint8_t)(1 + chance_below(chance, 2)) },
		{ 10, (uint8_t)(side + 1), (uint8_t)chance_below(chance, 8),
		  (uint8_t)chance_below(chance, 16) },
		{ 10, (uint8_t)(SIDES - side), (uint8_t)chance_below(chance, 8),
		  (uint8_t)chance_below(chance, 16) },
	};

	if (chance_one_in(chance, 8)) {
		const uint8_t v6[16] = {
			0xfd, 0, 0, (uint8_t)chance_below(chance, 3),
			[15] = (uint8_t)chance_below(chance, 4),
		};

		memcpy(octets, v6, sizeof(v6));
		return chance_one_in(chance, 8) ? 5 : sizeof(v6);
	}
	memcpy(octets, chance_of(chance, v4), 4);
	return 4;
}

static bool is_address(const struct attribute *attribute)
{
	return !strcmp(attribute->name, "local-address") ||
	       !strcmp(attribute->name, "remote-address") ||
	       !strcmp(attribute->name, "address");
}

static size_t some_octets(struct walk *walk, unsigned int side,
			  const struct attribute *attribute, uint8_t *octets)
{
	struct chance *chance = &walk->chance;
	size_t len;

	if (is_address(attribute))
		return some_address(walk, side, octets);
	if (!strcmp(attribute->name, "local-id"))
		return name_identity(side, octets);
	if (!strcmp(attribute->name, "remote-id"))
		return name_identity(!side, octets);
	if (!strcmp(attribute->name, "ppk-id"))
		return name_ppk_id(chance, octets);
	len = world_recall(walk->world, chance, octets);
	if (len && !chance_one_in(chance, 8))
		return len;
	len = chance_below(chance, attribute->most &&
			   attribute->most < 300 ? attribute->most + 2 : 300);
	chance_octets(chance, octets, len);
	return len;
}

static void put_attribute(struct walk *walk, unsigned int side,
			  const struct attribute_set *set, uint16_t type,
			  unsigned int depth);

static void put_nest(struct walk *walk, unsigned int side, uint16_t type,
		     const struct attribute_set *set, unsigned int depth)
{
	request_nest(&walk->other, type);
	for (uint16_t i = 1; i <= set->last; i++)
		if (chance_one_in(&walk->chance, depth > 1 ? 1 : 3))
			put_attribute(walk, side, set, i, depth + 1);
	request_nest_end(&walk->other);
}

static void put_once(struct walk *walk, unsigned int side, uint16_t type,
		     const struct attribute *attribute, unsigned int depth)
{
	uint8_t octets[RECORDED_LEN_MAX];

	switch (attribute->kind) {
	case KIND_U8:
		put_integer(walk, side, type, attribute, depth > 0, 1);
		break;
	case KIND_U16:
		put_integer(walk, side, type, attribute, depth > 0, 2);
		break;
	case KIND_U32:
		put_integer(walk, side, type, attribute, depth > 0, 4);
		break;
	case KIND_U64:
		put_integer(walk, side, type, attribute, depth > 0, 8);
		break;
	case KIND_FLAG:
		request_put(&walk->other, type, NULL, 0);
		break;
	case KIND_STRING:
		request_put_string(&walk->other, type,
				   name_for(attribute->name, &walk->chance));
		break;
	case KIND_BINARY:
		request_put(&walk->other, type, octets,
			    some_octets(walk, side, attribute, octets));
		break;
	case KIND_NEST:
		if (depth < DEPTH_MAX)
			put_nest(walk, side, type, attribute->nested, depth);
		break;
	default:
		break;
	}
}

static uint32_t how_often(struct chance *chance,
			  const struct attribute *attribute)
{
	if (!attribute->multi)
		return 1;
	if (chance_one_in(chance, 64))
		return chance_below(chance, REPEATED_MAX + 1);
	return 1 + chance_below(chance, 3);
}

static void put_attribute(struct walk *walk, unsigned int side,
			  const struct attribute_set *set, uint16_t type,
			  unsigned int depth)
{
	const struct attribute *attribute = &set->attributes[type];
	const uint32_t n = how_often(&walk->chance, attribute);

	for (uint32_t i = 0; i < n; i++)
		put_once(walk, side, type, attribute, depth);
}

/* Of any operation, with most of the attributes that it has */
static void make_any(struct walk *walk, unsigned int side)
{
	const uint8_t command =
		(uint8_t)(1 + chance_below(&walk->chance, n_operations));
	const struct operation *operation = &operations[command];

	request_begin(&walk->other, command);
	for (unsigned int i = 0; i < REQUEST_ATTRIBUTES_MAX &&
	     operation->request[i]; i++)
		if (!chance_one_in(&walk->chance, 6))
			put_attribute(walk, side, operation->set,
				      operation->request[i], 0);
	walk->other.dumps = operation->dumps && chance_one_in(&walk->chance, 2);
	if (chance_one_in(&walk->chance, 3))
		break_somehow(&walk->other, &walk->chance);
}

static void ask_other(struct walk *walk, unsigned int side)
{
	if (chance_one_in(&walk->chance, 64))
		talk_with_reserved_bits(&walk->sides[side], &walk->other,
					&walk->other_reply);
	else
		talk(&walk->sides[side], &walk->other, &walk->other_reply);
}

/* With a small one nothing else would be reached. */
static void lift_quota(struct walk *walk, unsigned int side)
{
	request_begin(&walk->other, PQIKE_CMD_QUOTA_SET);
	request_nest(&walk->other, PQIKE_A_USAGE_QUOTA);
	for (uint16_t i = 1; i <= PQIKE_A_QUOTA_MAX; i++)
		request_put_u32(&walk->other, i, UINT32_MAX);
	request_nest_end(&walk->other);
	talk(&walk->sides[side], &walk->other, &walk->other_reply);
}

/* The same socket again, which may be any thread's. */
static void authorise_again(struct walk *walk, unsigned int side)
{
	walk->other.command = PQIKE_CMD_AUTHORISE;
	talk(&walk->sides[side], &walk->other, &walk->other_reply);
}

/**
 * disturb_much() - ask anything on what any thread has
 * @walk: the thread
 * @side: which side to ask
 */
void disturb_much(struct walk *walk, unsigned int side)
{
	make_any(walk, side);
	ask_other(walk, side);
	if (walk->other.command == PQIKE_CMD_QUOTA_SET)
		lift_quota(walk, side);
	else if (walk->other.command == PQIKE_CMD_REVOKE)
		authorise_again(walk, side);
}

/**
 * disturb_chain() - perhaps change the payloads that a peer is about to send
 * @walk: the thread, its chain being complete
 */
void disturb_chain(struct walk *walk)
{
	struct chance *chance = &walk->chance;
	struct chain *chain = &walk->chain;
	const uint32_t flips = 1 + chance_below(chance, 3);

	if (walk->world->calm || !chain->len || !chance_one_in(chance, 16))
		return;
	switch (chance_below(chance, 8)) {
	case 0:
		chain_begin(chain);
		break;
	case 1:
		chain->len = 1 + chance_below(chance, (uint32_t)chain->len);
		break;
	case 2:
		chain->first = (uint8_t)(33 + chance_below(chance, 16));
		break;
	case 3:
		chain_put(chain, (uint8_t)(33 + chance_below(chance, 16)),
			  walk->octets, chance_below(chance, 64));
		break;
	default:
		/* Headers and what is short stand before KE data. */
		for (uint32_t i = 0; i < flips; i++)
			chain->octets[chance_below(chance, chance_one_in(chance, 2) &&
						   chain->len > 64 ? 64 :
						   (uint32_t)chain->len)] ^=
				(uint8_t)(1 << chance_below(chance, 8));
		break;
	}
}

/**
 * disturb_choice() - perhaps change what a peer is about to offer or to choose
 * @walk: the thread
 * @suite: transforms but those of key exchanges
 * @methods: key exchanges
 */
void disturb_choice(struct walk *walk, struct suite *suite,
		    struct methods *methods)
{
	struct chance *chance = &walk->chance;

	if (walk->world->calm || !chance_one_in(chance, 12))
		return;
	switch (chance_below(chance, 6)) {
	case 0:
		suite->prf = (uint16_t)(5 + chance_below(chance, 4));
		break;
	case 1:
		suite->key_bits = 192;
		break;
	case 2:
		suite->integ = 12;
		break;
	case 3:
		methods->n = chance_below(chance, methods->n);
		break;
	case 4:
		methods->ids[chance_below(chance, methods->n)] = 35;
		break;
	case 5:
		if (methods->n < METHODS_MAX)
			methods->ids[methods->n++] = methods->ids[0];
		break;
	}
}

/**
 * disturb_ke() - perhaps change the KE data that a peer is about to send
 * @walk: the thread
 * @ke: the KE data
 */
void disturb_ke(struct walk *walk, struct ke_data *ke)
{
	struct chance *chance = &walk->chance;

	if (walk->world->calm || !ke->len || !chance_one_in(chance, 24))
		return;
	switch (chance_below(chance, 4)) {
	case 0:
		ke->len--;
		break;
	case 1:
		memset(ke->octets, 0, ke->len);
		break;
	case 2:
		memset(ke->octets, 0xff, ke->len);
		break;
	case 3:
		ke->method++;
		break;
	}
}

static void ask_what_is_there(struct walk *walk, unsigned int side)
{
	static const uint8_t commands[] = {
		PQIKE_CMD_IKE_SA_GET, PQIKE_CMD_CONNECTION_GET,
		PQIKE_CMD_TRAP_GET, PQIKE_CMD_STATS_GET,
	};

	request_begin(&walk->other, chance_of(&walk->chance, commands));
	walk->other.dumps = true;
	talk(&walk->sides[side], &walk->other, &walk->other_reply);
}

/* Of no IKE SA, of no connection, of nothing that was sealed */
static void ask_in_vain(struct walk *walk, unsigned int side)
{
	static const uint8_t of_ike_sa[] = {
		PQIKE_CMD_IKE_SA_INIT, PQIKE_CMD_IKE_SA_ADDITIONAL_KE,
		PQIKE_CMD_IKE_SA_SEAL, PQIKE_CMD_IKE_SA_OPEN,
		PQIKE_CMD_IKE_SA_AUTH_MAKE, PQIKE_CMD_IKE_SA_AUTH_VERIFY,
		PQIKE_CMD_IKE_SA_DEL, PQIKE_CMD_IKE_SA_GET,
		PQIKE_CMD_IKE_SA_INHERIT, PQIKE_CMD_CHILD_SA_NEW,
		PQIKE_CMD_CHILD_SA_DEL, PQIKE_CMD_CHILD_SA_UPDATE,
	};

	request_begin(&walk->other, chance_of(&walk->chance, of_ike_sa));
	request_put_u32(&walk->other, PQIKE_A_IKE_SA_ID,
			chance_one_in(&walk->chance, 2) ? 0 : 0x7fffffff);
	walk_must_be_refused(walk, side);
}

static void disturb_calmly(struct walk *walk, unsigned int side)
{
	switch (chance_below(&walk->chance, 12)) {
	case 0:
	case 1:
	case 2:
	case 6:
	case 7:
	case 8:
		request_copy(&walk->other, &walk->request);
		if (break_surely(&walk->other, &walk->chance))
			walk_must_be_refused(walk, side);
		break;
	case 3:
		request_copy(&walk->other, &walk->request);
		if (talk_with_reserved_bits(&walk->sides[side], &walk->other,
					    &walk->other_reply))
			break;
		ledger_find(FINDING_ACCEPTED, "reserved bits in %s",
			    request_operation(&walk->other)->name);
		break;
	case 4:
		ask_what_is_there(walk, side);
		break;
	case 5:
		ask_in_vain(walk, side);
		break;
	}
}

/**
 * disturb() - perhaps ask something beside what the thread is about to ask
 * @walk: the thread, its request being complete
 * @side: which side it is about to ask
 */
void disturb(struct walk *walk, unsigned int side)
{
	if (walk->world->calm) {
		disturb_calmly(walk, side);
		return;
	}
	switch (chance_below(&walk->chance, 12)) {
	case 0:
		request_copy(&walk->other, &walk->request);
		break_somehow(&walk->other, &walk->chance);
		ask_other(walk, side);
		break;
	case 1:
	case 2:
		request_copy(&walk->other, &walk->request);
		set_likely(walk);
		ask_other(walk, side);
		break;
	case 3:
	case 4:
		disturb_much(walk, chance_below(&walk->chance, SIDES));
		break;
	case 5:
		walk_send_packets(walk);
		break;
	}
}
