#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The half of kernel.sh that runs in the root file system: leave in /opt the kernel's
# program linux, the directory build that modules are built with, what that needs of
# the source, and layer/usr/lib/modules.
#
# usage: build_kernel.sh NAME

set -eu

name=$1
selftests=$(dirname "$(dirname "$(realpath "$0")")")
jobs=$(nproc)

# shellcheck source=selftests/kernels/uml-debug
. "$selftests/kernels/$name"

say_progress()
{
	awk -v step=100 '
		/^  / && !(++n % step) { print "kernel: " n " files compiled"; fflush() }
		!/^  /'
}

build()
{
	make --silent ARCH="$arch" O=/opt/build "$@"
}

# What modules are built with says which architecture it is, since their Makefiles
# do not; each build of the kernel writes this file anew.
write_makefile()
{
	printf '%s\n' "override ARCH := $arch" 'export ARCH' \
		'export KBUILD_OUTPUT = /opt/build' 'include /opt/source/Makefile' \
		>/opt/build/Makefile
}

install_modules()
{
	build INSTALL_MOD_PATH=/opt/layer/usr modules_install
	release=$(build kernelrelease)
	ln -sfn /opt/build "/opt/layer/usr/lib/modules/$release/build"
	depmod -b /opt/layer/usr "$release"
}

# 2 GB of sources and objects that no module's build reads
prune()
{
	cd /opt/source
	find . -mindepth 1 -maxdepth 1 ! -name Makefile ! -name Kbuild \
		! -name include ! -name arch ! -name scripts ! -name tools \
		-exec rm -r '{}' +
	find arch -mindepth 1 -maxdepth 1 ! -name um ! -name x86 -exec rm -r '{}' +
	find tools -mindepth 1 -maxdepth 1 ! -name include ! -name scripts \
		-exec rm -r '{}' +
	cd /opt/build
	find . -path ./scripts -prune -o -type f \( -name '*.o' -o -name '*.a' \
		-o -name '*.cmd' -o -name 'vmlinux*' \) -exec rm '{}' +
}

mkdir -p /opt/source /opt/build
tar -C /opt/source --strip-components=1 -xf /usr/src/linux-source-*.tar.xz
cd /opt/source
patch --silent --strip=1 <"$selftests/$patch"
# shellcheck disable=SC2086 # one word for each file
(cd "$selftests" && cat $configs) >/tmp/config
build KCONFIG_ALLCONFIG=/tmp/config allnoconfig
make ARCH="$arch" O=/opt/build --jobs="$jobs" "$target" modules 2>&1 |
	say_progress >&2
mv "/opt/build/$program" /opt/linux
install_modules
prune
write_makefile
