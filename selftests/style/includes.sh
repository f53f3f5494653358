#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# User space is in layers: a file includes only what is of its own layer or of one
# above it, and no module is in a circle of modules that include each other. A module
# is a .c file and the .h file of the same name. Nor is one of the kernel's.

set -eu

. ./lib.sh

layers='base wire config kernel ike tunnel helper supervisor cli'
hidden='cli>ike cli>tunnel'	# layers above, of which a layer includes nothing

# "FILE FILE" for each include of a file of ours, as named from userspace/
includes()
{
	grep -r --include='*.[ch]' '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' . |
		sed -n 's|^\./\([^:]*\):[^"]*"\([^"]*\)".*|\1 \2|p' | sort -u
}

# Files that are in the folder of no layer, and includes that do not name a layer
misplaced()
{
	find . -name '*.[ch]' -printf '%P\n' | awk -v layers="$layers" '
		BEGIN {
			split(layers, list, " ")
			for (i in list)
				folders[list[i]]
		}
		split($0, part, "/") != 2 || !(part[1] in folders) {
			print "misplaced: " $0
		}'
	includes | while read -r from to; do
		[ -f "$to" ] || echo "no file of a layer: $from includes $to"
	done
}

against_the_order()
{
	includes | awk -v layers="$layers" -v hidden="$hidden" '
		function layer(file) { return substr(file, 1, index(file, "/") - 1) }
		BEGIN {
			n = split(layers, list, " ")
			for (i = 1; i <= n; i++)
				rank[list[i]] = i
			n = split(hidden, list, " ")
			for (i = 1; i <= n; i++)
				hides[list[i]]
		}
		rank[layer($1)] < rank[layer($2)] ||
		layer($1) ">" layer($2) in hides {
			print "against the order: " $1 " includes " $2
		}'
}

circles()
{
	includes | sed 's/\.[ch]\>//g' | sort -u | awk '
		function walk(from, module,   i) {
			for (i = 1; i <= n[module]; i++) {
				if ((from, to[module, i]) in reached)
					continue
				reached[from, to[module, i]]
				walk(from, to[module, i])
			}
		}
		$1 != $2 { to[$1, ++n[$1]] = $2 }
		END {
			for (module in n)
				walk(module, module)
			for (module in n) {
				if ((module, module) in reached)
					print "in a circle: " module
			}
		}'
}

complaints()
{
	(cd "$1" && { misplaced; against_the_order; circles; }) | sort
}

# finds COMPLAINT: of the tree with what was planted
finds()
{
	complaints "$work/planted" | grep -qx "$*"
}

# misses COMPLAINT
misses()
{
	! finds "$*"
}

# plant FILE INCLUDE...
plant()
{
	file=$work/planted/$1
	shift
	mkdir -p "$(dirname "$file")"
	printf '#include "%s"\n' "$@" >"$file"
}

ktap_print_header
ktap_set_plan 9
enter_clean_tree

plant base/low.h ike/high.h
plant ike/high.h config/one.h
plant config/one.h config/two.h
plant config/one.c base/low.h
plant config/two.h config/two.h
plant config/two.c config/three.h
plant config/three.c config/one.h
plant config/three.h base/low.h
plant cli/command.c tunnel/state.h
plant tunnel/state.h base/low.h
plant flat.h base/low.h
plant other/file.h base/low.h
plant cli/bare.c high.h
ktap_test_result "an include against the order is found" \
	finds "against the order: base/low.h includes ike/high.h"
ktap_test_result "an include of a layer that is hidden is found" \
	finds "against the order: cli/command.c includes tunnel/state.h"
ktap_test_result "a circle is found" finds "in a circle: config/two"
ktap_test_result "what only includes a circle is not in it" \
	misses "in a circle: cli/command"
ktap_test_result "a file outside the layers is found" finds "misplaced: flat.h"
ktap_test_result "a folder that is no layer is found" finds "misplaced: other/file.h"
ktap_test_result "an include without its layer is found" \
	finds "no file of a layer: cli/bare.c includes high.h"

complaints userspace >"$work/complaints"
report "user space"
(cd kmod/pqike && circles) | sort >"$work/complaints"
report "the kernel's"
ktap_finished
