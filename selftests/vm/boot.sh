#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot a virtual machine on the root file system, or User Mode Linux where KERNEL
# says so, and run a command in it, in /src as root. Exits with the command's status,
# 124 when the time is up.
#
# With -n, as many machines run the same command side by side, and each line that
# they say has the machine's number before it. Exits with 1 when one of them failed.
#
# With -f, the first has that number and not 1: others of this kernel run beside them.
#
# With -s, others may use the copy of the tree meanwhile, which is taken as it is.
#
# usage: boot.sh [-s] [-f NUMBER] [-n MACHINES] [-t SECONDS] COMMAND [ARGUMENT]...

set -eu

here=$(dirname "$(realpath "$0")")
cache=${PQIKE_CACHE:-/var/cache/pqike}
seconds=1200
machines=1
first=1
shared=

while getopts sf:n:t: option; do
	case $option in
	s)	shared=-s ;;
	f)	first=$OPTARG ;;
	n)	machines=$OPTARG ;;
	t)	seconds=$OPTARG ;;
	*)	exit 1 ;;
	esac
done
shift $((OPTIND - 1))

# A /dev/kvm that opens may still belong to a host where guests hang.
probe_kvm()
{
	[ -w /dev/kvm ] || return
	echo "boot: trying whether a machine boots under /dev/kvm, at most 30 s" >&2
	"$here/enter.sh" $shared selftests/vm/vng.sh 1 kvm 30 true >/dev/null 2>&1
}

# find_accelerator: kvm or emulation, tried once
find_accelerator()
{
	if [ -f "$cache/accelerator" ]; then
		cat "$cache/accelerator"
		return
	fi
	mkdir -p "$cache"
	if probe_kvm; then
		echo kvm
	else
		echo emulation
	fi | tee "$cache/accelerator"
}

# run_machines PROGRAM ARGUMENT...
run_machines()
{
	program=$1
	shift
	if [ "$machines" -eq 1 ]; then
		exec "$here/enter.sh" $shared "$program" "$first" "$@"
	fi
	exec "$here/enter.sh" $shared selftests/vm/side_by_side.sh "$first" "$machines" \
		"$program" "$@"
}

case ${KERNEL:-testing} in
uml-*)	run_machines selftests/uml/machine.sh "$seconds" "$@" ;;
*)	run_machines selftests/vm/vng.sh "$(find_accelerator)" "$seconds" "$@" ;;
esac
