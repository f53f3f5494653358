#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What pqike metrics prints is OpenMetrics, and with -p Prometheus' text format; it has
# each series that the example's rules and dashboard ask for; and what goes into a file
# takes its place at once.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh
examples=../../docs/examples

# valid FORM FILE [RULES-OR-DASHBOARD...]
valid()
{
	./openmetrics.py "$@" >"$work/out" 2>"$work/err" && ok=0 || ok=1
	shift
	report "$ok" "$* is valid"
}

# invalid FORM WHAT WORDS SED-SCRIPT FILE [RULES-OR-DASHBOARD]: refused with these words
# when the file, or else the rules, are spoiled by the script
invalid()
{
	spoiled=${6:-$5}
	sed "$4" "$spoiled" >"$work/spoiled.${spoiled##*.}"
	: >"$work/out"
	ok=1
	if ! cmp -s "$spoiled" "$work/spoiled.${spoiled##*.}"; then
		if [ $# -eq 6 ]; then
			set -- "$@" "$work/spoiled.${spoiled##*.}"
			./openmetrics.py "$1" "$5" "$7" 2>"$work/err" || ok=0
		else
			./openmetrics.py "$1" "$work/spoiled.${spoiled##*.}" \
				2>"$work/err" || ok=0
		fi
		grep -q -- "$3" "$work/err" || ok=1
	fi
	report "$ok" "refused: $2"
}

echo "TAP version 13"
: >"$work/out"
: >"$work/err"
if ! python3 -c 'import yaml' 2>/dev/null; then
	echo "1..0 # SKIP python3-yaml is not installed"
	exit 4
fi

valid open openmetrics.text "$examples"/prometheus-alerts.yml \
	"$examples"/grafana-dashboard.json
valid text prometheus.text "$examples"/prometheus-alerts.yml \
	"$examples"/grafana-dashboard.json
invalid open "no end" 'no # EOF' '/^# EOF/d' openmetrics.text
invalid open "a family in two places" 'in two places' \
	'/^# EOF/i # HELP pqike_helper_up again' openmetrics.text
invalid open "a family without its type" 'no TYPE' '/^# TYPE pqike_helper_up/d' \
	openmetrics.text
invalid open "a type that there is not" 'type cunter' 's/ counter$/ cunter/' openmetrics.text
invalid open "a counter without _total" 'is no sample of the counter' \
	's/^pqike_handshakes_total/pqike_handshakes/' openmetrics.text
invalid open "a unit that the name has not" 'unit is not in the name' \
	's/^\(# UNIT.*\) seconds/\1 minutes/' openmetrics.text
invalid open "the same sample twice" 'twice' '/^pqike_helper_up/p' openmetrics.text
invalid open "a state twice" 'twice' '/pqike_child_state="up"/p' openmetrics.text
invalid open "samples of one metric apart" 'are apart' \
	'/_sum{operation="ike_sa_new"}/{h;d};/_sum{operation="ike_sa_init"}/G' openmetrics.text
invalid open "a quote that is not escaped" 'labels' 's/\\"/"/' openmetrics.text
invalid open "a value that is no number" 'value many' \
	's/^\(pqike_helper_up\) .*/\1 many/' openmetrics.text
invalid open "an empty line" 'blanks' '3s/.*//' openmetrics.text
invalid open "a state of no child" 'no state' '0,/,pqike_child_state="up"/s///' openmetrics.text
invalid text "a counter's name without _total" 'a counter without _total' \
	's/^\(# TYPE pqike_failures\)_total/\1/' prometheus.text
invalid text "a unit" 'UNIT is of OpenMetrics' \
	'/^# HELP pqike_operation_dur/i # UNIT pqike_operation_duration_seconds seconds' \
	prometheus.text
invalid open "an alert on what there is not" 'no series pqike_ike_sax' \
	's/pqike_ike_sas{/pqike_ike_sax{/' openmetrics.text "$examples"/prometheus-alerts.yml
invalid open "an alert on a label that there is not" 'no series' \
	's/XfrmInStateSeqError/XfrmInStateSeqErr/' openmetrics.text \
	"$examples"/prometheus-alerts.yml
invalid open "a panel of what there is not" 'no series' \
	's/pqike_handshakes_total/pqike_handshake_total/' openmetrics.text \
	"$examples"/grafana-dashboard.json

run metrics more
check "a word too many" 2 err "Usage: pqike metrics [-p] [-o FILE] [--control PATH]"
finish
