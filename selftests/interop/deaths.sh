#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The helper dies before each of its messages and requests to the kernel while either side
# rekeys, under a stream of pings: another one goes on, none is lost, and the next rekey
# works.
#
# PQIKE_ENDURANCE=full has it die before each, with ESP in UDP and without; else before one
# of some.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/test.sh

# Places, from the first one; those of moon meet it between two key exchanges
step=5
declare -A first=([moon]=2 [sun]=3)
rows=(2)
if [ "${PQIKE_ENDURANCE:-short}" = full ]; then
	step=1
	first=([moon]=1 [sun]=1)
	rows=(1 2)
fi

# is_over WHAT ROW BEFORE: it has died, or the rekey has taken place without
is_over()
{
	! is_running "$dying" || changed "$@"
}

# rekey_to_death WHO WHAT ROW NUMBER: WHO rekeys, and the helper dies before the NUMBERth
# that it sends; place is which one that is, or says how many it has sent, where there are
# fewer.
rekey_to_death()
{
	local before asking

	look "$3"
	before=${spis[$2]}
	row_mark
	begin_log "$run/dying"
	./die_at "$(pqike_helper moon)" "$4" >"$run/dying" &
	dying=$!
	wait_for_line "$run/dying" watching "$dying"
	row_rekey "$1" "$3" "$2" >"$run/asked" 2>&1 &
	asking=$!
	eventually is_over "$2" "$3" "$before"
	kill "$dying" 2>/dev/null || :
	wait "$dying"
	read -r place < <(tail -n 1 "$run/dying")
	wait "$asking" || :
}

# die_some WHO WHAT ROW: under one stream of pings; a supervisor waits ever longer before it
# starts another helper
die_some()
{
	local some

	establish moon "$3"
	flood_start moon "$3"
	for ((some = 0; some < 5; some++, number += step)); do
		rekey_to_death "$1" "$2" "$3" "$number"
		[[ $place != *' sent' ]] || break
		echo "death before $number: $place" | tee -a "$run/places"
		row_log moon "r$3: taken over from a helper that is no more, "
		row_log moon 'another helper is ready'
		eventually settled "$3"
		rekeyed "$1" "$3" "$2"
	done
	next_rekeys "$3"
	flood_stop
	cat "$run/flood.figures" >>"$run/figures"
	row_end moon "$3"
}

# series WHO WHAT ROW: a death before each that is sent
series()
{
	local number=${first[$1]} place=''

	: >"$run/places"
	: >"$run/figures"
	until [[ $place == *' sent' ]]; do
		die_some "$@"
	done
	[ -s "$run/places" ]
}

# say_figures: of the deaths, and of the streams of pings
say_figures()
{
	ktap_print_msg "$(sed 's/^.*: //' "$run/places" | sort | uniq -c |
		awk '{ n += $1; places = places ", " $2 " " $1 }
			END { print n " deaths: " substr(places, 3) }')"
	ktap_print_msg "pings: $(awk '
		/answered/ { answered += $1; last += $NF }
		/lost by strongSwan/ { excused += $NF }
		END {
			print answered + 0 " of " last + 0 \
				" answered, lost by strongSwan " excused + 0
		}' "$run/figures")"
}

row "plain" child.esp_proposals=aes256gcm16-x25519-ke1_mlkem768
row "in UDP, two IKE_FOLLOWUP_KE" sun:conn.encap=yes \
	conn.proposals=aes128gcm16-prfsha256-x25519-ke1_mlkem512-ke2_mlkem768 \
	child.esp_proposals=aes256gcm16-x25519-ke1_mlkem512-ke2_mlkem768

ktap_print_header
ktap_set_plan $((4 * ${#rows[@]} + 1))
pqike_modules
topology_up
trap 'flood_abandon; topology_down; pqike_modules_gone' EXIT
rows_start
for row in "${rows[@]}"; do
	for rekey in "child moon" "child sun" "ike moon" "ike sun"; do
		read -r what who <<<"$rekey"
		row_test "${row_names[$row]}: killed in each phase of a rekey of the $what, by $who" \
			"$row" series "$who" "$what" "$row"
		say_figures
	done
done
run_test "nothing is left when the daemons have ended" rows_leave_nothing
ktap_finished
