# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The connection of one gateway to the other, in swanctl.conf's syntax, which
# both daemons read.

# Not in hexadecimal or Base64 by chance, which 0x, 0X, 0s and 0S announce
PSK=psk-$(head -c 24 /dev/urandom | base64)

# connection GATEWAY [KEY=VALUE]...
#
# The keys are the local variables below; a VALUE replaces the usual one.
connection()
{
	local gateway=$1 peer
	local proposals=aes256gcm16-prfsha384-x25519-ke1_mlkem768
	local esp_proposals=aes256gcm16 extra='' retransmission=''
	local id remote_id local_address remote_address local_ts remote_ts

	peer=${peer_of[$gateway]}
	id=$gateway.gateway.example
	remote_id=$peer.gateway.example
	local_address=${outer_address[$gateway]}
	remote_address=${outer_address[$peer]}
	local_ts=${inner_net[$gateway]}
	remote_ts=${inner_net[$peer]}
	shift
	[ $# -eq 0 ] || local "$@"

	cat <<-END
	connections {
		gateways {
			version = 2
			$extra
			$retransmission
			local_addrs = $local_address
			remote_addrs = $remote_address
			proposals = $proposals
			local {
				auth = psk
				id = $id
			}
			remote {
				auth = psk
				id = $remote_id
			}
			children {
				net {
					local_ts = $local_ts
					remote_ts = $remote_ts
					esp_proposals = $esp_proposals
				}
			}
		}
	}
	END
}
