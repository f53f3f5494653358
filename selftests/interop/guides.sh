#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guide for strongSwan as the peer, followed to the letter: both configurations as
# they stand there, and each command, which says what it says there. Of the guides for
# peers that are not here, the commands for interfaces and routes.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh
. ./lib/console.sh

guide=../../docs/guides/strongswan.md

# routes GUIDE NAME: with the configuration NAME of it, its commands succeed
routes()
{
	local document=../../docs/guides/$1.md etc=$run/moon/$1 file

	mkdir "$etc"
	block "$document" pqike "$2" | sed "s|/etc/pqike/|$etc/|" >"$etc/pqike.conf"
	sed -n 's/^ *file = //p' "$etc/pqike.conf" | while read -r file; do
		(umask 077 && echo "$PSK" >"$file")
	done
	pqike_run moon "$etc/pqike.conf"
	commands "$document" routes
	pqike_stop moon
	within moon nft flush ruleset
}

comes_up()
{
	console "$guide" up
	console "$guide" peer-up
	carries
}

is_rekeyed()
{
	console "$guide" rekey
	carries
}

# all_blocks: no block of the guide is left out
all_blocks()
{
	[ "$(block_names "$guide" console | xargs)" = "up peer-up rekey" ]
	[ "$(block_names "$guide" pqike)" = this-side ]
	[ "$(block_names "$guide" swanctl)" = peer ]
}

ktap_print_header
ktap_set_plan 6
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
ip -n sun address add 198.51.100.1/32 dev wire
ip -n moon route add 198.51.100.1 dev wire
console_start
console_test "the commands for Cloudflare" routes cloudflare cloudflare
console_test "the commands for AWS" routes aws aws
ip -n moon route replace local 10.1.0.0/16 dev lo
ip -n sun route replace local 10.2.0.0/16 dev lo
ip -n moon route replace 10.2.0.0/16 via 198.51.100.1 dev wire
ip -n sun route replace 10.1.0.0/16 via 192.0.2.1
wire_refuses_plain
console_configure "$guide"
strongswan_run sun 1
pqike_run moon "$run/moon/etc"
console_test "the guide has no other blocks" all_blocks
console_test "the tunnel comes up" comes_up
console_test "it is rekeyed with all key exchanges" is_rekeyed
console_test "nothing is left when the daemons have ended" rows_leave_nothing
ktap_finished
