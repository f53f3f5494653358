#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The manual pages are well formed, and name every command and key there is.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

docs=../../docs
sources=../../userspace

# names MANUAL FILE KIND: each word of FILE stands in MANUAL
names()
{
	manual=$1
	words=$(cat "$2")
	if [ -z "$words" ]; then
		report 1 "$3: nothing to look for"
		return
	fi
	for word in $words; do
		if grep -q -w -e "$word" "$manual"; then
			report 0 "$3 $word is in the manual"
		else
			report 1 "$3 $word is in the manual"
		fi
	done
}

echo "TAP version 13"
: >"$work/out"
: >"$work/err"

for manual in pqike.8 pqike.conf.5; do
	if ! command -v mandoc >/dev/null; then
		report 0 "$manual is well formed # SKIP mandoc is not installed"
	elif mandoc -T lint -W warning "$docs/$manual" >"$work/out" 2>&1; then
		report 0 "$manual is well formed"
	else
		report 1 "$manual is well formed"
	fi
done

sed -n 's/^  \([a-z]*\) .*/\1/p' >"$work/commands" <<END
$(../helper/pqike --help)
END
names "$docs/pqike.8" "$work/commands" command
sed -n 's/^\t{ "\([a-z_]*\)\*\{0,1\}", KEY_.*/\1/p' "$sources"/config/*.c \
	>"$work/keys"
names "$docs/pqike.conf.5" "$work/keys" key

finish
