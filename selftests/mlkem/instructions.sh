#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the objects of each compiler at each level and in mlkem.ko: no division, whose
# time may depend on its operands, but those of divisions.allowed; and in the code
# for AVX-512, which valgrind does not know, nothing by which a branch or an
# address could depend on what is in a vector.

set -eu

module=../../kmod/mlkem
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

number=0
status=0

# result NAME COMMAND...: what it prints is shown when it fails.
result()
{
	number=$((number + 1))
	name=$1
	shift
	if "$@" >"$work/output" 2>&1; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		sed 's/^/# /; 20q' "$work/output"
		status=1
	fi
}

# The objects of a build that the module has, too
objects_of()
{
	for source in "$module"/*.c; do
		object=$(basename "$source" .c).$1.o
		if [ -e "$object" ]; then
			echo "$object"
		fi
	done
}

# divisions OBJECT: address and mnemonic of each, or of a call that divides
divisions()
{
	objdump -dr --no-show-raw-insn "$1" | awk '
		/^ +[0-9a-f]+:\t/ && $2 ~ /div|sqrt/ { print $1, $2 }
		/__u?(div|mod|divmod)[sdt]i[34]/ { print $1, $NF }' |
		sed 's/:/ /'
}

# name_divisions BUILD OBJECT: the function in the source of each
name_divisions()
{
	divisions "$2" >"$work/divisions"
	while read -r address mnemonic; do
		function=$(addr2line -fie "$2" "0x$address" | head -n 1)
		echo "$1 $function $mnemonic $2"
	done <"$work/divisions"
}

# Those that are not allowed are printed.
check_divisions()
{
	objects=$(objects_of "$1")
	[ "$(echo "$objects" | wc -l)" -ge 10 ] || return
	for object in $objects; do
		name_divisions "$1" "$object"
	done >"$work/named"
	cat "$work/named" >>"$work/all_named"
	awk 'NR == FNR { if (!/^#/) allowed[$1 " " $2] = 1; next }
		!(($1 " " $2) in allowed) { print; found = 1 }
		END { exit found }' divisions.allowed "$work/named"
}

check_module()
{
	divisions "$module/mlkem.ko" >"$work/named"
	! grep . "$work/named"
}

check_planted_divisions()
{
	name_divisions "$1" "division.$1.o" >"$work/named"
	for function in compress_by_division compress_by_float_division; do
		grep " $function " "$work/named" || return
	done
}

check_stale()
{
	awk 'NR == FNR { seen[$1 " " $2] = 1; next }
		!/^#/ && !(($1 " " $2) in seen) { print; stale = 1 }
		END { exit stale }' "$work/all_named" divisions.allowed
}

list_addresses()
{
	objdump -dr --no-show-raw-insn "$1" >"$work/code"
	awk -f addresses.awk "$work/code" "$work/code" >"$work/addresses"
}

# It has hundreds of instructions, and nothing else is printed of it.
check_addresses()
{
	list_addresses "$1"
	cat "$work/addresses"
	grep -qE '^[0-9]{3,} instructions$' "$work/addresses" &&
		[ "$(wc -l <"$work/addresses")" -eq 1 ]
}

check_planted_addresses()
{
	list_addresses "planted_avx512.$1.o"
	for function in branch_on_vector branch_on_memory index_from_vector \
			divide_vectors; do
		grep "^$function:" "$work/addresses" || return
	done
}

test_avx512()
{
	for object in "$module"/*_avx512.o; do
		result "kernel, $(basename "$object"): no branch or address from a vector" \
			check_addresses "$object"
	done
	# Without optimisation addresses go through memory.
	for build in gcc_O1 gcc_O2 gcc_O3 clang_O1 clang_O2 clang_O3; do
		for object in *_avx512."$build.o"; do
			[ "$object" != "planted_avx512.$build.o" ] || continue
			result "$object: no branch or address from a vector" \
				check_addresses "$object"
		done
		result "$build: planted ones are found" \
			check_planted_addresses "$build"
	done
}

echo "TAP version 13"
result "kernel, mlkem.ko: no division" check_module
for build in gcc_O0 gcc_O1 gcc_O2 gcc_O3 clang_O0 clang_O1 clang_O2 clang_O3; do
	result "$build: no division but those allowed" check_divisions "$build"
	result "$build: divisions planted in compression are found" \
		check_planted_divisions "$build"
done
result "each division that is allowed is there" check_stale
if [ "$(uname -m)" = x86_64 ]; then
	test_avx512
fi
echo "1..$number"
exit "$status"
