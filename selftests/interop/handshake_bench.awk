# SPDX-License-Identifier: GPL-2.0
#
# Medians and quartiles of what handshake_bench.sh has measured. The last lines, one for
# each suite, are of 16 in flight, or of the first number where that is missing.
#
# A system call is taken to cost NATIVE nanoseconds on a host: what it costs here beyond
# that is taken off for the estimate.

BEGIN {
	native = 200
}

# quantile(KEY, FIELD, PART): of the values of one field, between two of them
function quantile(key, field, part,   n, i, j, at, low, sorted, swap) {
	n = count[key]
	for (i = 1; i <= n; i++)
		sorted[i] = value[key, field, i]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && sorted[j - 1] > sorted[j]; j--) {
			swap = sorted[j]
			sorted[j] = sorted[j - 1]
			sorted[j - 1] = swap
		}
	at = 1 + (n - 1) * part
	low = int(at)
	if (low >= n)
		return sorted[n]
	return sorted[low] + (at - low) * (sorted[low + 1] - sorted[low])
}

function spread(key, field) {
	return sprintf("%.0f [%.0f, %.0f]", quantile(key, field, 0.5),
		       quantile(key, field, 0.25), quantile(key, field, 0.75))
}

function without_calls(key,   calls) {
	calls = quantile(key, "calls", 0.5)
	return quantile(key, "daemon", 0.5) - calls * (cost - native) / 1000
}

function remember(list, word) {
	if (!((list, word) in seen)) {
		seen[list, word]
		words[list, ++words_n[list]] = word
	}
}

$1 == "environment" { print substr($0, length($1) + 2) }
$1 == "call" { cost = $2 }

$1 == "run" {
	key = $2 " " $3 " " $4
	n = ++count[key]
	remember("key", key)
	remember("suite", $2)
	remember("flight", $4)
	value[key, "daemon", n] = $5
	value[key, "machine", n] = $6
	value[key, "rate", n] = $7
	value[key, "median", n] = $8
	value[key, "p99", n] = $9
	value[key, "calls", n] = $12
	failed[key] += $10
	again[key] += $11
}

END {
	printf "a system call costs %d ns\n\n", cost
	print "Median [quartiles] in us for each handshake; rate is how many in a second;"
	print "estimate is the responder where a system call costs " native " ns"
	row = "%-17s %-10s %4s %3s  %-19s %-19s %5s %8s  %-16s %-22s %6s\n"
	printf row, "suite", "responder", "in", "n", "responder", "machine", "calls", \
		"estimate", "rate", "latency", "99 %"
	for (i = 1; i <= words_n["key"]; i++) {
		key = words["key", i]
		split(key, word, " ")
		printf row, word[1], word[2], word[3], count[key], spread(key, "daemon"),
			spread(key, "machine"), quantile(key, "calls", 0.5),
			sprintf("%.0f", without_calls(key)), spread(key, "rate"),
			spread(key, "median"), sprintf("%.0f", quantile(key, "p99", 0.5))
		failures += failed[key]
		repeats += again[key]
	}
	printf "failed %d, requests sent again %d\n", failures, repeats
	flight = ("flight", 16) in seen ? 16 : words["flight", 1]
	print ""
	for (i = 1; i <= words_n["suite"]; i++) {
		suite = words["suite", i]
		pqike = quantile(suite " pqike " flight, "daemon", 0.5)
		peer = quantile(suite " strongswan " flight, "daemon", 0.5)
		printf "responder %s: pqike %.0f us, strongSwan %.0f us, ratio %.2f\n",
			suite, pqike, peer, pqike / peer
	}
}
