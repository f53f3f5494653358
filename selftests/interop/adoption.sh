#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper is killed, and another one goes on with its tunnels: under a stream of
# pings, which loses none, at rest and in the middle of rekeys of either side.
# PQIKE_ROWS=one has two tunnels, one of either side, each rekeyed once by the next helper.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/test.sh

deaths=2 # deaths.sh has one in each phase
[ "${PQIKE_ENDURANCE:-short}" != full ] || deaths=100

# is_dead PID: whether or not anybody has asked how it ended
is_dead()
{
	[ "$(awk '$1 == "State:" { print $2 }' "/proc/$1/status")" = Z ]
}

# kill_helper: there is none until start_helper, as its supervisor is stopped
kill_helper()
{
	local helper

	helper=$(pqike_helper moon)
	kill -STOP "$(cat "$run/moon/pqike.pid")"
	kill -KILL "$helper"
	eventually is_dead "$helper"
	row_mark
}

# start_helper ROW
start_helper()
{
	kill -CONT "$(cat "$run/moon/pqike.pid")"
	row_log moon "r$1: taken over from a helper that is no more, with [0-9]+ Child SAs"
	row_log moon 'another helper is ready'
}

restart_helper()
{
	kill_helper
	start_helper "$1"
}

# What show says, but for packets, and times that pass
shown()
{
	pqike_on moon show --json --control "$run/moon/pqike.control" |
		jq -S --arg name "r$1" '.ike_sas[] | select(.connection == $name) |
			del(.. | .age?, .rekey_in?, .ends_in?, .idle_in?,
			    .idle_out?, .bytes_in?, .bytes_out?, .packets_in?,
			    .packets_out?)'
}

at_rest()
{
	local before

	establish "$1" "$2"
	before=$(shown "$2")
	flood_start moon "$2"
	restart_helper "$2"
	flood_stop
	[ "$(shown "$2")" = "$before" ] || {
		diff <(echo "$before") <(shown "$2")
		return 1
	}
	flood_start moon "$2"
	next_rekeys "$2"
	restart_helper "$2"
	restart_helper "$2"
	next_rekeys "$2"
	flood_stop
	row_end moon "$2"
}

# briefly WHO ROW WHAT: WHO begins the tunnel, and rekeys it when the helper has died
briefly()
{
	establish "$1" "$2"
	flood_start moon "$2"
	restart_helper "$2"
	rekeyed "$1" "$2" "$3"
	flood_stop
	row_end moon "$2"
}

# asked HOOK WHAT ROW: the helper dies with a request outstanding, which its peer has
# not seen (output), or whose response is lost (input)
asked()
{
	local hook=$1 what=$2 row=$3 before

	establish moon "$row"
	look "$row"
	before=${spis[$what]}
	flood_start moon "$row"
	silent_start moon "$hook"
	row_rekey moon "$row" "$what" >"$run/asked" 2>&1 &
	row_log moon "r$row: no answer to CREATE_CHILD_SA, sending it again \(1"
	kill_helper
	silent_stop moon
	start_helper "$row"
	wait "$!" || :
	eventually changed "$what" "$row" "$before"
	next_rekeys "$row"
	flood_stop
	row_end moon "$row"
}

# answered WHAT ROW: the helper dies, its response not having come to the peer
answered()
{
	local what=$1 row=$2 before

	establish moon "$row"
	look "$row"
	before=${spis[$what]}
	flood_start moon "$row"
	silent_start moon output
	row_rekey sun "$row" "$what" &
	row_log moon "$3"
	kill_helper
	silent_stop moon
	start_helper "$row"
	wait "$!" || :
	eventually changed "$what" "$row" "$before"
	next_rekeys "$row"
	flood_stop
	row_end moon "$row"
}

# IKE_FOLLOWUP_KE (44), the Exchange Type of the IKE header, which stands behind four zeros
# on port 4500
followups_lost='udp dport 500 @th,208,8 44 drop
udp dport 4500 @th,64,32 0 @th,240,8 44 drop'

# followup_cut input|output WHO WHAT ROW GATEWAY REGEX: WHO rekeys, and the helper dies
# once GATEWAY has written that; IKE_FOLLOWUP_KE does not come through until then
followup_cut()
{
	echo "$3 by $2, $1"
	row_mark
	silent_start moon "$1" "$followups_lost"
	row_rekey "$2" "$4" "$3" >"$run/asked" 2>&1 &
	row_log "$5" "$6"
	kill_helper
	silent_stop moon
	start_helper "$4"
	wait "$!" || :
}

# in_followups ROW: those phases of IKE_FOLLOWUP_KE from which both sides go on
in_followups()
{
	local before what

	establish moon "$1"
	flood_start moon "$1"
	for what in child ike; do
		look "$1"
		before=${spis[$what]}
		followup_cut input moon "$what" "$1" sun \
			'generating IKE_FOLLOWUP_KE response'
		eventually changed "$what" "$1" "$before"
		before=${spis[$what]}
		followup_cut output sun "$what" "$1" moon \
			"r$1: (child net )?rekeyed with"
		eventually changed "$what" "$1" "$before"
	done
	flood_stop
	row_end moon "$1"
}

# followup_lost child|ike ROW: what the helper was to go on with as the responder goes
# with it; the peer keeps what it was to rekey, and tries again after a while.
followup_lost()
{
	local before

	establish moon "$2"
	flood_start moon "$2"
	look "$2"
	before=${spis[$1]}
	followup_cut input sun "$1" "$2" sun 'generating IKE_FOLLOWUP_KE request'
	row_log sun 'rekeying failed, trying again'
	eventually settled "$2"
	[ "${spis[$1]}" = "$before" ]
	flood_stop
	row_end moon "$2"
}

# The control: without a helper that adopts it, nothing of this works.
without_adoption()
{
	local before

	establish moon "$1"
	look "$1"
	before=${spis[child]}
	flood_start moon "$1"
	kill_helper
	flood_stop
	row_rekey sun "$1" child &
	row_log sun 'retransmit 5 of request'
	if changed child "$1" "$before"; then
		return 1
	fi
	kill "$!" 2>/dev/null || :
	wait "$!" || :
	start_helper "$1"
	eventually changed child "$1" "$before"
	row_end moon "$1"
}

# It is configured no more: the peer is told.
not_configured()
{
	establish moon "$1"
	pqike_kill moon
	sed -i "s/^r$1 {/other {/" "$run/moon/pqike.conf"
	grep '^other {' "$run/moon/pqike.conf"
	pqike_run moon
	moon_mark=0
	row_log moon "the IKE SA of connection r$1, which is configured no more, is deleted"
	row_log sun "received DELETE for IKE_SA r$1"
	eventually row_is_gone "$1"
	rows_configure
	pqike_on moon reload --control "$run/moon/pqike.control"
}

# many_deaths ROW: supervisor and helper are killed while one side or the other rekeys,
# each time a little later
many_deaths()
{
	local death who what asking

	establish moon "$1"
	flood_start moon "$1"
	for ((death = 0; death < deaths; death++)); do
		who=$([ $((death % 2)) -eq 0 ] && echo moon || echo sun)
		what=$([ $((death / 2 % 2)) -eq 0 ] && echo child || echo ike)
		echo "death $death, $what by $who"
		row_rekey "$who" "$1" "$what" >"$run/asked" 2>&1 &
		asking=$!
		sleep "0.$(printf %02d $((death * 7 % 40)))"
		pqike_kill moon
		pqike_run moon
		moon_mark=0
		wait "$asking" || :
		eventually settled "$1"
	done
	next_rekeys "$1"
	flood_stop
	row_end moon "$1"
}

# left ROW: as a restart of the unit ends it, with its helper before it; the next one
# follows at once
left()
{
	local above

	establish moon "$1"
	pqike_kill moon
	begin_log "$run/moon/pqike.log"
	ip netns exec moon ./outlived "$pqike" run --config "$run/moon/pqike.conf" \
		--control "$run/moon/pqike.control" >"$run/moon/pqike.log" 2>&1 &
	above=$!
	wait_for_line "$run/moon/pqike.log" listening "$above"
	pgrep --parent "$above" >"$run/moon/pqike.pid"
	flood_start moon "$1"
	kill -USR1 "$(cat "$run/moon/pqike.pid")"
	wait "$above"
	tail -n 1 "$run/moon/pqike.log" | grep -x 'pqike: ending: tunnels go on'
	pqike_run moon
	moon_mark=0
	row_log moon "r$1: taken over from a helper that is no more, with [0-9]+ Child SAs"
	next_rekeys "$1"
	flood_stop
	row_end moon "$1"
}

# rekeyed_by GATEWAY: by pqike, which says when it is done
rekeyed_by()
{
	local what

	for what in child ike; do
		pqike_on "$1" rekey "--$what" --control "$run/$1/pqike.control" \
			gateways
	done
}

# two_of_pqike: the helpers of both are killed at a time
two_of_pqike()
{
	local gateway

	gateways_start pqike pqike
	up moon
	inner_ping moon 56 2
	flood_start moon 0
	for gateway in moon sun; do
		kill -KILL "$(pqike_helper "$gateway")"
	done
	for gateway in moon sun; do
		log "$gateway" 'another helper is ready'
	done
	for gateway in moon sun; do
		rekeyed_by "$gateway"
	done
	flood_stop
	down moon
	expect_all_gone
	gateways_stop
}

row "without key exchange" child.esp_proposals=aes128gcm16
row "with IKE_FOLLOWUP_KE" \
	child.esp_proposals=aes256gcm16-x25519-ke1_mlkem768

row "in UDP" sun:conn.encap=yes
row "an IKE SA without IKE_FOLLOWUP_KE" \
	conn.proposals=aes256gcm16-prfsha384-x25519 moon:conn.require_pq=no

ktap_print_header
pqike_modules
topology_up
trap 'flood_abandon; topology_down; pqike_modules_gone' EXIT
rows_start

if [ "${PQIKE_ROWS:-all}" = one ]; then
	ktap_set_plan 3
	row_test "killed, and the IKE SA rekeyed, a tunnel that pqike began" 1 \
		briefly moon 1 ike
	row_test "killed, and the Child SA rekeyed, one that strongSwan began" 2 \
		briefly sun 2 child
	run_test "nothing is left when the daemons have ended" rows_leave_nothing
	ktap_finished
fi
ktap_set_plan 17
row_test "killed at rest, a tunnel that pqike began" 1 at_rest moon 1
row_test "killed at rest, one that strongSwan began" 2 at_rest sun 2
row_test "killed at rest, ESP in UDP" 3 at_rest moon 3
row_test "killed, its request to rekey the Child SA not delivered" 1 \
	asked output child 1
row_test "killed, the answer to its rekey of the Child SA not delivered" 1 \
	asked input child 1
row_test "killed, the answer to its rekey of the IKE SA not delivered" 2 \
	asked input ike 2
row_test "killed, its answer to a rekey of the Child SA not delivered" 1 \
	answered child 1 'r1: child net rekeyed'
row_test "killed, its answer to a rekey of the IKE SA not delivered" 4 \
	answered ike 4 'r4: rekeyed with'
row_test "killed in IKE_FOLLOWUP_KE, as either side" 2 in_followups 2
row_test "killed as its peer is to go on with IKE_FOLLOWUP_KE of a Child SA" 2 \
	followup_lost child 2
row_test "killed as its peer is to go on with IKE_FOLLOWUP_KE of the IKE SA" 1 \
	followup_lost ike 1
row_test "ended by SIGUSR1" 1 left 1
row_test "without a helper no rekey takes place, with one it does" 1 \
	without_adoption 1
row_test "killed, its connection is configured no more" 1 not_configured 1
row_test "killed $deaths times while either side rekeys, IKE_FOLLOWUP_KE or not" 2 \
	many_deaths 2
flood_say
run_test "nothing is left when the daemons have ended" rows_leave_nothing
run_test "both of two gateways with pqike killed at a time" two_of_pqike
ktap_finished
