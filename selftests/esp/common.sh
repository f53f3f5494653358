# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of kmod/pqike/esp.c share: two network namespaces, the module
# esp_test that makes the calls, and ways to look at xfrm. The caller's directory
# is this one.

# shellcheck disable=SC2329,SC2034 # the callers use it

parameters=/sys/module/esp_test/parameters
west=pqike-west
east=pqike-east

# KEYMAT of each way, as much as any algorithm takes. No eight octets are twice
# in it.
keymat_east=3c9e5a07f1d28b64ae1370c9528fd6e41b77ac08635de2f94790cb1ad83e26f5
keymat_east+=0badcafe6b1f0c52e7a94d38b2c5f1760e8d93a4d1e2c3b49d04f6e85a137c2b
keymat_east+=e1c85b3f7a2604d99f61ab02de4873c5b8f02d1946e7539a0c64f1d7852eb93a
keymat_west=d40871ebc35a9f26103e8bd7f964ac520f9d6ee8b1347a85c2f0594be61d3a97
keymat_west+=feedf00d90f3a8e16cd4572b8e05b9d2c74a3f18a596877831e5c04bd8f7621a
keymat_west+=7fb2094ec6d3158aa4e95710bc6f82d32c49f0e76d5b1893f58a6c3d0e71b42e

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "${KSELFTEST:-/usr/src/linux/tools/testing/selftests}/kselftest/ktap_helpers.sh"

in_west()
{
	nsenter --net="/run/netns/$west" "$@"
}

in_east()
{
	nsenter --net="/run/netns/$east" "$@"
}

# parameter NAME=VALUE...
parameter()
{
	local pair

	for pair; do
		printf '%s' "${pair#*=}" >"$parameters/${pair%%=*}"
	done
}

# act west|east ACTION: the call's errno is that of the write
act()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	"in_$1" sh -c 'printf %s "$1" >"$2/action"' sh "$2" "$parameters" &&
		return
	echo "$2 in $1: $(result)"
	return 1
}

result()
{
	local words

	IFS= read -r words <"$parameters/result"
	echo "$words"
}

fail()
{
	echo "$*"
	exit 1
}

# expect WHAT IS WANTED
expect()
{
	[ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"
}

# says WORDS TEXT: on Linux 6.1 with conversions in place of values, names and directions
says()
{
	local word

	[[ $1 != *"$2"* ]] || return 0
	[[ $1 == *%* ]] || return 1
	for word in $2; do
		case $word in
		*[0-9A-Z]*|in|out|fwd) ;;
		*) [[ $1 == *"$word"* ]] || return 1 ;;
		esac
	done
}

# How many lines of the kernel's log are of pqike's sources, which esp_test is built of
logged()
{
	dmesg | grep -cE '(pqike|esp_test): ' || :
}

# refused NAME ACTION TEXT: the call in NAME fails, says nothing to the kernel's log, and
# its words have TEXT
refused()
{
	local words before

	before=$(logged)
	act "$1" "$2" && fail "$2 in $1 was not refused"
	words=$(result)
	says "$words" "$3" || fail "$2 says '$words', not '$3'"
	expect "the lines in the kernel's log" "$(logged)" "$before"
}

make_namespaces()
{
	ip netns add "$west"
	ip netns add "$east"
	ip -n "$west" link add wire type veth peer name wire netns "$east"
	for name in west east; do
		local other_net=2 here=1 there=2

		[ "$name" = west ] || { here=2; there=1; other_net=1; }
		ip -n "pqike-$name" -batch - <<-END
		link set lo up
		address add 192.0.2.$here/24 dev wire
		address add 2001:db8::$here/64 dev wire nodad
		address add 10.$here.0.1/32 dev lo
		address add fd00:$here::1/128 dev lo nodad
		link set wire up
		route add 10.$other_net.0.0/16 via 192.0.2.$there src 10.$here.0.1
		route add fd00:$other_net::/32 via 2001:db8::$there src fd00:$here::1
		END
	done
	until in_west ping -n -q -c 1 -W 1 192.0.2.2 >/dev/null &&
		in_west ping -n -q -c 1 -W 1 2001:db8::2 >/dev/null; do
		:
	done
}

delete_namespaces()
{
	ip netns delete "$west" 2>/dev/null
	ip netns delete "$east" 2>/dev/null
}

# Every test starts without Child SAs and traps, and with an empty xfrm.
forget_all()
{
	rmmod esp_test
	insmod esp_test/esp_test.ko
}

flush_xfrm()
{
	local name

	for name in west east; do
		printf 'xfrm state flush\nxfrm policy flush\n' |
			ip -n "pqike-$name" -batch -
	done
}

# west_side [OPTION=NUMBER]..., east_side ...: the parameters of either end of the
# same Child SA
west_side()
{
	parameter slot=1 count=1 local=192.0.2.1 remote=192.0.2.2 \
		local_ts=10.1.0.0/16 remote_ts=10.2.0.0/16 \
		spi_in=0xc1000001 spi_out=0xc2000002 reqid=7 \
		"key_in=$keymat_west" "key_out=$keymat_east" \
		"options=encr=20 encr_key_bits=256 $*"
}

east_side()
{
	parameter slot=2 count=1 local=192.0.2.2 remote=192.0.2.1 \
		local_ts=10.2.0.0/16 remote_ts=10.1.0.0/16 \
		spi_in=0xc2000002 spi_out=0xc1000001 reqid=9 \
		"key_in=$keymat_east" "key_out=$keymat_west" \
		"options=encr=20 encr_key_bits=256 $*"
}

install_both()
{
	east_side "$@"
	act east install
	west_side "$@"
	act west install
}

remove_both()
{
	east_side
	act east remove
	west_side
	act west remove
}

# states NAME, policies NAME: how many there are
states()
{
	ip -n "pqike-$1" xfrm state list | grep -c '^src ' || :
}

policies()
{
	ip -n "pqike-$1" xfrm policy list | grep -c '^src ' || :
}

# wait_for_states SIDE NUMBER: within ten seconds; a superseded one stays for one
wait_for_states()
{
	local try

	for ((try = 0; try < 100; try++)); do
		[ "$(states "$1")" -ne "$2" ] || return 0
		sleep 0.1
	done
	expect "the number of states in $1" "$(states "$1")" "$2"
}

expect_nothing_in()
{
	expect "the number of states in $1" "$(states "$1")" 0
	expect "the number of policies in $1" "$(policies "$1")" 0
}

# pings ADDRESS: both lengths arrive, all of them
pings()
{
	in_west ping -n -c 3 -i 0.2 -W 5 -s 56 "$1"
	in_west ping -n -c 3 -i 0.2 -W 5 -s 1400 "$1"
}

# has_key FILE: any eight octets of KEYMAT, or zeros for a key, are in FILE
has_key()
{
	grep -q -i -e '0x0\{40\}' -f <(octets "$keymat_east"
		octets "$keymat_west") "$1"
}

# octets KEYMAT: all eight octets that begin where a key could
octets()
{
	local at

	for ((at = 0; at <= ${#1} - 16; at += 8)); do
		echo "${1:at:16}"
	done
}

dump_to()
{
	ip -n "$west" -d -s xfrm state list >"$1/state"
	in_west ./pfkey_dump >"$1/pfkey"
}

monitors=
stop_monitors()
{
	# shellcheck disable=SC2086 # one word for each process
	kill $monitors
}

# monitor_to DIRECTORY: returns when it listens
monitor_to()
{
	# Not in_west, whose shell would be killed in the monitor's place.
	nsenter --net="/run/netns/$west" \
		stdbuf -oL ip -d xfrm monitor >"$1/monitor" &
	monitors=$!
	trap stop_monitors EXIT
	# shellcheck disable=SC2016 # these are fields of awk
	until in_west awk '$2 == 6 && $4 !~ /^0*$/ { found = 1 }
		END { exit !found }' /proc/net/netlink; do
		sleep 0.1
	done
}

wait_for()
{
	local patience=100

	until grep -q "$1" "$2"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || fail "no '$1' in $2: $(cat "$2")"
		sleep 0.1
	done
}

foreign_state()
{
	ip -n "$west" xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi "$1" reqid 70 mode tunnel "${@:2}"
}

# test_unreadable DESCRIPTION [OPTION=NUMBER]...: DESCRIPTION is as in the dump
test_unreadable()
{
	local work

	work=$(mktemp -d)
	monitor_to "$work"
	install_both "${@:2}"
	dump_to "$work"
	expect "the number of states that PF_KEY shows" \
		"$(wc -l <"$work/pfkey")" 2
	expect "the number of keyless lines in the dump" \
		"$(grep -c "$1" "$work/state")" 2
	pings 10.2.0.1
	remove_both
	wait_for '^Deleted src 192.0.2.1 dst 192.0.2.2' "$work/monitor"
	wait_for '^Deleted src 192.0.2.2 dst 192.0.2.1' "$work/monitor"
	wait_for '^src 192.0.2.1 dst 192.0.2.2' "$work/monitor"
	wait_for '^src 10.1.0.0/16 dst 10.2.0.0/16' "$work/monitor"
	wait_for '^Deleted src 10.1.0.0/16 dst 10.2.0.0/16' "$work/monitor"
	expect "the number of keyless lines in the monitor" \
		"$(grep -c "$1" "$work/monitor")" 4
	for output in state pfkey monitor; do
		if has_key "$work/$output"; then
			fail "a key is in $(cat "$work/$output")"
		fi
	done
	rm -r "$work"
}

# The controls show that the search finds these bytes where they are; PF_KEY
# has no words for an AEAD.
test_control()
{
	local work

	work=$(mktemp -d)
	monitor_to "$work"
	foreign_state 0x1001 aead 'rfc4106(gcm(aes))' \
		"0x${keymat_east:0:72}" 128
	wait_for "0x${keymat_east:0:72}" "$work/monitor"
	has_key "$work/monitor"
	dump_to "$work"
	has_key "$work/state"
	ip -n "$west" xfrm state flush

	foreign_state 0x1002 enc 'cbc(aes)' "0x${keymat_east:0:64}" \
		auth-trunc 'hmac(sha256)' "0x${keymat_east:64:64}" 128
	dump_to "$work"
	for output in state pfkey monitor; do
		has_key "$work/$output" ||
			fail "the control's key is not in $(cat "$work/$output")"
	done
	rm -r "$work"
}

# The policy and the state to migrate are those of one host and another one.
migrate_policy()
{
	in_west ./xfrm_migrate policy 192.0.2.1 192.0.2.2 192.0.2.1 192.0.2.3 \
		"$1" 10.1.0.1 10.2.0.1
}

migrate_state()
{
	in_west ./xfrm_migrate state 192.0.2.1 192.0.2.2 192.0.2.1 192.0.2.3 \
		"$1" "$2"
}

# migration_refused COMMAND...: and nothing has moved
migration_refused()
{
	local status=0

	"$@" || status=$?
	[ "$status" -ne "$KSFT_SKIP" ] || exit "$KSFT_SKIP"
	expect "the exit status of $*" "$status" 1
	expect "the number of states" "$(states west)" 2
	expect "the states that moved" \
		"$(ip -n "$west" xfrm state list | grep 192.0.2.3)" ''
	pings 10.2.0.1
}

install_hosts()
{
	east_side "$@"
	parameter local_ts=10.2.0.1/32 remote_ts=10.1.0.1/32
	act east install
	west_side "$@"
	parameter local_ts=10.1.0.1/32 remote_ts=10.2.0.1/32
	act west install
}

test_migrate_policy()
{
	install_hosts "$@"
	migration_refused migrate_policy 7
}

test_migrate_state()
{
	install_hosts "$@"
	migration_refused migrate_state 7 0xc2000002
}

# A state that a cached route holds can be asked for its key.
test_forgets_key()
{
	west_side "$@"
	act west install
	act west remove_held
	expect "what a held state's transform does" "$(result)" \
		"opens before: 1, after: 0"
	expect_nothing_in west
}

skip_all()
{
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

clean_up()
{
	delete_namespaces
	rmmod esp_test 2>/dev/null
	rm -f "$output"
}

# run NAME FUNCTION [ARGUMENT]...: its first command that fails fails the test
run()
{
	local name=$1
	local status=0

	shift
	# Not a condition on the shell itself: there errexit would be ignored.
	(set -e; "$@") >"$output" 2>&1 &
	wait "$!" || status=$?
	case $status in
	0)
		ktap_test_pass "$name"
		;;
	"$KSFT_SKIP")
		ktap_test_skip "$name"
		;;
	*)
		sed 's/^/# /' "$output"
		ktap_test_fail "$name"
		;;
	esac
	forget_all
	flush_xfrm
}

# begin PLAN: load what is tested, and make the namespaces
begin()
{
	ktap_print_header
	[ "$(id -u)" -eq 0 ] || skip_all "loading a module takes root"
	[ -f esp_test/esp_test.ko ] || skip_all "esp_test/esp_test.ko is not built"

	output=$(mktemp)
	trap clean_up EXIT
	trap 'exit 1' HUP INT TERM

	modprobe -a xfrm_user af_key esp4 esp6 || exit 1
	insmod esp_test/esp_test.ko || exit 1
	(set -e; make_namespaces) || exit 1
	ktap_set_plan "$1"
}
