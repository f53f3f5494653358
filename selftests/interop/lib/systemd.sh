# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A machine of its own under systemd, in the network namespace of moon: process 1
# of a namespace with its own mounts and control groups, where what is installed and
# configured is gone with it. It runs the journal and what is asked for, no more.

# Its root file system, and where that one's pqike was built
machine_root=${MACHINE_ROOT:-/}
machine_built=$top/userspace
[ "$machine_root" = / ] || machine_built=$top/selftests/interop/bookworm

# systemd_boot: until units can be started
systemd_boot()
{
	local EVENT_SECONDS=300 # depmod(8) reads every module of the machine

	mkdir "$run/machine" /sys/fs/cgroup/machine
	nsenter --net=/run/netns/moon env run="$run" top="$top" \
		machine_root="$machine_root" machine_built="$machine_built" bash -euc "
		$(declare -f machine_init machine_lay_out machine_change_root \
			machine_install machine_units)
		export -f machine_lay_out machine_change_root machine_install
		export -f machine_init machine_units
		exec unshare --ipc --uts --mount --pid --fork --kill-child \
			bash -euc machine_init" >"$run/machine.log" 2>&1 &
	machine_parent=$!
	machine_pid=
	disown "$machine_parent" # its end is no job of the shell
	eventually machine_is_up || { cat "$run/machine.log"; return 1; }
}

# machine_init: process 1, before it is systemd
machine_init()
{
	echo 0 >/sys/fs/cgroup/machine/cgroup.procs
	exec unshare --cgroup bash -euc machine_lay_out
}

machine_lay_out()
{
	local dir

	mount -t tmpfs machine "$run/machine"
	for dir in etc usr var; do
		mkdir "$run/machine/$dir" "$run/machine/$dir.work"
		mount -t overlay -o "lowerdir=/$dir,upperdir=$run/machine/$dir" \
			-o "workdir=$run/machine/$dir.work" overlay "/$dir"
	done
	make --silent -C "$top" KDIR="/lib/modules/$(uname -r)/build" \
		install-modules
	[ "$machine_root" = / ] || machine_change_root
	mount -t tmpfs -o mode=755 run /run
	mount -t tmpfs -o mode=755 log /var/log
	mount -t proc proc /proc
	if [ "$machine_root" = / ]; then
		umount -R /sys
	else
		umount --lazy /before
	fi
	mount -t sysfs sysfs /sys
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	machine_install
	machine_units
	exec env -i container=other PATH="$PATH" /usr/lib/systemd/systemd \
		--system --unit=basic.target --log-target=console </dev/null
}

# machine_change_root: to the machine's own, which has the modules and this tree too, and at
# /before what was its root
machine_change_root()
{
	local dir root=$run/machine/root

	mkdir "$root" "$root.upper" "$root.work"
	mount -t overlay -o "lowerdir=$machine_root,upperdir=$root.upper" \
		-o "workdir=$root.work" overlay "$root"
	mount --rbind /dev "$root/dev"
	for dir in "$top" /usr/lib/modules; do
		mkdir -p "$root$dir"
		mount --bind "$dir" "$root$dir"
	done
	mkdir "$root/before"
	cd "$root"
	pivot_root . before
}

# machine_install: what "make install" does when all has been made, and whom it makes
machine_install()
{
	make --silent -C "$top/userspace" "BUILD=$machine_built" install
	systemd-sysusers
}

# machine_units: sysinit.target and basic.target would start much of a Debian
machine_units()
{
	local target

	for target in sysinit basic; do
		printf '[Unit]\nDefaultDependencies=no\n%s\n%s\n' \
			Requires=systemd-journald.service \
			After=systemd-journald.service \
			>"/etc/systemd/system/$target.target"
	done
	ln -s /dev/null /etc/systemd/system/systemd-journald-dev-log.socket
}

machine_is_up()
{
	machine_pid=$(pgrep -P "$machine_parent") &&
		[ -d /sys/fs/cgroup/machine/init.scope ] &&
		machine systemctl is-active --quiet basic.target
}

# machine COMMAND...: run it there
machine()
{
	nsenter --target "$machine_pid" --all "$@"
}

# systemd_halt: and every process of the machine ends, if there is one
systemd_halt()
{
	[ -z "$machine_pid" ] || kill -KILL "$machine_pid"
	wait_for_exit "$machine_parent"
	find /sys/fs/cgroup/machine -depth -type d -exec rmdir {} +
}

main_pid()
{
	machine systemctl show --property MainPID --value pqike
}

# journal [FORMAT]: what pqike has written, and systemd about its units
journal()
{
	machine journalctl --quiet --unit pqike --unit pqike-helper \
		--unit 'pqike-reader@*' --unit pqike-metrics --output "${1:-cat}"
}

# mark_journal: said() begins here
mark_journal()
{
	mark=$(journal | wc -l)
}

# said REGEX: until a line of the journal does
said()
{
	eventually has_said "$1"
}

has_said()
{
	local line
	local -a lines

	mapfile -t -s "$mark" lines < <(journal)
	for line in "${lines[@]}"; do
		[[ ! $line =~ $1 ]] || { echo "$line"; return 0; }
	done
	return 1
}

# taken_over: with what has been rekeyed, and is being deleted, or without it
taken_over()
{
	said 'r1: taken over from a helper that is no more, with [0-9]+ Child SAs'
}

esp_spis()
{
	ip -n moon xfrm state list nokeys | grep -o 'spi 0x[0-9a-f]*' | sort
}

# goes_on COMMAND...: after what ends the supervisor and the helper, others go on with
# the same ESP SAs, and no packet of theirs is lost, though they are in UDP: systemd has
# kept the sockets
goes_on()
{
	local before

	before=$(esp_spis)
	ip -n moon xfrm state list nokeys | grep -q 'encap type espinudp'
	flood_start moon 1
	"$@"
	taken_over
	flood_stop
	[ "$(esp_spis)" = "$before" ]
}
