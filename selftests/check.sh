#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Build everything, run the tests, sum up what they said. The last line is
# "N passed, N failed", with ", N skipped" if any were.
#
# usage: check.sh host|uml|planted|vm|core|older|race...
#
# host	tests that need no kernel of their own
# uml	all others, under User Mode Linux with sanitizers
# planted	faults that the sanitizers of that kernel have to report
# vm	all others, in a virtual machine with the kernel of KERNEL
# core	of those the few that are worth the time that a virtual machine takes
# older	of those again fewer, with the kernels of older Debian releases
# race	those in which processors meet in the modules, in a virtual machine with a
#	kernel that looks for data races
#
# Where User Mode Linux does not run, vm takes the place of uml and core, and planted
# is skipped. Parts run side by side as far as they can, host in the time that the
# machines leave; each line then has its part before it.
#
# SUITES, when set, names the only suites to build and run, and TESTS the only tests
# of them. PQIKE_ENDURANCE=full makes those that are repeated as many as are promised,
# PQIKE_ROWS=few has tests of many combinations run one: core's, where uml runs all. Older's
# run no more than it takes to see that a kernel serves (PQIKE_ROWS=one).

set -eu

here=$(dirname "$(realpath "$0")")
debian=${KERNEL:-testing}
mapfile -t older_kernels < <(awk -v but="$debian" '
	$2 == "older" && $1 != but { print $1 }' "$here/vm/kernels")
export OWN=bookworm-own
parts=("$@")
groups=()
running=()
declare -A begun built

# Side by side, of one kernel
MACHINES_MAX=8

# How many machines have memory: each has 2 GB
memory=$(awk '/^MemAvailable:/ { print int($2 / 2500000) + 1 }' /proc/meminfo)

end_groups()
{
	local group

	for group in "${groups[@]}"; do
		kill -TERM -- "-$group" 2>/dev/null || :
	done
}

trap end_groups EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# use_kernel PART: from now on
use_kernel()
{
	case $1 in
	uml|planted)	KERNEL="uml-debug" ;;
	race)	KERNEL=race ;;
	older)	;; # run_older says which
	*)	KERNEL=$debian ;;
	esac
	export KERNEL
}

# in_root COMMAND...: in the copy of the tree that was built, beside others
in_root()
{
	"$here/vm/enter.sh" -s "$@"
}

# record NAME PASSED FAILED SKIPPED
record()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	in_root sh -c 'mkdir -p .results && echo "$*" >".results/$1.tally"' sh "$@"
}

# keep_consoles NAME FIRST LAST: what those of these machines that died said last becomes
# the log of NAME
keep_consoles()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	in_root sh -c '
		for machine in $(seq "$2" "$3"); do
			[ ! -f ".vm/$machine/status" ] || continue
			echo "not ok $1: machine $machine died"
			tail -n 40 ".vm/$machine/console" | sed "s/^/# /"
		done >".results/$1.log"' sh "$@"
}

# list_tests PART
list_tests()
{
	case $1 in
	uml)	set -- vm ;;
	esac
	in_root make --silent -C selftests ${SUITES:+"SUITES=$SUITES"} "list-$1"
}

# machines PART TEST...: as many as have a test, and memory, of which other machines
# that run beside these have their share. Under User Mode Linux a test waits for half of
# its time, elsewhere it needs a processor; of an older kernel's tests none takes as long as
# its boot.
machines()
{
	local part=$1 most share=$memory

	shift
	case $part in
	uml)	most=$((2 * $(nproc))) ;;
	older)	most=1 ;;
	*)	most=$(nproc) ;;
	esac
	if has uml && { has core || has vm; }; then
		share=$((memory / 3))
		[ "$part" != uml ] || share=$((memory - memory / 3))
	fi
	! has planted || share=$((share - 1))
	[ "$share" -gt 0 ] || share=1
	printf '%s\n' "$#" "$most" "$share" "$MACHINES_MAX" | sort -n | head -n 1
}

# run_tests PART: what fails to come up, or dies before it runs the first test, has
# failed too
run_tests()
{
	local names tests first=1 last rows=${PQIKE_ROWS:-all}

	use_kernel "$1"
	case $1 in
	core)	rows=few ;;
	older)	rows=one ;;
	esac
	names=${TESTS:-$(list_tests "$1")}
	# shellcheck disable=SC2086 # one word for each test
	names=$(in_root selftests/order.sh $names)
	[ -n "$names" ] || return 0
	mapfile -t tests <<<"$names"
	case $1 in
	host)	in_root selftests/run.sh host "${tests[@]}" || record "run-$1" 0 1 0 ;;
	*)	[ "$1" != planted ] || first=$((MACHINES_MAX + 1))
		last=$((first + $(machines "$1" "${tests[@]}") - 1))
		"$here/vm/boot.sh" -s -f "$first" -n "$((last - first + 1))" -t 10800 \
			env PQIKE_ENDURANCE="${PQIKE_ENDURANCE:-short}" PQIKE_ROWS="$rows" \
			selftests/run.sh vm "${tests[@]}" || {
			keep_consoles "run-$1" "$first" "$last"
			record "run-$1" 0 1 0
		}
		in_root selftests/tested.sh note "$1" "${tests[@]}" ;;
	esac
	in_root sh -c 'cp .seconds/* /var/cache/pqike/seconds' || :
}

# has PART: whether it is one of those to run
has()
{
	case " ${parts[*]} " in
	*" $1 "*)	return 0 ;;
	*)	return 1 ;;
	esac
}

# beside COMMAND...: in a process group of its own, which ends with this script
beside()
{
	set -m
	"$@" </dev/null &
	set +m
	groups+=("$!")
}

# run PART COMMAND...: beside the others, whose lines differ by the part before them
run()
{
	local part=$1

	shift
	if [ "${#parts[@]}" -eq 1 ]; then
		beside "$@"
	else
		beside prefixed "$part" "$@"
	fi
	running+=("$!")
}

prefixed()
{
	set -o pipefail
	"${@:2}" 2>&1 | sed -u "s/^/$1: /"
}

# run_host: by processors that no machine wants
run_host()
{
	[ "${#parts[@]}" -eq 1 ] || renice -n 5 "$BASHPID" >/dev/null
	run_tests host
}

# run_uml: the machine with planted faults beside the others
run_uml()
{
	local planted=

	if has planted; then
		run_tests planted &
		planted=$!
	fi
	! has uml || run_tests uml
	[ -z "$planted" ] || wait "$planted"
}

# run_core: and in its machines' place, when they have ended, those of older kernels
run_core()
{
	run_tests core
	! has older || run_older
}

# run_older: one kernel after the other
run_older()
{
	for KERNEL in "${older_kernels[@]}"; do
		export KERNEL
		forget_results
		if "$here/build.sh" older; then
			run_tests older
		else
			record build-older 0 1 0
		fi
	done
}

forget_results()
{
	"$here/vm/enter.sh" sh -c 'rm -rf .vm .results && mkdir .results'
}

# begin PART: what its kernel's tests say begins here
begin()
{
	use_kernel "$1"
	if [ -z "${begun[$KERNEL]:-}" ]; then
		begun[$KERNEL]=true
		forget_results
	fi
}

# ready PART: whether what it runs is built, with all else for its kernel
ready()
{
	begin "$1"
	if [ -z "${built[$KERNEL]:-}" ]; then
		built[$KERNEL]=true
		"$here/build.sh" "$1" || {
			built[$KERNEL]=false
			record "build-$1" 0 1 0
		}
	fi
	"${built[$KERNEL]}"
}

# It takes ptrace() or seccomp(), which a container may forbid.
try_uml()
{
	use_kernel uml
	"$here/vm/boot.sh" -t 300 true >&2
}

# replace_uml: by a virtual machine
replace_uml()
{
	local part given=("${parts[@]}")

	echo "check: User Mode Linux does not run here; a virtual machine takes its place" >&2
	parts=()
	for part in "${given[@]}"; do
		case $part in
		uml|core)	has vm || parts+=(vm) ;;
		planted)	begin vm
			record planted 0 0 1 ;;
		*)	parts+=("$part") ;;
		esac
	done
}

sum_up()
{
	local KERNEL

	for KERNEL in "${!begun[@]}"; do
		export KERNEL
		in_root selftests/tally.sh || :
	done | awk '
		/^# / { print; next }
		{ passed += $1; failed += $3; skipped += $5 }
		END {
			printf "%d passed, %d failed", passed, failed
			if (skipped)
				printf ", %d skipped", skipped
			print ""
			exit !passed || failed
		}'
}

uml=
if has uml || has planted; then
	beside try_uml
	uml=$!
fi
if has host && ready host; then
	run host run_host
fi
if [ -n "$uml" ] && ! wait "$uml"; then
	replace_uml
fi
for part in vm race; do
	if has "$part" && ready "$part"; then
		run "$part" run_tests "$part"
	fi
done
if has core && ready core; then
	run core run_core
elif has older; then
	run older run_older
fi
! has older || for kernel in "${older_kernels[@]}"; do
	begun[$kernel]=true
done
if { has uml || has planted; } && ready uml; then
	run uml run_uml
fi
for job in "${running[@]}"; do
	wait "$job" || record "job-$job" 0 1 0
done
sum_up
