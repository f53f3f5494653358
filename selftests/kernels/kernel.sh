#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build a kernel from Debian testing's linux-source, unless it is there and current:
# the program to boot, what modules are built with, and its /usr/lib/modules, in NAME
# of the cache.
#
# usage: kernel.sh NAME
#
# The file NAME beside this script says which architecture it has, what is made of it,
# which files configure it and which patch it takes.

set -eu

name=$1
here=$(dirname "$(realpath "$0")")
selftests=$(dirname "$here")
cache=${PQIKE_CACHE:-/var/cache/pqike}
root=$cache/testing
kernel=$cache/$name

# shellcheck source=selftests/kernels/uml-debug
. "$here/$name"

say()
{
	echo "kernel: $*" >&2
}

wanted()
{
	(cd "$root/usr/src" && ls linux-source-*.tar.xz)
	# shellcheck disable=SC2086 # one word for each file
	(cd "$selftests" && cat $configs "$patch" "kernels/$name" \
		kernels/build_kernel.sh) | sha256sum
}

current()
{
	[ -f "$kernel/built-from" ] && wanted | cmp --quiet - "$kernel/built-from"
}

build_kernel()
{
	# shellcheck disable=SC2016 # the inner shell expands these
	unshare --mount --pid --fork --kill-child sh -euc '
		mount --make-rprivate /
		mount --bind "$1" "$1"
		mount -o remount,bind,ro "$1"
		mount --bind "$2" "$1/opt"
		mount --bind "$3" "$1/tree"
		mount -o remount,bind,ro "$1/tree"
		mount --rbind /dev "$1/dev"
		mount -t proc proc "$1/proc"
		mount -t tmpfs tmpfs "$1/tmp"
		exec env -i HOME=/tmp LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			chroot "$1" /tree/kernels/build_kernel.sh "$4"' \
		sh "$root" "$kernel.new" "$selftests" "$name"
}

if current; then
	exit 0
fi
exec 7>"$kernel.lock"
flock 7
if current; then
	exit 0
fi

say "building the kernel $name, takes some minutes"
rm -rf --one-file-system "$kernel.new"
mkdir "$kernel.new"
trap 'rm -rf --one-file-system "$kernel.new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
build_kernel
wanted >"$kernel.new/built-from"
rm -rf --one-file-system "$kernel"
mv "$kernel.new" "$kernel"
say "$name is ready"
