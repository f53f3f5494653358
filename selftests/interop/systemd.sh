#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The units of pqike under systemd: they are ready when they say so, are reloaded,
# restarted and stopped, and their sandboxes let them do their work.
#
# MACHINE_ROOT, when set, is the root file system whose systemd it is. What does not depend
# on that runs with PQIKE_ENDURANCE=full.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/rekeys.sh
. ./lib/systemd.sh
. ./lib/test.sh

whole=yes
deaths=6
case ${PQIKE_ENDURANCE:-short} in
full)	deaths=100 ;;
*)	[ "$machine_root" = / ] || whole= ;;
esac

# What systemd-analyze calls the exposure, in tenths: the network is what they are for.
declare -A exposure_max=([pqike]=15 [pqike-helper]=11 [pqike-reader@test]=7
	[pqike-metrics]=16)

# What systemd 252 does without
not_of_252="Unknown key 'Restart\(Steps\|MaxDelaySec\)' in section \[Service\], ignoring"

# configure FILE ROW...: a file of connections, in /etc/pqike/conf.d
configure()
{
	local row

	{
		echo "connections {"
		for row in "${@:2}"; do
			row_connection moon "$row"
		done
		echo "}"
	} | machine install -D -m 600 /dev/stdin "/etc/pqike/conf.d/$1.conf"
}

configure_secret()
{
	printf '%s' "$PSK" | machine install -m 600 /dev/stdin /etc/pqike/psk
	printf 'secrets {\n\tike {\n\t\tfile = /etc/pqike/psk\n\t}\n}\n' |
		machine install -m 600 /dev/stdin /etc/pqike/pqike.conf
}

# test_unit NAME FUNCTION [ARGUMENT]...: as run_test; where it fails, what was said since
# it began, or since it marked the journal, is shown
test_unit()
{
	mark_journal
	run_test "$1" framed "${@:2}"
}

# test_whole NAME FUNCTION: likewise, of what does not depend on which systemd it is
test_whole()
{
	[ -z "$whole" ] || test_unit "$@"
}

framed()
{
	trap 'unframe "$?"' EXIT
	"$@"
}

unframe()
{
	[ "$1" -eq 0 ] || {
		echo "--- journal:"
		journal | tail -n "+$((mark + 1))"
		echo "--- charon.log ends:"
		tail -n 20 "$run/sun/charon.log"
	} >&2
	exit "$1"
}

well_formed()
{
	machine systemd-analyze verify --man=no pqike.service pqike-helper.service \
		pqike-helper.socket pqike-reader@.service pqike-reader.socket \
		pqike-metrics.service pqike-metrics.timer \
		>"$run/verify" 2>&1 ||
		echo failed >>"$run/verify"
	cat "$run/verify"
	! grep -v "$not_of_252" "$run/verify"
}

sandboxed()
{
	local unit status=0

	for unit in "${!exposure_max[@]}"; do
		machine systemd-analyze security --no-pager \
			--threshold "${exposure_max[$unit]}" "$unit.service" \
			>"$run/security" || status=1
		cat "$run/security"
		grep Overall "$run/security" >>"$run/exposures"
	done
	return "$status"
}

# At once, nothing is waited for: the module is there and the helper answers.
starts()
{
	machine systemctl start pqike
	grep -q '^pqike ' /proc/modules
	machine /usr/local/sbin/pqike rekey nobody 2>&1 | grep 'connection nobody'
	machine systemctl status --no-pager pqike | grep 'Active: active (running)'
	said 'r1: child net installed'
	row_ping moon 1
}

# series LINE: it is in what node_exporter is given
series()
{
	machine grep -Fx "$1" /var/lib/prometheus/node-exporter/pqike.prom
}

# The timer is due at once, as the system has been up for longer; it writes for all.
metrics_are_written()
{
	local folder=/var/lib/prometheus/node-exporter

	machine install -d "$folder"
	machine systemctl start pqike-metrics.timer
	eventually machine test -s "$folder/pqike.prom"
	machine systemctl stop pqike-metrics.timer
	machine systemctl start pqike-metrics.service
	[ "$(machine systemctl show --property Result --value pqike-metrics)" = success ]
	[ "$(machine ls "$folder")" = pqike.prom ]
	[ "$(machine stat --format %a "$folder/pqike.prom")" = 644 ]
	machine cat "$folder/pqike.prom" >"$run/pqike.text"
	../config/openmetrics.py text "$run/pqike.text" \
		../../docs/examples/prometheus-alerts.yml \
		../../docs/examples/grafana-dashboard.json
	series 'pqike_helper_up 1'
	series 'pqike_ike_sas{connection="r1",ml_kem="yes"} 1'
	series 'pqike_ike_sas{connection="r1",ml_kem="no"} 0'
	series 'pqike_child_state{connection="r1",child="net",pqike_child_state="up"} 1'
	series 'pqike_handshakes_total{kind="ike_sa"} 1'
	series 'pqike_handshakes_dropped_ml_kem_total{kind="child_sa_rekey"} 0'
}

# What stands at the beginning of a line for the journal is not in its text.
priorities()
{
	journal json |
		jq -r 'select(._COMM | startswith("pqike")) |
			"\(.PRIORITY) \(.MESSAGE)"' \
			>"$run/journal"
	cat "$run/journal"
	grep -q '^6 pqike: r1: established with ' "$run/journal"
	! grep -v '^[46] pqike: ' "$run/journal"
}

reloads()
{
	local before

	before="$(main_pid) $(esp_spis)"
	configure second 2
	machine systemctl reload pqike
	machine /usr/local/sbin/pqike up r2
	machine rm /etc/pqike/conf.d/second.conf
	machine systemctl reload pqike
	eventually row_is_gone 2
	[ "$(main_pid) $(esp_spis)" = "$before" ]
	row_ping moon 1
}

# secrets N: sections with a file each, of nobody's, and one whose key is in root's keyring
secrets()
{
	local i

	printf 'secrets {\n\tike-kept {\n\t\tid = kept.example\n\t}\n'
	for ((i = 0; i < $1; i++)); do
		printf '\tike-many-%d {\n\t\tid = %d.example\n' "$i" "$i"
		printf '\t\tfile = /etc/pqike/many\n\t}\n'
	done
	echo "}"
}

# More keys than a user other than root has a quota of, whose files are root's
reads_what_is_roots()
{
	printf '%s' "$PSK" | machine install -m 600 /dev/stdin /etc/pqike/many
	printf '%s' "$PSK" | machine /usr/local/sbin/pqike psk ike-kept
	secrets 300 | machine install -m 600 /dev/stdin /etc/pqike/conf.d/many.conf
	machine systemctl reload pqike
	machine rm /etc/pqike/conf.d/many.conf
	machine systemctl reload pqike
	row_ping moon 1
	[ -z "$(machine systemctl list-units --failed --plain --no-legend)" ]
}

# It is said where the file is bad, and what was there stays.
reload_fails()
{
	local before

	before="$(main_pid) $(esp_spis)"
	printf 'connections {\n\tr3 {\n\t\tproposals = rot13\n\t}\n}\n' |
		machine install -m 600 /dev/stdin /etc/pqike/conf.d/bad.conf
	expect_failure "$run/reload" machine systemctl reload pqike
	said 'bad.conf:3: .*rot13'
	machine rm /etc/pqike/conf.d/bad.conf
	machine systemctl is-active pqike
	[ "$(main_pid) $(esp_spis)" = "$before" ]
	row_ping moon 1
}

rekey()
{
	case $1 in
	moon)	machine /usr/local/sbin/pqike rekey "--$2" r1 ;;
	sun)	row_rekey sun 1 "$2" ;;
	esac
}

# rekeys: of both kinds, begun by either side
rekeys()
{
	local who what before

	for what in child ike; do
		for who in moon sun; do
			look 1
			before=${spis[$what]}
			rekey "$who" "$what"
			eventually changed "$what" 1 "$before"
		done
	done
	row_ping moon 1
}

killed()
{
	goes_on machine systemctl kill --signal KILL pqike
	rekeys
	[ "$(machine systemctl show --property NRestarts --value pqike)" -eq 1 ]
}

# helper_pid: there is one, in the unit of helpers
helper_pid()
{
	local pid

	pid=$(machine systemctl show --property MainPID --value pqike-helper)
	[ "$(machine cat "/proc/$pid/comm")" = pqike-helper ]
	echo "$pid"
}

# is_of PID USER: in all of its sets
is_of()
{
	local id

	id=$(machine id -u "$2")
	machine cat "/proc/$1/status" >"$run/status"
	grep -E '^(Uid|Gid|Cap)' "$run/status"
	[ "$(awk '$1 == "Uid:" { print $2, $3, $4, $5 }' "$run/status")" = \
		"$id $id $id $id" ]
}

# One has CAP_NET_ADMIN, of linux/capability.h, in each set, the other one nothing.
confined()
{
	local pid

	is_of "$(main_pid)" pqike-supervisor
	[ "$(grep -c -E '^Cap.*[[:blank:]]0{12}1000$' "$run/status")" -eq 5 ]
	pid=$(helper_pid)
	is_of "$pid" pqike
	[ "$(grep -c -E '^Cap.*[[:blank:]]0{16}$' "$run/status")" -eq 5 ]
	grep -E '^(NoNewPrivs:.*1|Seccomp:.*2)$' "$run/status"
}

# What was installed since is for the next supervisor, and so are its helper and reader.
helper_is_of_the_same_program()
{
	machine cp /usr/local/sbin/pqike /usr/local/sbin/pqike.new
	machine mv /usr/local/sbin/pqike.new /usr/local/sbin/pqike
	machine kill -KILL "$(helper_pid)"
	said 'another helper is ready'
	machine test "/proc/$(helper_pid)/exe" -ef "/proc/$(main_pid)/exe"
	expect_failure "$run/reload" machine systemctl reload pqike
	said 'another pqike was installed than the one that runs'
	! machine test "/proc/$(helper_pid)/exe" -ef /usr/local/sbin/pqike
}

# The supervisor does, and systemd has nothing to do with it.
helper_killed()
{
	local before

	before="$(main_pid) $(machine systemctl show --property NRestarts pqike)"
	machine kill -KILL "$(helper_pid)"
	said 'the helper has ended: tunnels go on'
	said 'another helper is ready'
	taken_over
	row_ping moon 1
	[ "$(main_pid) $(machine systemctl show --property NRestarts pqike)" = \
		"$before" ]
	[ -z "$(machine systemctl show --property StatusText --value pqike)" ]
}

# watchdog: of few seconds
watchdog()
{
	machine install -D -m 644 /dev/stdin \
		/run/systemd/system/pqike.service.d/watchdog.conf \
		<<<$'[Service]\nWatchdogSec=5'
	machine systemctl daemon-reload
	machine systemctl restart pqike
	taken_over
	mark_journal
}

# The event loop of the helper stands still; only its supervisor ends a process like that.
helper_hangs()
{
	local before

	watchdog
	before="$(main_pid) $(machine systemctl show --property NRestarts pqike)"
	machine kill -STOP "$(helper_pid)"
	said 'the helper hangs'
	said 'another helper is ready'
	eventually row_answers 1
	[ "$(main_pid) $(machine systemctl show --property NRestarts pqike)" = \
		"$before" ]
}

# One that its supervisor cannot end, as it would be that has closed its lifeline: it is ended
# with the supervisor.
helper_stays()
{
	local restarts dropin=/run/systemd/system/pqike-helper.service.d/stays.conf

	watchdog
	restarts=$(machine systemctl show --property NRestarts --value pqike)
	machine install -D -m 644 /dev/stdin "$dropin" \
		<<<$'[Service]\nExecStart=\nExecStart=/bin/sleep infinity'
	machine systemctl daemon-reload
	machine kill -KILL "$(helper_pid)"
	said 'no helper becomes ready'
	machine rm "$dropin"
	machine systemctl daemon-reload
	taken_over
	row_ping moon 1
	[ "$(machine systemctl show --property NRestarts --value pqike)" -gt \
		"$restarts" ]
}

# hangs: its event loop stands still; only the watchdog ends a process like that
hangs()
{
	local restarts

	watchdog
	restarts=$(machine systemctl show --property NRestarts --value pqike)
	machine systemctl kill --kill-whom main --signal STOP pqike
	taken_over
	row_ping moon 1
	[ "$(machine systemctl show --property NRestarts --value pqike)" -gt \
		"$restarts" ]
	machine rm /run/systemd/system/pqike.service.d/watchdog.conf
	machine systemctl daemon-reload
}

restarts()
{
	goes_on machine systemctl restart pqike
	rekeys
}

# What was taken out of the configuration meanwhile does not go on: its peer is told.
restarts_without()
{
	configure second 2
	machine systemctl reload pqike
	machine /usr/local/sbin/pqike up r2
	machine rm /etc/pqike/conf.d/second.conf
	machine systemctl restart pqike
	taken_over
	eventually row_is_gone 2
	eventually is_forgotten r2
	row_ping moon 1
}

# is_forgotten CONNECTION: the kernel has it no more, nor its key
is_forgotten()
{
	! pqike_on moon show | grep -x "connection: $1"
}

# die HOW
die()
{
	case $1 in
	helper)		machine kill -KILL "$(helper_pid)" ;;
	both)		machine systemctl kill --signal KILL pqike ;;
	restart)	machine systemctl restart pqike ;;
	upgrade)
		machine make --silent -C "$top/userspace" \
			"BUILD=$machine_built" install
		[[ $(machine readlink "/proc/$(main_pid)/exe") == *' (deleted)' ]]
		machine systemctl daemon-reload
		machine systemctl restart pqike
		;;
	esac
}

# many_deaths: while one side or the other rekeys, each time a little later; no packet is
# lost, though all are in UDP
many_deaths()
{
	local death who what how asking
	# each comes to meet each of the four rekeys
	local -a ways=(helper both restart upgrade helper)

	flood_start moon 1
	for ((death = 0; death < deaths; death++)); do
		who=$([ $((death % 2)) -eq 0 ] && echo moon || echo sun)
		what=$([ $((death / 2 % 2)) -eq 0 ] && echo child || echo ike)
		how=${ways[death % 5]}
		echo "death $death, $how, $what by $who"
		rekey "$who" "$what" >"$run/asked" 2>&1 &
		asking=$!
		sleep "0.$(printf %02d $((death * 7 % 40)))"
		mark_journal
		die "$how"
		taken_over
		wait "$asking" || :
		eventually settled 1
	done
	rekeys
	flood_stop
}

# asks_as GROUP ANSWER: who is neither root nor of another group is told so
asks_as()
{
	machine setpriv --reuid 65533 --regid "$1" --clear-groups \
		/usr/local/sbin/pqike up nobody 2>&1 | grep "$2"
}

# The group of the control socket is one that the supervisor is not in.
control_group()
{
	printf 'control {\n\tmode = 0660\n\tgroup = 65534\n}\n' |
		machine install -m 600 /dev/stdin /etc/pqike/conf.d/control.conf
	machine systemctl restart pqike
	asks_as 65534 'connection nobody'
	asks_as 65533 'ermission denied'
	machine rm /etc/pqike/conf.d/control.conf
}

stops()
{
	machine systemctl stop pqike
	[ "$(machine systemctl is-active pqike)" = inactive ]
	machine test ! -e /run/pqike
	rows_are_gone
	row_is_gone 1
	[ -z "$(pqike_on moon show)" ]
}

# There is no sense in trying again what only an operator can put right.
start_fails()
{
	configure bad 2
	machine sed -i 's/proposals = .*/proposals = rot13/' \
		/etc/pqike/conf.d/bad.conf
	expect_failure "$run/start" machine systemctl start pqike
	said 'bad.conf:[0-9]+: .*rot13'
	[ "$(machine systemctl is-failed pqike)" = failed ]
	[ "$(machine systemctl show --property NRestarts --value pqike)" -eq 0 ]
}

row "up at once, in UDP" moon:child.start_action=start sun:conn.encap=yes
row "added and removed"

ktap_print_header
ktap_set_plan "$([ -n "$whole" ] && echo 21 || echo 9)"
topology_up
trap 'flood_abandon; systemd_halt; topology_down; pqike_modules_gone' EXIT
declare -gA kind=([moon]=pqike [sun]=strongswan)
rows_addresses
wire_refuses_plain
rows_configure
strongswan_run sun 1
row_sas_start
systemd_boot
configure_secret
configure first 1

run_test "the units are well formed" well_formed
run_test "the units are sandboxed" sandboxed
while read -r line; do
	ktap_print_msg "$line"
done < <(cat "$run/exposures")
test_unit "started when it is ready, a tunnel comes up by itself" starts
test_unit "supervisor and helper are of users of their own, with the rights of each" \
	confined
test_whole "the metrics are written, and have what alerts and dashboard ask for" \
	metrics_are_written
test_whole "its lines in the journal have a priority" priorities
test_unit "reloaded, a tunnel comes and goes beside another" reloads
test_whole "root's files and keyring are read, beyond a user's quota" \
	reads_what_is_roots
test_whole "a bad file: the reload fails, all stays as it was" reload_fails
test_unit "killed, and started again by systemd, no packet lost" killed
test_unit "the helper killed, and started again by its supervisor" helper_killed
test_whole "a helper is of the program that runs, not of the one that is installed" \
	helper_is_of_the_same_program
test_whole "a helper that hangs is started again by its supervisor" helper_hangs
test_whole "a helper that its supervisor cannot end is ended by systemd" helper_stays
test_whole "one that hangs is started again by the watchdog" hangs
test_unit "restarted, no packet lost" restarts
test_whole "killed or restarted $deaths times while either side rekeys, no packet lost" \
	many_deaths
[ -z "$whole" ] || flood_say
test_whole "restarted without a connection" restarts_without
test_whole "the control socket is of the group that the configuration names" \
	control_group
test_unit "stopped, nothing is left" stops
test_whole "a bad configuration: fails, and is not tried again" start_fails
strongswan_stop sun
ktap_finished
