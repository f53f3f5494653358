# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A stream of pings through a tunnel, of which none may be lost while its SAs
# are replaced.

# flood_start GATEWAY ROW [OPTION]...: the options are those of ping
flood_start()
{
	flood=$run/flood
	: >"$flood"
	: >"$flood.figures"
	sent_into_nothing
	flood_excused=$into_nothing
	nsenter --net="/run/netns/$1" ping -n -i 0.02 -W 10 "${@:3}" \
		-I "${inner_of[$1]}.$2.1" \
		"${inner_of[${peer_of[$1]}]}.$2.1" >"$flood" 2>&1 &
	flood_pid=$!
	echo "$flood_pid" >"$flood.pid"
	flood_advance
}

# flood_advance: until packets have passed that were sent after this moment
flood_advance()
{
	local -a answered

	mapfile answered <"$flood"
	wait_for_lines 10 "$flood" icmp_seq= "$flood_pid" $((${#answered[@]} + 1))
}

# sent_into_nothing: into_nothing is how many packets strongSwan's kernel has dropped
# since it sent them by an ESP SA that strongSwan deleted at that moment. It gives none
# of them the time to leave first.
sent_into_nothing()
{
	local gateway pid cause packets

	into_nothing=0
	for gateway in moon sun; do
		[ "${kind[$gateway]}" = strongswan ] || continue
		read -r pid <"$run/$gateway/charon.pid"
		while read -r cause packets; do
			[ "$cause" != XfrmOutStateInvalid ] ||
				into_nothing=$((into_nothing + packets))
		done <"/proc/$pid/net/xfrm_stat"
	done
}

# flood_stop: none was lost, but for those that strongSwan itself lost. The last
# ones may be on their way.
flood_stop()
{
	local lost=0

	flood_advance
	kill -INT "$flood_pid"
	wait_for_exit "$flood_pid"
	: >"$flood.pid"
	sent_into_nothing
	awk -v excused=$((into_nothing - flood_excused)) '
	/^---/, 0 { print >"/dev/stderr" }
	match($0, /icmp_seq=[0-9]+/) {
		number = substr($0, RSTART + 9, RLENGTH - 9) + round
		# it has 16 bits
		if (number < last - 32768) {
			round += 65536
			number += 65536
		}
		if (number > last + 1)
			gaps = gaps " " last + 1 "-" number - 1
		if (!seen[number]++)
			answered++
		if (number > last)
			last = number
	}
	/packets transmitted/ { transmitted = $1 }
	END {
		print answered + 0 " answered, the last is number " last + 0
		if (gaps)
			print "late or lost:" gaps
		print "lost by strongSwan: " excused
		exit !(answered && answered + excused >= last &&
		       last >= transmitted - 30)
	}' "$flood" >"$flood.figures" || lost=$?
	echo "$(<"$flood.figures")"
	[ "$lost" -eq 0 ] || flood_drops
	return "$lost"
}

# flood_say: the figures of the last one that was stopped
flood_say()
{
	[ ! -s "$run/flood.figures" ] ||
		ktap_print_msg "pings: $(paste -s -d ';' "$run/flood.figures")"
}

# flood_drops: what xfrm itself says that it has dropped, on either side
flood_drops()
{
	local gateway

	for gateway in moon sun; do
		# shellcheck disable=SC2016 # these are fields of awk
		within "$gateway" awk -v gateway="$gateway" '
			$2 { print gateway ": " $1 " " $2 }' /proc/net/xfrm_stat
	done
}

# flood_abandon: end one that a failed test left
flood_abandon()
{
	local pid

	[ -s "$run/flood.pid" ] || return 0
	read -r pid <"$run/flood.pid"
	kill -KILL "$pid" 2>/dev/null || :
	wait_for_exit "$pid"
	rm "$run/flood.pid"
}
