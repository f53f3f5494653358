# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Waits that end with an event. The bound is one that no healthy run reaches,
# under emulation either. Who waits makes no process: with all sanitizers that costs a
# kernel more than most of what is waited for.

EVENT_SECONDS=60

# A pipe that nobody writes to
exec {silence}<> <(:)

# pause SECONDS
pause()
{
	read -r -t "$1" -u "$silence" || :
}

# is_running PID: a process, which need not be a child
is_running()
{
	kill -0 "$1" 2>/dev/null
}

# begin_log FILE: it has no line; who waits for one in what was there waits for it here
begin_log()
{
	: >"$1.new"
	mv "$1.new" "$1"
}

# wait_for_line FILE REGEX [PID [FIRST]]: until FILE has a line that matches, from
# number FIRST on, or process PID, which writes it, has ended without one
wait_for_line()
{
	wait_for_lines 1 "$1" "$2" "${3:-}" "${4:-1}"
}

is_regex()
{
	# shellcheck disable=SC2319 # it is 2 of what is none
	[[ '' =~ $1 ]] || [ $? -eq 1 ]
}

# wait_for_lines COUNT FILE REGEX PID FIRST: as wait_for_line, until there are
# COUNT of them
wait_for_lines()
{
	local count=$1 file=$2 regex=$3 pid=$4 skipped=$(($5 - 1))
	local end=$((SECONDS + EVENT_SECONDS)) log ended lines part line=''

	if ! is_regex "$regex"; then
		echo "not a regular expression: '$regex'"
		return 1
	fi
	exec {log}<"$file"
	while :; do
		ended=
		[ -z "$pid" ] || is_running "$pid" || ended=1
		[ "$SECONDS" -lt "$end" ] || ended=1
		if ! [ "$file" -ef "/dev/fd/$log" ]; then
			exec {log}<&-
			exec {log}<"$file"
			skipped=0
			line=''
		fi
		mapfile -s "$skipped" -u "$log" lines
		skipped=0
		for part in "${lines[@]}"; do
			line=$line$part
			[ "${line: -1}" = $'\n' ] || break # it is not whole yet
			[[ ! ${line%$'\n'} =~ $regex ]] || count=$((count - 1))
			line=
		done
		[ "$count" -gt 0 ] && [ -z "$ended" ] || break
		pause 0.05
	done
	exec {log}<&-
	if [ "$count" -gt 0 ]; then
		echo "not $1 lines '$regex' in ${file##*/}, which ends:"
		tail -n 20 "$file"
		return 1
	fi
}

# wait_for_exit PID: until a process, which need not be a child, has ended
wait_for_exit()
{
	local end=$((SECONDS + EVENT_SECONDS))

	while is_running "$1"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "process $1 does not end"
			return 1
		fi
		pause 0.05
	done
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
			pause 0.1
		else
			pause 0.5
		fi
	done
}
