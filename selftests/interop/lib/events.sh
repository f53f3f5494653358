# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Waits that end with an event. The bound is one that no healthy run reaches,
# under emulation either.

EVENT_SECONDS=60

# wait_for_line FILE REGEX [PID [FIRST]]: until FILE has a line that matches, from
# number FIRST on, or process PID, which writes it, has ended without one
wait_for_line()
{
	wait_for_lines 1 "$1" "$2" "${3:-}" "${4:-1}"
}

# wait_for_lines COUNT FILE REGEX PID FIRST: as wait_for_line, until there are
# COUNT of them
wait_for_lines()
{
	local count=$1 file=$2 regex=$3 pid=$4 first=$5
	local lines follower found=0

	exec {lines}< <(exec tail --lines="+$first" --follow=name \
		--sleep-interval=0.2 ${pid:+--pid="$pid"} "$file" 2>/dev/null)
	follower=$!
	timeout "$EVENT_SECONDS" grep -m "$count" -E -e "$regex" <&"$lines" |
		awk -v count="$count" 'END { exit NR != count }' || found=$?
	exec {lines}<&-
	kill "$follower" 2>/dev/null || :
	if [ "$found" -ne 0 ]; then
		echo "not $count lines '$regex' in ${file##*/}, which ends:"
		tail -n 20 "$file"
		return 1
	fi
}

# wait_for_exit PID: until a process, which need not be a child, has ended
wait_for_exit()
{
	timeout "$EVENT_SECONDS" tail --pid="$1" \
		--sleep-interval=0.05 --follow /dev/null || {
		echo "process $1 does not end"
		return 1
	}
}

# eventually COMMAND [ARGUMENT]...: until a command succeeds, for what changes
# without an event. What takes long is asked for less often: the question itself costs
# processes.
eventually()
{
	local end=$((SECONDS + EVENT_SECONDS)) tries=0

	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "not in $EVENT_SECONDS s: $*"
			return 1
		fi
		tries=$((tries + 1))
		if [ "$tries" -lt 5 ]; then
			sleep 0.1
		else
			sleep 0.5
		fi
	done
}
