#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The README's table of what was run has a row for each kernel that ../vm/kernels names, and
# no other one, and a column for each suite that runs in a machine. Its numbers are for
# ../table.sh to write: each row is as that would have it.

set -eu

. ./lib.sh

result='(not run|[0-9]+( in [0-9]+ of [0-9]+ files)?(, [0-9]+ failed)?(, [0-9]+ skipped)?)'

# cells: of each line of a table, without the blanks around them
cells()
{
	sed 's/^| *//; s/ *|$//; s/ *| */|/g'
}

table()
{
	sed -n '/^| kernel | run on |/,/^$/p' "$1" | grep . | cells
}

# heading: the suites that have tests in a machine
heading()
{
	# shellcheck disable=SC2016 # the heading has them
	make --silent -C selftests list-vm | grep -o '^[^:]*' | sort -u | tr '\n' '|' |
		sed 's/^/kernel|run on|of `make check`|/; s/|$/\n/'
}

# check README: what is wrong with its table
check()
{
	table "$1" >"$work/table"
	columns=$(heading)
	head -n 1 "$work/table" | grep -qxF "$columns" || echo "its heading is not $columns"
	sed 1,2d "$work/table" >"$work/rows"
	grep '^[^#]' selftests/vm/kernels | while read -r kernel _ name; do
		[ "$(grep -c "^$name, [0-9]" "$work/rows")" -eq 1 ] || echo "$kernel has not one row"
		[ -f "selftests/vm/packages.$kernel-own" ] || [ "$kernel" = testing ] ||
			echo "$kernel has no root file system"
	done
	sed 's/, [^,|]*|.*//' "$work/rows" | while read -r name; do
		grep -q "^[^#].* $name\$" selftests/vm/kernels || echo "$name is no kernel of vm/kernels"
	done
	grep -vE "^[^|]*\|20[0-9-]{8}\|(not in it|$result)(\|$result)*\$" "$work/rows" || :
}

# finds NAME CHANGE: in a README that sed changes so
finds()
{
	sed "$2" README.md >"$work/changed"
	check "$work/changed" >"$work/complaints"
	if [ -s "$work/complaints" ]; then
		ktap_test_pass "$1 is found"
	else
		ktap_test_fail "$1 is found"
	fi
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree
check README.md >"$work/complaints"
report "the README's table has the kernels and suites that there are"
finds "a kernel without a row" '/^| Debian 12, /d'
finds "a row of a kernel that is not tested" 's/^| Debian 12, .*/&\n| Debian 1&/'
finds "a row that is not made of results" 's/^\(| Debian 12, .*\)| [0-9][^|]*|$/\1| all |/'
ktap_finished
