#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# pqike under requests in any order, from many threads; the modules are loaded anew
# for each round. With PQIKE_ENDURANCE=full a million messages, and, where the kernel
# counts, which lines of kmod/pqike they reached.
#
# usage: [FUZZ_SEED=SEED] netlink_fuzz.sh

set -eu

cd "$(dirname "$0")"
here=$PWD
rounds=2
export FUZZ_MESSAGES=10000 FUZZ_SECONDS=900
if [ "${PQIKE_ENDURANCE:-short}" = full ]; then
	rounds=10
	FUZZ_MESSAGES=100000
	FUZZ_SECONDS=7200
fi
# What netlink_fuzz prints in each, and that the module goes
results=7
gcov=/sys/kernel/debug/gcov

tree=../..
covers=0
if [ "${PQIKE_ENDURANCE:-short}" = full ] && [ -d $gcov ]; then
	tree=../covered
	covers=1
fi

echo "TAP version 13"
echo "1..$((rounds * results + covers))"
failed=0
for round in $(seq "$rounds"); do
	echo "# round $round of $rounds"
	"$tree/selftests/uapi/with_modules.sh" "$here/round.sh" || failed=1
	if grep -q '^pqike ' /proc/modules; then
		echo "not ok - the module goes"
		failed=1
	else
		echo "ok - the module goes"
	fi
done
if [ $covers -eq 1 ]; then
	./coverage.py "$gcov$(realpath ../covered)/kmod/pqike" \
		../covered/kmod/pqike ||
		failed=1
fi
exit $failed
