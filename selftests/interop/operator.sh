#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an operator does wrong is told in one line with a failing exit status, and
# leaves nothing behind in the kernel; nor does what he does right, in the end.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# Nothing in the kernel of moon: no connection, IKE SA, state or policy.
moon_is_clean()
{
	xfrm_is_empty moon
	[ -z "$(pqike_on moon show)" ]
}

# one_line REGEX COMMAND...: it fails, with one line on standard error
one_line()
{
	local regex=$1 complaint=$run/complaint

	shift
	if timeout "$EVENT_SECONDS" "$@" 2>"$complaint"; then
		echo "did not fail: $*"
		return 1
	fi
	cat "$complaint"
	[ "$(wc -l <"$complaint")" -eq 1 ]
	grep -q -E -e "$regex" "$complaint"
}

# run_fails REGEX [COMMAND-PREFIX]...: pqike run on moon does
run_fails()
{
	local regex=$1

	shift
	one_line "$regex" ip netns exec moon "$@" "$pqike" run \
		--config "$run/moon/pqike.conf" \
		--control "$run/moon/pqike.control"
}

module_missing()
{
	rmmod pqike
	pqike_configure moon
	run_fails 'module pqike is not loaded'
	one_line 'module pqike is not loaded' ip netns exec moon "$pqike" show
	pqike_modules
	moon_is_clean
}

module_of_another_version()
{
	local version regex

	version=$(sed -n 's/.*PQIKE_GENL_VERSION[^0-9]*//p' \
		"$top/uapi/linux/pqike.h")
	regex="speaks version $((version + 1)) of its interface, this pqike"
	regex="$regex version $version: install both from one release"
	rmmod pqike
	insmod other_version/other_version.ko
	pqike_configure moon
	run_fails "^pqike: the kernel module $regex"
	one_line "$regex" ip netns exec moon "$pqike" show
	rmmod other_version
	pqike_modules
	moon_is_clean
}

no_privilege()
{
	pqike_configure moon
	run_fails 'CAP_NET_ADMIN|not permitted' \
		setpriv --inh-caps=-all --bounding-set=-all
	moon_is_clean
}

port_taken()
{
	trap 'gateways_end "$?"' EXIT
	strongswan_start moon
	pqike_configure moon
	run_fails '500.*in use'
	[ -z "$(pqike_on moon show)" ]
	strongswan_stop moon
	moon_is_clean
}

bad_configuration()
{
	pqike_configure moon proposals=aes256gcm16-prfsha384-x25519-ke1_kyber768
	run_fails "pqike.conf:[0-9]+: .*ke1_kyber768"
	moon_is_clean
}

key_missing()
{
	pqike_configure moon
	rm "$run/moon/psk"
	run_fails "$run/moon/psk: No such file"
	moon_is_clean
}

unknown_connection()
{
	local verb

	trap 'gateways_end "$?"' EXIT
	pqike_start moon
	for verb in up down; do
		one_line 'connection elsewhere' ip netns exec moon "$pqike" \
			"$verb" --control "$run/moon/pqike.control" elsewhere
	done
	xfrm_is_empty moon
	pqike_stop moon
	moon_is_clean
}

no_helper()
{
	one_line 'systemctl start pqike' ip netns exec moon "$pqike" \
		up --control "$run/moon/pqike.control" gateways
	moon_is_clean
}

# up_as_nobody [OPTION]...: by a user whom the directories let through
up_as_nobody()
{
	chmod 711 "$run" "$run/moon"
	one_line "$1" ip netns exec moon setpriv --reuid=65534 "${@:2}" \
		"$pqike" up --control "$run/moon/pqike.control" elsewhere
}

# Who may not write to the control socket is refused, and a group is let in.
socket_refuses()
{
	trap 'gateways_end "$?"' EXIT
	pqike_start moon
	up_as_nobody 'ermission denied' --regid=65534 --clear-groups
	pqike_stop moon
	pqike_configure moon
	printf 'control {\n\tmode = 0660\n\tgroup = 65534\n}\n' \
		>>"$run/moon/pqike.conf"
	pqike_run moon
	up_as_nobody 'connection elsewhere' --regid=65534 --clear-groups
	up_as_nobody 'ermission denied' --regid=65533 --clear-groups
	pqike_stop moon
	moon_is_clean
}

# The second says so, and the first goes on.
# The other one has a configuration of its own; connections of the first one stay.
started_twice()
{
	local other=$run/other.conf

	trap 'gateways_end "$?"' EXIT
	gateways_start pqike strongswan
	up moon
	sed 's/^\([[:space:]]*\)gateways {/\1others {/' "$run/moon/pqike.conf" >"$other"
	grep 'others {' "$other"
	one_line 'another pqike serves this socket' ip netns exec moon "$pqike" run \
		--config "$other" --control "$run/moon/pqike.control"
	one_line 'address in use' ip netns exec moon "$pqike" run \
		--config "$other" --control "$run/other.control"
	inner_ping moon 56
	down moon
	up moon
	down moon
	gateways_stop
	moon_is_clean
}

# control_number GATEWAY: under which one the helper has the socket that commands come to
control_number()
{
	local inode link

	# shellcheck disable=SC2016 # awk expands it
	inode=$(ip netns exec "$1" awk -v path="$run/$1/pqike.control" '
		$4 == "00010000" && $8 == path { print $7 }' /proc/net/unix)
	for link in "/proc/$(pqike_helper "$1")/fd"/*; do
		[ "$(readlink "$link")" != "socket:[$inode]" ] || echo "${link##*/}"
	done
}

control_socket_deleted()
{
	trap 'gateways_end "$?"' EXIT
	pqike_start moon
	rm "$run/moon/pqike.control"
	pqike_log moon 'control socket .* is there again'
	one_line 'connection elsewhere' ip netns exec moon "$pqike" \
		up --control "$run/moon/pqike.control" elsewhere
	# From 512 on the helper can change none.
	[ "$(control_number moon)" -ge 512 ]
	pqike_stop moon
	moon_is_clean
}

# wire_loses_of GATEWAY: what it sends from the ports of IKE
wire_loses_of()
{
	within wire nft -f - <<-END
	table netdev answers {
		chain from_gateway {
			type filter hook ingress device $1 priority 1
			udp sport { 500, 4500 } drop
		}
	}
	END
}

# An IKE SA that the peer has deleted still repeats its last answer.
last_answer_lost()
{
	local pid

	gateways_start pqike strongswan
	up moon
	wire_loses_of moon
	down sun >"$run/down.out" 2>&1 &
	pid=$!
	log moon 'deleted'
	log sun 'retransmit 1 of request'
	within wire nft delete table netdev answers
	wait "$pid"
	expect_all_gone
	gateways_stop
	moon_is_clean
}

# The end of the helper is the end of its tunnels, and the peer is told.
helper_ends()
{
	gateways_start pqike strongswan
	up moon
	pqike_stop moon
	moon_is_clean
	xfrm_wait_empty sun
	log sun 'received DELETE for IKE_SA'
	strongswan_stop sun
}

ktap_print_header
ktap_set_plan 13
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT

run_test "module not loaded" module_missing
run_test "module of another version" module_of_another_version
run_test "no privilege" no_privilege
run_test "port 500 taken" port_taken
run_test "bad configuration" bad_configuration
run_test "file of the pre-shared key missing" key_missing
run_test "unknown connection" unknown_connection
run_test "no helper runs" no_helper
run_test "the control socket refuses whom its mode excludes" socket_refuses
run_test "a helper runs already" started_twice
run_test "the control socket is deleted" control_socket_deleted
run_test "the answer to the peer's Delete is lost" last_answer_lost
run_test "the helper ends while a tunnel is up" helper_ends
ktap_finished
