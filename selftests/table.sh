#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Put into the README's table what was last run on a kernel, in this tree.
#
# usage: table.sh KERNEL

set -eu

here=$(dirname "$(realpath "$0")")
readme=$here/../README.md

line=$(grep "^$1 " "$here/vm/kernels") || {
	echo "table.sh: $1 is none of those in $here/vm/kernels" >&2
	exit 1
}
part=$(echo "$line" | cut -d ' ' -f 2)
name=$(echo "$line" | cut -d ' ' -f 3-)
row=$(KERNEL=$1 "$here/vm/enter.sh" selftests/tested.sh row "$part" "$name")
written=$(awk -v row="$row" -v begin="| $name, " '
	index($0, begin) == 1 { print row; found = 1; next }
	{ print }
	END { exit !found }' "$readme") || {
	echo "table.sh: $readme has no row of $name" >&2
	exit 1
}
printf '%s\n' "$written" >"$readme"
