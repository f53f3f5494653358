#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On the Debian at /srv, whose kernel has headers there, and whose own compiler, pqike-dkms
# of DIRECTORY is installed: DKMS builds the modules for that kernel, and they are
# found by what they are for. Where they do not build the installation fails.
#
# usage: dkms.sh DIRECTORY

set -eu

set -- "$(realpath "$1")"/pqike-dkms_*.deb
package=$1
[ $# -eq 1 ] && [ -f "$package" ] || { echo "dkms.sh: not one package: $*" >&2; exit 1; }
cd "$(dirname "$(realpath "$0")")"
KSELFTEST=${KSELFTEST:-/usr/src/linux/tools/testing/selftests}
. ../interop/lib/test.sh
. ./installed.sh

work=$(mktemp -d)
upper=$work/upper
root=$work/root
kernel=$(basename /srv/usr/lib/modules/*)

lay_out()
{
	lay_over /srv
	cp "$package" "$work/whole.deb"
}

installs()
{
	installed dpkg --install /tmp/whole.deb ||
		{ cat "$root"/var/lib/dkms/pqike/*/build/make.log; return 1; }
}

are_built()
{
	local module file

	installed dkms status | grep "^pqike/.*, $kernel, .*: installed"
	for module in mlkem ecdh pqike; do
		file=$(installed modinfo -k "$kernel" -F filename "$module")
		echo "$file" | grep "/lib/modules/$kernel/updates/dkms/$module.ko"
		installed modinfo -F vermagic "$file" | grep "^$kernel "
	done
}

expect_failure()
{
	! "$@"
}

are_found()
{
	finds crypto-mlkem768 mlkem
	finds net-pf-16-proto-16-family-pqike pqike
	finds net-pf-16-proto-16-family-pqike mlkem
	finds net-pf-16-proto-16-family-pqike ecdh
}

purged()
{
	installed dpkg --purge pqike-dkms
	expect_failure installed modinfo -k "$kernel" mlkem
	[ -z "$(find "$root/usr/src" "$root/usr/lib/modules" -name '*pqike*')" ]
}

# Of modules that do not build on any kernel
bad_does_not_install()
{
	dpkg-deb --raw-extract "$work/whole.deb" "$work/bad"
	echo '#error planted' >>"$(echo "$work"/bad/usr/src/pqike-*/kmod/mlkem/main.c)"
	dpkg-deb --build -Znone "$work/bad" "$work/bad.deb"
	expect_failure installed dpkg --install /tmp/bad.deb
	grep 'error: #error planted' "$root"/var/lib/dkms/pqike/*/build/make.log
	expect_failure installed modinfo -k "$kernel" mlkem
}

mount -t tmpfs tmpfs "$work"
trap end EXIT
lay_out
ktap_print_header
ktap_print_msg "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /srv/etc/os-release), $kernel"
ktap_set_plan 5
run_test "pqike-dkms is installed" installs
run_test "DKMS has built the modules for the kernel" are_built
run_test "they are found by what they are for" are_found
run_test "purged, none is left" purged
run_test "modules that do not build are not taken for installed" bad_does_not_install
ktap_finished
