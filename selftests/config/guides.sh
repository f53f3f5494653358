#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the guides of docs have in blocks: each configuration is good, and that for a
# vendor is the template with its blanks filled in; strongSwan's is one that can be read;
# what messages are quoted are the program's. No link leads nowhere.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh
# shellcheck source-path=SCRIPTDIR
. ../blocks.sh

docs=../../docs

# fits_template TEMPLATE FILE: line by line, but for what stands between < and >
fits_template()
{
	awk '
		/^[ \t]*(#|$)/ { next }
		{ gsub(/\t/, "    ") }
		FNR == NR { template[++n] = $0; next }
		{
			line = template[++m]
			blank = index(line, "<")
			same = line == $0
			if (blank)
				same = substr(line, 1, blank - 1) == substr($0, 1, blank - 1)
			if (!same) {
				print "expected: " line "; it is: " $0
				wrong = 1
			}
		}
		END { exit wrong || n != m }' "$1" "$2"
}

check_pqike()
{
	block "$1" pqike "$2" >"$work/block.conf"
	run config check "$work/block.conf"
	forget_missing_secrets
	check "$1: $2 is good" 0 err ""
	run config template "$2"
	[ "$status" -eq 0 ] || return 0
	cp "$work/out" "$work/template.conf"
	fits_template "$work/template.conf" "$work/block.conf" >"$work/err" && ok=0 || ok=1
	report "$ok" "$1: $2 is the template"
}

check_swanctl()
{
	block "$1" swanctl "$2" >"$work/block.conf"
	run config import "$work/block.conf"
	[ "$status" -eq 0 ] && ok=0 || ok=1
	report "$ok" "$1: $2 can be read"
}

# check_imported FILE NAME: what import makes of a block, and what it notes
check_imported()
{
	block "$1" swanctl "$2" >"$work/swanctl.conf"
	run config import "$work/swanctl.conf"
	sed -i "s|$work/||" "$work/err"
	block "$1" imported "$2" | cmp -s - "$work/out" && ok=0 || ok=1
	report "$ok" "$1: $2 is imported"
	block "$1" notes "$2" | cmp -s - "$work/err" && ok=0 || ok=1
	report "$ok" "$1: $2: what is noted"
}

# missing_words FILE: of messages, a line each with "..." for what differs; the program has
# the rest
missing_words()
{
	sed 's/^\(child\|connection\) site-b[a-z.]*: //; s/\.\.\./\n/g' "$1" |
		sed 's/^[ ,:]*//; s/[ ,:]*$//; /^$/d' |
		while IFS= read -r words; do
			grep -aqF -e "$words" "$pqike" || echo "no such words: $words"
		done
}

check_program()
{
	block "$1" program "$2" >"$work/block"
	missing_words "$work/block" >"$work/err"
	[ -s "$work/block" ] && [ ! -s "$work/err" ] && ok=0 || ok=1
	report "$ok" "$1: $2 is what the program says"
}

# check_explain FILE NAME: what is to be tried, in one piece
check_explain()
{
	block "$1" explain "$2" | sed -n '/^try: /,$p' | tr -s ' \n' ' ' |
		sed 's/^try: //; s/ $//' >"$work/block"
	missing_words "$work/block" >"$work/err"
	[ -s "$work/block" ] && [ ! -s "$work/err" ] && ok=0 || ok=1
	report "$ok" "$1: $2 has the program's remedy"
}

# links FILE: those to other files, and to places in them
links()
{
	grep -oE '\]\([^)]+\)' "$1" | sed 's/^](//; s/)$//' | grep -v '^[a-z]*:' || :
}

# anchors FILE: of its headings
anchors()
{
	sed -n 's/^#\{1,\} //p' "$1" | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9\n_-'
}

leads_somewhere()
{
	file=$(dirname "$1")/${2%%#*}
	case $2 in
	'#'*)	file=$1 ;;
	esac
	[ -e "$file" ] || return 1
	case $2 in
	*'#'*)	anchors "$file" | grep -qx "${2#*#}" ;;
	esac
}

check_links()
{
	links "$1" | while read -r link; do
		leads_somewhere "$1" "$link" || echo "$link leads nowhere"
	done >"$work/err"
	[ ! -s "$work/err" ] && ok=0 || ok=1
	report "$ok" "$1: its links"
}

echo "TAP version 13"
: >"$work/out"
: >"$work/err"
for document in "$docs"/guides/*.md "$docs"/troubleshooting.md; do
	for kind in pqike swanctl program explain imported; do
		for name in $(block_names "$document" "$kind"); do
			"check_$kind" "$document" "$name"
		done
	done
done
for document in ../../README.md "$docs"/*.md "$docs"/guides/*.md; do
	check_links "$document"
done

block "$docs/guides/cisco.md" pqike cisco | sed 's/ecp384/ecp256/' >"$work/other.conf"
run config template cisco
cp "$work/out" "$work/template.conf"
! fits_template "$work/template.conf" "$work/other.conf" >"$work/err" && ok=0 || ok=1
report "$ok" "a block that is not the template is found"
echo "... the module is asleep ..." >"$work/block"
missing_words "$work/block" | grep -q asleep && ok=0 || ok=1
report "$ok" "words that the program has not are found"
! leads_somewhere ../../README.md docs/testing.md#planted && ok=0 || ok=1
report "$ok" "a link to a heading that there is not is found"

sed -n '/^    connections {/,/^    }/p; /^    secrets {/,/^    }/p' ../../README.md >"$work/readme.conf"
run config check "$work/readme.conf"
forget_missing_secrets
check "README.md: its configuration is good" 0 err ""
finish
