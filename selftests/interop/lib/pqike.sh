# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# pqike on a gateway: the modules, and a supervisor with its helper, with configuration,
# log and control socket of their own.

top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../..")
pqike=$top/userspace/pqike

# pqike_modules: load the modules of this tree and what they depend on, unless
# they are there
pqike_modules()
{
	local module file

	for module in mlkem ecdh pqike; do
		file=$top/kmod/$module/$module.ko
		[ -d "/sys/module/$module" ] && continue
		{
			modinfo -F depends "$file" | sed 's/,/ /g'
			modinfo -F softdep "$file" | sed 's/^pre://'
		} | xargs -r -n 1 | sed -E '/^(mlkem|ecdh)$/d' |
			xargs -r modprobe -a
		insmod "$file"
	done
	modprobe -a xfrm_user
}

# pqike_modules_gone: when the last tunnel has ended
pqike_modules_gone()
{
	rmmod pqike ecdh mlkem
}

# For pqike with a peer that is known to be silent: it is given up after 12 s
# shellcheck disable=SC2034 # tests use it
impatient=$'retransmission=retransmit_timeout = 1\n\t\t\tretransmit_tries = 3'

# pqike_configure GATEWAY [KEY=VALUE]...: write its configuration
#
# The keys are those of connection(), and psk, the pre-shared key, and ppk, the
# post-quantum one of quantum.example. The keyring is one for the whole machine, so
# the secrets are named after the gateway.
pqike_configure()
{
	local gateway=$1 dir=$run/$1 psk=$PSK ppk='' setting settings=()

	shift
	for setting in "$@"; do
		case ${setting%%=*} in
		psk) psk=${setting#*=} ;;
		ppk) ppk=${setting#*=} ;;
		mobike | log_level) ;;
		*) settings+=("$setting") ;;
		esac
	done

	(umask 077 && printf '%s' "$psk" >"$dir/psk")
	(umask 077 && printf '%s' "$ppk" >"$dir/ppk")
	{
		connection "$gateway" "retransmission=retransmit_timeout = 1" \
			"${settings[@]}"
		echo "secrets {"
		echo "	ike-$gateway {"
		echo "		file = $dir/psk"
		echo "	}"
		if [ -n "$ppk" ]; then
			echo "	ppk-$gateway {"
			echo "		id = quantum.example"
			echo "		file = $dir/ppk"
			echo "	}"
		fi
		echo "}"
	} >"$dir/pqike.conf"
}

# pqike_start GATEWAY [KEY=VALUE]...: configure and run
pqike_start()
{
	pqike_configure "$@"
	pqike_run "$1"
}

# pqike_hosts GATEWAY LINE...: what /etc/hosts is for its helper, from now on or
# from its start on
pqike_hosts()
{
	local file=$run/$1/hosts

	shift
	printf '%s\n' "$@" >"$file"
}

# pqike_run GATEWAY [CONFIGURATION]: with the configuration that is there. Its process is
# the supervisor, whose standard input is not its helper's.
pqike_run()
{
	local gateway=$1 dir=$run/$1 with=()

	# shellcheck disable=SC2016 # the other shell expands these
	[ ! -e "$dir/hosts" ] ||
		with=(unshare --mount sh -euc '
			mount --bind "$0" /etc/hosts
			exec "$@"' "$dir/hosts")
	begin_log "$dir/pqike.log"
	ip netns exec "$gateway" "${with[@]}" "$pqike" run \
		--config "${2:-$dir/pqike.conf}" \
		--control "$dir/pqike.control" \
		</dev/zero >"$dir/pqike.log" 2>&1 &
	echo "$!" >"$dir/pqike.pid"
	disown "$!" # its end is no job of the shell
	wait_for_line "$dir/pqike.log" 'listening' "$!"
}

# pqike_helper GATEWAY: its process
pqike_helper()
{
	pgrep --parent "$(cat "$run/$1/pqike.pid")" --exact pqike-helper
}

# pqike_up GATEWAY: initiate; fails when the tunnel does not come up
pqike_up()
{
	pqike_on "$1" up -v --control "$run/$1/pqike.control" gateways
}

# pqike_down GATEWAY: delete, and wait for the peer's answer
pqike_down()
{
	pqike_on "$1" down --control "$run/$1/pqike.control" gateways
}

pqike_stop()
{
	local pid

	read -r pid <"$run/$1/pqike.pid"
	kill "$pid"
	wait_for_exit "$pid"
}

# pqike_kill GATEWAY: without a word to anyone, and its helper with it
pqike_kill()
{
	local pid helper

	read -r pid <"$run/$1/pqike.pid"
	helper=$(pqike_helper "$1")
	kill -KILL "$pid"
	wait_for_exit "$pid"
	wait_for_exit "$helper"
}

pqike_on()
{
	within "$1" "$pqike" "${@:2}"
}

# pqike_resident_kib GATEWAY: memory that the helper itself has
pqike_resident_kib()
{
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$(pqike_helper "$1")/status"
}

# pqike_ike_sas GATEWAY: one line for each IKE SA that the kernel has
pqike_ike_sas()
{
	pqike_on "$1" show --json | jq -c '.ike_sas[]'
}

# pqike_log GATEWAY REGEX: wait for a line of its log
pqike_log()
{
	local pid

	read -r pid <"$run/$1/pqike.pid"
	wait_for_line "$run/$1/pqike.log" "$2" "$pid"
}
