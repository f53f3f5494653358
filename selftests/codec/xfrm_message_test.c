// SPDX-License-Identifier: GPL-2.0
/* Messages of xfrm, whole and cut short at every length. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/xfrm_message.h"
#include "kselftest_harness.h"

FIXTURE(message)
{
	struct nlmsghdr *header;
	struct xfrm_message read;
};

FIXTURE_SETUP(message)
{
	self->header = mnl_nlmsg_put_header(calloc(1, 4096));
}

FIXTURE_TEARDOWN(message)
{
	free(self->header);
}

typedef FIXTURE_DATA(message) message;

static void put_template(message *self, uint32_t reqid)
{
	struct xfrm_user_tmpl tmpl = {
		.reqid = reqid, .id.proto = IPPROTO_ESP,
	};

	mnl_attr_put(self->header, XFRMA_TMPL, sizeof(tmpl), &tmpl);
}

/* In memory that ends where the message does; the length says so, too. */
static enum xfrm_message_kind read_first(const message *self, uint32_t len)
{
	struct nlmsghdr *cut = malloc(len);
	struct xfrm_message read;

	memcpy(cut, self->header, len);
	cut->nlmsg_len = len;
	xfrm_message_read(cut, &read);
	free(cut);
	return read.kind;
}

static void read_cut(message *self, enum xfrm_message_kind kind, uint32_t least)
{
	for (uint32_t len = NLMSG_HDRLEN; len <= self->header->nlmsg_len; len++)
		if ((read_first(self, len) == kind) != (len >= least))
			abort();
}

TEST_F(message, expire)
{
	struct xfrm_user_expire *expire;

	self->header->nlmsg_type = XFRM_MSG_EXPIRE;
	expire = mnl_nlmsg_put_extra_header(self->header, sizeof(*expire));
	expire->state.id.spi = htonl(0x12345678);
	expire->state.id.proto = IPPROTO_ESP;
	expire->state.family = AF_INET;
	expire->state.id.daddr.a4 = htonl(0xc0000201);
	expire->hard = 1;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_EXPIRE);
	EXPECT_EQ(self->read.spi, 0x12345678);
	EXPECT_EQ(self->read.destination.ss_family, AF_INET);
	EXPECT_EQ(((struct sockaddr_in *)&self->read.destination)->sin_addr.s_addr,
		  htonl(0xc0000201));
	EXPECT_TRUE(self->read.hard);
	read_cut(self, XFRM_MESSAGE_EXPIRE, NLMSG_HDRLEN + sizeof(*expire));
	expire->state.id.proto = IPPROTO_AH;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
}

TEST_F(message, acquire)
{
	struct xfrm_user_acquire *acquire;

	self->header->nlmsg_type = XFRM_MSG_ACQUIRE;
	acquire = mnl_nlmsg_put_extra_header(self->header, sizeof(*acquire));
	acquire->policy.dir = XFRM_POLICY_OUT;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
	mnl_attr_put_u32(self->header, XFRMA_IF_ID, 7);
	put_template(self, 42);
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_ACQUIRE);
	EXPECT_EQ(self->read.reqid, 42);
	read_cut(self, XFRM_MESSAGE_ACQUIRE, self->header->nlmsg_len);
	acquire->policy.dir = XFRM_POLICY_IN;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
}

static void set_selector(struct xfrm_selector *selector, uint8_t protocol,
			 uint16_t sport, uint16_t dport)
{
	*selector = (struct xfrm_selector){
		.family = AF_INET, .proto = protocol, .saddr.a4 = htonl(0x0a010203),
		.daddr.a4 = htonl(0x0a020304), .sport = htons(sport),
		.dport = htons(dport), .prefixlen_s = 32, .prefixlen_d = 32,
	};
}

static bool is_packet(const message *self, const char *local, const char *remote)
{
	struct xfrm_message read;
	char local_is[PREFIX_TEXT_SIZE];
	char remote_is[PREFIX_TEXT_SIZE];

	xfrm_message_read(self->header, &read);
	prefix_print(&read.packet.local, local_is, sizeof(local_is));
	prefix_print(&read.packet.remote, remote_is, sizeof(remote_is));
	if (!strcmp(local, local_is) && !strcmp(remote, remote_is))
		return true;
	ksft_print_msg("it is %s, %s\n", local_is, remote_is);
	return false;
}

/* RFC 7296 section 2.9: what a trap asks for has these first. */
TEST_F(message, selectors_of_a_packet)
{
	struct xfrm_user_acquire *acquire;
	struct xfrm_selector *selector;

	self->header->nlmsg_type = XFRM_MSG_ACQUIRE;
	acquire = mnl_nlmsg_put_extra_header(self->header, sizeof(*acquire));
	acquire->policy.dir = XFRM_POLICY_OUT;
	selector = &acquire->sel;
	put_template(self, 42);
	set_selector(selector, IPPROTO_TCP, 40000, 443);
	EXPECT_TRUE(is_packet(self, "10.1.2.3/32[6/40000]", "10.2.3.4/32[6/443]"));
	set_selector(selector, IPPROTO_ICMP, 8, 0);
	EXPECT_TRUE(is_packet(self, "10.1.2.3/32[1/8(0)]",
			      "10.2.3.4/32[1/8(0)]"));
	set_selector(selector, IPPROTO_GRE, 7, 7);
	EXPECT_TRUE(is_packet(self, "10.1.2.3/32[47]", "10.2.3.4/32[47]"));
	set_selector(selector, IPPROTO_UDP, 0, 0);
	EXPECT_TRUE(is_packet(self, "10.1.2.3/32[17]", "10.2.3.4/32[17]"));
	selector->family = AF_INET6;
	memset(&selector->saddr, 0xfd, sizeof(selector->saddr));
	memset(&selector->daddr, 0xfe, sizeof(selector->daddr));
	EXPECT_TRUE(is_packet(self, "fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd/128[17]",
			      "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe/128[17]"));
	selector->family = AF_UNSPEC;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_ACQUIRE);
	EXPECT_TRUE(prefix_is_dynamic(&self->read.packet.local));
}

static struct xfrm_user_mapping *put_mapping(message *self, uint16_t family)
{
	struct xfrm_user_mapping *mapping;

	self->header->nlmsg_type = XFRM_MSG_MAPPING;
	mapping = mnl_nlmsg_put_extra_header(self->header, sizeof(*mapping));
	mapping->id.spi = htonl(0xcafe);
	mapping->id.proto = IPPROTO_ESP;
	mapping->id.family = family;
	mapping->new_sport = htons(30000);
	memset(&mapping->new_saddr, 0x20, sizeof(mapping->new_saddr));
	return mapping;
}

TEST_F(message, mapping_ipv4)
{
	const struct sockaddr_in *source = (const void *)&self->read.source;
	struct xfrm_user_mapping *mapping = put_mapping(self, AF_INET);

	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_MAPPING);
	EXPECT_EQ(self->read.spi, 0xcafe);
	EXPECT_EQ(source->sin_family, AF_INET);
	EXPECT_EQ(ntohs(source->sin_port), 30000);
	EXPECT_EQ(source->sin_addr.s_addr, 0x20202020);
	read_cut(self, XFRM_MESSAGE_MAPPING, NLMSG_HDRLEN + sizeof(*mapping));
	mapping->new_sport = 0;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
}

TEST_F(message, mapping_ipv6)
{
	const struct sockaddr_in6 *source = (const void *)&self->read.source;

	put_mapping(self, AF_INET6);
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_MAPPING);
	EXPECT_EQ(source->sin6_family, AF_INET6);
	EXPECT_EQ(ntohs(source->sin6_port), 30000);
	EXPECT_EQ(source->sin6_addr.s6_addr[15], 0x20);
}

TEST_F(message, mapping_of_no_family)
{
	put_mapping(self, AF_UNIX);
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
}

TEST_F(message, of_another_type)
{
	self->header->nlmsg_type = XFRM_MSG_NEWSA;
	xfrm_message_read(self->header, &self->read);
	EXPECT_EQ(self->read.kind, XFRM_MESSAGE_OTHER);
}

TEST_HARNESS_MAIN
