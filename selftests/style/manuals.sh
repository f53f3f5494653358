#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# mandoc finds nothing in the manual pages.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 2
enter_clean_tree

mandoc -T lint -W warning docs/*.[1-8] >"$work/complaints" || :
report "manual pages"

printf '.Dd today\n.Sh NAME\n.Xy\n' >"$work/planted.8"
mandoc -T lint -W warning "$work/planted.8" >"$work/complaints" || :
ktap_test_result "mandoc finds a planted fault" test -s "$work/complaints"
ktap_finished
