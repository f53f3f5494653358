#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The inner half of enter.sh, in namespaces of its own: mount, copy, chroot.
#
# usage: chroot.sh CACHE SUITE KERNEL OWN TREE BUILD VECTORS fresh|as-it-is COMMAND...
#
# The root is that of SUITE. KERNEL is SUITE, or a kernel of kernels/kernel.sh; OWN is
# another root, which is at /srv then, or none. The copy of TREE in BUILD is made anew, or
# taken as it is.

set -eu

cache=$1
root=$1/$2
kernel=$1/$3
own=$1/$4
seconds=$1/seconds/$3
tree=$5
build=$6
vectors=$7
copy=$8
shift 8

read_only()
{
	mount --bind "$1" "$2"
	mount -o remount,bind,ro "$2"
}

in_root()
{
	env -i HOME=/tmp LANG=C.UTF-8 TERM="${TERM:-dumb}" \
		CCACHE_DIR=/var/cache/pqike/compiled CCACHE_MAXSIZE=1G \
		PATH=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		chroot "$root" "$@"
}

# As process 1 of its namespace, this shell gets only the signals it asks for.
trap 'exit 130' INT
trap 'exit 143' TERM

mount --make-rprivate /
for kept in passed compiled seconds; do
	mkdir -p "$root/var/cache/pqike/$kept"
done
# virtiofsd shares only what is a mount point of its own.
read_only "$root" "$root"
read_only "$tree" "$root/tree"
if [ -d "$vectors" ]; then
	read_only "$vectors" "$root/shared/vectors"
fi
mount --bind "$build" "$root/src"
mount --bind "$cache/passed" "$root/var/cache/pqike/passed"
mount --bind "$cache/compiled" "$root/var/cache/pqike/compiled"
mount --bind "$seconds" "$root/var/cache/pqike/seconds"
if [ "$kernel" != "$root" ]; then
	read_only "$kernel" "$root/opt"
	read_only "$kernel/layer/usr/lib/modules" "$root/usr/lib/modules"
fi
if [ -d "$own" ]; then
	read_only "$own" "$root/srv"
	mount --bind "$build" "$root/srv/src"
	mount --rbind /dev "$root/srv/dev"
	mount -t tmpfs tmpfs "$root/srv/tmp"
fi
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
in_root ip link set lo up

# Compared by content and dated anew: make sees a change whichever way it went.
if [ "$copy" = fresh ]; then
	in_root rsync --recursive --links --perms --checksum --delete-after \
		--exclude=/.git --filter=':- .gitignore' /tree/ /src/ >&2
fi

# Not exec: the signals that end the command are the shell's own affair.
in_root sh -c 'cd /src && exec "$@"' sh "$@"
