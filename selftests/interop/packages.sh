#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The Debian packages, under systemd: installed, a tunnel comes up; an upgrade leaves it
# as it is, a removal ends it, and a purge leaves no trace.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/systemd.sh
. ./lib/test.sh

program=/usr/sbin/pqike

# Only the modules are there before the packages: to build them takes such a machine too
# long, ../packages/packages.sh has DKMS do it elsewhere.
machine_install()
{
	: >/etc/dkms/no-autoinstall
}

# installs PACKAGE...
installs()
{
	machine dpkg --install "$@" 2>&1 | tee "$run/dpkg"
	[ "${PIPESTATUS[0]}" -eq 0 ]
}

# It waits for a configuration, and takes no port from another daemon.
installed()
{
	installs "$PWD/packages/1"/*.deb
	machine id pqike
	machine id pqike-supervisor
	[ "$(machine systemctl is-active pqike)" = inactive ]
	[ "$(machine systemctl is-enabled pqike)" = disabled ]
	machine test ! -e /run/pqike-helper
}

# As the kernel asks for them
loads()
{
	machine modprobe crypto-mlkem768
	[ -d /sys/module/mlkem ]
	machine modprobe net-pf-16-proto-16-family-pqike
	[ -d /sys/module/pqike ]
	[ -d /sys/module/ecdh ]
}

configure()
{
	printf '%s' "$PSK" | machine install -m 600 /dev/stdin /etc/pqike/psk
	{
		rows_connections moon
		printf 'secrets {\n\tike {\n\t\tfile = /etc/pqike/psk\n\t}\n}\n'
	} | machine install -m 600 /dev/stdin /etc/pqike/pqike.conf
}

starts()
{
	configure
	machine systemctl enable --now pqike
	said 'r1: child net installed'
	row_ping moon 1
}

# No packet is lost, though all are in UDP.
upgraded()
{
	goes_on installs "$PWD/packages/2"/*.deb
	has_said 'r1: taken over from a helper that is no more, with 1 Child SAs'
	machine test "/proc/$(main_pid)/exe" -ef "$program"
	[ "$(machine systemctl is-enabled pqike)" = enabled ]
	grep '^pqike-dkms: the modules that are loaded stay, with all tunnels' "$run/dpkg"
	rekeys
}

# rekeys: of both kinds, begun by pqike
rekeys()
{
	local what before

	for what in child ike; do
		look 1
		before=${spis[$what]}
		machine "$program" rekey "--$what" r1
		eventually changed "$what" 1 "$before"
	done
	row_ping moon 1
}

# A new program could not go on with a module that it does not know.
not_restarted()
{
	local before

	before=$(main_pid)
	rmmod pqike
	insmod other_version/other_version.ko
	installs "$PWD/packages/3"/pqike_*.deb
	grep '^pqike.service goes on as it was, not restarted: .*speaks version' "$run/dpkg"
	[ "$(main_pid)" = "$before" ]
	machine test ! "/proc/$before/exe" -ef "$program"
	rmmod other_version
	machine modprobe pqike
	said 'module pqike is there again'
	machine "$program" up r1
	row_ping moon 1
}

removed()
{
	machine dpkg --remove pqike pqike-dkms
	rows_are_gone
	row_is_gone 1
	[ ! -d /sys/module/pqike ]
	[ ! -d /sys/module/ecdh ]
	[ ! -d /sys/module/mlkem ]
	machine test ! -e /run/pqike
	machine test ! -e /run/pqike-helper
	machine test -e /etc/pqike/pqike.conf
	[ -z "$(machine systemctl list-unit-files --no-legend 'pqike*')" ]
}

# traces: of what was written to the machine, files that are named after pqike or have the
# word, but for the modules, which no package brought, man's index and the older copies that
# system tools leave
traces()
{
	{
		machine find "${upper[@]}" -name '*pqike*' ! -type c
		machine grep --recursive --files-with-matches --devices=skip pqike \
			"${upper[@]}" || :
	} | grep -E -v '/usr/lib/modules/|/cache/man/|/(passwd|group|shadow|gshadow)-$|/status-old$'
}

purged()
{
	local upper=("$run"/machine/{etc,usr,var})

	traces >"$run/traces"
	grep '/etc/pqike$' "$run/traces"
	grep '/etc/passwd$' "$run/traces"
	machine dpkg --purge pqike
	! traces
}

row "up at once, in UDP" moon:child.start_action=start sun:conn.encap=yes

ktap_print_header
ktap_set_plan 7
topology_up
trap 'flood_abandon; systemd_halt; topology_down' EXIT
declare -gA kind=([moon]=pqike [sun]=strongswan)
rows_addresses
wire_refuses_plain
rows_configure
strongswan_run sun 1
row_sas_start
systemd_boot
mark=0

run_test "installed, it waits for a configuration" installed
run_test "modules are loaded by what they are for" loads
run_test "configured and started, a tunnel comes up" starts
mark_journal
run_test "upgraded, no packet of the tunnel is lost" upgraded
mark_journal
run_test "not restarted where the module is of another version" not_restarted
run_test "removed, the peer is told and nothing is loaded" removed
run_test "purged without a trace" purged
strongswan_stop sun
ktap_finished
