# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The ESP SAs of a row on both sides: each has its twin on the other.

# row_states GATEWAY ROW: destination and SPI of each
row_states()
{
	ip -n "$1" xfrm state list nokeys | awk -v address="${row_sun[$2]}" '
		/^src / { dst = $4; of_row = $2 == address || $4 == address }
		of_row && /proto esp spi / { print dst, $4 }' | sort
}

# row_states_agree ROW: and there are some
row_states_agree()
{
	row_states moon "$1" >"$run/states.moon"
	row_states sun "$1" >"$run/states.sun"
	[ -s "$run/states.moon" ] && cmp -s "$run/states.moon" "$run/states.sun"
}

# row_states_are_twins ROW: in the end; what is left of a rekey goes in seconds
row_states_are_twins()
{
	eventually row_states_agree "$1" || {
		diff "$run/states.moon" "$run/states.sun"
		return 1
	}
}

# strongswan_keeps: how many Child SAs it keeps for good, since row_mark. It puts off to
# delete one while a request of its own to rekey is not answered; when it loses the
# collision then, it forgets that. It comes to that where it drops a response that has
# the Message ID of a request which it is working on.
strongswan_keeps()
{
	tail -n "+$((sun_mark + 1))" "$run/sun/charon.log" | awk '
		match($0, /CHILD_SA net\{[0-9]+\}/) {
			child = substr($0, RSTART, RLENGTH)
			if (/until active rekeying is concluded/)
				kept[child]
			else if (/ closed$|delay closing of inbound/)
				delete kept[child]
		}
		END { for (child in kept) n++; print n + 0 }'
}

# row_has_one_child ROW: strongSwan has one Child SA, and both sides its two ESP SAs
row_has_one_child()
{
	local kept

	kept=$(strongswan_keeps)
	row_list "$1" >"$run/list"
	[ "$(grep -c '^  net: ' "$run/list")" -eq $((1 + kept)) ] &&
		grep -q '^  net: .* INSTALLED' "$run/list" || return 1
	row_states_agree "$1" || {
		[ "$kept" -gt 0 ] &&
			[ -z "$(comm -23 "$run/states.moon" "$run/states.sun")" ]
	} || return 1
	[ "$(wc -l <"$run/states.moon")" -eq 2 ]
}
