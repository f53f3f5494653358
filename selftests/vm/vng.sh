#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The half of boot.sh that runs inside the root file system: start virtme-ng.
#
# usage: vng.sh MACHINE kvm|emulation SECONDS COMMAND [ARGUMENT]...
#
# MACHINE is a number that no other running machine of this tree has.

set -eu

machine=$1
accelerator=$2
seconds=$3
shift 3

# What the machine and this side tell each other.
shared=/src/.vm/$machine
# The first that there is: built here, of another root file system, of this one
for kernel in /opt/linux /opt/boot/vmlinuz-* /boot/vmlinuz-*; do
	[ ! -f "$kernel" ] || break
done

# An emulated machine boots in 15 s, in some minutes where many others want the processors.
boot_seconds=600

say()
{
	echo "vm: $*" >&2
}

# Kill process $1 when the machine has not come up in time, or its time is up.
watch()
{
	if [ "$seconds" -gt "$boot_seconds" ]; then
		sleep "$boot_seconds"
		if [ ! -f "$shared/booted" ]; then
			kill -KILL "$1"
			return
		fi
		sleep $((seconds - boot_seconds))
	else
		sleep "$seconds"
	fi
	touch "$shared/timed-out"
	kill -KILL "$1"
}

# no_timer_check: where others want the processors, an emulated timer's interrupts come
# late, and the kernel would take it for broken and panic.
#
# One thread emulates both processors: with two, QEMU drops its translation of code that
# is about to be overwritten before it is, so that the other processor may translate the
# old code again and keep that. The kernel overwrites its own for static branches, which
# a ping is enough to switch, and ends by an int3 that is no longer there.
#
# The command goes by a file: the kernel's command line is short. Through a pipe,
# since QEMU would truncate a log file that is its standard output.
boot()
{
	rm -rf "$shared"
	mkdir -p "$shared"
	for word in "$@"; do
		printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done >"$shared/command"

	qemu='-cpu max'
	set -- --run "$kernel" --user root --cpus 2 --memory 2G --verbose \
		--append log_buf_len=4M --append no_timer_check \
		--exec "exec /src/selftests/vm/guest.sh $machine"
	if [ "$accelerator" != kvm ]; then
		qemu="$qemu -accel tcg,thread=single"
		set -- "$@" --disable-kvm
	fi
	set -- "$@" --qemu-opts="$qemu"

	{
		set +e
		# A guest that hangs outlives vng, but not its namespace.
		unshare --pid --fork --kill-child --mount-proc \
			vng "$@" </dev/null 2>"$shared/console" &
		machine_process=$!
		watch "$machine_process" >/dev/null 2>&1 &
		wait "$machine_process"
		kill $! 2>/dev/null
	} | cat
}

timed_out()
{
	[ -f "$shared/timed-out" ]
}

# What the console says of the kernel's end, in a line
last_words()
{
	grep -E 'Oops|BUG:|RIP: 0010|Kernel panic' "$shared/console" | head -n 4 |
		sed 's/^\[[^]]*\] //' | paste -s -d ';'
}

say "booting ${kernel#*/vmlinuz-} by $accelerator"
boot "$@"
if [ ! -f "$shared/booted" ] && ! timed_out; then
	say "the machine did not come up, trying once more"
	boot "$@"
fi

if [ -f "$shared/status" ]; then
	exit "$(cat "$shared/status")"
fi

tail -n 40 "$shared/console" >&2
say "above: the end of the machine's console"
if timed_out; then
	say "stopped, since $seconds s were over"
elif [ -f "$shared/booted" ]; then
	say "the machine died: $(last_words)"
else
	say "the machine did not come up"
fi
exit 124
