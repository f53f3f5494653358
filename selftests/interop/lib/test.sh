# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# One result of TAP for each function that is run as a test.

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# What a test prints: a file for all of them, which takes no process for each
output=$(mktemp)

# run_test NAME FUNCTION [ARGUMENT]...
#
# The function runs in a shell of its own under errexit, so its first failing
# command fails the test and its EXIT trap cleans up.
run_test()
{
	local name=$1 seconds=$SECONDS status=0

	shift
	(
		set -eu
		"$@"
	) >"$output" 2>&1 &
	# Not a condition on the shell itself: there errexit would be ignored.
	wait "$!" || status=$?

	if [ "$status" -eq 0 ]; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
		sed 's/^/# /' "$output"
	fi
	ktap_print_msg "$((SECONDS - seconds)) s"
}
