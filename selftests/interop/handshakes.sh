#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# pqike bench handshake, with strongSwan and pqike as the peer: what it counts, and that
# it leaves nothing. How long a handshake takes is no matter here.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh
. ./lib/tunnels.sh

tunnels=6

# bench [ARGUMENT]...: its JSON is in $run/bench, what it complains of in
# $run/complaint, its exit status in status
bench()
{
	status=0
	pqike_on moon bench handshake -j --control "$run/moon/pqike.control" \
		"$@" >"$run/bench" 2>"$run/complaint" || status=$?
	echo "exit status $status"
	cat "$run/bench" "$run/complaint"
}

# counts FILTER: what jq makes of the outcome is true
counts()
{
	jq --exit-status "$1" "$run/bench"
}

# with_peer KIND FUNCTION [ARGUMENT]...: both daemons are there from a clean start to a
# clean end
with_peer()
{
	trap 'peer_end "$?"' EXIT
	expect_nothing_left
	tunnels_idle "$1" "$tunnels"
	"${@:2}"
	pqike_stop moon
	"${kind[sun]}_stop" sun
	expect_nothing_left
}

peer_end()
{
	local gateway log

	for gateway in moon sun; do
		signal_all "$gateway" KILL
		printf 'xfrm state flush\nxfrm policy flush\n' |
			ip -n "$gateway" -batch -
		within "$gateway" nft flush ruleset
	done
	if [ "$1" -ne 0 ]; then
		for log in "$run"/*/charon.log "$run"/*/pqike.log; do
			[ -f "$log" ] || continue
			echo "--- ${log#"$run/"} ends:"
			tail -n 40 "$log"
		done
	fi
	rm -f "$run"/*/charon.* "$run"/*/pqike.*
	exit "$1"
}

# All are established, by the count, and gone from both sides when it ends.
loads()
{
	bench -n 20 -w 4 't*'
	[ "$status" -eq 0 ]
	counts '.version == 1 and .established == 20 and .failed == 0 and
		.not_deleted == 0 and .connections == 6 and .in_flight == 4 and
		.failures == [] and (.interrupted | not) and .rate > 0 and
		(.latency_ns | .min > 0 and .min <= .median and .median <= .p90 and
			.p90 <= .p99 and .p99 <= .max)'
	expect_all_gone
	wait_for_lines 20 "$run/moon/pqike.log" ': established' '' 1
}

# For a time, as many as come, of the connections that are named
loads_for_a_time()
{
	bench -t 2 -w 2 t1 t4
	[ "$status" -eq 0 ]
	counts '.established >= 2 and .connections == 2 and .failed == 0 and
		.elapsed_ns >= 1e9'
	if grep 't[2356]: ' "$run/moon/pqike.log"; then
		return 1
	fi
	expect_all_gone
}

# What is up stays so, and nothing is begun.
leaves_alone()
{
	pqike_on moon up --control "$run/moon/pqike.control" t3
	bench -n 5 't*'
	[ "$status" -eq 1 ]
	grep -q -x 'pqike: connection t3 is not down: it is left alone, and nothing was begun' \
		"$run/complaint"
	[ ! -s "$run/bench" ]
	tunnel_ping 3
	pqike_on moon down --control "$run/moon/pqike.control" t3
	bench -n 5 'u*'
	[ "$status" -eq 1 ]
	grep -q -x 'pqike: the kernel has no connection u\*' "$run/complaint"
	bench -w 7 't*'
	[ "$status" -eq 2 ]
	grep -q -x 'pqike: of 6 connections there cannot be 7 in flight' \
		"$run/complaint"
	expect_all_gone
}

# One signal: nothing is left, on either side, as soon as it ends.
interrupted()
{
	local pid

	bench -n 1000000 -w 4 't*' >"$run/said" &
	pid=$!
	pqike_log moon 't[1-6]: established'
	pkill -INT --parent "$pid"
	wait "$pid"
	cat "$run/said"
	counts '.interrupted and .established > 0 and .failed == 0 and
		.not_deleted == 0'
	expect_nothing_left
	expect_all_gone
}

# Another signal gives up what the peer does not answer.
interrupted_twice()
{
	local pid

	silent_start sun
	bench -n 1000000 -w 3 't*' >"$run/said" &
	pid=$!
	wait_for_lines 3 "$run/moon/pqike.log" \
		'no answer to IKE_SA_INIT, sending it again \(1' '' 1
	while pkill -INT --parent "$pid"; do
		pause 0.2
	done
	wait "$pid"
	cat "$run/said"
	counts '.interrupted and .established == 0 and .failed == 3 and
		.failures == [ { text: "given up before it was established: " +
			"no answer to IKE_SA_INIT", count: 3 } ]'
	silent_stop sun
	expect_all_gone
}

dead()
{
	silent_start sun
	bench -n 6 -w 6 't*'
	[ "$status" -eq 1 ]
	grep -q -x 'pqike: 6 handshakes failed, 0 tunnels were not deleted as they should be' \
		"$run/complaint"
	counts '.established == 0 and .failed == 6 and .sent_again == 18 and
		(has("latency_ns") | not) and
		.failures == [ { text: "peer ADDRESS does not answer IKE_SA_INIT",
			count: 6 } ]'
	silent_stop sun
	expect_all_gone
}

wrong_psk()
{
	bench -n 8 -w 4 't*'
	[ "$status" -eq 1 ]
	counts '.established == 0 and .failed == 8 and (.failures | length) == 1 and
		(.failures[0] | .count == 8 and
			(.text | test("AUTHENTICATION_FAILED")))'
	expect_all_gone
}

# with_wrong_psk KIND
with_wrong_psk()
{
	tunnels_psk_of_sun=$PSK-not
	with_peer "$1" wrong_psk
}

ktap_print_header
ktap_set_plan 9
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT

for peer in strongswan pqike; do
	run_test "load on $peer" with_peer "$peer" loads
	run_test "a wrong key: $peer" with_wrong_psk "$peer"
done
run_test "load for a time" with_peer strongswan loads_for_a_time
run_test "connections that are up, or not there, or too few" \
	with_peer pqike leaves_alone
run_test "a peer that is dead" with_peer pqike dead
run_test "interrupted" with_peer strongswan interrupted
run_test "interrupted twice, the peer is dead" with_peer pqike interrupted_twice
ktap_finished
