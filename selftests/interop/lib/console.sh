# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The commands of a document's blocks, as an operator types them: /etc/pqike is
# $run/moon/etc, pqike and swanctl ask the daemons of this test.

. ../blocks.sh

# console_start: once there is a topology
console_start()
{
	local gateway

	for gateway in moon sun; do
		mkdir "$run/$gateway/bin"
	done
	cat >"$run/moon/bin/pqike" <<-END
	#!/bin/sh
	case \$1 in
	config|psk|bench)	exec $pqike "\$@" ;;
	esac
	exec $pqike "\$@" --control $run/moon/pqike.control
	END
	cat >"$run/sun/bin/swanctl" <<-END
	#!/bin/sh
	export STRONGSWAN_CONF=$run/sun/strongswan.conf SWANCTL_DIR=$run/sun
	exec /usr/sbin/swanctl "\$@" --uri unix://$run/sun/charon.vici
	END
	chmod +x "$run"/*/bin/*
}

# console_configure FILE: both sides have what its blocks this-side and peer say
console_configure()
{
	local etc=$run/moon/etc

	mkdir "$etc"
	(umask 077 && od -An -tx1 -N32 /dev/urandom | tr -d ' \n' >"$etc/site-b.psk")
	block "$1" pqike this-side | sed "s|/etc/pqike/|$etc/|" >"$etc/pqike.conf"
	block "$1" swanctl peer |
		sed "s|the content of site-b.psk|$(cat "$etc/site-b.psk")|" \
			>"$run/sun/swanctl.conf"
}

# carries: packets go between the networks of the guides
carries()
{
	within moon ping -q -n -i 0.02 -c 4 -W 10 -I 10.1.0.1 10.2.0.1
	within sun ping -q -n -i 0.02 -c 4 -W 10 -I 10.2.0.1 10.1.0.1
}

# commands FILE NAME: each line of a block, on this side; all succeed
commands()
{
	local line count=0

	while IFS= read -r line; do
		echo "# $line"
		console_on moon "$line"
		count=$((count + 1))
	done < <(block "$1" commands "$2")
	[ "$count" -gt 0 ]
}

# console_on GATEWAY COMMAND: its words, and its status
console_on()
(
	set -o pipefail
	within "$1" env PATH="$run/$1/bin:$PATH" bash -o pipefail -c \
		"${2//\/etc\/pqike\//$run/moon/etc/}" 2>&1 |
		sed "s|$run/moon/etc/|/etc/pqike/|g"
)

# without_chance: what differs from run to run is the same
without_chance()
{
	sed -E -e 's/[0-9a-f]{16}/SPI/g' -e 's/#[0-9]+/#N/g' -e 's/\<[0-9]+ s\>/N s/g'
}

# console FILE NAME: run what is typed in a block; each command succeeds, and says what
# is there
console()
{
	local line gateway command='' status=0

	: >"$run/console.says"
	while IFS= read -r line; do
		case $line in
		'# '*)	gateway=moon ;;
		'peer# '*)	gateway=sun ;;
		*)	continue ;;
		esac
		command=${line#*# }
		echo "$line"
		console_on "$gateway" "$command" >"$run/console.out" || status=$?
		cat "$run/console.out"
		{ echo "$line"; cat "$run/console.out"; } >>"$run/console.says"
		[ "$status" -eq 0 ] || { echo "ends with status $status"; return 1; }
	done < <(block "$1" console "$2")
	[ -n "$command" ]
	diff <(block "$1" console "$2" | without_chance) \
		<(without_chance <"$run/console.says")
}

# console_test NAME FUNCTION [ARGUMENT]...: as run_test; where it fails, the ends of all logs
# are shown
console_test()
{
	run_test "$1" console_framed "${@:2}"
}

console_framed()
{
	trap 'console_unframe "$?"' EXIT
	"$@"
}

console_unframe()
{
	[ "$1" -eq 0 ] || tail -n 30 "$run"/*/*.log >&2
	exit "$1"
}
