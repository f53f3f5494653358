# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of pqike's command line.

# Connections of the kernel, and CONNECTION.CHILD is for the operator to add.
_pqike_connections()
{
	pqike show -j 2>/dev/null |
		sed -n '/"connections"/,/"ike_sas"/s/^ \{6\}"name": *"\([^"]*\)".*/\1/p'
}

_pqike()
{
	local commands="run reload up down rekey show metrics monitor explain check
		config psk bench --help --version"
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
	local words=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
		return
	fi
	case $previous in
	--config | -c | --control | --helper | --reader | --output | -o | import)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null || true
		return
		;;
	template)
		words="cloudflare cisco fortinet strongswan libreswan aws"
		;;
	esac
	if [ -z "$words" ]; then
		case ${COMP_WORDS[1]} in
		run) words="--config --control --helper --reader" ;;
		check) words="--config --control" ;;
		reload) words="--control" ;;
		up | down) words="-v --control --child $(_pqike_connections)" ;;
		rekey) words="--ike --child --control $(_pqike_connections)" ;;
		show) words="-s -j --control $(_pqike_connections)" ;;
		metrics) words="-p -o --control" ;;
		monitor) words="-j --control" ;;
		explain) words="--control $(_pqike_connections)" ;;
		config)
			[ "$COMP_CWORD" -ne 2 ] || words="check import template"
			;;
		bench)
			case $COMP_CWORD${COMP_WORDS[2]} in
			2*) words="kem handshake" ;;
			*kem) words="-j -n mlkem512 mlkem768 mlkem1024" ;;
			*handshake)
				words="-j -n -t -w --control $(_pqike_connections)"
				;;
			esac
			;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	if [ "${#COMPREPLY[@]}" -eq 0 ]; then
		case ${COMP_WORDS[1]}$previous in
		configcheck | psk*)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			compopt -o filenames 2>/dev/null || true
			;;
		esac
	fi
}

complete -F _pqike pqike
