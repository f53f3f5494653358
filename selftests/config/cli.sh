#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command line: usage, exit statuses, one clear line for each error.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

usage='Usage: pqike COMMAND [ARGUMENTS]'
long_name=$(printf '%064d' 0)

usage_of()
{
	case $1 in
	run)
		set -- "$1" '[--config PATH] [--control PATH] [--helper PATH] [--reader PATH]'
		;;
	reload) set -- "$1" '[--control PATH]' ;;
	up | down) set -- "$1" '[-v] [--control PATH] [--child CHILD] NAME' ;;
	rekey) set -- "$1" '[--ike | --child] [--control PATH] NAME' ;;
	show) set -- "$1" '[-s] [-j] [--control PATH] [NAME]' ;;
	monitor) set -- "$1" '[-j] [--control PATH]' ;;
	explain) set -- "$1" '[--control PATH] NAME' ;;
	check) set -- "$1" '[--config PATH] [--control PATH]' ;;
	config) set -- "$1" 'check [PATH] | import FILE | template PEER' ;;
	psk) set -- "$1" 'NAME [FILE]' ;;
	bench) set -- "$1" 'kem [-j] [-n ROUNDS] [PARAMETER-SET] | handshake [-j]' \
		'[-n COUNT] [-t SECONDS] [-w NUMBER] [--control PATH] NAME...' ;;
	esac
	echo "Usage: pqike $*"
}

second_line()
{
	sed -n 2p "$work/err" >"$work/second"
	mv "$work/second" "$work/err"
}

# check_words NAME STATUS WORDS...: how the program that ran last ended, and
# that its one line on standard error has each of the WORDS
check_words()
{
	name=$1
	wrong=0
	[ "$status" -eq "$2" ] && [ "$(wc -l <"$work/err")" -eq 1 ] || wrong=1
	shift 2
	for word in "$@"; do
		grep -q -F -e "$word" "$work/err" || wrong=1
	done
	report $wrong "$name"
}

only_on()
{
	case $1 in
	out) other=err ;;
	err) other=out ;;
	esac
	if [ -s "$work/$other" ]; then
		report 1 "$2"
	else
		report 0 "$2"
	fi
}

echo "TAP version 13"

run
check "no command" 2 err "$usage"
only_on err "no command: usage goes to standard error"
run --help
check "--help" 0 out "$usage"
only_on out "--help: usage goes to standard output"
run --version
check "--version" 0 out "pqike 0.1"
run frobnicate
check "an unknown command" 2 err "pqike: unknown command frobnicate"
run help
check "help" 0 out "$usage"
only_on out "help: usage goes to standard output"
run help up
check "help up" 0 out "Usage: pqike up [-v] [--control PATH] [--child CHILD] NAME"
for word in status list list-sas; do
	run "$word"
	check "$word: what it is called here" 2 err \
		"pqike: unknown command $word: expected perhaps show"
done
run shows
check "a command that is nearly one" 2 err \
	"pqike: unknown command shows: expected perhaps show"
run --frobnicate
check "an unknown option" 2 err "pqike: unknown command --frobnicate"

for words in "up" "up a b" "down" "down a b" "run a" "show a b" "psk" \
	     "psk a b c" "bench" "bench tls" "bench kem mlkem768 b" "bench handshake" \
	     "reload a" "rekey" "rekey a b" "rekey --ike --child a" \
	     "monitor a" "explain" "explain a b" "check a" "config" \
	     "config import" "config template" "config check a b" "config a"
do
	# shellcheck disable=SC2086 # words apart
	run $words
	check "the wrong number of arguments: $words" 2 err \
		"$(usage_of "${words%% *}")"
done
for command in run reload up down rekey show monitor explain check config psk \
	       bench; do
	run "$command" --wrong
	check "$command --wrong" 2 err \
		"pqike $command: unrecognized option '--wrong'"
	second_line
	check "$command --wrong: usage" 2 err "$(usage_of "$command")"
	run "$command" --help
	check "$command --help" 0 out "$(usage_of "$command")"
	only_on out "$command --help: on standard output"
	for option in $(usage_of "$command" | grep -o -E -e '--?[a-z]+|[A-Z]{2,}(-[A-Z]+)?' |
			grep -v -x -E 'PATH|CHILD|ROUNDS|PEER'); do
		sed 1d "$work/out" | grep -q -F -w -e "$option" && ok=0 || ok=1
		report "$ok" "$command --help: $option is explained"
	done
done

run run --config /nonexistent
check "no configuration" 2 err "pqike: /nonexistent: No such file or directory"
run run --config bad/auth-pubkey.conf
check "a wrong configuration" 2 err "pqike: bad/auth-pubkey.conf:14:\
 connections.home.remote.auth: expected psk, not pubkey"
only_on err "a wrong configuration: nothing on standard output"

for command in up down; do
	run "$command" "$long_name"
	check "$command: a name that is too long" 2 err \
		"pqike: expected the name of a connection, at most 63 octets,\
 or CONNECTION.CHILD"
	run "$command" home.net --child other
	check_words "$command: a child twice" 2 "CONNECTION.CHILD"
	run "$command" --child a.b home
	check_words "$command: a name of a child with a dot" 2 \
		"CONNECTION.CHILD"
done
for name in "" . home. .net home.net.x "home.$long_name"; do
	run up "$name"
	check_words "up: the name '$name'" 2 "CONNECTION.CHILD"
done
run rekey --ike home.net
check "rekey --ike of a child" 2 err \
	"pqike: --ike is about a connection, not about its child"

for words in "up home" "down home" "rekey home" "rekey --ike home" \
	     "rekey --child home.net" "reload" "monitor" "monitor -j" \
	     "explain home"
do
	# shellcheck disable=SC2086 # words apart
	run $words --control "$work/control"
	check_words "$words: no helper" 1 "$work/control" "pqike run"
done

(umask 077 && echo 'a pre-shared key' >"$work/psk")
sed "s|/etc/pqike/home.psk|$work/psk|" good/plain.conf >"$work/plain.conf"
run config check "$work/plain.conf"
check "config check: a good file" 0 err ""
check "config check: a good file: nothing else" 0 out ""
run config check good/plain.conf
check "config check: its pre-shared key is not here" 0 err "pqike: warning:\
 good/plain.conf:27: secrets.ike-home.file: /etc/pqike/home.psk: No such file or\
 directory"
echo 'connections { }' >"$work/none.conf"
run config check "$work/none.conf"
check "config check: a file without a connection" 0 err "pqike: warning:\
 $work/none.conf: it has no connection: a reload with it ends all tunnels"
sed 's/version = 2/dpd_delay = 30s/; s/local_ts/dpd_action = restart\n&/' \
	"$work/plain.conf" >"$work/gives-up.conf"
run config check "$work/gives-up.conf"
check "config check: keyingtries = 1 beside dpd_action = restart" 0 err \
	"pqike: warning: $work/gives-up.conf:3: connections.home: keyingtries = 1 beside \
dpd_action = restart of child net: where the peer is silent for 165 s, this \
side gives up for good: expected keyingtries = 0"
sed 's/dpd_delay/keyingtries = 0\n&/' "$work/gives-up.conf" >"$work/lasts.conf"
run config check "$work/lasts.conf"
check "config check: keyingtries = 0 beside it" 0 err ""

# warns NAME LINE TEXT EXPRESSION: config check of plain.conf after sed's EXPRESSION
warns()
{
	sed "$4" "$work/plain.conf" >"$work/slip.conf"
	run config check "$work/slip.conf"
	check "config check: $1" 0 err "pqike: warning: $work/slip.conf:$2: connections.home.$3"
}

warns "one identity for both" 14 "remote.id: moon.example.org is local.id, too: expected \
what the peer calls itself" 's/sun.example/moon.example/'
warns "networks of both sides that are the same" 19 "children.net.remote_ts: 10.1.0.0/16 is \
in local_ts, too: expected the networks of the peer, as a host can be on one side only" \
	's|10.2.0.0/16|10.2.0.0/16, 10.1.0.0/16|'
warns "a peer at the address of this side" 6 "remote_addrs: 192.0.2.1 is in local_addrs, \
too: expected addresses of the peer" 's/198.51.100.1/192.0.2.1/'
warns "start without a peer's address" 20 "children.net.start_action: remote_addrs names no \
host to begin with: only the peer can set this child up" \
	's/198.51.100.1/%any/; s/esp_proposals.*/start_action = start/'
warns "trap without a peer's address" 20 "children.net.start_action: remote_addrs names no \
host to begin with: only the peer can set this child up" \
	's|198.51.100.1|198.51.100.0/24|; s/esp_proposals.*/start_action = trap/'
warns "if_id_in alone" 20 "children.net.if_id_in: without if_id_out packets of one direction \
pass by the xfrm interface: expected both" 's/esp_proposals.*/if_id_in = 7/'
warns "if_id_out alone" 20 "children.net.if_id_out: without if_id_in packets of one direction \
pass by the xfrm interface: expected both" 's/esp_proposals.*/if_id_out = 7/'
warns "transport mode with networks" 18 "children.net.local_ts: 10.1.0.0/16 beside mode = \
transport, which protects what the two hosts say to each other: expected dynamic, or mode = tunnel" \
	's/esp_proposals.*/mode = transport/'
warns "dpd_action without dpd_delay" 20 "children.net.dpd_action: without dpd_delay a dead \
peer is found at the next rekeying only: expected dpd_delay = 30s, or such" \
	's/esp_proposals.*/dpd_action = trap/'

# silent NAME EXPRESSION: what is meant
silent()
{
	sed "$2" "$work/plain.conf" >"$work/meant.conf"
	run config check "$work/meant.conf"
	check "config check: $1" 0 err ""
}
silent "everything between both sides" 's|_ts = .*|_ts = 0.0.0.0/0|'
silent "transport mode of two hosts" \
	's/esp_proposals.*/mode = transport/; s/local_ts.*//; s/remote_ts.*/remote_ts = 198.51.100.1/'
silent "dpd_action with dpd_delay" \
	's/version = 2/dpd_delay = 30s/; s/esp_proposals.*/dpd_action = trap/'
silent "both if_ids" 's/esp_proposals.*/if_id_in = 7\nif_id_out = 8/'
silent "a trap for a peer with an address" 's/esp_proposals.*/start_action = trap/'
silent "ML-KEM first, and a classical method in a round" \
	's/x25519-ke1_mlkem768/mlkem512-ke1_x25519/'

# Of the many peers of one section each slip is said once.
{
	echo 'connections {'
	sed -n '/^	home {/,/^	}/p' "$work/plain.conf" |
		sed 's/sun.example.org/*.example.org/; s/local_ts.*//; s/remote_ts.*/start_action = start/
			s/198.51.100.1/%any/'
	echo '}'
	echo 'secrets {'
	for peer in a b c; do
		printf '\tike-%s {\n\t\tid = %s.example.org\n\t\tfile = %s\n\t}\n' \
			"$peer" "$peer" "$work/psk"
	done
	echo '}'
} >"$work/hub.conf"
run config check "$work/hub.conf"
check_words "config check: a slip of a section for many peers" 0 \
	"hub.conf:18: connections.home@ike-a.children.net.start_action"

# check_of CHECK EXPRESSION: what pqike check says of plain.conf after sed's EXPRESSION,
# as one line in $work/err
check_of()
{
	sed "$2" "$work/plain.conf" >"$work/changed.conf"
	run check --config "$work/changed.conf"
	tr -s ' \n' ' ' <"$work/out" | grep -o "[a-zA-Z]* $1: .*" |
		sed 's/ \(ok\|nothing\|warning\|FAILED\) [a-z-]*: .*//' >"$work/err"
	echo >>"$work/err"
	sed -i '/^$/d' "$work/err"
	status=0
}

check_of policies ''
check "check: policies for networks" 0 err \
	"ok policies: none takes every packet of this host"
check_of policies 's|remote_ts = .*|remote_ts = 10.2.0.0/16, 0.0.0.0/0|'
check_words "check: policies to 0.0.0.0/0" 0 "warning policies: child home.net:" \
	"from 10.1.0.0/16 to 0.0.0.0/0" " try: xfrm_interface = ipsec0"
check_of policies 's|local_ts = .*|local_ts = dynamic|; s|remote_ts = .*|remote_ts = ::/0|'
check_words "check: policies of a host to ::/0" 0 "warning policies: child home.net:" \
	"from dynamic to ::/0" "neighbour discovery"
for key in 'xfrm_interface = pq0' 'if_id_out = 7' 'mark_out = 7' 'mode = transport'; do
	check_of policies "/mode =/d; s|remote_ts = .*|remote_ts = 0.0.0.0/0\\n$key|"
	check "check: policies to 0.0.0.0/0 and $key" 0 err \
		"ok policies: none takes every packet of this host"
done
for ts in '10.2.0.0/16' '0.0.0.0/0[tcp/443]' '0.0.0.0/1'; do
	check_of policies "s|remote_ts = .*|remote_ts = $ts|"
	check "check: policies from 10.1.0.0/16 to $ts" 0 err \
		"ok policies: none takes every packet of this host"
done
sed -n '/net {/,/}/p' good/plain.conf |
	sed 's/net {/other {/; s|local_ts = .*|local_ts = 10.3.0.0/16|
		s|remote_ts = .*|remote_ts = 0.0.0.0/0|' >"$work/other"
check_of policies "s|remote_ts = .*|remote_ts = 0.0.0.0/0|; /children {/r $work/other"
check_words "check: two children with such policies" 0 "and so of 1 more"

check_of addresses ''
check_words "check: an address that this host has not" 0 "FAILED addresses: connection \
home: 192.0.2.1 of local_addrs is not an address of this host try: ip -brief address"
check_of addresses 's/192.0.2.1/127.0.0.1, 192.0.2.1/'
check_words "check: one of two addresses that this host has not" 0 "warning addresses: \
connection home: 192.0.2.1 of local_addrs is not an address of this host; another one is"
check_of addresses 's/192.0.2.1/127.0.0.1/'
check "check: an address that this host has" 0 err "ok addresses: this host has all of local_addrs"
check_of addresses '/local_addrs/d'
check "check: any address of this host" 0 err "nothing addresses: no connection has local_addrs"
check_of names ''
check "check: no names" 0 err "nothing names: no peer has a name instead of an address"
check_of names 's/198.51.100.1/peer.invalid/; /local_addrs/d'
check_words "check: a name without an address" 0 "FAILED names: connection home: \
peer.invalid does not resolve: " " try: getent ahosts peer.invalid"
check_of routes 's/198.51.100.1/peer.invalid/; /local_addrs/d'
check "check: no address to look for a route to" 0 err \
	"nothing routes: no address of a peer is known"
check_of mtu 's/198.51.100.1/peer.invalid/; /local_addrs/d'
check "check: no address to look for an MTU to" 0 err "nothing mtu: the way to no peer is known"
check_of interfaces ''
check "check: no interfaces" 0 err "nothing interfaces: no child has an xfrm interface"
check_of esp-keys ''
check "check: no ESP SA is no reason for ok" 0 err \
	"nothing esp-keys: there is no ESP SA whose key ip xfrm state could show"

# Secrets are tried where keyrings are permitted.
if keyctl show @u >/dev/null 2>&1; then
	check_of secrets ''
	check "check: a secret that can be had" 0 err \
		"ok secrets: 1 pre-shared key can be had"
	sed "s|/etc/pqike/home.psk|$work/missing|; s|^secrets {|&\\n\\tike-other {\\n\\t\\tid = b\\n\\t}|" \
		good/plain.conf >"$work/two.conf"
	run check --config "$work/two.conf"
	tr -s ' \n' ' ' <"$work/out" >"$work/err"
	echo >>"$work/err"
	report "$((status != 1))" "check: secrets that cannot be had: status"
	check_words "check: secrets that cannot be had: each is named" 1 \
		"FAILED secrets: $work/two.conf:26: secrets.ike-other: no logon key \
pqike:ike-other in the keyring" \
		"FAILED secrets: $work/two.conf:30: secrets.ike-home.file: \
$work/missing: No such file or directory try: a file of mode 0600"
	run run --config "$work/two.conf" --control "$work/control"
	check_words "run: a secret that cannot be had" 2 \
		"pqike: $work/two.conf:26: secrets.ike-other: no logon key"
else
	report 0 "check: secrets # SKIP keyrings are not permitted here"
fi

run config check bad/mode.conf
check "config check: a bad file" 2 err "pqike: bad/mode.conf:21:\
 connections.home.children.net.mode: expected tunnel or transport, not beet"
run config template junos
check "config template: an unknown peer" 2 err "pqike: no template for junos:\
 expected one of cloudflare cisco fortinet strongswan libreswan aws"
run config import /nonexistent
check "config import: no file" 1 err "pqike: /nonexistent: No such file or\
 directory"

run bench kem mlkem999
check "bench kem: an unknown parameter set" 2 err "pqike: no parameter set\
 mlkem999: expected mlkem512, mlkem768 or mlkem1024"
for rounds in 0 -1 1000001 18446744073709551617 10x ''; do
	run bench kem -n "$rounds"
	check "bench kem: $rounds rounds" 2 err \
		"pqike: $rounds: expected a number of rounds from 1 to 1000000"
done

for words in '-n 0:handshakes:1000000' '-n 1000001:handshakes:1000000' \
	     '-t 0:seconds:86400' '-t x:seconds:86400' '-t 86401:seconds:86400' \
	     '-w 0:handshakes in flight:64' '-w 65:handshakes in flight:64'; do
	IFS=: read -r option what most <<END
$words
END
	# shellcheck disable=SC2086 # words apart
	run bench handshake $option a
	check "bench handshake $option" 2 err \
		"pqike: ${option#* }: expected a number of $what from 1 to $most"
done

# on_host LOCKDOWN: run show where the module is installed, and the kernel says that
on_host()
{
	status=0
	# shellcheck disable=SC2016 # the inner shell expands these
	unshare --mount sh -euc '
		mount -t tmpfs tmpfs /usr/lib/modules
		modules=/usr/lib/modules/$(uname -r)
		mkdir "$modules"
		echo "updates/dkms/pqike.ko.xz: updates/dkms/mlkem.ko.xz" \
			>"$modules/modules.dep"
		mount -t tmpfs tmpfs /sys/kernel
		mkdir /sys/kernel/security
		echo "none integrity confidentiality" | sed "s/$1/[$1]/" \
			>/sys/kernel/security/lockdown
		exec "$0" show' "$pqike" "$1" >"$work/out" 2>"$work/err" </dev/null ||
		status=$?
}

# The family is there only where the module is, which no host needs.
if [ -d /sys/module/pqike ]; then
	report 0 "show without the module # SKIP the module is loaded"
else
	run show
	check "show without the module" 1 err \
		"pqike: the kernel module pqike is not loaded, nor installed for this kernel: install linux-headers-$(uname -r) and pqike-dkms, or make install"
	on_host none
	check "show where the module is installed" 1 err \
		"pqike: the kernel module pqike is not loaded: modprobe pqike"
	on_host integrity
	check "show where a module has to be signed" 1 err \
		"pqike: the kernel module pqike is not loaded: modprobe pqike, which this\
 kernel refuses without a signature that it knows (Secure Boot): mokutil --import\
 /var/lib/dkms/mok.pub, and reboot"
fi

finish
