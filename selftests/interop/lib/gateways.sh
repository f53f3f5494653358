# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two gateways of either kind, from a clean start to a clean end: the frame of
# one test. moon initiates.

# gateways_start MOON_KIND SUN_KIND [KEY=VALUE]...
#
# A kind is pqike or strongswan. A KEY may be led by "moon:" or "sun:" to be for
# that gateway only. Everything ends with the shell, which must not be the
# script's own.
gateways_start()
{
	local gateway setting settings

	declare -gA kind=([moon]=$1 [sun]=$2)
	shift 2
	trap 'gateways_end "$?"' EXIT
	expect_nothing_left
	capture_start wire moon "$run/wire.pcap"
	for gateway in sun moon; do
		settings=()
		for setting in "$@"; do
			case $setting in
			"$gateway":*) settings+=("${setting#*:}") ;;
			"${peer_of[$gateway]}":*) ;;
			*) settings+=("$setting") ;;
			esac
		done
		"${kind[$gateway]}_start" "$gateway" "${settings[@]}"
	done
}

# gateways_stop: end both daemons and the capture in good order
gateways_stop()
{
	"${kind[moon]}_stop" moon
	"${kind[sun]}_stop" sun
	capture_stop "$run/wire.pcap"
	expect_nothing_left
}

gateways_end()
{
	local gateway log

	for gateway in moon sun wire; do
		signal_all "$gateway" KILL
	done
	for gateway in moon sun; do
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
		echo "--- packets:"
		tcpdump -n -r "$run/wire.pcap" 2>/dev/null | tail -n 40
	fi
	rm -f "$run"/*/charon.* "$run"/*/pqike.*
	exit "$1"
}

up()
{
	"${kind[$1]}_up" "$1"
}

down()
{
	"${kind[$1]}_down" "$1"
}

# log GATEWAY REGEX: wait for a line in the log of its daemon
log()
{
	"${kind[$1]}_log" "$1" "$2"
}

has_no_ike_sa()
{
	local ike_sas

	ike_sas=$("${kind[$1]}_ike_sas" "$1") && [ -z "$ike_sas" ]
}

# expect_all_gone: no ESP SA, no policy and no IKE SA, on either side
expect_all_gone()
{
	local gateway

	for gateway in moon sun; do
		xfrm_wait_empty "$gateway"
		eventually has_no_ike_sa "$gateway"
	done
}

expect_nothing_left()
{
	xfrm_is_empty moon
	xfrm_is_empty sun
}

# expect_failure OUTPUT COMMAND...: the command must fail; OUTPUT gets its words
expect_failure()
{
	local output=$1

	shift
	if "$@" >"$output" 2>&1; then
		echo "did not fail: $*"
		cat "$output"
		return 1
	fi
	cat "$output"
}
