#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boot the User Mode Linux of /opt on a copy of the root file system that ends with
# it, and run a command in it, in /src as root. Exits with the command's status, 124
# when the time is up.
#
# usage: machine.sh MACHINE SECONDS COMMAND [ARGUMENT]...
#
# MACHINE is a number that no other running machine of this tree has.

set -euo pipefail

machine=$1
seconds=$2
shift 2

# What the machine and this side tell each other.
shared=/src/.vm/$machine
# The file system, its memory, and what the machine writes
work=/run/uml.$machine
root=$work/root

say()
{
	echo "uml: $*" >&2
}

# Nothing of the host's devices reaches the machine.
make_devices()
{
	mount -t tmpfs -o mode=755 tmpfs "$root/dev"
	for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 \
		console:5:1; do
		IFS=: read -r name major minor <<<"$device"
		mknod -m 666 "$root/dev/$name" c "$major" "$minor"
	done
	ln -s /proc/self/fd "$root/dev/fd"
	ln -s fd/0 "$root/dev/stdin"
	ln -s fd/1 "$root/dev/stdout"
	ln -s fd/2 "$root/dev/stderr"
	mkdir "$root/dev/shm" "$root/dev/pts"
}

make_root()
{
	mkdir -p "$work"
	mount -t tmpfs -o size=6G tmpfs "$work"
	mkdir "$work/upper" "$work/work" "$work/memory" "$root"
	mount -t overlay overlay -o \
		"lowerdir=/opt/layer:/,upperdir=$work/upper,workdir=$work/work" "$root"
	mount --bind /opt "$root/opt"
	mount --bind /src "$root/src"
	mount --bind /srv "$root/srv"
	mount --bind /shared/vectors "$root/shared/vectors"
	mount --bind "$work/memory" "$root/tmp"
	make_devices
	mount -t proc proc "$root/proc"
}

# The command goes by a file, as to the other machines.
leave_command()
{
	rm -rf "$shared"
	mkdir -p "$shared" /src/.results /src/.seconds
	printf '%q ' "$@" >"$shared/command"
}

# The machine's memory, a file without a name, and the only large one that is open here
memory()
{
	stat --dereference --format='%s %n' /proc/[0-9]*/fd/* 2>/dev/null |
		awk '$1 >= 2^30 { print $2; exit }'
}

# Each line is a name and hexadecimal digits, of a secret or of its complement.
complement()
{
	paste -d ' ' <(cut -d ' ' -f 1 "$1") \
		<(cut -d ' ' -f 2 "$1" | tr 0123456789abcdef fedcba9876543210)
}

# answer_asks: what the machine asks for, a search of its own memory for the secrets
# whose complements it has left here
answer_asks()
{
	while sleep 0.5; do
		[ -f "$shared/ask" ] || continue
		rm "$shared/ask"
		complement "$shared/complements" >"$shared/secrets"
		/src/selftests/interop/find_secrets "$shared/secrets" places "$(memory)" \
			>"$shared/found" 2>"$shared/answer.new" || :
		mv "$shared/answer.new" "$shared/answer"
	done
}

boot()
{
	chroot "$root" env TMPDIR=/tmp timeout --kill-after=5 "$seconds" \
		/opt/linux seccomp=on mem=2G ncpus=2 rootfstype=hostfs rootflags=/ rw \
		"init=/src/selftests/uml/guest.sh" "machine=$machine" \
		con0=fd:0,fd:1 con=null ssl=null stderr=1 panic=-1 kasan_multi_shot \
		quiet loglevel=5 \
		</dev/null 2>"$shared/console" | sed --unbuffered 's/\r//g'
}

# As process 1 of its namespace, this shell gets only the signals it asks for.
trap 'exit 130' INT
trap 'exit 143' TERM

if [ $$ -ne 1 ]; then
	leave_command "$@"
	exec unshare --mount --pid --fork --kill-child --mount-proc \
		"$0" "$machine" "$seconds"
fi
make_root
answer_asks &
status=0
boot || status=$?
if [ -f "$shared/status" ]; then
	exit "$(cat "$shared/status")"
fi

tail -n 40 "$shared/console" >&2
say "above: the end of the machine's console"
if [ "$status" -eq 124 ]; then
	say "stopped, since $seconds s were over"
elif [ -f "$shared/booted" ]; then
	say "the machine died"
else
	say "the machine did not come up"
fi
exit 124
