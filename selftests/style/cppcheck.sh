#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# cppcheck finds no error and gives no warning, in user space as in the modules.

set -eu

. ./lib.sh

programs="$PWD/cppcheck.sh $PWD/passed.sh $PWD/cppcheck_kernel.h $PWD/cppcheck_user.h"

# What reads a value that was never set is left to gcc and clang-tidy, which follow the
# paths on which that is so.
options='--quiet --std=c11 --inline-suppr --enable=warning,performance,portability
	--suppress=uninitvar --suppress=uninitStructMember
	--template={file}:{line}:{id}:{message}'

# The kernel reckons with pointers to void.
kernel_options="-D__KERNEL__ --suppress=arithOperationsOnVoidPointer
	--include=$PWD/cppcheck_kernel.h"
user_options="-D_GNU_SOURCE --include=$PWD/cppcheck_user.h"

# digest OPTIONS FOLDER...: of all that cppcheck reads
digest()
{
	{
		# shellcheck disable=SC2086 # four files
		tools_digest $programs
		echo "$1"
		shift
		find "$@" -name '*.[ch]' -type f | sort | xargs sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

# check OPTIONS FOLDER [MORE]...: nothing is found in a folder, which reads others too,
# or was found in the same sources
check()
{
	mark=$(digest "$@")
	: >"$work/complaints"
	looked_at=false
	if has_passed "$mark"; then
		ktap_print_msg "these sources have passed"
		return
	fi
	looked_at=true
	# shellcheck disable=SC2086 # words
	cppcheck $options $1 -j "$(nproc)" "$2" >"$work/complaints" 2>&1 ||
		echo "cppcheck ends with status $?" >>"$work/complaints"
	[ -s "$work/complaints" ] || passes "$mark"
}

check_user_space()
{
	check "$user_options -Iuserspace -Iuapi" userspace uapi
}

check_modules()
{
	check "$kernel_options -Ikmod/mlkem -Ikmod/pqike -Iuapi" kmod uapi
}

# finds_fault FILE: which has passed
finds_fault()
{
	grep "^$1:.*:arrayIndexOutOfBounds:" "$work/complaints" >&2
}

ktap_print_header
ktap_set_plan 5
enter_clean_tree
forget_old_marks

check_user_space
report "user space"
[ -s "$work/complaints" ] || check_user_space
ktap_test_result "what has passed is not looked at again" test "$looked_at" = false
check_modules
report "modules"

user_file=userspace/base/number_set.c
module_file=kmod/mlkem/main.c
for file in $user_file $module_file; do
	echo 'int planted(void) { int a[2] = { 0 }; return a[2]; }' >>"$file"
done
check_user_space
ktap_test_result "cppcheck finds a fault planted in user space" finds_fault $user_file
check_modules
ktap_test_result "and one planted in a module" finds_fault $module_file
ktap_finished
