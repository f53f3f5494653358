# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which SAs a row has before and after a rekey.

# look ROW: what strongSwan and xfrm have of it now
look()
{
	row_list "$1" >"$run/list"
	ip -n moon xfrm state list nokeys >"$run/states"
}

# The SPIs of the one Child SA in use, as strongSwan sees it, inbound first
child_spis()
{
	awk '/^  net: / { used = / INSTALLED,/ }
		used && /^ +(in|out) / { sub(",", "", $2); printf "%s ", $2 }
		END { print "" }' "$run/list"
}

# The SPIs of the one IKE SA in use
ike_spis()
{
	sed -n 's/.* ESTABLISHED, IKEv2, \([0-9a-f]*\)_i\*\? \([0-9a-f]*\)_r.*/\1 \2/p' \
		"$run/list"
}

# changed child|ike ROW BEFORE: there is one, which is not the one before, and
# pqike sends to it
changed()
{
	local now

	look "$2"
	now=$("${1}_spis")
	[ "$(wc -w <<<"$now")" -eq 2 ] && [ "$now" != "$3" ] && sides_agree "$2"
}

# pqike has the IKE SA that strongSwan has and no other, and sends to the inbound
# ESP SA that strongSwan has, and to no other.
sides_agree()
{
	local ike inbound

	ike=$(ike_spis)
	read -r inbound _ <<<"$(child_spis)"
	[ "$(awk -v dst="$(row_sun "$1")" '
		/^src / { outbound = $4 == dst }
		outbound && /proto esp spi/ { print $4 }' "$run/states")" = \
		"0x$inbound" ] &&
		[ "$(row_ike_sa "$1" | jq -r '.spi_i + " " + .spi_r')" = "$ike" ]
}

# wire_delay: what both sides begin within this time crosses on the wire
wire_delay()
{
	local gateway

	for gateway in moon sun; do
		tc -n wire qdisc replace dev "$gateway" root netem delay 500ms
	done
}

wire_no_delay()
{
	local gateway

	for gateway in moon sun; do
		tc -n wire qdisc delete dev "$gateway" root
	done
}
