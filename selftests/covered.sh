#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build in the directory "covered", beside this, modules that count how often each
# line of pqike is run, where the kernel can: that of KDIR, or the running one. Their
# counts are in /sys/kernel/debug/gcov/PATH-OF-covered/kmod/pqike while they are loaded
# and afterwards; covered/selftests/uapi/with_modules.sh loads them.

set -eu

cd "$(dirname "$0")"
covered=$PWD/covered
kernel=${KDIR:-/lib/modules/$(uname -r)/build}

grep -qsx CONFIG_GCOV_KERNEL=y "$kernel/.config" || exit 0

mkdir -p "$covered/selftests/uapi"
exec 9>"$covered.lock"
flock 9
rsync --archive ../Kbuild ../uapi "$covered"
rsync --archive --exclude='*.o' --exclude='.*.cmd' ../kmod "$covered"
cp uapi/with_modules.sh "$covered/selftests/uapi"
grep -q GCOV_PROFILE "$covered/kmod/pqike/Kbuild" ||
	echo 'GCOV_PROFILE := y' >>"$covered/kmod/pqike/Kbuild"
make --silent -C "$kernel" "M=$covered" modules >&2
