#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch --strict of those of some files that have not passed as they are: prints
# what it finds, and adds a line for each of them to the file of LOOKED_AT. Exits with 0
# when nothing is found.
#
# usage: checkpatch_once.sh OPTION FILE...

set -euo pipefail

here=$(dirname "$(realpath "$0")")
. "$here/passed.sh"

linux=$(realpath "$KSELFTEST/../../..")
command=(perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse --show-types
	--no-summary "$1" --file)
shift

tools=$(tools_digest "$here/checkpatch_once.sh" "$here/passed.sh")

# digest FILE: checkpatch reads no other
digest()
{
	{
		echo "$tools"
		printf '%s\n' "${command[@]}"
		sha256sum "$1"
	} | sha256sum | cut -d ' ' -f 1
}

new=()
marks_of_new=()
for file in "$@"; do
	mark=$(digest "$file")
	if ! has_passed "$mark"; then
		new+=("$file")
		marks_of_new+=("$mark")
	fi
done
if [ "${#new[@]}" -eq 0 ]; then
	exit 0
fi

printf '%s\n' "${new[@]}" >>"$LOOKED_AT"
found=$("${command[@]}" "${new[@]}") && status=0 || status=$?
if [ "$status" -ne 0 ] || [ -n "$found" ]; then
	printf '%s\n' "${found:-checkpatch ends with status $status: ${new[*]}}"
	exit 1
fi
for mark in "${marks_of_new[@]}"; do
	passes "$mark"
done
