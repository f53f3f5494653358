#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the proof of a row of proofs, or that of a row of faults on a copy with the
# fault in it, and say what came of it in one line.
#
# usage: judge.sh proof|fault ROW

set -eu

# The module that a proof is of
module_of()
{
	case $1 in
	limb_*|p256_*|p384_*)	echo ../../kmod/ecdh ;;
	*)	echo ../../kmod/mlkem ;;
	esac
}

began=$(date +%s)

# judge.sh does not say why a proof failed, but what cbmc could not prove.
complain()
{
	grep -E ': (FAILURE|UNKNOWN|ERROR)$|error:|Reason:' "$1.log" |
		sed 's/^/#   /; 5q'
}

seconds()
{
	echo "($(($(date +%s) - began)) s)"
}

prove()
{
	output=$PROVE_WORK/proof-$1
	status=0
	./one.sh "$PROVE_SECONDS" "$module" "$output" "$@" || status=$?
	case $status in
	0)	echo "proved $1 $(seconds)" ;;
	152)	echo "failed $1: not proved in $PROVE_SECONDS s of a processor" ;;
	*)	echo "failed $1 $(seconds)"
		complain "$output" ;;
	esac
	rm -f "$output.goto" "$output.model"
}

# refute PROOF FILE EXPRESSION: with the change that sed makes, cbmc must say no.
refute()
{
	proof=$1
	file=$2
	change=$3
	copy=$(mktemp -d "$PROVE_WORK/fault-XXXXXX")
	fault="$proof with $change in $file"

	cp "$module"/*.[ch] "$copy"
	sed -i "$change" "$copy/$file"
	if cmp -s "$module/$file" "$copy/$file"; then
		echo "failed $fault: there is nothing to change"
		return
	fi
	# shellcheck disable=SC2046 # a row is words
	set -- $(sed 's/#.*//' proofs | grep "^${proof}[[:space:]]")
	status=0
	./one.sh "$PROVE_SECONDS" "$copy" "$copy/fault" "$@" || status=$?
	if [ "$status" -eq 10 ] &&
	   grep -q '^VERIFICATION FAILED' "$copy/fault.log"; then
		echo "refuted $fault $(seconds)"
	else
		echo "failed $fault: not refuted $(seconds)"
	fi
}

module=$(module_of "$2")
# shellcheck disable=SC2086 # a row is words
case $1 in
proof)	prove $2 ;;
fault)	refute $2 ;;
esac
