#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch --strict finds nothing in kernel code, and nothing in user space but
# what is the kernel's own habit.

set -eu

. ./lib.sh

# kzalloc_obj() came with 7.0.
newer_than_oldest_kernel=ALLOC_WITH_SIZEOF
kernel_only=PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,SPLIT_STRING
kernel_only=$kernel_only,ARRAY_SIZE,CAMELCASE

# What imitates the kernel's headers has their macros, and a test its own name.
tests_only=COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_UNUSED,EMBEDDED_FUNCTION_NAME

# checkpatch NAME IGNORED-TYPES FILE...
checkpatch()
{
	name=$1
	ignored=$2
	shift 2
	perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary --ignore "$ignored" \
		--file "$@" >"$work/complaints" || :
	report "$name"
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree

echo 'int  a=0;' >"$work/planted.c"
perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse \
	--file "$work/planted.c" >"$work/found" || :
ktap_test_result "checkpatch finds a planted fault" test -s "$work/found"

# shellcheck disable=SC2046 # names of files in this tree have no spaces
{
	checkpatch kmod "$newer_than_oldest_kernel" \
		$(written_by_hand kmod/*/*.[ch])
	checkpatch userspace "$kernel_only" \
		$(written_by_hand userspace/*.[ch])
	checkpatch selftests \
		"$newer_than_oldest_kernel,$kernel_only,$tests_only" \
		$(written_by_hand $(find selftests -name '*.[ch]'))
}
ktap_finished
