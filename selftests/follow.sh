# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the tests constant_time.sh have in common. They have run_program BUILD RUN, and the
# folder $work, in which it leaves what valgrind says in log.

run_one()
{
	name="${1%%_*} -$(echo "${1#*_}" | tr _ ' ')"
	status=0
	run_program "$@" >"$work/tap" || status=$?

	sed "s/^\(not \)\{0,1\}ok /&$name, /" "$work/tap"
	[ "$status" -eq 0 ] || echo "not ok $name, $2: exit status $status"
	# What is not planted is seen first.
	if grep -q '^not ok' "$work/tap" && [ -s "$work/log" ]; then
		sed 's/^/# /; 40q' "$work/log"
	fi
}

# Each result as a whole, and numbered
run_side_by_side()
{
	# shellcheck disable=SC2016 # the inner shell expands it
	xargs -L 1 -P "$(nproc)" sh -c '
		shown=$("$1" "$2" "$3" 2>&1) || :
		flock "$0" printf "%s\n" "$shown"' "$work" "$0" |
		awk '/^(not )?ok / { sub(/ok/, "& " ++n) } { print; fflush() }'
}
