#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# git am applies the series to what the kernel's source has of the files that it changes.
#
# usage: git_am.sh SERIES ARCHIVE

set -eu

here=$(dirname "$(realpath "$0")")
series=$(realpath "$1")
archive=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

command -v git >/dev/null || {
	echo "git_am: git is missing: apt install git" >&2
	exit 1
}
"$here/../../kmod/mlkem/upstream/unpack.sh" "$archive" "$work"
cd "$work"
export HOME="$work/.home" GIT_CONFIG_NOSYSTEM=1 GIT_COMMITTER_NAME=pqike \
	GIT_COMMITTER_EMAIL=pqike@example.org GIT_AUTHOR_NAME=pqike \
	GIT_AUTHOR_EMAIL=pqike@example.org
git init --quiet .
git add --all
git commit --quiet --message="linux"
git am --quiet --whitespace=error "$series"/000[1-9]-*.patch
git log --reverse --format='%s' --max-count="$(find "$series" -name '000[1-9]-*' | wc -l)"
