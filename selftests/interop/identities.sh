#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Identities of every type between pqike and strongSwan, begun by either, and a
# pre-shared key for a pair of them.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

# carries INITIATOR ROW: and strongSwan says who its peer is
carries()
{
	row_up "$1" "$2"
	row_ping moon "$2"
	row_list "$2" | grep -F "remote '${identities[$2]}' @"
	row_down "$1" "$2"
}

# refused INITIATOR ROW
refused()
{
	expect_failure "$run/refused" row_up "$1" "$2"
	row_log moon 'failed: .*AUTH does not verify: not the same pre-shared key'
	eventually row_is_gone "$2"
}

both()
{
	row_test "pqike -> strongswan $1" "$2" "$3" moon "$2"
	row_test "strongswan -> pqike $1" "$2" "$3" sun "$2"
}

identities=('')

# identity NAME MOON SUN [PRINTED]: strongSwan prints moon's in another way
identity()
{
	row "$1" "id.moon=$2" "id.sun=$3"
	identities+=("${4:-$2}")
}

identity "FQDN" moon.example.org sun.example.org
identity "RFC 822 address" moon@example.org sun@example.org
identity "KEY_ID" keyid:moon-1 keyid:sun-1 moon-1
identity "IPv4 address" 192.0.2.1 192.0.2.99
identity "IPv6 address" 2001:db8::1 2001:db8::2
identity "RFC 822 address and FQDN" operator@moon.example sun.example.net
identity "a secret of the pair" pair.moon.example pair.sun.example
identity "a secret that only strongSwan has for the pair" \
	single.moon.example single.sun.example

ktap_print_header
ktap_set_plan 17
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
(umask 077 && printf 'a secret of two' >"$run/psk-pair")
pqike_secrets="
	ike-pair {
		id-1 = pair.moon.example
		id-2 = pair.sun.example
		file = $run/psk-pair
	}"
strongswan_secrets='
	ike-pair {
		id-1 = pair.moon.example
		id-2 = pair.sun.example
		secret = "a secret of two"
	}
	ike-single {
		id-1 = single.moon.example
		id-2 = single.sun.example
		secret = "a secret of one"
	}'
rows_start

for row in 1 2 3 4 5 6 7; do
	both "${row_names[row]}" "$row" carries
done
both "${row_names[8]}" 8 refused
run_test "nothing is left of them" rows_are_gone
rows_stop
ktap_finished
