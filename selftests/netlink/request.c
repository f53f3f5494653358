// SPDX-License-Identifier: GPL-2.0
#include "request.h"

#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

/**
 * request_operation() - what a request asks for
 * @request: the request
 *
 * Return: the operation; never NULL.
 */
const struct operation *request_operation(const struct request *request)
{
	return &operations[request->command];
}

/**
 * request_attribute() - what the spec says of an attribute
 * @node: the attribute
 *
 * Return: NULL where it says nothing.
 */
const struct attribute *request_attribute(const struct request_node *node)
{
	if (!node->set || !node->type || node->type > node->set->last)
		return NULL;
	return &node->set->attributes[node->type];
}

/**
 * request_copy() - make another of the same content
 * @copy: receives it
 * @request: the request
 */
void request_copy(struct request *copy, const struct request *request)
{
	memcpy(copy, request, offsetof(struct request, nodes));
	memcpy(copy->nodes, request->nodes,
	       request->n_nodes * sizeof(request->nodes[0]));
	memcpy(copy->octets, request->octets, request->n_octets);
}

/**
 * request_begin() - begin a request without attributes
 * @request: receives it
 * @command: number of the operation
 */
void request_begin(struct request *request, uint8_t command)
{
	memset(request, 0, offsetof(struct request, nodes));
	request->command = command;
	request->nest = -1;
	request->first = -1;
}

static const struct attribute_set *set_in_nest(const struct request *request)
{
	const struct attribute *nest;

	if (request->nest < 0)
		return request_operation(request)->set;
	nest = request_attribute(&request->nodes[request->nest]);
	return nest ? nest->nested : NULL;
}

/* Where the number of the next attribute in the open nest is to be written. */
static int *end_of_nest(struct request *request)
{
	int *end = request->nest < 0 ? &request->first :
		&request->nodes[request->nest].first;

	while (*end >= 0)
		end = &request->nodes[*end].next;
	return end;
}

/* What does not fit is left out: then -1. */
static int add_node(struct request *request, uint16_t type)
{
	struct request_node *node = &request->nodes[request->n_nodes];

	if (request->n_nodes == REQUEST_NODES_MAX)
		return -1;
	*node = (struct request_node) {
		.type = type,
		.set = set_in_nest(request),
		.parent = request->nest,
		.first = -1,
		.next = -1,
	};
	*end_of_nest(request) = (int)request->n_nodes;
	return (int)request->n_nodes++;
}

/**
 * request_put() - put an attribute at the end of the open nest
 * @request: the request
 * @type: number of the attribute
 * @octets: what is in it
 * @len: octets in @octets; what is beyond the room is left out
 */
void request_put(struct request *request, uint16_t type, const void *octets,
		 size_t len)
{
	const size_t room = REQUEST_OCTETS_MAX - request->n_octets;
	const int index = add_node(request, type);

	if (index < 0)
		return;
	if (len > room)
		len = room;
	request->nodes[index].len = len;
	request->nodes[index].octets = request->n_octets;
	if (len)
		memcpy(request->octets + request->n_octets, octets, len);
	request->n_octets += len;
}

void request_put_u8(struct request *request, uint16_t type, uint8_t value)
{
	request_put(request, type, &value, sizeof(value));
}

void request_put_u16(struct request *request, uint16_t type, uint16_t value)
{
	request_put(request, type, &value, sizeof(value));
}

void request_put_u32(struct request *request, uint16_t type, uint32_t value)
{
	request_put(request, type, &value, sizeof(value));
}

void request_put_u64(struct request *request, uint16_t type, uint64_t value)
{
	request_put(request, type, &value, sizeof(value));
}

void request_put_string(struct request *request, uint16_t type,
			const char *string)
{
	request_put(request, type, string, strlen(string) + 1);
}

/**
 * request_nest() - open a nest in the one that is open
 * @request: the request
 * @type: number of the attribute
 */
void request_nest(struct request *request, uint16_t type)
{
	const int index = add_node(request, type);

	if (index < 0)
		return;
	request->nodes[index].nested = true;
	request->nest = index;
}

/**
 * request_nest_end() - close the nest that is open
 * @request: the request
 */
void request_nest_end(struct request *request)
{
	if (request->nest >= 0)
		request->nest = request->nodes[request->nest].parent;
}

static size_t encode_node(const struct request *request, int index,
			  uint8_t *encoded)
{
	const struct request_node *node = &request->nodes[index];
	struct nlattr header = { .nla_type = node->type };
	size_t len = NLA_HDRLEN;

	if (node->nested)
		header.nla_type |= NLA_F_NESTED;
	for (int i = node->first; i >= 0; i = request->nodes[i].next)
		len += encode_node(request, i, encoded + len);
	if (node->len)
		memcpy(encoded + len, request->octets + node->octets, node->len);
	len += node->len;
	header.nla_len = node->false_len ? node->false_len : (uint16_t)len;
	memcpy(encoded, &header, sizeof(header));
	memset(encoded + len, 0, NLA_ALIGN(len) - len);
	return NLA_ALIGN(len);
}

/**
 * request_encode() - as it goes to the kernel
 * @request: the request
 * @family: number of the family
 * @sequence: number of the request
 * @version: version of the family, and above it what the header reserves
 * @encoded: receives at most REQUEST_LEN_MAX octets
 *
 * Return: octets in @encoded.
 */
size_t request_encode(const struct request *request, uint16_t family,
		      uint32_t sequence, uint16_t version, uint8_t *encoded)
{
	struct genlmsghdr operation = {
		.cmd = request->command,
		.version = (uint8_t)version,
		.reserved = version >> 8,
	};
	struct nlmsghdr header = {
		.nlmsg_type = family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = sequence,
	};
	size_t len = NLMSG_HDRLEN + GENL_HDRLEN;

	if (request->dumps)
		header.nlmsg_flags |= NLM_F_DUMP;
	for (int i = request->first; i >= 0; i = request->nodes[i].next)
		len += encode_node(request, i, encoded + len);
	header.nlmsg_len = (uint32_t)len;
	memcpy(encoded, &header, sizeof(header));
	memcpy(encoded + NLMSG_HDRLEN, &operation, sizeof(operation));
	return len;
}
