# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A gateway that answers nothing on the ports of IKE, not even by ICMP.

silent_start()
{
	within "$1" nft -f - <<-END
	table inet silent {
		chain input {
			type filter hook input priority filter
			udp dport { 500, 4500 } drop
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
