// SPDX-License-Identifier: GPL-2.0
#include "children.h"

#include <stdio.h>
#include <string.h>

#include <linux/pqike.h>

/* Above all that random requests have */
#define REQID_FIRST	0x10000

/* The last ones end by themselves, each by another limit. */
#define EXPIRE_FROM	(CHILDREN / 2)

/**
 * children_reqid() - the reqid of a child that has one
 * @walk: the thread
 * @number: of the Child SA
 */
uint32_t children_reqid(const struct walk *walk, unsigned int number)
{
	return REQID_FIRST + walk->number * CHILDREN + number;
}

/**
 * children_expire() - whether the Child SAs of a child end by themselves
 * @number: of the Child SA
 */
bool children_expire(unsigned int number)
{
	return number >= EXPIRE_FROM;
}

/**
 * children_put_name() - name a child
 * @request: the request
 * @type: of the attribute
 * @number: of the Child SA
 * @has_reqid: which of its two children
 */
void children_put_name(struct request *request, uint16_t type,
		       unsigned int number, bool has_reqid)
{
	char name[16];

	snprintf(name, sizeof(name), "%s%u", has_reqid ? "reqid" : "none", number);
	request_put_string(request, type, name);
}

/* So small that they are reached */
static void put_lifetime(struct request *request, unsigned int number)
{
	request_nest(request, PQIKE_A_CHILD_LIFETIME);
	switch (number - EXPIRE_FROM) {
	case 0:
		request_put_u64(request, PQIKE_A_LIFETIME_SOFT_SECONDS, 1);
		request_put_u64(request, PQIKE_A_LIFETIME_HARD_SECONDS, 2);
		break;
	case 1:
		request_put_u64(request, PQIKE_A_LIFETIME_SOFT_PACKETS, 2);
		request_put_u64(request, PQIKE_A_LIFETIME_HARD_PACKETS, 3);
		request_put_u64(request, PQIKE_A_LIFETIME_RAND_PACKETS, 1);
		break;
	default:
		request_put_u64(request, PQIKE_A_LIFETIME_SOFT_BYTES, 100);
		request_put_u64(request, PQIKE_A_LIFETIME_HARD_BYTES, 300);
		break;
	}
	request_nest_end(request);
}

static void put_mark(struct request *request, uint16_t type)
{
	request_nest(request, type);
	request_put_u32(request, PQIKE_A_MARK_VALUE, 1);
	request_put_u32(request, PQIKE_A_MARK_MASK, 3);
	request_nest_end(request);
}

static void put_options(struct walk *walk, unsigned int number)
{
	static const uint16_t flags[] = {
		PQIKE_A_CHILD_NOECN, PQIKE_A_CHILD_DECAP_DSCP,
		PQIKE_A_CHILD_NOPMTUDISC, PQIKE_A_CHILD_DONT_ENCAP_DSCP,
	};
	struct request *request = &walk->request;

	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (chance_one_in(&walk->chance, 8))
			request_put(request, flags[i], NULL, 0);
	if (chance_one_in(&walk->chance, 8)) {
		put_mark(request, PQIKE_A_CHILD_SET_MARK_IN);
		put_mark(request, PQIKE_A_CHILD_SET_MARK_OUT);
	}
	if (children_expire(number))
		put_lifetime(request, number);
}

/* A proposal in the making */
struct esp_proposal {
	size_t len;
	uint8_t octets[1024];
};

static void add_transform(struct esp_proposal *proposal, unsigned int type,
			  unsigned int id, unsigned int key_bits)
{
	const uint8_t octets[12] = {
		3, 0, 0, key_bits ? 12 : 8, (uint8_t)type, 0, 0, (uint8_t)id,
		0x80, 14, (uint8_t)(key_bits >> 8), (uint8_t)key_bits,
	};

	memcpy(proposal->octets + proposal->len, octets, octets[3]);
	proposal->len += octets[3];
	proposal->octets[7]++;
}

/* All that Child SAs of these walks may have; what may be left out has NONE. */
static void put_proposals(struct request *request)
{
	static const uint16_t encr[][2] = {
		{ 20, 256 }, { 20, 128 }, { 28, 0 }, { 12, 128 }, { 12, 192 },
		{ 12, 256 },
	};
	static const uint8_t integ[] = { 12, 13, 14, 0 };
	static const uint8_t ke[] = { 31, 19, 20, 35, 36, 37, 14, 15, 16, 0 };
	struct esp_proposal proposal = {
		.len = 8, .octets = { 0, 0, 0, 0, 1, 3, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(encr) / sizeof(encr[0]); i++)
		add_transform(&proposal, 1, encr[i][0], encr[i][1]);
	for (size_t i = 0; i < sizeof(integ); i++)
		add_transform(&proposal, 3, integ[i], 0);
	for (unsigned int esn = 0; esn < 2; esn++)
		add_transform(&proposal, 5, esn, 0);
	for (size_t i = 0; i < sizeof(ke); i++)
		add_transform(&proposal, 4, ke[i], 0);
	for (unsigned int round = 6; round <= 12; round++)
		for (size_t i = 0; i < sizeof(ke); i++)
			if (ke[i] < 14 || ke[i] > 16)
				add_transform(&proposal, round, ke[i], 0);
	proposal.octets[2] = (uint8_t)(proposal.len >> 8);
	proposal.octets[3] = (uint8_t)proposal.len;
	request_put(request, PQIKE_A_CHILD_ESP_PROPOSALS, proposal.octets,
		    proposal.len);
}

/* Each thread and each of its Child SAs has addresses of its own. */
static void put_selector(struct request *request, uint16_t type,
			 const struct walk *walk, unsigned int host,
			 unsigned int number)
{
	const uint8_t address[4] = {
		10, (uint8_t)host, (uint8_t)walk->number, (uint8_t)number,
	};

	request_nest(request, type);
	request_put(request, PQIKE_A_TRAFFIC_SELECTOR_ADDRESS, address,
		    sizeof(address));
	request_put_u8(request, PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH, 32);
	request_nest_end(request);
}

static void put_child(struct walk *walk, unsigned int side, unsigned int number,
		      bool has_reqid)
{
	struct request *request = &walk->request;

	request_nest(request, PQIKE_A_CONNECTION_CHILD);
	children_put_name(request, PQIKE_A_CHILD_NAME, number, has_reqid);
	put_selector(request, PQIKE_A_CHILD_LOCAL_TS, walk, side + 1, number);
	put_selector(request, PQIKE_A_CHILD_REMOTE_TS, walk, SIDES - side,
		     number);
	request_put_u32(request, PQIKE_A_CHILD_MODE,
			PQIKE_CHILD_SA_MODE_TRANSPORT);
	if (has_reqid) {
		request_put_u32(request, PQIKE_A_CHILD_REQID,
				children_reqid(walk, number));
		request_put(request, PQIKE_A_CHILD_TRAP, NULL, 0);
		put_proposals(request);
	}
	put_options(walk, number);
	request_nest_end(request);
}

/**
 * children_put() - give a connection, which is being set, its children
 * @walk: the thread
 * @side: where
 */
void children_put(struct walk *walk, unsigned int side)
{
	for (unsigned int i = 0; i < 2 * CHILDREN; i++)
		put_child(walk, side, i / 2, i % 2);
}
