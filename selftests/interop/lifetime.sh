#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What outlives the helper and what ends with it, with its network namespace and
# with the module, when each goes without a word.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

is_established()
{
	[ "$(pqike_on "$1" show --json | jq -r '.ike_sas[].state')" = established ]
}

# Established tunnels need no helper; the next one goes on with them.
tunnel_outlives_helper()
{
	gateways_start pqike pqike
	up moon
	pqike_kill moon
	is_established moon
	inner_ping moon 56 2
	pqike_start moon
	log moon 'taken over from a helper that is no more, with 1 Child SAs'
	inner_ping moon 56 2
	down moon
	expect_all_gone
	gateways_stop
}

half_open_ends_with_helper()
{
	gateways_start pqike silent
	up moon &
	log moon 'initiating to'
	[ -n "$(pqike_ike_sas moon)" ]
	pqike_kill moon
	eventually has_no_ike_sa moon
	gateways_end 0
}

module_takes_tunnels_along()
{
	gateways_start pqike pqike
	up moon
	pqike_kill moon
	pqike_kill sun
	rmmod pqike
	expect_nothing_left
	pqike_modules
}

wire_end_is_gone()
{
	! ip -n wire link show dev "$1" >/dev/null 2>&1
}

# The other end of its link goes when the namespace really does.
namespace_ends_with_tunnel()
{
	gateways_start pqike pqike
	up moon
	pqike_kill moon
	signal_all moon TERM
	ip netns delete moon
	eventually wire_end_is_gone moon
	trap - EXIT
}

ktap_print_header
ktap_set_plan 4
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT

run_test "an established tunnel outlives its helper" tunnel_outlives_helper
run_test "a half-open IKE SA ends with its helper" half_open_ends_with_helper
run_test "tunnels end with the module" module_takes_tunnels_along
run_test "a namespace with a tunnel can end" namespace_ends_with_tunnel
ktap_finished
