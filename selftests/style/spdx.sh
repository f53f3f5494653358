#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every file says its licence, but those whose format has no comments.

set -eu

. ./lib.sh

ktap_print_header
ktap_set_plan 1
enter_clean_tree

find . -type f ! -name LICENSE ! -name '*.json' \
	-exec grep --files-without-match 'SPDX-License-Identifier:' {} + \
	>"$work/complaints" || :
report "every file names its licence"
ktap_finished
