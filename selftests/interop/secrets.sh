#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No secret of an exchange gets out of the kernel. strongSwan, as the peer, logs
# every secret that it computed; none of them is in the memory of pqike, at any
# moment of the exchange, nor in what it and others were told by the kernel. That
# the same search finds them where they must be shows that it can.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

PPK=ppk-$(head -c 24 /dev/urandom | base64)

# What strongSwan calls what it computed in IKE_SA_INIT, in IKE_INTERMEDIATE
# again, and in IKE_AUTH, as charon_secrets.awk wants it. IKE_AUTH makes a third of
# SK_d, SK_pi and SK_pr, from the PPK.
ike_labels="ke=key exchange secret
	SKEYSEED=SKEYSEED
	SK_d=Sk_d secret
	SK_ei=Sk_ei secret
	SK_er=Sk_er secret
	SK_pi=Sk_pi secret
	SK_pr=Sk_pr secret"
auth_labels="PSK=secret
	PSK-prf=prf(secret, keypad)
	ESP-i=encryption initiator key
	ESP-r=encryption responder key"

moments="after-init after-intermediate established after-traffic after-delete"

to_hex()
{
	od -A n -v -t x1 | tr -d ' \n'
}

from_hex()
{
	printf '%b' "$(printf '%s' "$1" | sed 's/../\\x&/g')"
}

wanted()
{
	local label

	while read -r label; do
		printf '%s %s;' "$1" "$label"
	done <<<"$2"
}

# peer_computed WANTED: the dumps of the peer's log
peer_computed()
{
	awk -v wanted="$1" -f charon_secrets.awk "$run/$theirs/charon.log"
}

# hold EXCHANGE...: the peer's messages of these exchanges, and no others, are
# lost. It computes the keys of a message just before it sends it.
hold()
{
	local exchange

	{
		echo "table netdev hold"
		echo "delete table netdev hold"
		echo "table netdev hold {"
		echo "chain from_peer {"
		echo "type filter hook ingress device $theirs priority filter"
		for exchange in "$@"; do
			# the octet of the exchange type in the IKE header
			echo "udp dport 500 @th,208,8 $exchange drop"
		done
		echo "}"
		echo "}"
	} | within wire nft -f -
}

# wait_for_peer EXCHANGE: until the peer sends, or sends again, such a message
wait_for_peer()
{
	within wire timeout "$EVENT_SECONDS" tcpdump -i "$theirs" -n -c 1 \
		--immediate-mode -Q in "$(ike_exchange "$1")" 2>&1
}

pqike_pids()
{
	local pid

	for pid in $(ip netns pids "$ours"); do
		if [ "$(readlink "/proc/$pid/exe")" = "$pqike" ]; then
			echo "$pid"
		fi
	done
}

# search SECRETS WHERE...: print what find_secrets finds, also when it is nothing
search()
{
	local status=0

	./find_secrets "$@" || status=$?
	[ "$status" -le 1 ]
}

# scan MOMENT LABELS: keep the memory of both daemons, and the dumps that the peer's log
# has by then. While the exchange is held each side waits for the other, and not for long:
# so the memory is searched when all is over.
scan()
{
	local pid pids

	{
		echo "PSK.0 $(printf '%s' "$PSK" | to_hex)"
		echo "PPK.0 $(printf '%s' "$PPK" | to_hex)"
		peer_computed "$2"
	} >"$evidence/secrets"
	cp "$evidence/secrets" "$evidence/$1.secrets"
	pids=$(pqike_pids)
	[ -n "$pids" ]
	for pid in $pids; do
		./find_secrets save "$pid" "$evidence/$1.memory-$pid"
	done
	./find_secrets save "$(cat "$run/$theirs/charon.pid")" \
		"$evidence/$1.memory"
}

# search_kept MOMENT: for the dumps that the peer's log had by then, and for what every
# process of pqike must have
search_kept()
{
	search "$evidence/$1.secrets" file "$evidence/$1.memory-"* \
		>"$evidence/$1.pqike"
	search "$evidence/known" file "$evidence/$1.memory-"* >"$evidence/$1.known"
	search "$evidence/$1.secrets" file "$evidence/$1.memory" \
		>"$evidence/$1.charon"
	rm "$evidence/$1.memory"*
}

# A state whose keys PF_KEY tells, which it does not of AEAD
plant_state()
{
	local key

	key=$(sed -n 's/^SK_d.2 //p' "$evidence/secrets")
	ip -n "$theirs" xfrm state add src 192.0.2.3 dst 192.0.2.4 \
		proto esp spi 0x1000 mode tunnel enc 'cbc(aes)' "0x${key::64}" \
		auth 'hmac(sha256)' "0x${key::64}"
}

# What anyone with the privilege can be told about the ESP SAs of a gateway.
keep_dumps()
{
	ip -n "$1" -d -s xfrm state list >"$evidence/$1.xfrm_state"
	ip netns exec "$1" ./pfkey_dump >"$evidence/$1.pfkey"
	[ -s "$evidence/$1.xfrm_state" ]
	[ -s "$evidence/$1.pfkey" ]
}

# watch_xfrm GATEWAY: record every change of its xfrm from now on
watch_xfrm()
{
	ip -n "$1" -d xfrm monitor >"$run/$1/xfrm.log" 2>&1 &
}

# exchange MOON_KIND SUN_KIND: a tunnel from beginning to end, held at each
# exchange, and all that is seen on the way
exchange()
{
	local initiation init intermediate all with_ppk moment

	init=$(wanted 1 "$ike_labels")
	intermediate=$(wanted 2 "$ike_labels")
	all=$intermediate$(wanted 1 "$auth_labels")
	echo "identity $(printf '%s' "$ours.gateway.example" | to_hex)" \
		>"$evidence/known"

	with_ppk=$'ppk_id = quantum.example\nppk_required = yes'
	watch_xfrm moon
	watch_xfrm sun
	gateways_start "$@" log_level=4 "ppk=$PPK" "$ours:extra=$with_ppk" \
		"$theirs:extra=mobike = no"$'\n'"$with_ppk"
	capture_start moon nlmon "$evidence/moon.netlink"
	capture_start sun nlmon "$evidence/sun.netlink"
	hold 43 35

	up moon &
	initiation=$!
	wait_for_peer 43
	scan after-init "$init"
	hold 35
	wait_for_peer 35
	scan after-intermediate "$intermediate"
	hold
	wait "$initiation"
	scan established "$all"

	inner_ping moon 56
	plant_state
	keep_dumps moon
	keep_dumps sun
	ip -n "$theirs" xfrm state delete src 192.0.2.3 dst 192.0.2.4 \
		proto esp spi 0x1000
	pqike_on "$ours" show --json >"$evidence/$ours.show"
	scan after-traffic "$all"
	down moon
	expect_all_gone
	scan after-delete "$all"

	# The log was read as it was meant: its PSK is the one that it was given.
	[ "$(sed -n 's/^PSK.1 //p' "$evidence/secrets")" = \
		"$(sed -n 's/^PSK.0 //p' "$evidence/secrets")" ]
	peer_computed '1 nonces=nonces' >"$evidence/nonces"
	cp "$run/$ours/pqike.log" "$evidence/$ours.log"
	cp "$run/moon/xfrm.log" "$evidence/moon.xfrm_monitor"
	cp "$run/sun/xfrm.log" "$evidence/sun.xfrm_monitor"
	capture_stop "$evidence/moon.netlink"
	capture_stop "$evidence/sun.netlink"
	gateways_stop
	dmesg >"$evidence/kernel.log"
	for moment in $moments; do
		search_kept "$moment"
	done
}

# expect_clean FILE...: pieces of evidence without any secret
expect_clean()
{
	./find_secrets "$evidence/secrets" file "${@/#/"$evidence/"}"
}

# expect_found FILE FORM NAME...: each of these secrets is there
expect_found()
{
	local file=$1 form=$2 name

	shift 2
	search "$evidence/secrets" file "$evidence/$file" >"$evidence/found"
	for name in "$@"; do
		grep -q "^$name $form " "$evidence/found"
	done
}

memory_is_clean()
{
	cat "$evidence/$1.pqike"
	[ ! -s "$evidence/$1.pqike" ]
	# It could be read: what is no secret was found in it.
	grep -q '^identity raw ' "$evidence/$1.known"
}

# peer_memory_has MOMENT NAME...: what strongSwan cannot do without at a moment
peer_memory_has()
{
	local moment=$1 name

	shift
	for name in "$@"; do
		grep -q "^$name raw " "$evidence/$moment.charon"
	done
}

peer_memory_leaks()
{
	peer_memory_has after-init SK_d.1 SK_ei.1 SK_er.1 SK_pi.1 SK_pr.1
	peer_memory_has after-intermediate SK_ei.2 SK_er.2
	peer_memory_has after-traffic SK_d.3 SK_ei.2 SK_er.2 PSK.1 PPK.0
	peer_memory_has after-delete PSK.1 PPK.0
}

netlink_is_clean()
{
	expect_clean "$ours.netlink"
	# The capture has what pqike said: both nonces go through it.
	search "$evidence/nonces" file "$evidence/$ours.netlink" \
		>"$evidence/found"
	grep -q '^nonces.1 raw ' "$evidence/found"
}

# xfrm_is_clean PIECE: it tells of the ESP SAs, but not their keys
xfrm_is_clean()
{
	grep -q 'proto esp spi 0x' "$evidence/$ours.$1"
	expect_clean "$ours.$1"
}

# From before the first state until the last was deleted
monitor_is_clean()
{
	grep -q '^Deleted src' "$evidence/$ours.xfrm_monitor"
	xfrm_is_clean xfrm_monitor
}

# The same evidence on the peer's side shows what leaks look like.
peer_kernel_leaks()
{
	expect_found "$theirs.netlink" raw ESP-i.1 ESP-r.1
	expect_found "$theirs.xfrm_state" hexadecimal ESP-i.1 ESP-r.1
	expect_found "$theirs.xfrm_monitor" hexadecimal ESP-i.1 ESP-r.1
	expect_found "$theirs.pfkey" hexadecimal SK_d.2
}

other_octet()
{
	printf '%02x' $((0x$1 ^ 0xff))
}

# Parts of secrets count, in every form; fifteen octets do not, between two that
# are not the secret's.
search_finds_planted()
{
	local secret part

	secret=$(sed -n 's/^SK_d.2 //p' "$evidence/secrets")
	part=${secret:14:32}
	from_hex "aabb${part}cc" >"$evidence/planted.raw"
	echo "xx${part^^}xx" >"$evidence/planted.upper"
	from_hex "aa${part}" | base64 >"$evidence/planted.base64"
	from_hex "$(other_octet "${secret:14:2}")${part:2}$(other_octet \
		"${secret:46:2}")" >"$evidence/planted.short"
	expect_found planted.raw raw SK_d.2
	expect_found planted.upper hexadecimal SK_d.2
	expect_found planted.base64 base64 SK_d.2
	expect_clean planted.short
}

# test_role ROLE OURS THEIRS MOON_KIND SUN_KIND
test_role()
{
	local role=$1 moment

	ours=$2
	theirs=$3
	shift 3
	evidence=$run/evidence-$role
	mkdir "$evidence"

	run_test "$role: the peer logs what it computes" exchange "$@"
	for moment in $moments; do
		run_test "$role: no secret in pqike's memory $moment" \
			memory_is_clean "$moment"
	done
	run_test "$role: no secret in its netlink traffic" netlink_is_clean
	run_test "$role: no key in ip xfrm state" xfrm_is_clean xfrm_state
	run_test "$role: no key in ip xfrm monitor" monitor_is_clean
	run_test "$role: no key in a PF_KEY dump" expect_clean "$ours.pfkey"
	run_test "$role: no secret in logs and in pqike show" \
		expect_clean "$ours.log" "$ours.show" kernel.log
	run_test "$role: control: the peer's memory has them" \
		peer_memory_leaks
	run_test "$role: control: the peer's xfrm and netlink have them" \
		peer_kernel_leaks
	run_test "$role: control: parts that were planted are found" \
		search_finds_planted
}

case ${PQIKE_ROWS:-all} in
all)	roles=(initiator responder) ;;
*)	roles=(responder) ;;
esac
ktap_print_header
ktap_set_plan $((14 * ${#roles[@]}))
pqike_modules
modprobe -a nlmon af_key
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
for gateway in moon sun; do
	ip -n "$gateway" link add nlmon type nlmon
	ip -n "$gateway" link set nlmon up
done

for role in "${roles[@]}"; do
	case $role in
	initiator)	test_role initiator moon sun pqike strongswan ;;
	responder)	test_role responder sun moon strongswan pqike ;;
	esac
done
ktap_finished
