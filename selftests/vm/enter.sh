#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run a command in the root file system, beside a copy of this tree at /src.
#
# usage: enter.sh COMMAND [ARGUMENT]...
#
# KERNEL names the Debian suite. The copy lives in the cache and keeps what was
# built there, so that builds of different compilers never meet in the tree.
# The command sees processes, mounts and a network of its own, and everything
# but /src, /tmp and /run is read-only to it.

set -eu

here=$(dirname "$(realpath "$0")")
tree=$(realpath "$here/../..")
suite=${KERNEL:-testing}
cache=${PQIKE_CACHE:-/var/cache/pqike}
build=$cache/build/$suite$(echo "$tree" | tr / -)
vectors=${PQIKE_VECTORS:-$tree/../shared/vectors}

if [ "$(id -u)" -ne 0 ]; then
	echo "enter: must be run as root, to mount file systems and chroot" >&2
	exit 1
fi

"$here/root.sh" "$suite"
mkdir -p "$build"

exec 9>"$cache/$suite.lock"
flock --shared 9
exec 8>"$build.lock"
if ! flock --nonblock 8; then
	echo "enter: waiting for another run on $tree" >&2
	flock 8
fi

exec unshare --mount --net --pid --fork --kill-child \
	"$here/chroot.sh" "$cache/$suite" "$tree" "$build" "$vectors" "$@"
