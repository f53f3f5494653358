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
	run) set -- "$1" '[--config FILE] [--control PATH]' ;;
	up | down) set -- "$1" '[--control PATH] NAME' ;;
	show) set -- "$1" '[-j | --json]' ;;
	psk) set -- "$1" 'NAME [FILE]' ;;
	bench) set -- "$1" 'kem [-j | --json] [-n ROUNDS] [PARAMETER-SET]' ;;
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
run --frobnicate
check "an unknown option" 2 err "pqike: unknown command --frobnicate"

for words in "up" "up a b" "down" "down a b" "run a" "show a" "psk" \
	     "psk a b c" "bench" "bench tls" "bench kem mlkem768 b"
do
	# shellcheck disable=SC2086 # words apart
	run $words
	check "the wrong number of arguments: $words" 2 err \
		"$(usage_of "${words%% *}")"
done
for command in run up down show psk bench; do
	run "$command" --wrong
	check "$command --wrong" 2 err \
		"pqike $command: unrecognized option '--wrong'"
	second_line
	check "$command --wrong: usage" 2 err "$(usage_of "$command")"
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
		"pqike: expected the name of a connection, at most 63 octets"
	run "$command" --control "$work/control" home
	check_words "$command: no helper" 1 "$work/control" "pqike run"
done

run bench kem mlkem999
check "bench kem: an unknown parameter set" 2 err "pqike: no parameter set\
 mlkem999: expected mlkem512, mlkem768 or mlkem1024"
for rounds in 0 -1 1000001 18446744073709551617 10x ''; do
	run bench kem -n "$rounds"
	check "bench kem: $rounds rounds" 2 err \
		"pqike: $rounds: expected a number of rounds from 1 to 1000000"
done

# The family is there only where the module is, which no host needs.
if [ -d /sys/module/pqike ]; then
	report 0 "show without the module # SKIP the module is loaded"
else
	run show
	check "show without the module" 1 err \
		"pqike: the kernel module pqike is not loaded, nor installed for this kernel, $(uname -r): make install"
fi

finish
