# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A TCP connection, to port 5001.

listens()
{
	[ -n "$(within "$1" ss -H -l -t -n "sport = :5001")" ]
}

# tcp_passes GATEWAY FROM PEER TO: a line comes through a connection. The port may
# still be that of the one before, in TIME_WAIT.
# shellcheck disable=SC2016 # these variables are of perl
tcp_passes()
{
	within "$3" timeout "$EVENT_SECONDS" \
		perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
			LocalAddr => $ARGV[0], Listen => 1,
			ReuseAddr => 1)->accept->getlines' \
		"$4:5001" >"$run/received" &
	eventually listens "$3"
	within "$1" timeout "$EVENT_SECONDS" \
		perl -MIO::Socket::INET -e 'IO::Socket::INET->new(
			LocalAddr => $ARGV[0], PeerAddr => $ARGV[1])->print(
			"through the tunnel\n")' "$2" "$4:5001"
	wait "$!"
	grep 'through the tunnel' "$run/received"
}
