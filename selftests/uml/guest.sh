#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Process 1 of the machine: mount what a Linux system has, run what machine.sh left.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 TERM=dumb

mount_all()
{
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	mkdir -p /dev/pts /dev/shm
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /dev/shm
	ln -sf /proc/self/fd /dev/fd
	ln -sf fd/0 /dev/stdin
	ln -sf fd/1 /dev/stdout
	ln -sf fd/2 /dev/stderr
	mount -t tmpfs -o mode=755 tmpfs /run
	mount -t tmpfs tmpfs /tmp
	mount -t tmpfs tmpfs /var/tmp
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mount -t debugfs debugfs /sys/kernel/debug
	mkdir -p /run/lock /run/netns
}

# What is written on the host, and by other machines, meanwhile: of all else the machine
# keeps in memory what it has once looked up and read.
mount_shared()
{
	for folder in .vm .results .seconds; do
		mount -t hostfs -o "hostfs=/src/$folder" none "/src/$folder"
	done
}

mount_all
machine=$(sed -n 's/.*machine=\([0-9]*\).*/\1/p' /proc/cmdline)
shared=/src/.vm/$machine
stty -onlcr </dev/console
ip link set lo up
hostname "uml-$machine"
mount_shared
cd /src || exit
touch "$shared/booted"
sh "$shared/command" </dev/null 2>&1
status=$?
dmesg >"$shared/dmesg"
echo "$status" >"$shared/status"
sync
systemctl halt -ff
