# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A table of connections between pqike on moon and strongSwan on sun, all loaded
# at once: a row of the table costs its handshake, not two daemons. Row N is
# connection rN, between 192.0.2.1 and an address of sun's own, and between
# 10.1.N.0/24 and 10.2.N.0/24.

# Names, and settings with a newline after each, of the rows; the first is 1
row_names=('')
row_settings=('')

# Addresses of sun
for ((row = 1; row < 100; row++)); do
	row_sun[row]=192.0.2.$((10 + row))
done
unset row

# Of inner networks, without the row and the last octet
declare -A inner_of=([moon]=10.1 [sun]=10.2)

# row NAME [KEY=VALUE]...
#
# KEY is conn.X or child.X, for a key X of the connection or of its only child,
# id.X for the identity of gateway X, or section for more children. "moon:" or
# "sun:" before it makes it that gateway's only. An empty VALUE removes a key.
row()
{
	local settings

	row_names+=("$1")
	shift
	printf -v settings '%s\n' "$@"
	row_settings+=("$settings")
}

print_keys()
{
	local -n keys=$1
	local key

	for key in "${!keys[@]}"; do
		[ -z "${keys[$key]}" ] || echo "	$key = ${keys[$key]}"
	done
}

# row_connection GATEWAY ROW: a section of connections
# shellcheck disable=SC2034 # print_keys reads the arrays
row_connection()
{
	local gateway=$1 row=$2 peer setting key value section=''
	local -A outer=([moon]=${outer_address[moon]} [sun]=${row_sun[$2]})
	local -A ids
	local -A conn child

	peer=${peer_of[$gateway]}
	ids=([moon]="moon-$row.example" [sun]="sun-$row.example")
	conn=(
		[version]=2
		[local_addrs]=${outer[$gateway]}
		[remote_addrs]=${outer[$peer]}
		[proposals]=aes128gcm16-prfsha256-x25519-ke1_mlkem768
	)
	child=(
		[local_ts]=${inner_of[$gateway]}.$row.0/24
		[remote_ts]=${inner_of[$peer]}.$row.0/24
		[esp_proposals]=aes128gcm16
	)
	if [ "${kind[$gateway]}" = pqike ]; then
		conn[retransmit_timeout]=1
	else
		conn[mobike]=no
	fi
	while read -r setting; do
		key=${setting%%=*}
		value=${setting#*=}
		case $key in
		moon:* | sun:*)
			[ "${key%%:*}" = "$gateway" ] || continue
			key=${key#*:}
			;;
		esac
		case $key in
		conn.*) conn[${key#conn.}]=$value ;;
		child.*) child[${key#child.}]=$value ;;
		id.*) ids[${key#id.}]=$value ;;
		section) section=$value ;;
		esac
	done <<<"${row_settings[$row]}"

	echo "r$row {"
	print_keys conn
	echo "	local {"
	echo "		auth = psk"
	echo "		id = ${ids[$gateway]}"
	echo "	}"
	echo "	remote {"
	echo "		auth = psk"
	echo "		id = ${ids[$peer]}"
	echo "	}"
	echo "	children {"
	echo "		net {"
	print_keys child
	echo "		}"
	[ -z "$section" ] || printf '%b\n' "$section"
	echo "	}"
	echo "}"
}

# rows_connections GATEWAY
rows_connections()
{
	local row

	echo "connections {"
	for ((row = 1; row < ${#row_names[@]}; row++)); do
		row_connection "$1" "$row"
	done
	echo "}"
}

# rows_addresses: sun has the addresses of all rows, and both sides have all
# inner addresses, without a list of them
rows_addresses()
{
	local row

	for ((row = 1; row < ${#row_names[@]}; row++)); do
		echo "address replace ${row_sun[$row]}/24 dev wire"
	done | ip -n sun -batch -
	ip -n moon route replace local 10.1.0.0/16 dev lo
	ip -n sun route replace local 10.2.0.0/16 dev lo
	ip -n moon route replace 10.2.0.0/16 via "${outer_address[sun]}"
	ip -n sun route replace 10.1.0.0/16 via "${outer_address[moon]}"
}

# More of charon's own settings, KEY=VALUE, and what is added to the secrets of both
charon_settings=()
pqike_secrets=
strongswan_secrets=

# wire_refuses_plain: what leaves a gateway beside the tunnels is lost
wire_refuses_plain()
{
	within wire nft -f - <<-END
	table netdev plain {
		chain from_gateways {
			type filter hook ingress devices = { moon, sun } priority 0
			ip saddr 10.0.0.0/8 ip daddr 10.0.0.0/8 drop
		}
	}
	END
}

# rows_start: both daemons with all rows
rows_start()
{
	declare -gA kind=([moon]=pqike [sun]=strongswan)
	rows_addresses
	wire_refuses_plain
	rows_configure
	moon_mark=0
	sun_mark=0
	strongswan_run sun 1 "${charon_settings[@]}"
	pqike_run moon
	row_sas_start
}

rows_configure()
{
	local dir=$run/moon

	(umask 077 && printf '%s' "$PSK" >"$dir/psk")
	{
		rows_connections moon
		echo "secrets {"
		echo "	ike {"
		echo "		file = $dir/psk"
		echo "	}"
		echo "$pqike_secrets"
		echo "}"
	} >"$dir/pqike.conf"
	{
		rows_connections sun
		echo "secrets {"
		echo "	ike { secret = \"$PSK\" }"
		echo "$strongswan_secrets"
		echo "}"
	} >"$run/sun/swanctl.conf"
}

rows_stop()
{
	pqike_stop moon
	strongswan_stop sun
}

# rows_leave_nothing: the daemons end, and nothing of theirs is left in the kernels
rows_leave_nothing()
{
	rows_stop
	xfrm_is_empty moon
	xfrm_is_empty sun
}

# row_named NAME: its number
row_named()
{
	local row

	for row in "${!row_names[@]}"; do
		[ "${row_names[row]}" != "$1" ] || echo "$row"
	done
}

# row_up GATEWAY ROW [CHILD]: its daemon initiates
row_up()
{
	case $1 in
	moon)
		pqike_on moon up -v --control "$run/moon/pqike.control" "r$2"
		;;
	sun)
		swanctl_on sun --initiate --ike "r$2" --child "${3:-net}" \
			--timeout "$EVENT_SECONDS"
		;;
	esac
}

# row_down GATEWAY ROW
row_down()
{
	case $1 in
	moon)
		pqike_on moon down --control "$run/moon/pqike.control" "r$2"
		;;
	sun)
		swanctl_on sun --terminate --ike "r$2" \
			--timeout "$EVENT_SECONDS"
		;;
	esac
}

# row_rekey GATEWAY ROW ike|child: its daemon begins to rekey. pqike says when it
# is done.
row_rekey()
{
	case $1,$3 in
	moon,*)
		pqike_on moon rekey "--$3" --control "$run/moon/pqike.control" \
			"r$2"
		;;
	sun,ike) swanctl_on sun --rekey --ike "r$2" ;;
	sun,child) swanctl_on sun --rekey --ike "r$2" --child net ;;
	esac
}

# row_list ROW: what strongSwan says of its IKE SA
row_list()
{
	swanctl_on sun --list-sas --ike "r$1"
}

# row_sas_start: a process that tells what there is, and makes none for that; it ends with
# the network namespaces
row_sas_start()
{
	[ -z "${SAS_PID:-}" ] || return 0
	# shellcheck disable=SC2034 # it is what coproc makes
	coproc SAS {
		exec nsenter --net=/run/netns/moon "$top/selftests/interop/sas" "$run/sun/charon.vici" "$run/sas"
	}
	# Those that coproc makes are not there in the shell of a test.
	exec {sas_ask}>&"${SAS[1]}" {sas_said}<&"${SAS[0]}"
}

# row_sas ROW: a line in the array sas for each SA, as sas.c says
row_sas()
{
	local said

	echo "r$1 ${row_sun[$1]}" >&"$sas_ask"
	read -r -u "$sas_said" said
	mapfile -t sas <"$run/sas"
	[ "$said" = ok ] || {
		echo "sas: $said"
		return 1
	}
}

# row_ike_sa ROW: what the kernel says of pqike's, in JSON
row_ike_sa()
{
	pqike_on moon show --json |
		jq -c --arg name "r$1" '.ike_sas[] | select(.connection == $name)'
}

# row_ping GATEWAY ROW [COUNT [SIZE]]: all are answered
row_ping()
{
	within "$1" ping -q -n -i 0.02 -c "${3:-2}" -W 10 \
		-s "${4:-56}" -I "${inner_of[$1]}.$2.1" \
		"${inner_of[${peer_of[$1]}]}.$2.1" >"$run/ping.out" || {
		cat "$run/ping.out"
		return 1
	}
}

# row_answers ROW: one ping from moon, of one second, for what loses packets
row_answers()
{
	within moon ping -q -n -c 1 -W 1 -I "${inner_of[moon]}.$1.1" \
		"${inner_of[sun]}.$1.1"
}

row_is_gone()
{
	row_sas "$1" && [[ "${sas[*]}" != *' ike '* ]]
}

# rows_are_gone: no ESP SA and no policy is left on either side
rows_are_gone()
{
	xfrm_wait_empty moon
	xfrm_wait_empty sun
}

# row_end GATEWAY ROW: it is taken down by this side, and gone on both
row_end()
{
	row_down "$1" "$2"
	eventually row_is_gone "$2"
}

# row_mark: row_log and row_show begin here
row_mark()
{
	local -a lines

	mapfile lines <"$run/moon/pqike.log"
	moon_mark=${#lines[@]}
	mapfile lines <"$run/sun/charon.log"
	sun_mark=${#lines[@]}
}

# row_log GATEWAY REGEX: wait for a line that its daemon writes since row_mark
row_log()
{
	local pid

	case $1 in
	moon)
		read -r pid <"$run/moon/pqike.pid"
		wait_for_line "$run/moon/pqike.log" "$2" "$pid" \
			$((moon_mark + 1))
		;;
	sun)
		read -r pid <"$run/sun/charon.pid"
		wait_for_line "$run/sun/charon.log" "$2" "$pid" \
			$((sun_mark + 1))
		;;
	esac
}

row_show()
{
	echo "--- pqike.log:"
	tail -n "+$((moon_mark + 1))" "$run/moon/pqike.log"
	echo "--- charon.log:"
	tail -n "+$((sun_mark + 1))" "$run/sun/charon.log"
}

# row_show_sas ROW: what both daemons and xfrm have of it
row_show_sas()
{
	local gateway

	echo "--- pqike show:"
	row_ike_sa "$1"
	echo "--- swanctl --list-sas:"
	row_list "$1"
	for gateway in moon sun; do
		echo "--- ip -n $gateway xfrm state:"
		ip -n "$gateway" xfrm state list nokeys |
			awk -v address="${row_sun[$1]}" '
			/^src / { of_row = $2 == address || $4 == address }
			of_row'
	done
}

# row_test NAME ROW FUNCTION [ARGUMENT]...: as run_test; where it fails, both
# logs and the SAs are shown, and nothing of the row is left for the next.
row_test()
{
	local name=$1 row=$2

	shift 2
	row_mark
	run_test "$name" row_framed "$row" "$@"
}

row_framed()
{
	local row=$1

	shift
	trap 'row_unframe "$?" "$row"' EXIT
	"$@"
}

row_unframe()
{
	if [ "$1" -ne 0 ]; then
		row_show
		row_show_sas "$2"
		flood_abandon
		pqike_on moon down --control "$run/moon/pqike.control" "r$2" ||
			:
		swanctl_on sun --terminate --ike "r$2" --force --timeout 2 ||
			:
	fi >&2
	exit "$1"
}
