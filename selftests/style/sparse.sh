#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The modules build without a warning of gcc at W=1 or of sparse.

set -eu

. ./lib.sh

# Not C=2: Debian's headers lack the script that would find sparse.
build()
{
	make --silent --jobs="$(nproc)" -C /lib/modules/*/build M="$PWD" W=1 \
		KBUILD_CHECKSRC=2 modules >"$work/log" 2>&1 || built=false
	grep -E -A 4 '^[^ ]*(kmod|selftests)/[^ ]*: |ERROR' "$work/log" \
		>"$work/complaints" || :
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree

built=true
build
$built || sed 's/^/# /' "$work/log"
ktap_test_result "the modules build at W=1" $built
report "and without a warning"

cat >>kmod/mlkem/main.c <<-'END'
	__le32 planted(void);
	__le32 planted(void)
	{
		int unused;

		return 5;
	}
END
build
ktap_test_result "gcc finds a planted fault" \
	grep -q unused.variable "$work/complaints"
ktap_test_result "sparse finds a planted fault" \
	grep -q different.base.types "$work/complaints"
ktap_finished
