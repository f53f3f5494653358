#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Templates: with blanks they are refused, with the blanks filled they are good.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

fill()
{
	sed -e 's/<address of this side>/192.0.2.1/' \
		-e 's/<address of the peer>/198.51.100.1/' \
		-e 's/<identity of this side>/moon.example.org/' \
		-e 's/<identity of the peer>/sun.example.org/' \
		-e 's/<network of this side>/10.1.0.0\/16/' \
		-e 's/<network of the peer>/10.2.0.0\/16/' \
		-e 's/<public address of this side>/203.0.113.1/' \
		-e 's/<outside address of tunnel 1>/198.51.100.1/' \
		-e 's/<outside address of tunnel 2>/198.51.100.2/' \
		-e 's/<tunnel>/t/' -e 's/<account>/a/' "$1"
}

echo "TAP version 13"
for peer in cloudflare cisco fortinet strongswan libreswan aws; do
	run config template "$peer"
	template=$work/$peer.conf
	cp "$work/out" "$template"
	widest=$(expand "$template" | wc -L)
	[ "$status" -eq 0 ] && [ -s "$template" ] && [ "$widest" -le 100 ] &&
		[ ! -s "$work/err" ] && ok=0 || ok=1
	report "$ok" "template for $peer"

	run config check "$template"
	line=$(grep -n '= <' "$template" | head -n 1 | cut -d : -f 1)
	case $status$(cat "$work/err") in
	"2pqike: $template:$line: "*": expected the blank <"*) ok=0 ;;
	*) ok=1 ;;
	esac
	report "$ok" "$peer: the first blank is named"

	fill "$template" >"$work/filled.conf"
	run config check "$work/filled.conf"
	forget_missing_secrets
	check "$peer: good once it is filled in" 0 err ""
done

run config template libreswan
for words in keyexchange=ikev2 left= leftid= leftsubnet= right= rightid= \
	     rightsubnet= ': PSK'
do
	grep -q "^#.*$words" "$work/out" && ok=0 || ok=1
	report "$ok" "libreswan: its side has $words"
done
grep -q 'ikev2=yes' "$work/out" && ok=1 || ok=0
report "$ok" "libreswan: no word that it does not know any more"

run config template aws
for words in 'aws-1 {' 'aws-2 {' 'xfrm_interface = aws1' \
	     'xfrm_interface = aws2' \
	     'ke1_mlkem1024-ke1_mlkem768-ke1_mlkem512'
do
	grep -q "$words" "$work/out" && ok=0 || ok=1
	report "$ok" "aws: has $words"
done
finish
