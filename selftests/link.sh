#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Link a test as "COMPILER WORD... -o TEST" does, but compile each of its sources by
# itself: ccache(1) takes only those, and several tests are made of the same ones.
#
# usage: link.sh COMPILER WORD... -o TEST

set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compiler=$1
shift
sources=()
compiling=()
linking=()
for word in "${@:1:$#-2}"; do
	case $word in
	*.c)	sources+=("$word")
		linking+=("$work/${#sources[@]}.o") ;;
	*.a|*.o|-l*|-Wl,*)	linking+=("$word") ;;
	*)	compiling+=("$word")
		linking+=("$word") ;;
	esac
done
for n in "${!sources[@]}"; do
	"$compiler" "${compiling[@]}" -c -o "$work/$((n + 1)).o" "${sources[n]}"
done
"$compiler" "${linking[@]}" "${@: -2}"
