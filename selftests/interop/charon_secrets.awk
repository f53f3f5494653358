# SPDX-License-Identifier: GPL-2.0
#
# Take what charon computed out of its log of level 4.
#
# usage: awk -v wanted='2 SKEYSEED=SKEYSEED;1 PSK=secret' -f charon_secrets.awk LOG
#
# "2 NAME=LABEL" asks for at least two dumps that the log calls LABEL. For each
# one it prints "NAME.1 HEX", "NAME.2 HEX", in the log's order. A dump that is
# missing, or has not the length that the log announced, is an error.

BEGIN {
	sub(/;$/, "", wanted)
	n = split(wanted, wishes, ";")
	for (i = 1; i <= n; i++) {
		equals = index(wishes[i], "=")
		space = index(wishes[i], " ")
		label = substr(wishes[i], equals + 1)
		name_of[label] = substr(wishes[i], space + 1, equals - space - 1)
		least[label] = substr(wishes[i], 1, space - 1) + 0
	}
}

function fail(message) {
	print "charon_secrets: " message >"/dev/stderr"
	failed = 1
	exit 1
}

function finish_dump() {
	if (left == 0)
		return
	fail("the dump of '" current "' is cut short")
}

# 07[IKE] SKEYSEED => 48 bytes @ 0x7f22440078d0
match($0, / => [0-9]+ bytes @ /) {
	finish_dump()
	label = substr($0, 1, RSTART - 1)
	sub(/^[0-9]+\[[A-Z]+\] /, "", label)
	octets = substr($0, RSTART + 4) + 0
	if (label in name_of && octets) {
		current = label
		left = octets
		hex = ""
	}
	next
}

# 07[IKE]   16: B0 5A 31 3D 33 76 8F B4 45 1B 58 8A 12 1B 24 F5  .Z1=3v..E.X...$.
left {
	if (!match($0, /^[0-9]+\[[A-Z]+\] +[0-9]+: /))
		finish_dump()
	octets_here = left < 16 ? left : 16
	text = substr($0, RSTART + RLENGTH, 3 * octets_here)
	gsub(/ /, "", text)
	if (text !~ /^[0-9A-F]+$/ || length(text) != 2 * octets_here)
		fail("cannot make out the dump of '" current "': " $0)
	hex = hex text
	left -= octets_here
	if (!left) {
		seen[current]++
		print name_of[current] "." seen[current], tolower(hex)
	}
}

END {
	if (failed)
		exit 1
	finish_dump()
	for (label in least)
		if (seen[label] < least[label])
			fail("expected " least[label] " dumps of '" label \
				"', found " seen[label] + 0)
}
