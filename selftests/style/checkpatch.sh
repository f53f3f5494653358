#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch --strict finds nothing in kernel code. User space keeps the kernel's
# layout, not its idioms.

set -eu

. ./lib.sh

# kzalloc_obj() came with 7.0.
newer_than_oldest_kernel=ALLOC_WITH_SIZEOF

layout=BLOCK_COMMENT_STYLE,CODE_INDENT,LEADING_SPACE,LINE_SPACING,LONG_LINE
layout=$layout,OPEN_BRACE,POINTER_LOCATION,SPACE_BEFORE_TAB
layout=$layout,SUSPECT_CODE_INDENT,SWITCH_CASE_INDENT_LEVEL,TRAILING_STATEMENTS
layout=$layout,TRAILING_WHITESPACE

checkpatch_once=$PWD/checkpatch_once.sh
looked_at=$work/looked-at

# checkpatch OPTION FILE...: each file that has not passed as it is
checkpatch()
{
	option=$1
	shift
	: >"$looked_at"
	: >"$work/found"
	printf '%s\n' "$@" | LOOKED_AT=$looked_at xargs -n 8 -P "$(nproc)" \
		"$checkpatch_once" "$option" >>"$work/found" ||
		echo "xargs ends with status $?" >>"$work/found"
	sort "$work/found" >"$work/complaints"
	ktap_print_msg "$(wc -l <"$looked_at") of $# files looked at"
}

# The test modules are the directories that have a Kbuild.
kernel_files()
{
	find kmod selftests -name Kbuild -printf '%h\n' |
		xargs -I{} find {} -name '*.[ch]'
}

user_files()
{
	find userspace selftests -name '*.[ch]' | grep -vxF "$(kernel_files)"
}

# finds_fault_in FILE: which has passed
finds_fault_in()
{
	echo '    int a;' >>"$1"
	checkpatch --types="$layout" "$1"
	grep "^$1:" "$work/complaints" >&2
}

ktap_print_header
ktap_set_plan 5
enter_clean_tree
forget_old_marks

# shellcheck disable=SC2046 # names of files in this tree have no spaces
checkpatch --ignore="$newer_than_oldest_kernel" \
	$(written_by_hand $(kernel_files))
report "kernel code"

# shellcheck disable=SC2046
checkpatch --types="$layout" $(written_by_hand $(user_files))
report "user space"

checkpatch --types="$layout" userspace/base/number_set.c
ktap_test_result "what has passed is not looked at again" test ! -s "$looked_at"
ktap_test_result "checkpatch finds a fault planted in what has passed" \
	finds_fault_in userspace/base/number_set.c
checkpatch --types="$layout" userspace/base/number_set.c
ktap_test_result "and finds it again" test -s "$work/complaints"
ktap_finished
