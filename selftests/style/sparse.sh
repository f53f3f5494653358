#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The modules build without a warning of gcc at W=1 or of sparse, and no function of them
# can come to itself.

set -eu

. ./lib.sh

programs="$PWD/sparse.sh $PWD/passed.sh $PWD/recursion.py"
recursion=$PWD/recursion.py

# Not C=2: Debian's headers lack the script that would find sparse.
build()
{
	make --silent --jobs="$(nproc)" -C /lib/modules/*/build M="$PWD" W=1 \
		KBUILD_CHECKSRC=2 modules >"$work/log" 2>&1 && built=true || built=false
	grep -E -A 4 '^[^ ]*(kmod|selftests)/[^ ]*: |ERROR' "$work/log" \
		>"$work/complaints" || :
}

digest()
{
	{
		# shellcheck disable=SC2086 # three files
		tools_digest $programs
		find . -type f | sort | xargs sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

# check: nothing is found, or was in the same sources
check()
{
	mark=$(digest)
	if has_passed "$mark"; then
		ktap_print_msg "these sources have passed"
		built=true
		: >"$work/complaints"
		: >"$work/recursive"
		return
	fi
	build
	"$recursion" kmod/mlkem/main.o kmod/*/*.ko >"$work/recursive"
	if $built && [ ! -s "$work/complaints" ] && [ ! -s "$work/recursive" ]; then
		passes "$mark"
	fi
}

ktap_print_header
ktap_set_plan 6
enter_clean_tree
forget_old_marks

# Nothing else is there for them to be built from.
mkdir "$work/modules"
cp -r Kbuild kmod uapi "$work/modules"
cd "$work/modules"

check
$built || sed 's/^/# /' "$work/log"
ktap_test_result "the modules build at W=1" "$built"
report "and without a warning"
mv "$work/recursive" "$work/complaints"
report "and without a function that can come to itself"

cat >>kmod/mlkem/main.c <<-'END'
	__le32 planted(void);
	__le32 planted(void)
	{
		int unused;

		return 5;
	}

	int planted_recursion(int depth);
	int planted_recursion(int depth)
	{
		return depth < 2 ? depth : planted_recursion(depth - 1) +
					   planted_recursion(depth - 2);
	}
END
# No more than that file is built.
echo 'obj-m := kmod/mlkem/' >Kbuild
printf '%s\n' 'obj-m := mlkem.o' 'mlkem-y := main.o' >kmod/mlkem/Kbuild
check
ktap_test_result "gcc finds a planted fault" \
	grep -q unused.variable "$work/complaints"
ktap_test_result "sparse finds a planted fault" \
	grep -q different.base.types "$work/complaints"
ktap_test_result "a planted recursion is found" \
	grep -q 'planted_recursion()' "$work/recursive"
ktap_finished
