#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What is printed as JSON is as docs/pqike.schema.json has it: the texts that
# show_test, bench_test, handshake_test and event_test compare with, and events of event_test.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

# valid DEFINITION FILE [--lines]
valid()
{
	python3 schema.py "$@" >"$work/out" 2>"$work/err" && ok=0 || ok=1
	report "$ok" "$2 is what the schema calls $1"
}

# invalid DEFINITION WHAT SED-SCRIPT FILE
invalid()
{
	sed "$3" "$4" >"$work/spoiled"
	: >"$work/out"
	if cmp -s "$4" "$work/spoiled" ||
	   python3 schema.py "$1" "$work/spoiled" 2>"$work/err"; then
		ok=1
	else
		grep -q ValidationError "$work/err" && ok=0 || ok=1
	fi
	report "$ok" "$4 is refused with $2"
}

echo "TAP version 13"
: >"$work/out"
: >"$work/err"
if ! python3 -c 'import jsonschema' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema is not installed"
	exit 4
fi
valid show show.json
valid show show_empty.json
valid bench bench.json
valid handshake handshake.json
valid handshake handshake_none.json
./event_test --print >"$work/events"
valid event "$work/events" --lines
invalid show "another version" 's/"version":2/"version":1/' show.json
invalid show "a state that there is not" 's/"half-open"/"ajar"/' show.json
invalid show "no SPI" '/"spi_out"/d' show.json
invalid show "a quota of nothing" '/"child_sas":{/,/}/d' show.json
invalid show "an operation without its time" 's/"nanoseconds"/"ns"/' show.json
invalid show "a handshake that is not counted" 's/"ike_sa_rekey"/"ike_sa_again"/' show.json
invalid show "a cause that is not counted" '/"unknown_spi"/d' show.json
invalid show "no word of a PPK" '/"ppk_mixed"/d' show.json
invalid show "no word of the transcript" '/"full_transcript_auth"/d' show.json
invalid bench "a negative time" 's/9100/-9100/' bench.json
invalid handshake "a negative count" 's/"failed":20/"failed":-20/' handshake.json
finish
