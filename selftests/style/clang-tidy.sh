#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clang-tidy finds nothing in user space, under the checks of .clang-tidy.

set -eu

. ./lib.sh

looked_at=$work/looked-at
tidy_once=$PWD/clang-tidy_once.sh

# tidy [SOURCE]: whether nothing is found
tidy()
{
	: >"$looked_at"
	LOOKED_AT=$looked_at make --silent --keep-going --output-sync \
		--jobs="$(nproc)" -C userspace "CLANG_TIDY=$tidy_once" \
		${1:+"SOURCES=$1"} tidy >"$work/log" 2>&1
}

# finds_fault CHECK LINE FILE SOURCE: of LINE at the end of FILE, which SOURCE is or
# includes
finds_fault()
{
	cp "userspace/$3" "$work/sound"
	echo "$2" >>"userspace/$3"
	! tidy "$4" && grep "$3:.*$1" "$work/log" >&2 && found=true || found=false
	cp "$work/sound" "userspace/$3"
	$found
}

fault_in_source()
{
	finds_fault NullDereference 'int planted(void) { return *(int *)0; }' \
		base/number_set.c base/number_set.c
}

fault_in_header()
{
	finds_fault bugprone-macro-parentheses '#define PLANTED(a) a * 2' \
		base/number_set.h base/number_set.c
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree
forget_old_marks

tidy && passed=true || passed=false
ktap_print_msg "$(wc -l <"$looked_at") sources looked at, the others have passed as they are"
grep -A 4 'error: ' "$work/log" | sed 's/^/# /' || :
ktap_test_result "userspace" "$passed"

tidy base/number_set.c && [ ! -s "$looked_at" ] && again=false || again=true
ktap_test_result "what has passed is not looked at again" test "$again" = false
ktap_test_result "clang-tidy finds a fault planted in what has passed" fault_in_source
ktap_test_result "clang-tidy finds one planted in a header of that" fault_in_header
ktap_finished
