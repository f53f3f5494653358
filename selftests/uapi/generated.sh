#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The spec is valid, and what was generated from it is what it says today.

set -eu

cd "$(dirname "$0")"
top=$(cd ../.. && pwd)
linux=${LINUX_SRC:-/usr/src/linux}
test_number=0
failures=0

report()
{
	test_number=$((test_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_number $2"
	else
		echo "not ok $test_number $2"
		failures=$((failures + 1))
	fi
}

comment()
{
	sed 's/^/# /' "$1"
}

validate()
{
	PYTHONDONTWRITEBYTECODE=1 python3 "$linux/tools/net/ynl/pyynl/cli.py" \
		--spec "$1" --validate \
		--schema "$linux/Documentation/netlink/genetlink-legacy.yaml"
}

echo "TAP version 13"
if [ ! -d "$linux/tools/net/ynl/pyynl" ]; then
	echo "1..0 # SKIP no kernel source at $linux: set LINUX_SRC"
	exit 4
fi
if ! python3 -c 'import jsonschema, yaml' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema or python3-yaml is not installed"
	exit 4
fi
echo "1..6"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

status=0
validate "$top/uapi/pqike.yaml" >"$work/log" 2>&1 || status=$?
[ $status -eq 0 ] || comment "$work/log"
report $status "pqike.yaml is valid under the schema"

# Without this the test before it would pass with a validator that does nothing.
sed 's/^definitions:/definition:/' "$top/uapi/pqike.yaml" >"$work/invalid.yaml"
status=1
validate "$work/invalid.yaml" >"$work/log" 2>&1 ||
	! grep -q "'definition' was unexpected" "$work/log" || status=0
[ $status -eq 0 ] || comment "$work/log"
report $status "a spec with an unknown key is refused"

mkdir "$work/tree"
status=0
"$top/uapi/regenerate.sh" "$work/tree" >"$work/log" 2>&1 || status=$?
[ $status -eq 0 ] || comment "$work/log"
report $status "regenerate.sh runs"

for file in uapi/linux/pqike.h kmod/pqike/netlink-gen.h \
	    kmod/pqike/netlink-gen.c; do
	status=0
	diff -u "$top/$file" "$work/tree/$file" >"$work/log" 2>&1 || status=$?
	[ $status -eq 0 ] || comment "$work/log"
	report $status "$file is what pqike.yaml gives"
done

[ $failures -eq 0 ]
