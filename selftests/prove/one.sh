#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One proof: exit 0 when it is proved, 10 when it is refuted, 152 (SIGXCPU) when
# it took more than SECONDS of a processor, else anything.
#
# usage: one.sh SECONDS MODULE OUTPUT NAME SOURCE UNWIND CONVERSION [FUNCTION:MODEL]...
#
# MODULE is the folder of the code that is proved; OUTPUT.log says what was.

set -eu

seconds=$1
module=$2
output=$3
name=$4
source=$5
unwind=$6
case $7 in
lossless)	conversion=--conversion-check ;;
any)		conversion= ;;
esac
# A coefficient is a variable of its own where many are looked at.
case $source in
prove_operations.c)	elements=32 ;;
*)			elements=256 ;;
esac
shift 7

replacements=
for replacement; do
	replacements="$replacements --replace-calls $replacement"
done

exec >"$output.log" 2>&1
if [ "$source" = exhaust.c ]; then
	gcc -std=gnu11 -O2 -Werror -Iinclude -I../mlkem/include -I"$module" -I. \
		-o "$output.goto" "$source"
	exec prlimit --cpu="$seconds:" "$output.goto" "$name"
fi
goto-cc -DCBMC -std=gnu11 -Iinclude -I../mlkem/include -I"$module" -I. \
	--function "prove_$name" "$source" -o "$output.goto"
# shellcheck disable=SC2086 # an option and its argument for each
goto-instrument $replacements "$output.goto" "$output.model"

# The checks of cbmc 6 that are on by default are named all the same.
exec prlimit --cpu="$seconds:" cbmc "$output.model" --unwind "$unwind" \
	--unwinding-assertions --bounds-check --pointer-check \
	--pointer-primitive-check --pointer-overflow-check \
	--div-by-zero-check --signed-overflow-check --undefined-shift-check \
	--no-malloc-may-fail ${conversion:+"$conversion"} --slice-formula \
	--max-field-sensitivity-array-size "$elements" --object-bits 16
