#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every target runs each input of its corpus once, under sanitizers.

set -eu

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

# shellcheck source=targets.sh
. ./targets.sh

ktap_print_header
# shellcheck disable=SC2046 # one word for each target
set -- $(targets)
ktap_set_plan $#
for target in "$@"; do
	# shellcheck disable=SC2046 # names of files in this tree have no spaces
	if said=$("./$target" $(corpus "$target") 2>&1); then
		ktap_test_pass "corpus of $target: $said"
	else
		echo "$said" | sed 's/^/# /'
		ktap_test_fail "corpus of $target"
	fi
done
ktap_finished
