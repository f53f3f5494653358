#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The packages are made of the sources alone, and nothing is wrong with them. Where they
# are installed DKMS builds the modules for the kernel of this root file system, signed
# and found by what they are for; where they are purged there is no trace.

set -eu

. ../interop/lib/test.sh
. ./installed.sh

work=$(mktemp -d)
upper=$work/upper
root=$work/root
kernel=$(basename /lib/modules/*)

# Logs, man's index, and the older copies that system tools leave
aside='^./(tmp|var/log|var/cache/man)/|/(passwd|group|shadow|gshadow)-$|/status-old$'

built()
{
	rsync --archive --exclude='/.*/' --filter=':- .gitignore' ../../ "$work/source"
	(cd "$work/source" && dpkg-buildpackage -b -us -uc) >"$work/build" 2>&1 || {
		tail -n 40 "$work/build"
		return 1
	}
	rm -r "$work/source"
	ls -l "$work"/*.deb
}

# What is overridden shows that it has looked.
clean()
{
	lintian --allow-root --display-info --pedantic --show-overrides \
		"$work"/*.changes >"$work/complaints" || echo failed >>"$work/complaints"
	cat "$work/complaints"
	grep -q '^O: pqike: non-standard-dir-perm 0700 .*etc/pqike' "$work/complaints"
	! grep -E -v '^(N:|O:)' "$work/complaints"
}

lay_out()
{
	lay_over /
	# the kernel that runs, of which there are no headers
	mkdir -p "$root/lib/modules/$(uname -r)"
}

installs()
{
	installed sh -c 'dpkg --install /tmp/pqike_*.deb' 2>&1
	[ "$(stat -c '%A %U' "$root/etc/pqike")" = 'drwx------ root' ]
	installed id pqike
	installed id pqike-supervisor
	installed pqike --version
	installed sh -c 'dpkg --install /tmp/pqike-dkms_*.deb' >"$work/said" 2>&1 ||
		{ cat "$work/said" "$root"/var/lib/dkms/pqike/*/build/make.log; return 1; }
	cat "$work/said"
}

# Those of the kernel that runs were not.
says_that_headers_are_missing()
{
	[ "$kernel" != "$(uname -r)" ]
	grep -x "pqike-dkms: no modules for the running kernel, $(uname -r): apt install linux-headers-$(uname -r) builds them" "$work/said"
}

are_signed()
{
	local module

	for module in mlkem ecdh pqike; do
		installed modinfo -k "$kernel" -F filename "$module" |
			grep "/lib/modules/$kernel/updates/dkms/$module.ko"
		installed modinfo -k "$kernel" -F signer "$module" |
			grep -x 'DKMS module signing key'
	done
	[ -s "$root/var/lib/dkms/mok.pub" ]
}

are_found()
{
	local size

	for size in 512 768 1024; do
		finds "crypto-mlkem$size" mlkem
	done
	finds net-pf-16-proto-16-family-pqike pqike
	finds net-pf-16-proto-16-family-pqike mlkem
	finds net-pf-16-proto-16-family-pqike ecdh
}

removed()
{
	echo secret | installed sh -c 'umask 077; cat >/etc/pqike/site-b.psk'
	installed dpkg --remove pqike pqike-dkms
	[ -f "$root/etc/pqike/site-b.psk" ]
	[ -z "$(find "$root/usr/lib/modules" "$root/usr/src" "$root/usr/lib/systemd" \
		-name '*pqike*')" ]
	expect_nothing installed modinfo -k "$kernel" mlkem
}

# expect_nothing COMMAND...: it fails
expect_nothing()
{
	! "$@" 2>/dev/null
}

# traces: of what is above the root file system, files that are named after pqike or have
# the word
traces()
{
	(
		cd "$upper"
		find . -name '*pqike*' ! -type c
		grep --recursive --files-with-matches --devices=skip pqike . || :
	) | grep -E -v "$aside"
}

purged()
{
	traces >"$work/before"
	grep 'etc/pqike$' "$work/before"
	grep 'etc/passwd$' "$work/before"
	installed dpkg --purge pqike
	expect_nothing traces
}


mount -t tmpfs tmpfs "$work"
trap end EXIT
ktap_print_header
ktap_set_plan 8
run_test "made of the sources" built
run_test "lintian has nothing to say" clean
lay_out
run_test "installed" installs
run_test "kernels without headers are named, with the remedy" \
	says_that_headers_are_missing
run_test "DKMS has built the modules and signed them" are_signed
run_test "the modules are found by what they are for" are_found
run_test "removed, but for its configuration" removed
run_test "purged without a trace" purged
ktap_finished
