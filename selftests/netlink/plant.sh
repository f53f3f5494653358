#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build the modules once for each name in faults.sh, with the faults of that name, in a folder
# called so, from what was built without.
#
# usage: KDIR=KERNEL plant.sh FOLDER

set -eu

folder=$1
cd "$(dirname "$0")"

# shellcheck source=faults.sh
. ./faults.sh

# plant NAME: its faults, in the sources
plant()
{
	faults | while IFS=@ read -r name file change _ _; do
		[ "$name" = "$1" ] || continue
		file=$folder/$name/kmod/pqike/$file
		sed "$change" "$file" >"$folder/changed"
		if cmp --silent "$file" "$folder/changed"; then
			echo "plant.sh: $name changes nothing in $file: $change" >&2
			exit 1
		fi
		mv "$folder/changed" "$file"
	done
}

mkdir -p "$folder"
faults | cut -d @ -f 1 | uniq | while read -r name; do
	tree=$folder/$name
	mkdir -p "$tree/selftests/uapi"
	rsync --archive --delete ../../Kbuild ../../kmod ../../uapi "$tree"
	cp ../uapi/with_modules.sh "$tree/selftests/uapi"
	plant "$name"
	make --silent -C "$KDIR" "M=$(realpath "$tree")" modules >&2
done
