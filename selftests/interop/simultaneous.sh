#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both gateways begin the same connection at almost the same time, over a wire that
# loses a fifth of all packets: whatever comes up, it carries traffic both ways, and
# no ESP SA stands on one side only.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/impair.sh
. ./lib/test.sh

# Milliseconds that the second of both begins after the first, at most
APART_MAX=500

case ${PQIKE_ENDURANCE:-short} in
full) meetings=50 ;;
*) meetings=5 ;;
esac

# wire_loses NUMBER: a fifth, others in each meeting
wire_loses()
{
	impair moon delay 10ms 5ms loss 20% seed $((2 * $1))
	impair sun delay 10ms 5ms loss 20% seed $((2 * $1 + 1))
}

wire_is_whole()
{
	repair moon
	repair sun
}

# begin_after GATEWAY MILLISECONDS: one of both may be told that the other's tunnel is
# the one that stays
begin_after()
{
	local seconds

	printf -v seconds '%d.%03d' $(($2 / 1000)) $(($2 % 1000))
	pause "$seconds"
	row_up "$1" 1 || :
}

# meet NUMBER: the first meetings are the closest, and each side is the first in turn
meet()
{
	local apart=$((($1 - 1) * APART_MAX / (meetings - 1))) first=moon begun=()

	[ $(($1 % 2)) -eq 1 ] || first=sun
	wire_loses "$1"
	begin_after "$first" 0 &
	begun+=("$!")
	begin_after "${peer_of[$first]}" "$apart" &
	begun+=("$!")
	wait "${begun[@]}"
	wire_is_whole
	eventually row_answers 1
	row_states_are_twins 1
	row_ping moon 1
	row_ping sun 1
	down_on_both
}

# strongSwan that has answered the Delete of the IKE SA that was replaced forgets that
# it did: where its answer was lost, that one ends on this side only.
down_on_both()
{
	row_down moon 1 || :
	eventually row_is_gone 1
	rows_are_gone
}

row "both begin" moon:conn.keyingtries=0 sun:conn.keyingtries=0

ktap_print_header
ktap_set_plan "$meetings"
pqike_modules
modprobe sch_netem
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

for ((meeting = 1; meeting <= meetings; meeting++)); do
	row_test "begun by both, meeting $meeting of $meetings" 1 meet "$meeting"
done
rows_stop
ktap_finished
