#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Time pqike beside strongSwan as the responder: `pqike bench handshake` on moon loads
# sun, which they play by turns. Measured is what their processes take of the processor,
# kernel and all, for a tunnel that is set up and taken down again; docs/performance.md
# says what of that is the environment's.
#
# usage: handshake_bench.sh [-n ROUNDS] [-t SECONDS] [-s "SUITE..."] [-w "NUMBER..."] [-c]
#
# ROUNDS of each, by turns; SECONDS for each number in flight. With -c, cookies are
# asked for all the time.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/tunnels.sh

rounds=10
seconds=5
suites="x25519 x25519+mlkem768 ecp256+mlkem768 ecp384+mlkem768 ecp384+mlkem1024"
in_flight="1 16 64"
cookies=no

while getopts cn:s:t:w: option; do
	case $option in
	c) cookies=yes ;;
	n) rounds=$OPTARG ;;
	s) suites=$OPTARG ;;
	t) seconds=$OPTARG ;;
	w) in_flight=$OPTARG ;;
	*) exit 2 ;;
	esac
done

# Those that are loaded, and those behind them, which stay half-open for cookies: pqike
# asks for some from 32 on, strongSwan from 30 on.
loaded=64
half_open=40

say()
{
	echo "handshake_bench: $*" >&2
}

# processor_ms PID...: what these processes have taken so far
processor_ms()
{
	local pid line ms=0

	for pid in "$@"; do
		read -r line <"/proc/$pid/stat"
		read -r -a line <<<"${line##*) }"
		ms=$((ms + (line[11] + line[12]) * 1000 / ticks))
	done
	echo "$ms"
}

# machine_ms: what was not idle of all processors
machine_ms()
{
	awk -v ticks="$ticks" '$1 == "cpu" {
		print int(($2 + $3 + $4 + $7 + $8 + $9) * 1000 / ticks)
	}' /proc/stat
}

# processes KIND: those of the responder
processes()
{
	case $1 in
	pqike) echo "$(cat "$run/sun/pqike.pid") $(pqike_helper sun)" ;;
	strongswan) cat "$run/sun/charon.pid" ;;
	esac
}

# load ARGUMENT...: its progress is not for the console
load()
{
	pqike_on moon bench handshake -j --control "$run/moon/pqike.control" "$@" \
		2>"$run/complaint"
}

names()
{
	local number

	for ((number = $1; number <= $2; number++)); do
		echo "t$number"
	done
}

# Their IKE_SA_INIT is answered, and nothing that follows. Who has begun them ends; the
# responder keeps them for 30 s.
half_open_begin()
{
	[ "$cookies" = yes ] || return 0
	# shellcheck disable=SC2046 # a word for each name
	load -n "$half_open" -w "$half_open" \
		$(names $((loaded + 1)) $((loaded + half_open))) >/dev/null 2>&1 || :
}

wire_drops_rest()
{
	within wire nft -f - <<-END
	table netdev rest {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 1
			ip daddr 198.18.0.$((loaded + 2))-198.18.0.$((loaded + half_open + 1)) udp dport 500 @th,208,8 { 35, 43 } drop
		}
	}
	END
}

# count_calls KIND: calls is how many system calls the responder makes for a handshake
count_calls()
{
	local count=20 pid
	# shellcheck disable=SC2046 # a word for each process
	set -- $(processes "$1")

	: >"$run/calls"
	./system_calls count "$@" >"$run/calls" &
	pid=$!
	wait_for_line "$run/calls" begun "$pid"
	load -n "$count" t1 >/dev/null
	kill "$pid"
	wait "$pid" || :
	calls=$(($(tail -n 1 "$run/calls") / count))
}

# measure KIND SUITE: a line for each number in flight
measure()
{
	local w pids daemon machine

	read -r -a pids <<<"$(processes "$1")"
	for w in $in_flight; do
		half_open_begin
		daemon=$(processor_ms "${pids[@]}")
		machine=$(machine_ms)
		# shellcheck disable=SC2046 # a word for each name
		load -t "$seconds" -w "$w" $(names 1 "$loaded") >"$run/outcome" || :
		daemon=$(($(processor_ms "${pids[@]}") - daemon))
		machine=$(($(machine_ms) - machine))
		jq -r --exit-status --arg of "$2 $1 $w" --arg calls "$calls" \
			--argjson daemon "$daemon" --argjson machine "$machine" '
			select(.established > 0) |
			[ "run", $of, $daemon * 1000 / .established,
			$machine * 1000 / .established, .rate,
			.latency_ns.median / 1000, .latency_ns.p99 / 1000,
			.failed, .sent_again, $calls ] |
			map(tostring) | join(" ")' "$run/outcome" || {
				say "nothing was established:"
				cat "$run/outcome" "$run/complaint" >&2
				return 1
			}
	done
}

# responder_start KIND
responder_start()
{
	local count=$loaded settings=()

	if [ "$cookies" = yes ]; then
		count=$((loaded + half_open))
		settings=(dos_protection=yes block_threshold=0
			cookie_threshold_ip=0 cookie_threshold=30)
	fi
	# What charon logs of each message is left out.
	tunnels_log_level=0
	tunnels_idle "$1" "$count" "${settings[@]}" \
		$'filelog {\n\t\tlog {\n\t\t\tjob = 1\n\t\t}\n\t}'
}

# turn KIND SUITE: from a start of both daemons to their end
turn()
{
	responder_start "$1"
	# What is made at the first of them is no matter.
	load -n 20 -w 4 t1 t2 t3 t4 >/dev/null
	if [ -z "${calls_of[$1 $2]:-}" ]; then
		count_calls "$1"
		calls_of[$1 $2]=$calls
	fi
	calls=${calls_of[$1 $2]}
	measure "$1" "$2"
	pqike_stop moon
	"${kind[sun]}_stop" sun
}

declare -A calls_of
ticks=$(getconf CLK_TCK)

pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
[ "$cookies" = no ] || wire_drops_rest
echo "environment $(uname -r), $(nproc) processors," \
	"strongSwan $(dpkg-query --showformat '${Version}' --show charon-systemd)," \
	"cookies $cookies, $rounds rounds of $seconds s"
echo "call $(./system_calls cost) ns"
for suite in $suites; do
	tunnels_proposal=aes256gcm16-prfsha384-${suite/+/-ke1_}
	for ((round = 1; round <= rounds; round++)); do
		for peer in pqike strongswan; do
			say "$suite, $peer, round $round of $rounds"
			turn "$peer" "$suite"
		done
	done
done
