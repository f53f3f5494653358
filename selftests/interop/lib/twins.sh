# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The ESP SAs of a row on both sides: each has its twin on the other.

# row_states GATEWAY ROW: destination and SPI of each
row_states()
{
	ip -n "$1" xfrm state list nokeys | awk -v address="$(row_sun "$2")" '
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

# row_has_one_child ROW: strongSwan has one Child SA, and both sides its two ESP SAs
row_has_one_child()
{
	row_list "$1" >"$run/list"
	[ "$(grep -c '^  net: ' "$run/list")" -eq 1 ] &&
		grep -q '^  net: .* INSTALLED' "$run/list" &&
		row_states_agree "$1" && [ "$(wc -l <"$run/states.moon")" -eq 2 ]
}
