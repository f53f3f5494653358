#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Replay windows: what comes late by less than the window is taken, what is later or
# comes twice is dropped, and each drop is counted.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/impair.sh
. ./lib/test.sh

# The payload of the ping that is held back, and that of all others
LATE_SIZE=200
USUAL_SIZE=56

# dropped: packets that the windows of moon refused
dropped()
{
	within moon cat /proc/net/xfrm_stat |
		awk '$1 == "XfrmInStateSeqError" { print $2 }'
}

# received: packets that the inbound ESP SAs of moon took
received()
{
	ip -n moon -s xfrm state list nokeys | awk '
		/^src / { inbound = $4 == "192.0.2.1" }
		inbound && /lifetime current/ {
			getline
			sub(/\(packets\)/, "", $2)
			sum += $2
		}
		END { print sum + 0 }'
}

# send COUNT SIZE: pings by sun, whether or not the answers come
send()
{
	within sun ping -q -n -f -c "$1" -W 1 -s "$2" \
		-I "${inner_of[sun]}.$row.1" "${inner_of[moon]}.$row.1" || :
}

# ESP of one size is lost behind the capture.
hold_late_back()
{
	local held

	held=$(late_length)
	within wire nft -f - <<-END
	table netdev late {
		chain to_moon {
			type filter hook egress device moon priority 0
			ip protocol esp ip length $held drop
		}
	}
	END
}

let_all_pass()
{
	within wire nft delete table netdev late
}

# late_length: of the IP packet around the ping that is held back: IPv4 20, ESP
# header 8, IV 8, the inner packet with 28 octets of headers and 2 of the trailer on
# a boundary of 4, ICV 16
late_length()
{
	echo $((20 + 8 + 8 + (LATE_SIZE + 28 + 2 + 3) / 4 * 4 + 16))
}

# late_comes: the last one that was held back, as it was on the wire
late_comes()
{
	ip netns exec wire python3 - "$run/late.pcap" "$(late_length)" <<-'END'
	import socket
	import struct
	import sys

	capture = open(sys.argv[1], "rb").read()
	at = 24
	late = None
	while at < len(capture):
	    size, = struct.unpack_from("=I", capture, at + 8)
	    packet = capture[at + 16:at + 16 + size]
	    if len(packet) == 14 + int(sys.argv[2]):
	        late = packet
	    at += 16 + size
	wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	wire.bind(("moon", 0))
	wire.send(late)
	END
}

# late_by COUNT: a packet comes after COUNT others that were sent after it
late_by()
{
	capture_start wire sun "$run/late.pcap"
	hold_late_back
	send 1 "$LATE_SIZE"
	let_all_pass
	capture_stop "$run/late.pcap"
	send "$1" "$USUAL_SIZE"
	late_comes
}

# counts RECEIVED DROPPED: as many more as that
counts()
{
	echo "received $(($(received) - was_received)), dropped $(($(dropped) - was_dropped))"
	[ $(($(received) - was_received)) -eq "$1" ] &&
		[ $(($(dropped) - was_dropped)) -eq "$2" ]
}

count_from_here()
{
	was_received=$(received)
	was_dropped=$(dropped)
}

# edge WINDOW: the last place of the window is one, the next is none, and what has
# come does not come again
edge()
{
	count_from_here
	late_by $(($1 - 1))
	eventually counts "$1" 0
	late_comes
	eventually counts "$1" 1

	count_from_here
	late_by "$1"
	eventually counts "$1" 1
}

# shuffled PACKETS: each is taken or counted as dropped
shuffled()
{
	count_from_here
	impair moon delay 1s 1s limit 10000
	send "$1" "$USUAL_SIZE"
	eventually accounted "$1"
	repair moon
}

accounted()
{
	[ $(($(received) - was_received + $(dropped) - was_dropped)) -eq "$1" ]
}

# window ROW SIZE
window()
{
	row=$1
	row_up moon "$1"
	row_ping sun "$1"
	edge "$2"
	# that is what an alert asks for
	pqike_on moon metrics |
		grep -Fx "pqike_packets_dropped_total{cause=\"XfrmInStateSeqError\"} $(dropped)"
	shuffled 600
	# none is later than all others
	[ "$2" -lt 600 ] || [ "$(dropped)" -eq "$was_dropped" ]
	row_down moon "$1"
}

windows=(32 128 2048)
for size in "${windows[@]}"; do
	row "$size" "moon:child.replay_window=$size"
done

ktap_print_header
ktap_set_plan $((${#windows[@]} + 1))
pqike_modules
modprobe sch_netem
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

for number in 1 2 3; do
	row_test "a replay window of ${row_names[number]}" "$number" \
		window "$number" "${row_names[number]}"
done
run_test "nothing is left" rows_are_gone
rows_stop
ktap_finished
