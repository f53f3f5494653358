#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The inner half of enter.sh, in namespaces of its own: mount, copy, chroot.
#
# usage: chroot.sh CACHE SUITE KERNEL OWN TREE BUILD SECONDS VECTORS fresh|as-it-is \
#	COMMAND...
#
# The root is that of SUITE. KERNEL is SUITE, a kernel of kernels/kernel.sh, or another
# root that has one; OWN is another root, which is at /srv then, or none. The copy of TREE
# in BUILD is made anew, or taken as it is.

set -eu

cache=$1
root=$1/$2
kernel=$1/$3
own=$1/$4
tree=$5
build=$6
seconds=$7
vectors=$8
copy=$9
shift 9

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

# mount_other ROOT FOLDER: another root, in which what is in BUILD can be built
mount_other()
{
	read_only "$1" "$root/$2"
	mount --bind "$build" "$root/$2/src"
	mount --rbind /dev "$root/$2/dev"
	mount -t proc proc "$root/$2/proc" # where objtool of 7.3 reads how large its stack may be
	mount -t tmpfs tmpfs "$root/$2/tmp"
}

# mount_kernel_of_other: where the headers are looked for is what has that root build
mount_kernel_of_other()
{
	mkdir -p "$kernel/var/cache/pqike/compiled"
	mount_other "$kernel" opt
	mount --bind "$cache/compiled" "$root/opt/var/cache/pqike/compiled"
	for release in "$kernel"/usr/lib/modules/*; do
		headers=$root/run/modules/$(basename "$release")/build
		mkdir -p "$headers"
		cp "$tree/selftests/vm/kernel.mk" "$headers/Makefile"
	done
	mount -t overlay -o "lowerdir=$root/run/modules:$kernel/usr/lib/modules" overlay \
		"$root/usr/lib/modules"
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
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
if [ -d "$kernel/layer" ]; then
	read_only "$kernel" "$root/opt"
	read_only "$kernel/layer/usr/lib/modules" "$root/usr/lib/modules"
elif [ "$kernel" != "$root" ]; then
	mount_kernel_of_other
fi
[ ! -d "$own" ] || mount_other "$own" srv
in_root ip link set lo up

# Compared by content and dated anew: make sees a change whichever way it went.
if [ "$copy" = fresh ]; then
	in_root rsync --recursive --links --perms --checksum --delete-after \
		--exclude=/.git --filter=':- .gitignore' /tree/ /src/ >&2
fi

# Not exec: the signals that end the command are the shell's own affair.
in_root sh -c 'cd /src && exec "$@"' sh "$@"
