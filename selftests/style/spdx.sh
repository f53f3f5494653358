#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every file names its licence, but what a program is expected to print, and files of
# Debian's that have no comments.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 1
enter_clean_tree

find . -type f ! -name LICENSE ! -path ./debian/changelog ! -path ./debian/copyright \
	! -path ./debian/source/format \
	! -name '*.json' ! -name '*.text' ! -name '*.dump' ! -name '*.notes' ! -name '*.expected' \
	-exec grep --files-without-match 'SPDX-License-Identifier:' {} + \
	>"$work/complaints" || :
report "every file names its licence"
ktap_finished
