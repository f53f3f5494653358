#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many tunnels at once, which leave no state and no memory when they end.
#
# PQIKE_ENDURANCE=full makes them as many as are promised, which takes long where
# the machine is emulated.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/memory.sh
. ./lib/test.sh
. ./lib/tunnels.sh

case ${PQIKE_ENDURANCE:-short} in
full)
	tunnels=500
	EVENT_SECONDS=600
	;;
*)
	tunnels=100
	;;
esac

# framed FUNCTION: where it fails, what either side has and both logs are shown
framed()
{
	trap 'unframe "$?"' EXIT
	"$@"
}

unframe()
{
	local gateway

	if [ "$1" -ne 0 ]; then
		for gateway in moon sun; do
			echo "$gateway:$(ip -n "$gateway" xfrm state count)," \
				"IKE SAs $("${kind[$gateway]}_ike_sas" "$gateway" |
					grep -c '^[t{]')"
		done
		echo "--- pqike.log, failures:"
		grep -E 'failed|refused|half-open|cannot' "$run/moon/pqike.log" |
			tail -n 40
		echo "--- pqike.log ends:"
		tail -n 60 "$run/moon/pqike.log"
		echo "--- charon.log ends:"
		tail -n 60 "$run/sun/charon.log"
	fi >&2
	exit "$1"
}

# sent_again GATEWAY: how often it has sent a message for want of an answer
sent_again()
{
	case $1 in
	moon) grep -c 'sending it again' "$run/moon/pqike.log" || : ;;
	sun) grep -c 'retransmit .* of request' "$run/sun/charon.log" || : ;;
	esac
}

all_up()
{
	tunnels_up "$tunnels"
	tunnel_ping 1
	tunnel_ping 2
	tunnel_ping $((tunnels - 1))
	tunnel_ping "$tunnels"
}

all_down()
{
	tunnels_down
	memory_mark
}

# What is there while they are up is found.
planted_memory()
{
	tunnels_up "$tunnels"
	! memory_is_free "$tunnels"
}

no_memory_left()
{
	tunnels_down
	eventually memory_is_free "$tunnels"
}

declare -gA kind=([moon]=pqike [sun]=strongswan)

ktap_print_header
ktap_set_plan 4
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
tunnels_start

run_test "$tunnels tunnels (500 if full) up, half of them begun by either side" \
	framed all_up
ktap_print_msg "messages sent again: pqike $(sent_again moon)," \
	"strongSwan $(sent_again sun)"
ktap_print_msg "pqike: $(pqike_resident_kib moon) KiB"
run_test "$tunnels tunnels down, no state left" framed all_down
run_test "control: $tunnels tunnels that are up again take memory" \
	framed planted_memory
run_test "$tunnels tunnels down, no memory left" framed no_memory_left
ktap_print_msg "the slab that has grown most: $(memory_most)"
rows_stop
ktap_finished
