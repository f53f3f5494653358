#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build the modules once with each fault of faults.sh, in a folder of its name, from
# what was built without.
#
# usage: KDIR=KERNEL plant.sh FOLDER

set -eu

folder=$1
cd "$(dirname "$0")"

# shellcheck source=faults.sh
. ./faults.sh

mkdir -p "$folder"
faults | while IFS=@ read -r name file change _ _; do
	tree=$folder/$name
	mkdir -p "$tree/selftests/uapi"
	rsync --archive --delete ../../Kbuild ../../kmod ../../uapi "$tree"
	cp ../uapi/with_modules.sh "$tree/selftests/uapi"
	sed "$change" "../../kmod/pqike/$file" >"$tree/kmod/pqike/$file"
	if cmp --silent "../../kmod/pqike/$file" "$tree/kmod/pqike/$file"; then
		echo "plant.sh: $name changes nothing in $file" >&2
		exit 1
	fi
	make --silent -C "$KDIR" "M=$(realpath "$tree")" modules >&2
done
