#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# pqike psk: from a file or a pipe into the user keyring.

set -eu

cd "$(dirname "$0")"
# shellcheck source-path=SCRIPTDIR
. ./lib.sh

# The program forbids debuggers to attach, and the leak checker is one.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

name=ike-selftest-$$

serial()
{
	keyctl search @u logon "pqike:$name" 2>/dev/null
}

forget()
{
	if key=$(serial); then
		keyctl unlink "$key" @u >/dev/null
	fi
}

in_keyring()
{
	if key=$(serial); then
		report 0 "$1"
	else
		report 1 "$1"
	fi
}

not_in_keyring()
{
	if key=$(serial); then
		report 1 "$1"
	else
		report 0 "$1"
	fi
}

echo "TAP version 13"
if ! command -v keyctl >/dev/null; then
	echo "1..0 # SKIP keyctl is not installed"
	exit 4
fi
if ! keyctl show @u >/dev/null 2>&1; then
	echo "1..0 # SKIP keyrings are not permitted here"
	exit 4
fi
trap 'forget; rm -rf "$work"' EXIT

umask 077
echo "a pre-shared key" >"$work/psk"

run psk "$name" "$work/psk"
check "from a file" 0 err ""
in_keyring "from a file: the key is in the user keyring"
key=$(serial) || key=0
if keyctl print "$key" >"$work/out" 2>&1; then
	report 1 "it cannot be read back"
else
	report 0 "it cannot be read back"
fi
forget

status=0
"$pqike" psk "$name" <"$work/psk" >"$work/out" 2>"$work/err" || status=$?
check "from standard input" 0 err ""
in_keyring "from standard input: the key is in the user keyring"
before=$(serial) || before=0
status=0
printf 0x0011223344556677 | "$pqike" psk "$name" >"$work/out" 2>"$work/err" || status=$?
check "from a pipe" 0 err ""
if [ "$(serial)" != "$before" ]; then
	report 0 "another key takes the place of the one of that name"
else
	report 1 "another key takes the place of the one of that name"
fi
keyctl show @u 2>/dev/null >"$work/out"
if [ "$(grep -c "pqike:$name\$" "$work/out")" -eq 1 ]; then
	report 0 "the one before is gone"
else
	report 1 "the one before is gone"
fi
forget

run psk "$name"
check "nothing" 1 err \
	"pqike: standard input: expected a pre-shared key, but it is empty"
not_in_keyring "nothing: no key in the user keyring"

echo "7octets" >"$work/short"
run psk "$name" "$work/short"
check "a key that is too short" 1 err "pqike: $work/short: expected a pre-shared key of at\
 least 8 octets, not 7"
not_in_keyring "a key that is too short: no key in the user keyring"

run psk "$name" "$work/missing"
check "a file that is not there" 1 err \
	"pqike: $work/missing: No such file or directory"

chmod 0644 "$work/psk"
run psk "$name" "$work/psk"
check "a file that others may read" 1 err "pqike: $work/psk: expected mode\
 0600, not 0644: no one but its owner may touch a pre-shared key"
not_in_keyring "a file that others may read: no key in the user keyring"

for wrong in home "ike a" ike.a 'ike{' ppk=1; do
	run psk "$wrong" "$work/psk"
	check "a name that no section can have: $wrong" 2 err "pqike: $wrong: expected the \
name of a section of secrets, which begins with ike or ppk, without blanks or any of . , : \
{ } = \" #"
done
run psk "ike$(printf '%0250d' 0)" "$work/psk"
check "a name that is too long" 2 err \
	"pqike: expected the name of a secret, 1 to 249 octets"
run psk "" "$work/psk"
check "no name" 2 err "pqike: expected the name of a secret, 1 to 249 octets"

finish
