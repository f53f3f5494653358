#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The half of boot.sh that runs inside the root file system: start virtme-ng.
#
# usage: vng.sh kvm|emulation SECONDS COMMAND [ARGUMENT]...

set -eu

accelerator=$1
seconds=$2
shift 2

# What the machine and this side tell each other.
shared=/src/.vm
kernel=$(echo /boot/vmlinuz-*)

say()
{
	echo "vm: $*" >&2
}

# The command goes by a file: the kernel's command line is short. Through a pipe,
# since QEMU would truncate a log file that is its standard output.
boot()
{
	rm -rf "$shared"
	mkdir "$shared"
	for word in "$@"; do
		printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done >"$shared/command"

	set -- --run "$kernel" --user root --cpus 2 --memory 2G --verbose \
		--qemu-opts='-cpu max' --exec 'exec /src/selftests/vm/guest.sh'
	[ "$accelerator" = kvm ] || set -- "$@" --disable-kvm

	timeout --kill-after=10 "$seconds" \
		vng "$@" </dev/null 2>"$shared/console" | cat
}

say "booting ${kernel#*/vmlinuz-} by $accelerator"
boot "$@"
if [ ! -f "$shared/booted" ] && [ "$accelerator" = emulation ]; then
	say "the machine did not come up, trying once more"
	boot "$@"
fi

if [ -f "$shared/status" ]; then
	exit "$(cat "$shared/status")"
fi

tail -n 40 "$shared/console" >&2
if [ ! -f "$shared/booted" ]; then
	say "the machine did not come up within $seconds s; its console ends as above"
else
	say "the machine died or was stopped after $seconds s; its console ends as above"
fi
exit 124
