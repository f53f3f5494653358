# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A gateway that answers nothing on the ports of IKE, not even by ICMP; or of which one
# direction, or some messages, are lost.

# silent_start GATEWAY [input|output [RULES]]: what comes to it, or from it, is lost: of
# IKE, or what the rules of nft(8) drop, a line each
silent_start()
{
	local hook=${2:-input} rules='udp dport { 500, 4500 } drop'

	[ $# -lt 3 ] || rules=$3
	within "$1" nft -f - <<-END
	table inet silent {
		chain $hook {
			type filter hook $hook priority filter
			$rules
		}
	}
	END
}

silent_stop()
{
	within "$1" nft delete table inet silent
}

silent_ike_sas()
{
	:
}
