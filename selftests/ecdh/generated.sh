#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The constants of the curves are what constants.py writes.

set -eu

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

module=../../kmod/ecdh

is_what_is_written()
{
	python3 "$module/constants.py" "$1" | diff "$module/$2" - >&2
}

ktap_print_header
ktap_set_plan 2
for curve in P-256 P-384; do
	file=constants_$(echo "$curve" | tr -d - | tr P p).h
	ktap_test_result "$file" is_what_is_written "$curve" "$file"
done
ktap_finished
