#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A function or test that the documents name as "name() in file" is in that file.

set -eu

. ./lib.sh

names='[a-z_0-9]+\(\)(, [a-z_0-9]+\(\))* in [a-z_0-9.-]+\.(c|h|py|sh)'

# places FILE...: one to a line, FUNCTION FILE
places()
{
	tr '\n' ' ' <"$1" | grep -oE "$names" | while read -r place; do
		for name in $(echo "${place% in *}" | tr -d '(),'); do
			echo "$name ${place##* }"
		done
	done
}

# Of those on standard input which no file of that name defines
missing()
{
	while read -r name file; do
		find kmod userspace selftests -name "$file" -exec \
			grep -lE "^([a-z][^(;]*[ *])?$name\(|^ *def $name\(" {} + | grep -q . ||
			echo "$document: there is no $name() in $file"
	done
}

ktap_print_header
ktap_set_plan 2
enter_clean_tree

for document in docs/*.md; do
	places "$document" >"$work/places"
	sort -u "$work/places" | missing
	cat "$work/places" >>"$work/all"
done >"$work/complaints"
[ -s "$work/all" ] || echo "no place is named" >>"$work/complaints"
report "functions that the documents name are there"

document=planted
echo "sandbox_enter esp_state.c" | missing >"$work/complaints"
if [ -s "$work/complaints" ]; then
	ktap_test_pass "one that is elsewhere is found"
else
	ktap_test_fail "one that is elsewhere is found"
fi
ktap_finished
