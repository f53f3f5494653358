# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the kernel of a machine reports of a test: in its log, and of memory that is lost.

# How the kernel's log shows that something went wrong.
splat='WARNING|BUG|Oops|KASAN|UBSAN|ODEBUG|general protection|INFO: task|refcount_t|'
splat=$splat'suspicious RCU|possible recursive locking|circular locking'

# mark_kernel_log NAME: what NAME does begins here
mark_kernel_log()
{
	echo "selftests: begin $1" >/dev/kmsg
}

# kernel_log_since NAME: since its mark. What cannot be read is no empty log.
kernel_log_since()
{
	{
		dmesg --notime || printf 'selftests: begin %s\nBUG: dmesg ends with status %s\n' "$1" $?
	} | sed "1,/^selftests: begin $1\$/d"
}

# looks_for_races: whether this kernel does
looks_for_races()
{
	[ -e /sys/kernel/debug/kcsan ]
}

# rename_races_elsewhere: a race of which no stack trace has a function of a module is
# the kernel's own affair, and so is that of two searches of a keyring, each of which
# writes when it was used last, whoever has them made.
rename_races_elsewhere()
{
	awk 'function show()
		{
			if (race && (!in_module || race ~ searches))
				sub(/^BUG: KCSAN/, "elsewhere: KCSAN", race)
			printf "%s", race
			race = ""
			in_module = 0
		}
		BEGIN {
			searches = "in search_nested_keyrings(\\+| / search_nested_keyrings)"
		}
		/^BUG: KCSAN/ { race = $0 "\n"; next }
		race && /^=====/ { show() }
		race && /^ .*\[[a-z0-9_]+\]$/ { in_module = 1 }
		race { race = race $0 "\n"; next }
		{ print }
		END { show() }'
}

# rename_failed_migrations: a migration that fails, as it does without the keys, has Linux
# before 7.0 warn of its own way to undo it
rename_failed_migrations()
{
	awk 'function show()
		{
			if (migrates)
				sub(/^WARNING/, "elsewhere: Warning", warning)
			printf "%s", warning
			warning = ""
			migrates = 0
		}
		/^WARNING: .* __xfrm_state_destroy\+/ { show(); warning = $0 "\n"; next }
		warning && /^ xfrm_state_migrate\+/ { migrates = 1 }
		warning { warning = warning $0 "\n" }
		warning && /^---\[ end trace/ { show(); next }
		warning { next }
		{ print }
		END { show() }'
}

# reports_since NAME: print what is reported since its mark; fails when nothing is
reports_since()
{
	kernel_log_since "$1" | rename_races_elsewhere | rename_failed_migrations |
		grep -E -A 30 "$splat"
}

# races_elsewhere_since NAME: their number
races_elsewhere_since()
{
	kernel_log_since "$1" | rename_races_elsewhere | grep -c '^elsewhere: KCSAN'
}

# unreferenced: what kmemleak's last scan found. What the kernel itself loses as it
# boots, as process "swapper", is not the tests', nor are the allocator's per-CPU
# arrays, whose references to each other it does not see.
unreferenced()
{
	awk 'function show()
		{
			if (object && object !~ /comm "swapper|__pcs_|_shea[fv]/)
				printf "%s", object
			object = ""
		}
		/^unreferenced object/ { show() }
		{ object = object $0 "\n" }
		END { show() }' /sys/kernel/debug/kmemleak
}

# lost_memory: print what nothing refers to, where the kernel keeps account of that.
# It reports no object younger than 5 s, nor one that changed since the last scan.
# What is about to be freed, as that of a network namespace that ends, is gone at one
# of the next scans; what is lost stays.
lost_memory()
{
	leaks=/sys/kernel/debug/kmemleak
	[ -w $leaks ] || return 0
	now=
	echo scan >$leaks
	for _ in $(seq 20); do
		sleep 5.1
		echo scan >$leaks
		before=$now
		now=$(unreferenced)
		[ "$now" != "$before" ] || break
	done
	[ -z "$now" ] || printf '%s\n' "$now"
	echo clear >$leaks
}
