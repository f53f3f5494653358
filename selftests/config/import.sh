#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# import/NAME.conf, each a swanctl.conf, becomes import/NAME.expected, which is
# good, with import/NAME.notes on standard error. No secret gets out.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

echo "TAP version 13"
for file in import/*.conf; do
	name=${file%.conf}
	run config import "$file"
	[ "$status" -eq 0 ] && cmp -s "$work/out" "$name.expected" && ok=0 || ok=1
	report "$ok" "$file is converted"
	cmp -s "$work/err" "$name.notes" && ok=0 || ok=1
	report "$ok" "$file: what was dropped, and why"
	grep -q 'do not tell' "$work/out" "$work/err" && ok=1 || ok=0
	report "$ok" "$file: its secrets stay in it"
	cp "$work/out" "$work/imported.conf"
	run config check "$work/imported.conf"
	check "$file: what comes out is good" 0 err ""
done

run config import bad/brace-too-many.conf
check "a file with an error" 1 err "pqike: bad/brace-too-many.conf:30:\
 unexpected }: no section is open"
run config import import/none
case $status$(tail -n 1 "$work/err") in
"1pqike: import/none: no connection of it can be kept") ok=0 ;;
*) ok=1 ;;
esac
report "$ok" "a file of which nothing can be kept"
finish
