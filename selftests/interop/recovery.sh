#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peer, or this side's helper, that dies and comes back, or does not: what pqike does about
# it.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

kill_daemon()
{
	local pid

	pid=$(cat "$1")
	kill -KILL "$pid"
	wait_for_exit "$pid"
}

# The kernel of sun forgets as well: it is another boot.
strongswan_restarts()
{
	kill_daemon "$run/sun/charon.pid"
	ip -n sun xfrm state flush
	ip -n sun xfrm policy flush
	strongswan_run sun 1
	sun_mark=0
}

pqike_restarts()
{
	pqike_kill moon
	pqike_run moon
	moon_mark=0
}

one_ike_sa()
{
	[ "$(row_list "$1" | grep -c -E "^r$1: #.*ESTABLISHED")" -eq 1 ] &&
		[ "$(row_ike_sa "$1" | wc -l)" -eq 1 ]
}

establish()
{
	local row

	for row in "$@"; do
		row_up moon "$row"
		row_ping moon "$row"
	done
}

# It says that it knows of no other IKE SA.
peer_begins_anew()
{
	establish 1
	strongswan_restarts
	row_up sun 1
	row_ping moon 1
	one_ike_sa 1
	row_down sun 1
}

begins_anew()
{
	establish 1
	pqike_restarts
	row_up moon 1
	row_ping moon 1
	one_ike_sa 1
	row_down moon 1
}

# The liveness check of all three ends at the same time.
dies()
{
	establish 2 3 4
	silent_start sun
	strongswan_restarts
	row_log moon 'r2: failed: peer .* does not answer'
	row_log moon 'r3: failed: peer .* does not answer'
	row_log moon 'r4: failed: peer .* does not answer'
	silent_stop sun
}

cleared()
{
	[ -z "$(row_ike_sa 2)" ]
	[ -z "$(ip -n moon xfrm policy list src 10.1.2.0/24)" ]
}

comes_back()
{
	eventually row_answers "$1"
	one_ike_sa "$1"
	row_ping sun "$1"
	row_down moon "$1" || :
}

# The peer deletes the Child SA only.
closed_by_peer()
{
	establish 5
	swanctl_on sun --terminate --child net --ike r5 --timeout 10
	eventually row_answers 5
	row_list 5 | grep INSTALLED
	row_down moon 5
}

# The first address belongs to nobody. It was begun before the others died.
second_address()
{
	eventually row_answers 6
	row_down moon 6
}

# helper_killed: as a fault would end it; its supervisor is the same one afterwards
helper_killed()
{
	local supervisor

	supervisor=$(cat "$run/moon/pqike.pid")
	kill -KILL "$(pqike_helper moon)"
	row_log moon 'the helper ended by signal 9, Killed: tunnels go on'
	row_log moon 'another helper is ready'
	[ "$(pgrep --parent "$supervisor")" = "$(pqike_helper moon)" ]
}

helper_is_followed()
{
	establish 7
	helper_killed
	row_up moon 7
	row_ping moon 7
	one_ike_sa 7
	row_down moon 7
}

tunnel_starts_again()
{
	eventually row_answers 8
	helper_killed
	row_log moon 'r8: taken over from a helper that is no more'
	eventually row_answers 8
	one_ike_sa 8
}

# is_dead PID: whether or not anybody has asked how it ended
is_dead()
{
	[ "$(awk '$1 == "State:" { print $2 }' "/proc/$1/status")" = Z ]
}

# The supervisor is stopped, so that there is no helper for a while. Who has a question for
# it waits for the next one.
without_a_helper()
{
	local supervisor helper asking

	establish 9
	supervisor=$(cat "$run/moon/pqike.pid")
	helper=$(pqike_helper moon)
	kill -STOP "$supervisor"
	kill -KILL "$helper"
	row_up moon 9 >"$run/asked" 2>&1 &
	asking=$!
	(
		trap 'kill -CONT "$supervisor"' EXIT
		eventually is_dead "$helper"
		ip -n moon xfrm state list nokeys src "${row_sun[9]}" |
			grep 'encap type espinudp'
		row_ping moon 9 20
		row_ping sun 9 20
	)
	row_log moon 'another helper is ready'
	wait "$asking"
	row_ping moon 9
	one_ike_sa 9
	row_down moon 9
}

# The next helper has what is in force, not what the file says by now.
helper_has_what_is_in_force()
{
	local reload=("$pqike" reload --control "$run/moon/pqike.control")

	cp "$run/moon/pqike.conf" "$run/moon/good.conf"
	sed -i 's/^r7 {/r70 {/' "$run/moon/pqike.conf"
	ip netns exec moon "${reload[@]}"
	echo 'nonsense = yes' >>"$run/moon/pqike.conf"
	expect_failure "$run/reload" ip netns exec moon "${reload[@]}"
	grep 'pqike.conf:[0-9]*: .*nonsense' "$run/reload"
	kill -KILL "$(pqike_helper moon)"
	row_log moon 'another helper is ready'
	row_mark
	pqike_on moon up --control "$run/moon/pqike.control" r70
	row_ping moon 7
	pqike_on moon down --control "$run/moon/pqike.control" r70
	cp "$run/moon/good.conf" "$run/moon/pqike.conf"
	ip netns exec moon "${reload[@]}"
	row_up moon 7
	row_ping moon 7
	row_down moon 7
}

# reload_with_quota [KEY=VALUE]: in the section quota, or without one
reload_with_quota()
{
	rows_configure
	[ $# -eq 0 ] || printf 'quota {\n\t%s\n}\n' "$1" >>"$run/moon/pqike.conf"
	pqike_on moon reload --control "$run/moon/pqike.control"
}

# quota_of MEMBER: of IKE SAs
quota_of()
{
	pqike_on moon show -s -j | jq ".quota.ike_sas.$1"
}

# One more than the quota comes up once a reload has raised it.
quota_is_raised()
{
	local before default

	before=$(quota_of used)
	default=$(quota_of max)
	reload_with_quota ike_sas=$((before + 1))
	establish 1
	expect_failure "$run/more" row_up moon 2
	grep 'as many IKE SAs as it may have' "$run/more"
	reload_with_quota ike_sas=$((before + 2))
	establish 2
	[ "$(quota_of used)" -eq "$(quota_of max)" ]
	# What is refused changes nothing, nor does the next helper.
	expect_failure "$run/refused" reload_with_quota connections=1
	grep 'pqike.conf:[0-9]*: quota.connections: expected at least' "$run/refused"
	kill -KILL "$(pqike_helper moon)"
	row_log moon 'another helper is ready'
	[ "$(quota_of max)" -eq $((before + 2)) ]
	# With less than there is, both go on, but are not rekeyed.
	reload_with_quota ike_sas=1
	row_ping moon 1
	row_ping moon 2
	expect_failure "$run/more" row_rekey moon 2 ike
	grep 'as many IKE SAs as it may have' "$run/more"
	reload_with_quota
	[ "$(quota_of max)" -eq "$default" ]
	row_rekey moon 2 ike
	row_end moon 1
	row_end moon 2
}

row "a peer that was restarted"
row "dpd_action clear" moon:conn.dpd_delay=1s moon:child.dpd_action=clear
row "dpd_action start" moon:conn.dpd_delay=1s moon:child.dpd_action=restart
row "dpd_action trap" moon:conn.dpd_delay=1s moon:child.dpd_action=trap
row "close_action start" moon:child.close_action=start
row "two remote addresses" \
	moon:conn.remote_addrs="192.0.2.250, ${row_sun[6]}"
row "a helper that is killed"
row "a helper that is killed, of a tunnel that is to be up" \
	moon:child.start_action=start moon:conn.dpd_delay=1s \
	moon:child.dpd_action=restart
row "no helper, ESP in UDP" sun:conn.encap=yes

ktap_print_header
ktap_set_plan 14
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "strongSwan restarted, and begins" 1 peer_begins_anew
row_test "pqike restarted, and begins" 1 begins_anew
row_up moon 6 >"$run/second" 2>&1 &
row_test "pqike notices that strongSwan does not answer" 2 dies
row_test "dpd_action clear" 2 cleared
row_test "dpd_action restart, strongSwan is back" 3 comes_back 3
row_test "dpd_action trap, strongSwan is back" 4 comes_back 4
row_test "close_action start, strongSwan deletes the Child SA" 5 closed_by_peer
row_test "the second remote address when the first is silent" 6 second_address
row_test "the helper killed, another begins" 7 helper_is_followed
row_test "the helper killed, start_action = start" 8 tunnel_starts_again
row_test "no helper: ESP in UDP goes on, commands wait" 9 without_a_helper
row_test "the helper killed, the file says something else by now" 7 \
	helper_has_what_is_in_force
row_test "a reload raises the quota, and gives the default back" 2 quota_is_raised
run_test "nothing is left when the daemons have ended" rows_leave_nothing
ktap_finished
