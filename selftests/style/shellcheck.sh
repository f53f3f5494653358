#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# No complaint of shellcheck about the scripts.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 2
enter_clean_tree

# shellcheck disable=SC2016 # planted: a variable that never expands
printf '#!/bin/sh\necho $1\n' >"$work/planted.sh"
shellcheck "$work/planted.sh" >"$work/found" || :
ktap_test_result "shellcheck finds a planted fault" test -s "$work/found"

# What is sourced is checked where it is, with the variables that it finds there.
# Test cases are functions that are called by name.
grep --recursive --files-with-matches -E '^#!/bin/(ba)?sh' . |
	xargs shellcheck --source-path=SCRIPTDIR --external-sources \
		--check-sourced --exclude=SC2317,SC2329 --format=gcc >"$work/complaints" || :
report "scripts"
ktap_finished
