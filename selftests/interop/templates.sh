#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections made of the templates for other vendors' gateways, with nothing but
# the blanks filled in, against strongSwan with the proposals and limits of those.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/test.sh

address_of()
{
	case $1 in
	cloudflare) echo "${row_sun[1]}" ;;
	cisco) echo "${row_sun[2]}" ;;
	fortinet) echo "${row_sun[3]}" ;;
	esac
}

id_of()
{
	case $1 in
	cloudflare) address_of cloudflare ;;
	*) echo "$1.example" ;;
	esac
}

own_id_of()
{
	case $1 in
	cloudflare) echo tunnel.account.ipsec.cloudflare.com ;;
	*) echo moon.example ;;
	esac
}

number_of()
{
	case $1 in
	cloudflare) echo 1 ;;
	cisco) echo 2 ;;
	fortinet) echo 3 ;;
	esac
}

# fill VENDOR: the template without its blanks
fill()
{
	local number

	number=$(number_of "$1")
	pqike_on moon config template "$1" | sed \
		-e "s/<address of this side>/${outer_address[moon]}/" \
		-e "s/<address of the peer>/$(address_of "$1")/" \
		-e "s/<tunnel>.<account>/tunnel.account/" \
		-e "s/<identity of this side>/$(own_id_of "$1")/" \
		-e "s/<identity of the peer>/$(id_of "$1")/" \
		-e "s/<network of this side>/${inner_of[moon]}.$number.0\/24/" \
		-e "s/<network of the peer>/${inner_of[sun]}.$number.0\/24/" \
		-e "s|/etc/pqike/|$run/moon/|"
}

# vendor NAME PROPOSAL ESP_PROPOSAL [CHILD_KEY=VALUE]...: strongSwan as one
vendor()
{
	local vendor=$1 number key

	number=$(number_of "$vendor")
	cat <<-END
	$vendor {
		version = 2
		mobike = no
		local_addrs = $(address_of "$vendor")
		remote_addrs = ${outer_address[moon]}
		proposals = $2
		local {
			auth = psk
			id = $(id_of "$vendor")
		}
		remote {
			auth = psk
			id = $(own_id_of "$vendor")
		}
		children {
			net {
				esp_proposals = $3
				$(for key in "${@:4}"; do echo "$key"; done)
			}
		}
	}
	END
}

own_networks()
{
	echo "local_ts=${inner_of[sun]}.$(number_of "$1").0/24"
	echo "remote_ts=${inner_of[moon]}.$(number_of "$1").0/24"
}

configure()
{
	local name

	mkdir -p "$run/moon/conf/conf.d"
	for name in cloudflare cisco fortinet; do
		(umask 077 && printf '%s' "$PSK" >"$run/moon/$name.psk")
		fill "$name" >"$run/moon/conf/conf.d/$name.conf"
	done
	{
		echo "connections {"
		vendor cloudflare aes256gcm16-prfsha384-ecp384-ke1_mlkem768 \
			aes256gcm16-ecp384-noesn replay_window=0 \
			local_ts=0.0.0.0/0 remote_ts=0.0.0.0/0 \
			if_id_in=7 if_id_out=7
		# shellcheck disable=SC2046 # words
		vendor cisco aes256-sha384-ecp384-ke1_mlkem1024 \
			aes256-sha384-ecp384-noesn $(own_networks cisco)
		# shellcheck disable=SC2046 # words
		vendor fortinet aes256gcm16-prfsha384-ecp384-ke1_mlkem768 \
			aes256gcm16-ecp384-ke1_mlkem768 \
			$(own_networks fortinet)
		echo "}"
		echo "secrets { ike { secret = \"$PSK\" } }"
	} >"$run/sun/swanctl.conf"
}

# Each blank of each template is one that fill() knows.
are_filled()
{
	local name file

	for name in cloudflare cisco fortinet; do
		file=$run/moon/conf/conf.d/$name.conf
		[ "$(grep -v '^ *#' "$file" | grep -c '<.*>')" -eq 0 ]
		pqike_on moon config check "$file"
	done
}

listing()
{
	swanctl_on sun --list-sas --ike "$1"
}

is_installed()
{
	listing "$1" | grep -q INSTALLED
}

# The template says that the helper begins at once.
comes_up()
{
	local number

	number=$(number_of "$1")
	eventually is_installed "$1"
	listing "$1"
	listing "$1" | grep "^  $2\$"
	row_ping moon "$number"
	row_ping sun "$number"
}

# rekeyed VENDOR ESP_SUITE: both SAs by both sides
rekeyed()
{
	local number who

	number=$(number_of "$1")
	for who in moon sun; do
		row_mark
		case $who in
		moon) pqike_on moon rekey --control "$run/moon/pqike.control" \
			--child "$1" ;;
		sun) swanctl_on sun --rekey --ike "$1" --child net ;;
		esac
		row_log sun 'outbound CHILD_SA net\{[0-9]+\} established'
		listing "$1" | grep -E "INSTALLED, TUNNEL, ESP:$2\$"
		row_ping moon "$number"
		case $who in
		moon) pqike_on moon rekey --control "$run/moon/pqike.control" \
			--ike "$1" ;;
		sun) swanctl_on sun --rekey --ike "$1" ;;
		esac
		row_log sun 'IKE_SA [a-z]+\[[0-9]+\] rekeyed'
		row_ping sun "$number"
	done
}

ktap_print_header
ktap_set_plan 8
pqike_modules
topology_up
trap 'topology_down; pqike_modules_gone' EXIT
declare -A kind=([moon]=pqike [sun]=strongswan)
row cloudflare
row cisco
row fortinet
rows_addresses
wire_refuses_plain
ip -n sun link add ipsec0 type xfrm dev wire if_id 7
ip -n sun link set ipsec0 mtu 1400 up
ip -n sun route add 10.1.1.0/24 dev ipsec0
configure
# a gateway that takes 532 octets of UDP at a time sends as many
strongswan_run sun 1 fragment_size=560
run_test "the templates have no other blanks, and are valid" are_filled
pqike_run moon "$run/moon/conf"
ip -n moon route add 10.2.1.0/24 dev ipsec0

gcm=AES_GCM_16-256/PRF_HMAC_SHA2_384
row_test "cloudflare comes up" 1 comes_up cloudflare \
	$gcm/ECP_384/KE1_ML_KEM_768
row_test "cisco comes up" 2 comes_up cisco \
	AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_1024
row_test "fortinet comes up" 3 comes_up fortinet $gcm/ECP_384/KE1_ML_KEM_768
row_test "cloudflare rekeyed by both sides" 1 rekeyed cloudflare \
	AES_GCM_16-256/ECP_384
row_test "cisco rekeyed by both sides" 2 rekeyed cisco \
	AES_CBC-256/HMAC_SHA2_384_192/ECP_384
row_test "fortinet rekeyed by both sides" 3 rekeyed fortinet \
	AES_GCM_16-256/ECP_384/KE1_ML_KEM_768
run_test "nothing is left when the daemons have ended" rows_leave_nothing
ktap_finished
