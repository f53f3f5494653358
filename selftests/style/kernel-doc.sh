#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kernel-doc comments say what the functions below them have.

set -eu

. ./lib.sh

kernel_doc()
{
	"$linux/scripts/kernel-doc" -none -Wall "$@" >"$work/complaints" 2>&1 || :
}

ktap_print_header
ktap_set_plan 2
enter_clean_tree

kernel_doc kmod/*/*.[ch]
report kmod

cat >"$work/planted.h" <<-'END'
	/**
	 * planted() - what
	 * @other: that
	 *
	 * Return: nothing.
	 */
	int planted(int one);
END
kernel_doc "$work/planted.h"
ktap_test_result "kernel-doc finds a planted fault" test -s "$work/complaints"
ktap_finished
