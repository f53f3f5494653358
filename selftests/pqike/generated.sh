#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# schedule_vectors.h is what schedule_vectors.py works out today.

set -eu

cd "$(dirname "$0")"

echo "TAP version 13"
if ! python3 -c 'import cryptography' 2>/dev/null; then
	echo "1..0 # SKIP python3-cryptography is not installed"
	exit 4
fi
echo "1..1"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

name="schedule_vectors.h is what schedule_vectors.py gives"
if PYTHONDONTWRITEBYTECODE=1 ./schedule_vectors.py >"$work/h" 2>"$work/log" &&
	diff -u schedule_vectors.h "$work/h" >"$work/log"; then
	echo "ok 1 $name"
else
	head -n 40 "$work/log" | sed 's/^/# /'
	echo "not ok 1 $name"
	exit 1
fi
