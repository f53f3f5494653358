#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The process that reads the network holds nothing: what the kernel says of a helper that
# serves tunnels, of the first one and of one that has taken over.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

nobody=$(id -u nobody)
nogroup=$(id -g nobody)

# status PID: what is compared of it
status()
{
	awk '/^(Uid|Gid|Groups|Cap.*|NoNewPrivs|Seccomp):/ {
		$1 = $1
		print
	}' "/proc/$1/status"
}

expected()
{
	local set

	echo "Uid: $nobody $nobody $nobody $nobody"
	echo "Gid: $nogroup $nogroup $nogroup $nogroup"
	echo "Groups:"
	for set in Inh Prm Eff Bnd Amb; do
		echo "Cap$set: 0000000000000000"
	done
	printf 'NoNewPrivs: 1\nSeccomp: 2\n'
}

# holds_nothing GATEWAY
holds_nothing()
{
	local pid

	pid=$(pqike_helper "$1")
	diff <(expected | sort) <(status "$pid" | sort)
}

# lives_in_empty GATEWAY: nothing is there, and the helper can put nothing there
lives_in_empty()
{
	local pid root

	pid=$(pqike_helper "$1")
	root=$(readlink "/proc/$pid/root")
	[ "$root" = "$run/$1/empty" ]
	[ "$(readlink "/proc/$pid/cwd")" = "$root" ]
	[ -z "$(ls -A "$root")" ]
	[ "$(stat -c %u "$root")" -eq 0 ]
	[ -z "$(find "$root" -maxdepth 0 -perm /022)" ]
}

# has_what_was_given GATEWAY: of what is open nothing names a file but its log
has_what_was_given()
{
	local link

	for link in "/proc/$(pqike_helper "$1")/fd"/*; do
		link=$(readlink "$link")
		case $link in
		socket:* | pipe:* | anon_inode:* | /dev/null | \
			"$run/$1/pqike.log") ;;
		*)
			echo "$link is open"
			return 1
			;;
		esac
	done
}

# shared_are_apart GATEWAY: what the next helper is given, too, has numbers that the filter
# knows it by
shared_are_apart()
{
	local pid inode fd n=0

	pid=$(pqike_helper "$1")
	while read -r inode; do
		for fd in "/proc/$pid/fd"/*; do
			[ "$(readlink "$fd")" = "socket:[$inode]" ] || continue
			echo "a socket of UDP is ${fd##*/}"
			[ "${fd##*/}" -ge 512 ]
			n=$((n + 1))
		done
	done < <(awk 'FNR > 1 { print $10 }' "/proc/$pid/net/udp" "/proc/$pid/net/udp6")
	[ "$n" -ge 2 ]
}

# Numbers of linux/capability.h: DAC_READ_SEARCH, KILL, SETGID, SETUID, SETPCAP,
# NET_ADMIN, SYS_CHROOT
kept=$(printf '%016x' $((1 << 2 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 18)))

# A control, too: it is root in the root of all, but has given up what it needs no more.
supervisor_keeps_few()
{
	local pid set

	pid=$(cat "$run/moon/pqike.pid")
	[ "$(readlink "/proc/$pid/root")" = / ]
	status "$pid" | grep -x 'Uid: 0 0 0 0'
	for set in Prm Eff Bnd; do
		status "$pid" | grep -x "Cap$set: $kept"
	done
}

confined()
{
	holds_nothing moon
	lives_in_empty moon
	has_what_was_given moon
	shared_are_apart moon
	row_ping moon "$1"
}

first()
{
	row_up moon "$1"
	confined "$1"
}

after_death()
{
	local before

	before=$(pqike_helper moon)
	row_mark
	kill -KILL "$before"
	row_log moon "r$1: taken over from a helper that is no more, with 1 Child SAs"
	[ "$(pqike_helper moon)" != "$before" ]
	confined "$1"
}

# What is typed where it was started is not for the helper.
terminal_is_written()
{
	local terminal helper fd flags

	mkdir "$run/terminal"
	begin_log "$run/terminal/log"
	ip netns exec moon python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$pqike" run \
		--config "$run/moon/pqike.conf" --control "$run/terminal/control" \
		</dev/null >"$run/terminal/log" &
	terminal=$!
	wait_for_line "$run/terminal/log" listening "$terminal"
	helper=$(pgrep --exact pqike-helper)
	for fd in 1 2; do
		[[ "$(readlink "/proc/$helper/fd/$fd")" == /dev/pts/* ]]
		flags=$(awk '/^flags:/ { print $2 }' "/proc/$helper/fdinfo/$fd")
		echo "$fd has flags $flags"
		[ $((0$flags & 3)) -eq 1 ]
	done
	kill "$(ps -o ppid= -p "$helper")"
	wait_for_exit "$terminal"
}

# Where its root would hold something, nothing is served.
root_is_taken()
{
	mkdir "$run/taken" "$run/taken/empty"
	: >"$run/taken/empty/file"
	expect_failure "$run/taken/log" ip netns exec moon "$pqike" run \
		--config "$run/moon/pqike.conf" --control "$run/taken/control"
	grep -x "pqike: $run/taken/empty, the root of the helper: it is not empty" \
		"$run/taken/log"
}

# A helper that hangs could not be ended.
right_is_missing()
{
	mkdir "$run/without"
	expect_failure "$run/without/log" ip netns exec moon \
		timeout "$EVENT_SECONDS" setpriv --bounding-set -kill "$pqike" run \
		--config "$run/moon/pqike.conf" --control "$run/without/control"
	grep -x "pqike: there is no capability kill, which a helper takes" \
		"$run/without/log"
}

all_gone()
{
	rows_stop
	xfrm_is_empty moon
	[ ! -e "$run/moon/empty" ]
}

row "up" conn.dpd_delay=30

ktap_print_header
ktap_set_plan 7
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
rows_start

row_test "a helper with a tunnel is nobody, has no capability and an empty root" 1 \
	first 1
run_test "its supervisor has few capabilities" supervisor_keeps_few
row_test "so has one that has taken over" 1 after_death 1
run_test "nothing is left when the daemons have ended" all_gone
run_test "a root that is not empty is refused" root_is_taken
run_test "a capability that is missing is named" right_is_missing
run_test "a terminal can be written alone" terminal_is_written
ktap_finished
