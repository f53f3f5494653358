#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash: what is offered for a line that ends where one asks.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh
# shellcheck source=SCRIPTDIR/../../userspace/pqike.bash
. ../../userspace/pqike.bash

# In place of the program, which needs its module for this.
pqike()
{
	[ "$*" = "show -j" ] && cat show.json
}

# offers NAME LINE WORDS: LINE as it is typed, a blank at its end counts
offers()
{
	read -r -a COMP_WORDS <<<"$2"
	case $2 in
	*' ') COMP_WORDS+=('') ;;
	esac
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_pqike
	printf '%s\n' "${COMPREPLY[*]}" >"$work/out"
	if [ "${COMPREPLY[*]}" = "$3" ]; then
		report 0 "$1"
	else
		report 1 "$1: expected $3"
	fi
}

echo "TAP version 13"
: >"$work/err"

# Every command of the program is offered, and no other.
commands=$(../helper/pqike --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p' | xargs)
offers "commands" "pqike " "$commands --help --version"
offers "the beginning of a command" "pqike re" "reload rekey"
offers "connections" "pqike up h" "home"
offers "connections of show" "pqike show " "-s -j --control home classical"
offers "options of rekey" "pqike rekey --" "--ike --child --control"
offers "what config does" "pqike config " "check import template"
offers "peers" "pqike config template c" "cloudflare cisco"
offers "what bench measures" "pqike bench " "kem handshake"
offers "parameter sets" "pqike bench kem m" "mlkem512 mlkem768 mlkem1024"
offers "connections to load" "pqike bench handshake -j cl" "classical"
offers "files to check" "pqike config check good/plain" \
	"good/plain.conf good/plain.dump"
offers "files to import" "pqike config import import/no" "import/none"
offers "files of a configuration" "pqike run --config good/val" \
	"good/values.conf good/values.dump"
offers "files of a key" "pqike psk ike-home ../config/lib" "../config/lib.sh"
offers "nothing after a command that there is not" "pqike frobnicate " ""

peers=$(../helper/pqike config template none 2>&1 |
	sed 's/.*expected one of //') || true
offers "all peers" "pqike config template " "$peers"

for words in $(complete -p pqike); do
	last=$words
done
[ "$last" = pqike ] && ok=0 || ok=1
report "$ok" "the completion is of pqike"
finish
