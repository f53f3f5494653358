#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run tests, show the TAP that they print, count it in .results: SUITE-PROGRAM.tally
# has the test's name and how many passed, failed, skipped; .seconds/SUITE:PROGRAM has
# how long it took. In a virtual machine one follows the other; on the host as many run at
# a time as there are processors.
#
# A test that somebody else has begun since .results was made, in another machine, is
# left to them.
#
# usage: run.sh host|vm SUITE:PROGRAM...
#
# A test may write nothing for 120 s, or what "timeout=" in its suite's file "settings"
# says, four times as long where others have the processors first (nice). In the virtual
# machine the kernel's log is searched after each test, its memory after each suite.

set -eu

where=$1
shift

here=$(dirname "$(realpath "$0")")
results=$(realpath "$here/..")/.results
durations=$(realpath "$here/..")/.seconds
export KSELFTEST="${KSELFTEST:-/usr/src/linux/tools/testing/selftests}"

# shellcheck source=selftests/reports.sh
. "$here/reports.sh"

# Each is shown as a whole when it has ended.
run_side_by_side()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" sh -c '
		shown=$("$1" host "$2") || status=$?
		exec 9<"$0"
		flock 9
		printf "%s\n" "$shown"
		exit "${status:-0}"' "$results" "$here/run.sh"
}

# uptime_seconds: the time, which a test cannot set
uptime_seconds()
{
	read -r seconds _ </proc/uptime
	echo "${seconds%.*}"
}

# processes_made: since the machine was booted
processes_made()
{
	sed -n 's/^processes //p' /proc/stat
}

# processor_seconds: of the children, between two calls of times(1), on standard input
processor_seconds()
{
	awk -F '[ms ]+' '
		NR % 2 == 0 { used[NR / 2] = 60 * ($1 + $3) + $2 + $4 }
		END { printf "%d\n", used[2] - used[1] }'
}

# time_limit SUITE
time_limit()
{
	seconds=$(sed -n 's/^timeout=//p' "$here/$1/settings" 2>/dev/null | grep .) ||
		seconds=120
	if [ "$(nice)" -gt 0 ]; then
		seconds=$((4 * seconds))
	fi
	echo "$seconds"
}

# stop_when_silent PROCESS: its group ends when it has written nothing for too long.
# A machine with much else to do makes a test slow, not silent. It looks seldom: that is
# two processes each time, which cost a machine more than many a test does.
stop_when_silent()
{
	written=-1
	while kill -0 "$1" 2>/dev/null; do
		now=$(uptime_seconds)
		size=$(stat -c %s "$log")
		if [ "$size" -ne "$written" ]; then
			written=$size
			since=$now
		elif [ $((now - since)) -ge "$limit" ]; then
			kill -KILL "-$1" || :
		fi
		sleep 5
	done
}

# Not through a pipe: a daemon that a test left behind would keep it open. To the
# scheduler a session may be a group, which is as nice as it is told to be: more than a
# process, since all machines together are one such group.
run_and_show()
{
	: >"$log"
	# shellcheck disable=SC2016 # the inner shell expands it
	(cd "$here/$suite" && exec setsid sh -c '
		nice=$((2 * $(nice)))
		[ "$nice" -le 19 ] || nice=19
		[ ! -e /proc/self/autogroup ] || echo "$nice" >/proc/self/autogroup
		exec "$0"' "./$program") >"$log" 2>&1 </dev/null &
	process=$!
	tail --lines=+1 --follow --sleep-interval=0.2 --pid="$process" "$log" &
	follower=$!
	stop_when_silent "$process" >/dev/null &
	watcher=$!
	status=0
	wait "$process" || status=$?
	kill "$watcher" 2>/dev/null || :
	wait "$follower"
}

count()
{
	awk -v name="$test" -v status="$1" -v limit="$limit" \
		-v tally="$results/$suite-$program.tally" '
		/^ok .*# SKIP/ || /^1\.\.0/ { skipped++; next }
		/^ok / { passed++ }
		/^not ok / { failed++ }
		/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0 }
		END {
			ran = passed + failed + skipped
			if (status == 137)
				why = "was stopped, having written nothing for " limit " s"
			else if (status != 0 && status != 4 && !failed)
				why = "exit status " status
			else if (!ran)
				why = "no result"
			else if (planned != ran && !(skipped && ran == 1))
				why = "planned " planned + 0 " tests, ran " ran
			if (why) {
				print "not ok " name ": " why
				failed++
			}
			print name, passed + 0, failed + 0, skipped + 0 >tally
		}' "$log" | tee -a "$log"
}

# fail NAME WHY FILE: one more test has failed, with what FILE says
fail()
{
	file=$results/$(echo "$1" | tr : -)
	{
		echo "not ok $1: $2"
		sed 's/^/# /' "$3"
	} | tee -a "$file.log"
	echo "$1 0 1 0" >"$file.tally"
}

# Of a test that has the kernel report something, that is its own.
search_kernel_log()
{
	! grep -qsx 'reports=expected' "$here/$suite/settings" || return 0
	if looks_for_races; then
		echo "# $test: $(races_elsewhere_since "$test") data races of the kernel itself"
	fi
	reports_since "$test" >"$log.kernel" || return 0
	fail "$test:kernel-log" "the kernel's log has" "$log.kernel"
}

# search_memory SUITE: after it
search_memory()
{
	[ "$where" = vm ] && [ -n "$1" ] || return 0
	found=$results/leaks.$(hostname)
	lost_memory >"$found"
	[ -s "$found" ] || return 0
	fail "$1:memory:$(hostname)" "memory that nothing refers to" "$found"
}

mkdir -p "$results/begun" "$durations"
# Debian's, as the package is called
[ "$where" = host ] || uname -v | sed 's/.* Debian //; s/ .*//' >"$results/kernel"
if [ "$where" = host ] && [ $# -gt 1 ]; then
	run_side_by_side "$@"
	exit
fi

running=
for test in "$@"; do
	suite=${test%%:*}
	program=${test#*:}
	log=$results/$suite-$program.log
	limit=$(time_limit "$suite")

	mkdir "$results/begun/$test" 2>/dev/null || continue
	if [ "$suite" != "$running" ]; then
		search_memory "$running"
		running=$suite
	fi
	echo "# $test"
	[ "$where" = host ] || mark_kernel_log "$test"
	begun=$(uptime_seconds)
	times >"$log.times"
	made=$(processes_made)
	run_and_show
	took=$(($(uptime_seconds) - begun))
	times >>"$log.times"
	used=$(processor_seconds <"$log.times")
	said="# $test: $took s, $used s of processor"
	[ "$where" = host ] || said="$said, $(($(processes_made) - made)) processes"
	echo "$said"
	echo "$took" >"$durations/$test"
	count "$status"
	[ "$where" = host ] || search_kernel_log
done
search_memory "$running"
