#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Generate uapi/linux/pqike.h and kmod/pqike/netlink-gen.[ch] from
# uapi/pqike.yaml with the kernel's own generator.
#
#	regenerate.sh TOP	writes below the directory TOP
#	LINUX_SRC		kernel source of 7.x, default /usr/src/linux

set -eu

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
	echo "usage: ${0##*/} TOP: an existing directory to write below" >&2
	exit 2
fi

top=$1
here=$(cd "$(dirname "$0")" && pwd)
linux=${LINUX_SRC:-/usr/src/linux}
generator=tools/net/ynl/pyynl

if [ ! -f "$linux/$generator/ynl_gen_c.py" ]; then
	echo "${0##*/}: $linux/$generator/ynl_gen_c.py is missing:" \
	     "set LINUX_SRC to the source of Linux 7.x" >&2
	exit 2
fi

# The generator takes the nearest folder with a file MAINTAINERS for the top of
# a kernel tree, and looks for the schemas one folder above the spec.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$tree/specs"
: >"$tree/MAINTAINERS"
cp "$linux"/Documentation/netlink/*.yaml "$tree"
cp "$here/pqike.yaml" "$tree/specs"

generate()
{
	output=$1
	shift
	mkdir -p "$(dirname "$top/$output")"
	PYTHONDONTWRITEBYTECODE=1 python3 "$linux/$generator/ynl_gen_c.py" \
		--spec "$tree/specs/pqike.yaml" "$@" -o "$tree/${output##*/}"
	sed -e 's|^/\* To regenerate run: .* \*/$|/* To regenerate run: make uapi */|' \
	    -e 's|specs/pqike\.yaml|uapi/pqike.yaml|' \
		"$tree/${output##*/}" >"$top/$output"
}

generate uapi/linux/pqike.h --mode uapi --header
generate kmod/pqike/netlink-gen.h --mode kernel --header
generate kmod/pqike/netlink-gen.c --mode kernel --source
