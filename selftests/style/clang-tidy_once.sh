#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# clang-tidy of a source, unless it has passed as it is. A line in the file of
# LOOKED_AT says that it had not.
#
# usage: clang-tidy_once.sh [OPTION]... SOURCE -- FLAG...

set -euo pipefail

here=$(dirname "$(realpath "$0")")
. "$here/passed.sh"

command=("$@")
while [ "$2" != -- ]; do
	shift
done
source=$1
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# digest FLAG...: of what clang-tidy is told, what the preprocessor makes of the source,
# and the files that it reads for that as they are: what it drops has a style as well
digest()
{
	clang "$@" -D__clang_analyzer__ -E -MD -MF "$work/files" -MT files \
		-o "$work/preprocessed" "$source"
	{
		tools_digest "$here/clang-tidy_once.sh" "$here/passed.sh"
		printf '%s\n' "${command[@]}"
		clang-tidy --dump-config "$source" -- "$@"
		sha256sum <"$work/preprocessed"
		sed 's/^files://; s/\\$//' "$work/files" | xargs sha256sum
	} | sha256sum | cut -d ' ' -f 1
}

mark=$(digest "$@")
if has_passed "$mark"; then
	exit 0
fi
echo "$source" >>"$LOOKED_AT"
clang-tidy "${command[@]}"
passes "$mark"
