#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clang-tidy finds nothing in user space, under the checks of .clang-tidy.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 2
enter_clean_tree

make --silent -C userspace tidy >"$work/log" 2>&1 && passed=true || passed=false
grep -A 4 'error: ' "$work/log" | sed 's/^/# /' || :
ktap_test_result "userspace" "$passed"

echo 'int main(int argc, char **argv) { return argc ? *(int *)0 : argv == argv; }' \
	>"$work/tree/planted.c"
clang-tidy --quiet planted.c -- >"$work/log" 2>&1 && passed=true || passed=false
ktap_test_result "clang-tidy finds a planted fault" \
	grep -q 'NullDereference' "$work/log"
ktap_finished
