#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# No branch and no memory index depends on a secret, as far as valgrind sees, in
# what the compiler made of the sources with the kernel's optimisation.

set -eu

number=0
status=0

# result NAME WANTED-STATUS PROGRAM ARGUMENT...: 99 is what valgrind exits with
# when it has seen something.
result()
{
	number=$((number + 1))
	name=$1
	wanted=$2
	shift 2
	got=0
	output=$(valgrind --quiet --error-exitcode=99 "$@" 2>&1) || got=$?
	if [ "$got" -eq "$wanted" ]; then
		echo "ok $number $name"
	elif [ "$got" -eq 4 ]; then
		echo "ok $number $name # SKIP the CPU does not have it"
	else
		echo "not ok $number $name"
		echo "# exit status $got"
		echo "$output" | sed 's/^/# /'
		status=1
	fi
}

echo "TAP version 13"
if ! command -v valgrind >/dev/null; then
	echo "1..0 # SKIP valgrind is not installed"
	exit 4
fi
echo "1..4"
result "a branch on a secret is seen" 99 ./constant_time branch
result "an index from a secret is seen" 99 ./constant_time index
# Valgrind does not know the instructions of AVX-512.
for implementation in portable avx2; do
	result "$implementation: key generation, encapsulation and decapsulation have neither" \
		0 ./constant_time "$implementation"
done
exit "$status"
