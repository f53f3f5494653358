#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A host with many routes and addresses that come and go: they are no concern of
# pqike's, which neither wakes for each nor loses a tunnel.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

case ${PQIKE_ENDURANCE:-short} in
full) routes=300000 ;;
*) routes=10000 ;;
esac
addresses=2000

# Where all routes of moon stand but those to its own links
TABLE=100

# wake_ups: how often the helper has slept and woken
wake_ups()
{
	awk '/^voluntary_ctxt_switches/ { print $2 }' \
		"/proc/$(pqike_helper moon)/status"
}

# other_routes add|delete
other_routes()
{
	seq "$routes" | awk -v action="$1" -v table="$TABLE" '{
		printf "route %s 11.%d.%d.%d via 192.0.2.2 table %d\n", action,
			$1 / 65536, $1 / 256 % 256, $1 % 256, table
	}' | ip -n moon -batch -
}

# The way to the peer too is in the other table.
routes_move()
{
	ip -n moon rule add priority 100 lookup "$TABLE"
	ip -n moon route add 192.0.2.0/24 dev wire table "$TABLE"
	ip -n moon route add 10.2.0.0/16 via 192.0.2.2 table "$TABLE"
	ip -n moon route delete 10.2.0.0/16
	ip -n moon route delete 192.0.2.0/24
}

routes_move_back()
{
	ip -n moon route add 192.0.2.0/24 dev wire src 192.0.2.1
	ip -n moon route add 10.2.0.0/16 via 192.0.2.2
	ip -n moon rule delete priority 100
	other_routes delete
	ip -n moon route delete 10.2.0.0/16 table "$TABLE"
	ip -n moon route delete 192.0.2.0/24 table "$TABLE"
}

# Not a wake-up for a thousand routes, nor an octet of memory for each.
many_routes()
{
	local wake_ups resident

	routes_move
	row_up moon 1
	row_ping moon 1
	wake_ups=$(wake_ups)
	resident=$(pqike_resident_kib moon)
	other_routes add
	echo "$(($(wake_ups) - wake_ups)) wake-ups, $(($(pqike_resident_kib moon) - resident)) KiB"
	[ $(($(wake_ups) - wake_ups)) -lt $((routes / 1000)) ]
	[ $((($(pqike_resident_kib moon) - resident) * 1024)) -lt "$routes" ]
	row_up "$1" 2
	for row in 1 2; do
		row_ping moon "$row"
		row_ping sun "$row"
		row_rekey moon "$row" child
		row_rekey moon "$row" ike
		row_ping moon "$row"
		row_down moon "$row"
	done
	routes_move_back
	eventually rows_are_gone
}

# other_addresses add|delete
other_addresses()
{
	seq "$addresses" | awk -v action="$1" '{
		printf "address %s 12.0.%d.%d/32 dev other\n", action, $1 / 256,
			$1 % 256
	}' | ip -n moon -batch -
}

spis()
{
	ip -n moon xfrm state list nokeys | grep -o 'spi 0x[0-9a-f]*' | sort
}

addresses_flap()
{
	local before

	ip -n moon link add other type dummy
	ip -n moon link set other up
	row_up moon 1
	row_up sun 2
	row_ping sun 2
	before=$(spis)
	flood_start moon 1
	for _ in 1 2 3; do
		other_addresses add
		other_addresses delete
	done
	flood_advance
	flood_stop
	[ "$(spis)" = "$before" ]
	row_ping moon 2
	row_rekey moon 1 ike
	row_down moon 1
	row_down moon 2
	ip -n moon link delete other
	eventually rows_are_gone
}

row "with an address of its own"
row "whose address the routes say" moon:conn.local_addrs=

ktap_print_header
ktap_set_plan 3
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

for who in moon:pqike sun:strongSwan; do
	row_test "$routes routes in another table, begun by ${who#*:}" 1 \
		many_routes "${who%:*}"
done
row_test "$addresses addresses come and go three times" 1 addresses_flap
rows_stop
ktap_finished
