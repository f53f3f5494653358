# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# TAP for tests of the program's command line: run it, compare what it says.

test_number=0
failures=0
pqike=../helper/pqike
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# report STATUS NAME: one line of TAP; STATUS 0 is a pass
report()
{
	test_number=$((test_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_number $2"
	else
		echo "not ok $test_number $2"
		sed 's/^/# stdout: /' "$work/out"
		sed 's/^/# stderr: /' "$work/err"
		failures=$((failures + 1))
	fi
}

# finish: print the plan, and end with the suite's status
finish()
{
	echo "1..$test_number"
	[ "$failures" -eq 0 ]
}

# run ARGUMENT...: run pqike, its words in $work/out, $work/err and $status
run()
{
	status=0
	"$pqike" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# check NAME STATUS STREAM LINE: how the program that ran last ended, and
# that the first line of its stdout (out) or stderr (err) is LINE
check()
{
	first=$(head -n 1 "$work/$3")
	if [ "$status" -eq "$2" ] && [ "$first" = "$4" ]; then
		report 0 "$1"
	else
		report 1 "$1: status $status, expected $2; expected: $4"
	fi
}

# forget_missing_secrets: pre-shared keys are on another machine than configurations
forget_missing_secrets()
{
	sed -i '/^pqike: warning: .*: No such file or directory$/d
		/^pqike: warning: .*: no logon key .* in the keyring/d' "$work/err"
}
