#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every file names its licence, but what a program is expected to print.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 1
enter_clean_tree

find . -type f ! -name LICENSE \
	! -name '*.json' ! -name '*.text' ! -name '*.dump' ! -name '*.notes' ! -name '*.expected' \
	-exec grep --files-without-match 'SPDX-License-Identifier:' {} + \
	>"$work/complaints" || :
report "every file names its licence"
ktap_finished
