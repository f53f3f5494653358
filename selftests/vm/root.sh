#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Make the root file system of a Debian suite, unless it is there and current.
#
# usage: root.sh [SUITE|SUITE-own|SUITE-deb]
#
# The one of SUITE-own has no peer and no tests: it is a Debian as it comes, with its
# kernel, where tests need that, its compiler, the service manager and the libraries.
# SUITE-deb is what it takes to build packages for SUITE. Of SUITE-backports come those
# packages alone that are said to, as PACKAGE/SUITE-backports.

set -eu

suite=${1:-testing}
here=$(dirname "$(realpath "$0")")
cache=${PQIKE_CACHE:-/var/cache/pqike}
release=${suite%-own}
release=${release%-deb}
base=${release%-backports}
packages=$here/packages.$suite
[ "$release-deb" != "$suite" ] || packages=$here/packages.deb
root=$cache/$suite

say()
{
	echo "root: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

sources()
{
	site=$("$here/mirror.sh")
	for of in "$base" "$release"; do
		echo "deb $site $of main"
	done | uniq
}

# A line for each package, and some for how this script lays the root out.
wanted()
{
	sed 's/#.*//; /^$/d' "$packages"
	echo layout-1
	[ "$suite" != "$release" ] || echo archive-of-the-kernel-source
}

# Trees that want less may share a root with those that want more.
current()
{
	[ -f "$root/etc/pqike-root" ] || return
	! wanted | grep --quiet --line-regexp --invert-match --fixed-strings \
		--file="$root/etc/pqike-root"
}

install_mmdebstrap()
{
	command -v mmdebstrap >/dev/null && return
	command -v apt-get >/dev/null ||
		die "mmdebstrap is missing, and there is no apt-get to install it"

	say "installing mmdebstrap"
	apt-get -o DPkg::Lock::Timeout=300 update >&2
	# A newer suite is signed by keys that an older keyring may lack.
	apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends \
		mmdebstrap debian-archive-keyring >&2
}

remove_leftovers()
{
	rm -rf --one-file-system "$root.new" "$root.old"
}

# The suite's release file may be past its date on a mirror that is frozen.
make_root()
{
	sources >"$cache/sources"
	apt-config dump --format '%F "%v";%n' Acquire::http >"$cache/apt.conf"
	mmdebstrap --variant=apt \
		--include="$(sed 's/#.*//' "$packages" | xargs | tr ' ' ,)" \
		--aptopt="$cache/apt.conf" \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='Apt::Install-Recommends "false"' \
		"$base" "$root.new" - <"$cache/sources" >&2
}

unpack_kernel_source()
{
	say "unpacking what the tests use of the kernel source"
	mkdir "$root.new/usr/src/linux"
	chroot "$root.new" sh -c 'tar -C /usr/src/linux --strip-components=1 \
		-xf /usr/src/linux-source-*.tar.xz --wildcards --no-wildcards-match-slash \
		"*/MAINTAINERS" "*/Documentation/netlink" \
		"*/include" "*/scripts" "*/tools"'
}

[ -f "$packages" ] || die "no root file system is described for '$suite': no $packages"
if current; then
	exit 0
fi
[ "$(id -u)" -eq 0 ] || die "must be run as root, to make a root file system in $cache"

mkdir -p "$cache"
exec 9>"$cache/$suite.lock"
if ! flock --nonblock 9; then
	say "waiting for others to leave $root"
	flock 9
	if current; then
		exit 0
	fi
fi

install_mmdebstrap
remove_leftovers
trap remove_leftovers EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "making $root: Debian $release, downloads up to 600 MB, takes some minutes"
make_root
[ "$suite" != "$release" ] || unpack_kernel_source
mkdir -p "$root.new/src" "$root.new/tree" "$root.new/shared/vectors"
wanted >"$root.new/etc/pqike-root"
if [ -d "$root" ]; then
	mv "$root" "$root.old"
fi
mv "$root.new" "$root"
say "$root is ready"
