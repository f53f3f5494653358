# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# strongSwan's charon on a gateway, with configuration, log and vici socket of
# its own.

# strongswan_start GATEWAY [KEY=VALUE]...
#
# The keys are those of connection(), and: psk, the pre-shared key; ppk, the
# post-quantum one of quantum.example; mobike, yes or no; log_level, 4 of which
# shows secrets.
strongswan_start()
{
	local gateway=$1 dir=$run/$1
	local psk=$PSK ppk='' mobike=no log_level=1 setting settings=()

	shift
	for setting in "$@"; do
		case ${setting%%=*} in
		psk | ppk | mobike | log_level) local "$setting" ;;
		*) settings+=("$setting") ;;
		esac
	done

	{
		connection "$gateway" extra="mobike = $mobike" "${settings[@]}"
		echo "secrets {"
		echo "	ike { secret = \"$psk\" }"
		if [ -n "$ppk" ]; then
			echo "	ppk {"
			echo "		id = quantum.example"
			echo "		secret = \"$ppk\""
			echo "	}"
		fi
		echo "}"
	} >"$dir/swanctl.conf"
	strongswan_run "$gateway" "$log_level"
}

# strongswan_run GATEWAY LOG_LEVEL [KEY=VALUE]...: with the swanctl.conf that is
# there. The keys are more of charon's own.
strongswan_run()
{
	local gateway=$1 dir=$run/$1

	strongswan_settings "$@" >"$dir/strongswan.conf"
	begin_log "$dir/charon.log"
	STRONGSWAN_CONF=$dir/strongswan.conf \
		ip netns exec "$gateway" charon-systemd >"$dir/charon.out" 2>&1 &
	echo "$!" >"$dir/charon.pid"
	disown "$!" # its end is no job of the shell
	wait_for_line "$dir/charon.log" 'spawning [0-9]+ worker threads' "$!" ||
		{ cat "$dir/charon.out"; return 1; }
	swanctl_on "$gateway" --load-all --noprompt --file "$dir/swanctl.conf" \
		>"$dir/charon.load" 2>&1 ||
		{ cat "$dir/charon.load"; return 1; }
}

strongswan_settings()
{
	local gateway=$1 log_level=$2

	shift 2
	cat <<-END
	charon {
		load = random nonce openssl kernel-netlink socket-default vici
		install_routes = no
		retransmit_timeout = 1
		retransmit_base = 1
		retransmit_tries = $EVENT_SECONDS
		plugins {
			vici {
				socket = unix://$run/$gateway/charon.vici
			}
		}
		filelog {
			log {
				path = $run/$gateway/charon.log
				default = $log_level
				flush_line = yes
			}
		}
		syslog {
			daemon {
				default = -1
			}
		}
	}
	swanctl {
		load = nonce
	}
	charon-systemd {
		journal {
			default = -1
		}
	}
	END
	printf 'charon {\n'
	[ $# -eq 0 ] || printf '	%s\n' "$@"
	printf '}\n'
}

swanctl_on()
{
	local dir=$run/$1 command=$2

	shift 2
	STRONGSWAN_CONF=$dir/strongswan.conf SWANCTL_DIR=$dir \
		swanctl "$command" "$@" --uri "unix://$dir/charon.vici"
}

# strongswan_up GATEWAY: initiate; fails when the tunnel does not come up
strongswan_up()
{
	swanctl_on "$1" --initiate --child net --timeout "$EVENT_SECONDS"
}

# strongswan_down GATEWAY: delete, and wait for the peer's answer
strongswan_down()
{
	swanctl_on "$1" --terminate --ike gateways --timeout "$EVENT_SECONDS"
}

strongswan_stop()
{
	local pid

	read -r pid <"$run/$1/charon.pid"
	kill "$pid"
	wait_for_exit "$pid"
}

# strongswan_ike_sas GATEWAY: at least one line for each IKE SA that it has
strongswan_ike_sas()
{
	swanctl_on "$1" --list-sas
}

# strongswan_log GATEWAY REGEX: wait for a line of its log
strongswan_log()
{
	local pid

	read -r pid <"$run/$1/charon.pid"
	wait_for_line "$run/$1/charon.log" "$2" "$pid"
}
