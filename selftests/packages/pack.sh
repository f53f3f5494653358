#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pack what has been built: as the version of debian/changelog in DIRECTORY/1, as later
# ones in DIRECTORY/2 and DIRECTORY/3.
#
# usage: pack.sh DIRECTORY

set -eu

directory=$1
top=$(realpath "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The program is newer than its sources, and taken as it is; the units are not those of
# /usr.
pack()
{
	rsync --archive --exclude='/.*/' --exclude=/selftests "$top/" "$work/tree"
	rm -f "$work/tree"/userspace/*.service
	(cd "$work/tree" && DEB_BUILD_OPTIONS='noautodbgsym nostrip' \
		debian/rules binary) >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		return 1
	}
}

# later PACKAGE DIRECTORY SUFFIX: the same with a higher version
later()
{
	dpkg-deb --raw-extract "$1" "$work/later"
	sed -i "s/^Version: .*/&$3/" "$work/later/DEBIAN/control"
	dpkg-deb --build -Znone "$work/later" "$2/${1##*/}" >/dev/null
	rm -r "$work/later"
}

pack
rm -rf "$directory"
mkdir -p "$directory/1" "$directory/2" "$directory/3"
mv "$work"/*.deb "$directory/1"
for package in "$directory"/1/*.deb; do
	later "$package" "$directory/2" +1
	later "$package" "$directory/3" +2
done
