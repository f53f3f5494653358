#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run a command in the root file system, beside a copy of this tree at /src.
#
# usage: enter.sh [-s] COMMAND [ARGUMENT]...
#
# One run at a time has a tree's copy, or several with -s, which take it as the last one
# left it.
#
# KERNEL names the Debian suite, or a kernel of ../kernels, which runs on testing, as those
# of older suites do, whose own root file system is at /opt then. The copy lives in the
# cache and keeps what was built there, so that builds of different compilers and kernels
# never meet in the tree.
# OWN names another root file system, SUITE-own, which is at /srv then: for tests that need
# testing's strongSwan, and the user space of an older suite beside it.
#
# The command sees processes, mounts and a network of its own, and everything
# but /src, /tmp, /run and three folders of /var/cache/pqike is read-only to it. These are
# one for all trees: passed, of which ../style/passed.sh says what it is, compiled, in which
# ccache(1) keeps what a new clone need not compile again, and seconds, from which
# ../order.sh knows how long each test took on this kernel.

set -eu

copy=fresh
lock=--exclusive
if [ "$1" = -s ]; then
	copy=as-it-is
	lock=--shared
	shift
fi

here=$(dirname "$(realpath "$0")")
tree=$(realpath "$here/../..")
name=${KERNEL:-testing}
kernel=$name
suite=$name
if [ -f "$here/../kernels/$name" ]; then
	suite=testing
elif [ -f "$here/packages.$name-own" ]; then
	suite=testing
	kernel=$name-own
fi
cache=${PQIKE_CACHE:-/var/cache/pqike}
build=$cache/build/$name$(echo "$tree" | tr / -)
built=$cache/build/$suite$(echo "$tree" | tr / -)
vectors=${PQIKE_VECTORS:-$tree/../shared/vectors}

# take_programs: a kernel's first build has no need to make the programs that its suite's
# has, which run in the same root file system. Their dates come with their sources'.
take_programs()
{
	[ ! -f "$build/userspace/pqike" ] && [ -f "$built/userspace/pqike" ] || return 0
	exec 5>"$built.lock"
	if flock --nonblock --shared 5; then
		mkdir -p "$build/selftests"
		cp -a "$built/userspace" "$build"
		cp -a "$built/selftests/interop" "$build/selftests"
		rm -rf "$build/selftests/interop/other_version"
	fi
	exec 5>&-
}

if [ "$(id -u)" -ne 0 ]; then
	echo "enter: must be run as root, to mount file systems and chroot" >&2
	exit 1
fi

"$here/root.sh" "$suite"
own=none
if [ "$suite" = testing ] && [ -n "${OWN:-}" ]; then
	own=$OWN
	"$here/root.sh" "$own"
	exec 7>"$cache/$own.lock"
	flock --shared 7
fi
mkdir -p "$build" "$cache/passed" "$cache/compiled" "$cache/seconds/$name"

exec 9>"$cache/$suite.lock"
flock --shared 9
if [ -f "$here/../kernels/$name" ]; then
	"$here/../kernels/kernel.sh" "$name"
elif [ "$suite" != "$kernel" ]; then
	"$here/root.sh" "$kernel"
	exec 6>"$cache/$kernel.lock"
	flock --shared 6
fi
exec 8>"$build.lock"
if ! flock --nonblock $lock 8; then
	echo "enter: waiting for another run on $tree" >&2
	flock $lock 8
fi

if [ "$copy" = fresh ] && [ "$build" != "$built" ]; then
	take_programs
fi

exec unshare --mount --net --pid --fork --kill-child \
	"$here/chroot.sh" "$cache" "$suite" "$kernel" "$own" "$tree" "$build" \
	"$cache/seconds/$name" "$vectors" "$copy" "$@"
