/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A netlink socket: a request, and its answer.
 */
#ifndef TALK_H
#define TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "request.h"

/* A sealed message of 65000 octets, in fragments, and what is around it */
#define REPLY_LEN_MAX	(256 << 10)

/**
 * struct reply - what came back
 * @octets: the last message of the family, from its netlink header on
 * @len: octets in @octets; 0 for none
 * @each: called for each message of the family; or NULL
 * @context: for @each
 * @said: why it was refused
 */
struct reply {
	uint8_t octets[REPLY_LEN_MAX];
	size_t len;
	void (*each)(void *context, const struct nlmsghdr *message);
	void *context;
	char said[128];
};

struct talker {
	int fd;
	uint32_t sequence;
	uint8_t encoded[REQUEST_LEN_MAX];
	uint8_t received[REPLY_LEN_MAX];
};

bool talk_find_family(void);
bool talker_open(struct talker *talker);
bool talker_authorise(struct talker *talker);
void talker_close(struct talker *talker);
int talk(struct talker *talker, const struct request *request,
	 struct reply *reply);
int talk_unheard(struct talker *talker, const struct request *request,
		 struct reply *reply);
int talk_with_reserved_bits(struct talker *talker, const struct request *request,
			    struct reply *reply);

const struct nlattr *reply_attribute(const struct reply *reply, uint16_t type);
const struct nlattr *message_attribute(const struct nlmsghdr *message,
				       uint16_t type);
const struct nlattr *nested_attribute(const struct nlattr *nest, uint16_t type);
const struct nlattr *next_attribute(const struct nlattr *attribute,
				    const struct nlmsghdr *message,
				    uint16_t type);
const void *attribute_octets(const struct nlattr *attribute);
size_t attribute_len(const struct nlattr *attribute);
uint32_t attribute_u32(const struct nlattr *attribute);
uint16_t attribute_u16(const struct nlattr *attribute);

#endif
