// SPDX-License-Identifier: GPL-2.0
/* Both roles with a NAT between them, which moves one. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "helper/command.h"
#include "ike/child_sa.h"
#include "ike/ike_event.h"
#include "ike/nat_traversal.h"
#include "kselftest_harness.h"
#include "pair.h"
#include "tunnel/up_down.h"
#include "wire/selector.h"

static struct pair pair;

FIXTURE(nat)
{
};

FIXTURE_SETUP(nat)
{
	pair_begin(&pair);
}

FIXTURE_TEARDOWN(nat)
{
	pair_end(&pair);
}

static uint16_t encap_port(const struct side *side)
{
	return side->ike.kernel->last_install.encap_remote_port;
}

static uint16_t remote_port(const struct side *side)
{
	return endpoint_port(&side_established(side)->path.remote);
}

TEST_F(nat, none)
{
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(encap_port(&pair.a), 0);
	EXPECT_EQ(encap_port(&pair.b), 0);
	EXPECT_EQ(remote_port(&pair.a), IKE_PORT);
}

TEST_F(nat, in_between)
{
	pair_set_nat(&pair, "198.51.100.1", 20000);
	pair.b.connection.remote_addrs[0] = pair.nat;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(remote_port(&pair.a), IKE_NAT_PORT);
	EXPECT_EQ(remote_port(&pair.b), 20001);
	EXPECT_EQ(encap_port(&pair.a), IKE_NAT_PORT);
	EXPECT_EQ(encap_port(&pair.b), 20001);
	EXPECT_EQ(pair.b.ike.kernel->last_install.encap_local_port, IKE_NAT_PORT);
	EXPECT_NE(side_established(&pair.a)->keepalive_timer.due, 0);
	EXPECT_EQ(side_established(&pair.b)->keepalive_timer.due, 0);
}

TEST_F(nat, beginning_on_port_4500)
{
	pair.a.connection.remote_port = IKE_NAT_PORT;
	pair_set_nat(&pair, "198.51.100.1", 20000);
	pair.b.connection.remote_addrs[0] = pair.nat;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(endpoint_port(&side_established(&pair.a)->path.local),
		  IKE_NAT_PORT);
	EXPECT_EQ(remote_port(&pair.b), 20001);
	EXPECT_EQ(encap_port(&pair.b), 20001);
}

TEST_F(nat, pretended_by_the_initiator)
{
	pair.a.connection.encap = true;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(encap_port(&pair.a), IKE_NAT_PORT);
	EXPECT_EQ(encap_port(&pair.b), IKE_NAT_PORT);
}

TEST_F(nat, pretended_by_the_responder)
{
	pair.b.connection.encap = true;
	pair_establish(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	EXPECT_EQ(encap_port(&pair.a), IKE_NAT_PORT);
	EXPECT_EQ(encap_port(&pair.b), IKE_NAT_PORT);
}

static void establish_behind_nat(void)
{
	pair_set_nat(&pair, "198.51.100.1", 20000);
	pair.b.connection.remote_addrs[0] = pair.nat;
	pair_establish(&pair);
	if (!side_is_established(&pair.a, 1) || !side_is_established(&pair.b, 1))
		abort();
}

/* Return: seconds until side A sends something by itself. */
static int64_t pass_until_sent(void)
{
	int64_t start = clock_now();

	while (!fake_network_count())
		fake_clock_run(&pair.a.ike);
	return (clock_now() - start + SECOND / 2) / SECOND;
}

static bool is_keepalive(void)
{
	struct fake_datagram *datagram = fake_network_take();
	bool is = datagram->len == 1 && datagram->data[0] == 0xff;

	free(datagram);
	return is;
}

TEST_F(nat, keepalive)
{
	establish_behind_nat();
	EXPECT_EQ(pass_until_sent(), 20);
	EXPECT_TRUE(is_keepalive());
	EXPECT_EQ(pass_until_sent(), 20);
	EXPECT_TRUE(is_keepalive());
}

TEST_F(nat, keepalive_after_a_message)
{
	establish_behind_nat();
	pair_pass(&pair, 10 * SECOND);
	tunnel_rekey_child(&pair.a.ike, &pair.a.connection, NULL, 0);
	pair_deliver_all(&pair);
	EXPECT_EQ(pass_until_sent(), 20);
	EXPECT_TRUE(is_keepalive());
}

TEST_F(nat, keepalive_goes_on_after_a_rekey)
{
	establish_behind_nat();
	pair_pass(&pair, 10 * SECOND);
	tunnel_rekey_ike(&pair.a.ike, &pair.a.connection, 0);
	pair_deliver_all(&pair);
	EXPECT_EQ(pass_until_sent(), 20);
	EXPECT_TRUE(is_keepalive());
}

TEST_F(nat, port_changes_in_ike)
{
	establish_behind_nat();
	pair_set_nat(&pair, "198.51.100.1", 30000);
	tunnel_rekey_child(&pair.a.ike, &pair.a.connection, NULL, 0);
	pair_deliver_all(&pair);
	EXPECT_EQ(remote_port(&pair.b), 30001);
	EXPECT_EQ(encap_port(&pair.b), 30001);
	EXPECT_EQ(pair.b.ike.kernel->remote_port, 30001);
}

TEST_F(nat, port_changes_in_esp)
{
	struct sockaddr_storage source;

	establish_behind_nat();
	pair_set_nat(&pair, "198.51.100.1", 30000);
	source = pair.nat;
	endpoint_set_port(&source, 30001);
	nat_traversal_mapped(&pair.b.ike, side_child(&pair.b, 0), &source);
	EXPECT_EQ(remote_port(&pair.b), 30001);
	EXPECT_EQ(pair.b.ike.kernel->remote_port, 30001);
	EXPECT_EQ(fake_network_count(), 0);
	/* The kernel says so again: it may not have heard. */
	pair.b.ike.kernel->remote_port = 0;
	nat_traversal_mapped(&pair.b.ike, side_child(&pair.b, 0), &source);
	EXPECT_EQ(pair.b.ike.kernel->remote_port, 30001);
}

TEST_F(nat, address_changes)
{
	const struct child_sa *child;
	uint32_t old;
	struct sockaddr_storage source;

	establish_behind_nat();
	old = side_child(&pair.b, 0)->spi_in;
	pair_set_nat(&pair, "203.0.113.7", 40000);
	source = pair.nat;
	endpoint_set_port(&source, 40001);
	nat_traversal_mapped(&pair.b.ike, side_child(&pair.b, 0), &source);
	pair_deliver_all(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	child = side_child(&pair.b, 0);
	ASSERT_NE(child, NULL);
	EXPECT_NE(child->spi_in, old);
	EXPECT_EQ(encap_port(&pair.b), 40001);
}

/* What replaces the IKE SA speaks to where the peer is by then. */
TEST_F(nat, address_changes_while_the_ike_sa_is_rekeyed)
{
	struct sockaddr_storage source;

	establish_behind_nat();
	tunnel_rekey_ike(&pair.b.ike, &pair.b.connection, 0);
	pair_deliver_one(&pair);
	pair_set_nat(&pair, "203.0.113.7", 40000);
	source = pair.nat;
	endpoint_set_port(&source, 40001);
	nat_traversal_mapped(&pair.b.ike, side_child(&pair.b, 0), &source);
	pair_deliver_all(&pair);
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_EQ(pair.b.events[EVENT_IKE_REKEYED], 1);
	EXPECT_EQ(remote_port(&pair.b), 40001);
	EXPECT_EQ(encap_port(&pair.b), 40001);
}

/* The initiator is behind the NAT: its peer has no business to move. */
TEST_F(nat, who_is_not_behind_it_does_not_move)
{
	struct fake_datagram *datagram;

	establish_behind_nat();
	tunnel_rekey_child(&pair.b.ike, &pair.b.connection, NULL, 0);
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	side_set_address(&datagram->path.local, "203.0.113.66");
	endpoint_set_port(&datagram->path.local, IKE_NAT_PORT);
	datagram->path.remote = pair.a.connection.local_addrs[0];
	endpoint_set_port(&datagram->path.remote, IKE_NAT_PORT);
	pair_deliver_to(&pair.a, datagram);
	free(datagram);
	EXPECT_EQ(remote_port(&pair.a), IKE_NAT_PORT);
	EXPECT_TRUE(endpoint_same_address(&side_established(&pair.a)->path.remote,
					  &pair.b.connection.local_addrs[0]));
	/* The answer goes where the request came from (RFC 7296 section 2.11). */
	datagram = fake_network_take();
	ASSERT_NE(datagram, NULL);
	EXPECT_FALSE(endpoint_same_address(&datagram->path.remote,
					   &pair.b.connection.local_addrs[0]));
	free(datagram);
}

static void set_modes(enum child_mode a, enum child_mode b)
{
	side_set_selectors(&pair.a, 0, "dynamic[tcp]", "dynamic[tcp/80]");
	side_set_selectors(&pair.b, 0, "dynamic[tcp/80]", "dynamic[tcp]");
	pair.a.child[0].mode = a;
	pair.b.child[0].mode = b;
}

static bool is_in_transport_mode(const struct side *side, const char *local,
				 const char *remote)
{
	const struct fake_install *install =
		&side->ike.kernel->last_install;
	char local_is[256];
	char remote_is[256];

	prefixes_print(&install->local_ts, local_is, sizeof(local_is));
	prefixes_print(&install->remote_ts, remote_is, sizeof(remote_is));
	if (install->transport && !strcmp(local, local_is) &&
	    !strcmp(remote, remote_is))
		return true;
	ksft_print_msg("it is %s === %s\n", local_is, remote_is);
	return false;
}

/* RFC 7296 section 2.23.1: each side has the addresses that it sees itself. */
TEST_F(nat, transport_mode_with_the_initiator_behind_it)
{
	set_modes(MODE_TRANSPORT, MODE_TRANSPORT);
	establish_behind_nat();
	EXPECT_TRUE(is_in_transport_mode(&pair.a, "192.0.2.1/32[6]",
					 "192.0.2.2/32[6/80]"));
	EXPECT_TRUE(is_in_transport_mode(&pair.b, "192.0.2.2/32[6/80]",
					 "198.51.100.1/32[6]"));
}

/* The NAT forwards port 4500 to side A. */
static void establish_to_behind_nat(void)
{
	pair_set_nat(&pair, "198.51.100.1", IKE_NAT_PORT - 1);
	pair.b.connection.remote_addrs[0] = pair.nat;
	endpoint_set_port(&pair.b.connection.remote_addrs[0], 0);
	pair.b.connection.remote_port = IKE_NAT_PORT;
	command(&pair.b.ike, NULL, CLIENT, "up tunnel");
	pair_deliver_all(&pair);
}

TEST_F(nat, transport_mode_with_the_responder_behind_it)
{
	set_modes(MODE_TRANSPORT, MODE_TRANSPORT);
	establish_to_behind_nat();
	ASSERT_TRUE(side_is_established(&pair.a, 1));
	ASSERT_TRUE(side_is_established(&pair.b, 1));
	EXPECT_TRUE(is_in_transport_mode(&pair.a, "192.0.2.1/32[6]",
					 "192.0.2.2/32[6/80]"));
	EXPECT_TRUE(is_in_transport_mode(&pair.b, "192.0.2.2/32[6/80]",
					 "198.51.100.1/32[6]"));
}

/* In either role of CREATE_CHILD_SA. */
TEST_F(nat, transport_mode_is_rekeyed)
{
	set_modes(MODE_TRANSPORT, MODE_TRANSPORT);
	establish_behind_nat();
	tunnel_rekey_child(&pair.b.ike, &pair.b.connection, NULL, 0);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(pair.b.events[EVENT_CHILD_REKEYED], 1);
	tunnel_rekey_child(&pair.a.ike, &pair.a.connection, NULL, 0);
	pair_pass(&pair, 60 * SECOND);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_REKEYED], 2);
	EXPECT_EQ(pair.a.events[EVENT_CHILD_FAILED], 0);
	EXPECT_TRUE(is_in_transport_mode(&pair.a, "192.0.2.1/32[6]",
					 "192.0.2.2/32[6/80]"));
}

/* Undone where only a tunnel child takes it. */
TEST_F(nat, transport_mode_falls_back_to_a_tunnel_child)
{
	set_modes(MODE_TRANSPORT, MODE_TUNNEL);
	side_set_selectors(&pair.b, 0, "192.0.2.2", "192.0.2.1");
	establish_behind_nat();
	EXPECT_FALSE(pair.a.ike.kernel->last_install.transport);
	EXPECT_FALSE(pair.b.ike.kernel->last_install.transport);
}

TEST_HARNESS_MAIN
