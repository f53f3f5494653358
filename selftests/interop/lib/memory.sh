# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Memory that tunnels take of the kernel, and that none of them may leave.

# memory_print: each slab that tunnels use and how many objects it has. Processors
# keep some for their next allocation, up to 60 of a slab, which count as if they were in
# use: one processor looks, and of a few looks the least counts, in which no other one has
# allocated since they were freed. A kernel that tracks references to devices and namespaces
# keeps its notes of those that were given back, of 32 octets, some for each device.
memory_print()
(
	others='^$'

	taskset --cpu-list --pid 0 "$BASHPID" >/dev/null
	if [ -d /sys/kernel/debug/ref_tracker ]; then
		others='^kmalloc-32$'
	fi
	for ((look = 1; look <= 5; look++)); do
		for cache in /sys/kernel/slab/*/shrink; do
			echo 1 >"$cache"
		done
		awk -v others="$others" '
			$1 !~ others &&
			/^(kmalloc|xfrm|skbuff|sock_inode|UDP|key_jar|ip_dst)/ {
				print $1, $2 }' /proc/slabinfo
	done | awk '
		!($1 in least) || $2 < least[$1] { least[$1] = $2 }
		END { for (cache in least) print cache, least[cache] }' |
		sort
)

# memory_mark: memory_is_free compares with now, when the kernel has freed, after
# its grace periods, what tunnels had
memory_mark()
{
	eventually no_xfrm_state_left
	memory_print >"$run/memory"
}

no_xfrm_state_left()
{
	memory_print | awk '$1 == "xfrm_state" && $2 { exit 1 }'
}

# memory_is_free TUNNELS: less than three objects in four of them are more than before,
# which for 100 of them is more than a processor keeps
memory_is_free()
{
	memory_print | join "$run/memory" - >"$run/memory.grown"
	awk -v tunnels="$1" '
		$3 - $2 >= tunnels * 3 / 4 {
			print $1 ": " $2 " objects, now " $3
			failed = 1
		}
		END { exit failed }' "$run/memory.grown"
}

# memory_most: the slab that has grown most
memory_most()
{
	awk '$3 - $2 > most || !name { most = $3 - $2; name = $1 }
		END { print name " by " most " objects" }' "$run/memory.grown"
}
