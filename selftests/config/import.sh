#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# import/NAME.conf, each a swanctl.conf, becomes import/NAME.expected, which is
# good, with import/NAME.notes on standard error. No secret gets out. Of those in
# import/blank, what comes out has blanks to be filled in first.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

# converted FILE: it becomes what is expected, which is left in imported.conf
converted()
{
	file=$1
	name=${file%.conf}
	run config import "$file"
	[ "$status" -eq 0 ] && cmp -s "$work/out" "$name.expected" && ok=0 || ok=1
	report "$ok" "$file is converted"
	cmp -s "$work/err" "$name.notes" && ok=0 || ok=1
	report "$ok" "$file: what was dropped, and why"
	grep -q 'do not tell' "$work/out" "$work/err" && ok=1 || ok=0
	report "$ok" "$file: its secrets stay in it"
	cp "$work/out" "$work/imported.conf"
}

# fill BLANK: an identity gets a name, another key of that value goes
fill()
{
	awk -v blank="$1" -v name="peer-$blanks.example.org" '
		!index($0, "= " blank) { print; next }
		$1 == "id" { print "id = " name }'
}

# What swanctl.conf says is hardly meant there, either, and keys are on another host.
forget_warnings()
{
	sed -i '/^pqike: warning: /d' "$work/err"
}

echo "TAP version 13"
for conf in import/*.conf; do
	converted "$conf"
	run config check "$work/imported.conf"
	forget_warnings
	check "$conf: what comes out is good" 0 err ""
done
for conf in import/blank/*.conf; do
	converted "$conf"
	blanks=0
	while
		run config check "$work/imported.conf"
		sed -n 's/^pqike: .*: expected the blank \(<.*>\) to be filled in$/\1/p' \
			"$work/err" >"$work/blank"
		[ -s "$work/blank" ]
	do
		blanks=$((blanks + 1))
		fill "$(cat "$work/blank")" <"$work/imported.conf" >"$work/filled"
		mv "$work/filled" "$work/imported.conf"
	done
	forget_warnings
	check "$conf: without the blanks what comes out is good" 0 err ""
	[ "$blanks" -gt 0 ] && ok=0 || ok=1
	report "$ok" "$conf: has blanks"
done

run config import bad/brace-too-many.conf
check "a file with an error" 1 err "pqike: bad/brace-too-many.conf:30:\
 unexpected }: no section is open"
run config import bad/ipsec.conf
check "a file of another syntax" 1 err "pqike: bad/ipsec.conf:3: this is an\
 ipsec.conf: expected a swanctl.conf, with connections { }"
run config import import/none
case $status$(tail -n 1 "$work/err") in
"1pqike: import/none: no connection of it can be kept") ok=0 ;;
*) ok=1 ;;
esac
report "$ok" "a file of which nothing can be kept"
[ -s "$work/out" ] && ok=1 || ok=0
report "$ok" "a file of which nothing can be kept: becomes nothing"
finish
