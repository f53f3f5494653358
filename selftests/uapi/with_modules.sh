#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Load the modules and run a program that drives pqike with the kernel's own YNL
# client.
#
# usage: with_modules.sh PROGRAM [ARGUMENT]...

set -eu

cd "$(dirname "$0")"
kmod=$(cd ../../kmod && pwd)

skip()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $1"
	exit 4
}

loaded()
{
	grep -q "^$1 " /proc/modules
}

# insmod loads no dependencies; mlkem is not where modprobe looks.
load()
{
	modinfo -F depends "$kmod/$1/$1.ko" | tr , '\n' | grep -vx mlkem |
		xargs -r modprobe -a
	insmod "$kmod/$1/$1.ko"
}

unload()
{
	for module in $to_unload; do
		rmmod "$module"
	done
}

[ "$(id -u)" -eq 0 ] || skip "loading modules takes root"
[ -f "$kmod/pqike/pqike.ko" ] || skip "pqike.ko is not built"
python3 -c 'import jsonschema, yaml' 2>/dev/null ||
	skip "python3-jsonschema or python3-yaml is not installed"

to_unload=
trap unload EXIT
trap 'exit 1' HUP INT TERM
for module in mlkem ecdh pqike; do
	if ! loaded "$module"; then
		load "$module"
		to_unload="$module $to_unload"
	fi
done

# A keyring that ends with the test holds its pre-shared key.
PYTHONDONTWRITEBYTECODE=1 keyctl session - "$@"
