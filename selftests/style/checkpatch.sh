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

# checkpatch OPTION FILE...
checkpatch()
{
	option=$1
	shift
	perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary "$option" --file "$@" \
		>"$work/complaints" || :
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

ktap_print_header
ktap_set_plan 3
enter_clean_tree

echo '    int a;' >"$work/planted.c"
checkpatch --types="$layout" "$work/planted.c"
ktap_test_result "checkpatch finds a planted fault" test -s "$work/complaints"

# shellcheck disable=SC2046 # names of files in this tree have no spaces
checkpatch --ignore="$newer_than_oldest_kernel" \
	$(written_by_hand $(kernel_files))
report "kernel code"

# shellcheck disable=SC2046
checkpatch --types="$layout" $(written_by_hand $(user_files))
report "user space"
ktap_finished
