#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Show two gateways that agree on keys and carry traffic under them: what an
# operator types on each, what it prints, and what passes between them.
#
# usage: demo.sh [pqike|strongswan]
#
# The argument says what the second gateway runs, by default pqike.

set -eu -o pipefail
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh

peer=${1:-pqike}
case $peer in
pqike | strongswan) ;;
*)
	echo "demo: the peer can be pqike or strongswan, not $peer" >&2
	exit 2
	;;
esac

# on GATEWAY COMMAND...: print the command, do it, print what it says
on()
{
	local gateway=$1

	shift
	printf '\n%s# %s\n' "$gateway" "$*"
	ip netns exec "$gateway" "$@" 2>&1 | fold -s -w 80
}

# The two helpers of this machine have a control socket each; elsewhere the one that
# there is need not be named.
socket()
{
	echo "$run/$1/pqike.control"
}

show_sun()
{
	case $peer in
	pqike)
		on sun pqike show --control "$(socket sun)"
		;;
	strongswan)
		on sun swanctl --list-sas --uri "unix://$run/sun/charon.vici"
		;;
	esac
}

# The packets in the order in which they passed, one line of 80 columns each.
show_packets()
{
	printf '\n%8s  %-9s    %-9s  %6s  %s\n' \
		seconds from to octets packet
	tshark -n -r "$run/wire.pcap" -T fields -e frame.time_relative \
		-e ip.src -e ip.dst -e ip.len -e _ws.col.info 'esp or isakmp' \
		2>"$run/tshark.log" | awk -F '\t' '
		{
			# IKE_SA_INIT MID=00 Initiator Request
			if (match($5, /^IKE.* MID=/)) {
				split($5, word, " ")
				sub(/MID=0*/, "", word[2])
				$5 = word[1] " " tolower(word[4]) " " (word[2] + 0)
			}
			line = sprintf("%8.3f  %s -> %s  %6d  %s",
				$1, $2, $3, $4, $5)
			print substr(line, 1, 80)
		}'
}

PATH=$(dirname "$pqike"):$PATH
pqike_modules
topology_up
trap topology_down EXIT

cat <<END

Two gateways on Linux $(uname -r), moon with pqike, sun with $peer:

  10.1.0.1 [moon] 192.0.2.1 ---------------- 192.0.2.2 [sun] 10.2.0.1
END

(
	set -eu
	gateways_start pqike "$peer"
	on moon pqike up -v --control "$(socket moon)" gateways
	on moon ping -q -n -i 0.2 -c 3 -I 10.1.0.1 10.2.0.1
	on moon pqike show --control "$(socket moon)"
	show_sun
	capture_stop "$run/wire.pcap"
	show_packets
	[ "$(capture_count "$run/wire.pcap" "$(plain_packet)")" -eq 0 ]
	echo
	echo "No ping was on the wire in the clear."
)
