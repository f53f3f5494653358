#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run tests, show the TAP that they print, count it in .results: SUITE-PROGRAM.tally
# has the test's name and how many passed, failed, skipped. In a virtual machine one
# follows the other; on the host as many run at a time as there are processors.
#
# A test that somebody else has begun since .results was made, in another machine, is
# left to them.
#
# usage: run.sh host|vm SUITE:PROGRAM...
#
# A test may write nothing for 120 s, or what "timeout=" in its suite's file "settings"
# says. In the virtual machine the kernel's log is searched after each test.

set -eu

where=$1
shift

here=$(dirname "$(realpath "$0")")
results=$(realpath "$here/..")/.results
export KSELFTEST="${KSELFTEST:-/usr/src/linux/tools/testing/selftests}"

# How the kernel's log shows that something went wrong.
splat='WARNING|BUG|Oops|KASAN|UBSAN|ODEBUG|general protection|INFO: task|refcount_t|'
splat=$splat'suspicious RCU|possible recursive locking|circular locking'

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

time_limit()
{
	sed -n 's/^timeout=//p' "$here/$1/settings" 2>/dev/null | grep . ||
		echo 120
}

# stop_when_silent PROCESS: its group ends when it has written nothing for too long.
# A machine with much else to do makes a test slow, not silent. Time is that since
# the boot, as a test may set the clock.
stop_when_silent()
{
	written=-1
	while kill -0 "$1" 2>/dev/null; do
		now=$(cut -d . -f 1 /proc/uptime)
		size=$(stat -c %s "$log")
		if [ "$size" -ne "$written" ]; then
			written=$size
			since=$now
		elif [ $((now - since)) -ge "$limit" ]; then
			kill -KILL "-$1" || :
		fi
		sleep 0.3
	done
}

# Not through a pipe: a daemon that a test left behind would keep it open.
run_and_show()
{
	: >"$log"
	(cd "$here/$suite" && exec setsid "./$program") >"$log" 2>&1 </dev/null &
	process=$!
	tail --lines=+1 --follow --sleep-interval=0.2 --pid="$process" "$log" &
	follower=$!
	stop_when_silent "$process"
	status=0
	wait "$process" || status=$?
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
		}' "$log"
}

mark_kernel_log()
{
	echo "selftests: begin $test" >/dev/kmsg
}

search_kernel_log()
{
	dmesg --notime | sed "1,/^selftests: begin $suite:$program\$/d" |
		grep -E -A 30 "$splat" >"$log.kernel" || return 0

	echo "not ok $test: the kernel's log has"
	sed 's/^/# /' "$log.kernel"
	echo "$test:kernel-log 0 1 0" >>"$results/$suite-$program.tally"
}

mkdir -p "$results/begun"
if [ "$where" = host ] && [ $# -gt 1 ]; then
	run_side_by_side "$@"
	exit
fi

for test in "$@"; do
	suite=${test%%:*}
	program=${test#*:}
	log=$results/$suite-$program.log
	limit=$(time_limit "$suite")

	mkdir "$results/begun/$test" 2>/dev/null || continue
	echo "# $test"
	[ "$where" = host ] || mark_kernel_log
	begun=$(date +%s)
	run_and_show
	echo "# $test: $(($(date +%s) - begun)) s"
	count "$status"
	[ "$where" = host ] || search_kernel_log
done
