# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Captures of what passes a device, and questions to them.

# capture_start NAMESPACE DEVICE FILE: capture until capture_stop
capture_start()
{
	: >"$3.log"
	nsenter --net="/run/netns/$1" tcpdump -i "$2" -n -s 0 --immediate-mode \
		-U -B 16384 -Z root \
		-w "$3" 2>"$3.log" &
	echo "$!" >"$3.pid"
	wait_for_line "$3.log" 'listening on' "$!"
}

# capture_has_read FILE: tcpdump has all that the kernel had for it when this was
# asked before
capture_has_read()
{
	local pid
	local -a lines

	read -r pid <"$1.pid"
	kill -USR1 "$pid"
	mapfile lines <"$1.log"
	[[ ${lines[-1]} =~ ([0-9]+)\ packets?\ captured,\ ([0-9]+)\ packets?\ received ]] &&
		[ "${BASH_REMATCH[1]}" -eq "${BASH_REMATCH[2]}" ]
}

# capture_stop FILE: end a capture, which must have read each packet that came before
# this. One that comes while it ends is counted as received, and may not be read.
capture_stop()
{
	local pid

	read -r pid <"$1.pid"
	eventually capture_has_read "$1" || {
		echo "the capture is not whole:"
		cat "$1.log"
		return 1
	}
	kill "$pid"
	wait_for_exit "$pid"
	awk '/packets? dropped by kernel/ { dropped = $1 }
		END { exit !(dropped == "0") }' "$1.log" || {
		echo "the capture is not whole:"
		cat "$1.log"
		return 1
	}
}

# capture_count FILE FILTER: how many packets match
capture_count()
{
	tcpdump -r "$1" -n --count "$2" 2>/dev/null | cut -d ' ' -f 1
}

# An IKE header starts behind the UDP header on port 500, and behind the non-ESP
# marker (RFC 3948 section 2.2) as well on port 4500.
ike_header_byte()
{
	echo "((udp port 500 and udp[8 + $1] = $2) or" \
		"(udp port 4500 and udp[8:4] = 0 and udp[12 + $1] = $2))"
}

# Next Payload is SKF (RFC 7383): a fragment
ike_fragment()
{
	ike_header_byte 16 53
}

ike_exchange()
{
	ike_header_byte 18 "$1"
}

esp_packet()
{
	echo "(esp or (udp port 4500 and udp[4:2] > 9 and udp[8:4] != 0))"
}

# Inner packets that left a gateway without a tunnel around them
plain_packet()
{
	echo "(net 10.1.0.0/24 or net 10.2.0.0/24)"
}
