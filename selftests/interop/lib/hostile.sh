# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A third host on the wire, mars, 192.0.2.66, whose programs are hostile to moon.

mars_address=192.0.2.66
mars_answers=192.0.2.67 # where it is a responder

# mars_up: topology_down does not know of it
mars_up()
{
	ip netns add mars
	ip -n mars link set lo up
	ip -n wire link add mars type veth peer name wire netns mars
	ip -n wire link set mars master bridge up
	ip -n mars link set wire up
	ip -n mars address add "$mars_address/24" dev wire
	ip -n mars address add "$mars_answers/24" dev wire
}

mars_down()
{
	signal_all mars KILL
	ip netns delete mars
}

# hostile_configure: moon takes what mars begins, and has something to begin itself
hostile_configure()
{
	local dir=$run/moon

	(umask 077 && printf '%s' "$PSK" >"$dir/psk")
	cat >"$dir/pqike.conf" <<-END
	connections {
		hostile {
			local_addrs = ${outer_address[moon]}
			remote_addrs = $mars_address
			proposals = aes128gcm16-prfsha256-x25519-ke1_mlkem768
			local {
				auth = psk
				id = moon.example
			}
			remote {
				auth = psk
				id = mars.example
			}
			children {
				net {
					local_ts = 10.1.66.0/24
					remote_ts = 10.66.0.0/24
					esp_proposals = aes128gcm16
				}
				pfs {
					local_ts = 10.1.67.0/24
					remote_ts = 10.67.0.0/24
					esp_proposals = aes128gcm16-x25519-ke1_mlkem768
				}
			}
		}
		answered {
			local_addrs = ${outer_address[moon]}
			remote_addrs = $mars_answers
			retransmit_timeout = 1
			retransmit_tries = 2
			proposals = aes128gcm16-prfsha256-x25519-ke1_mlkem768
			local {
				auth = psk
				id = moon.example
			}
			remote {
				auth = psk
				id = phobos.example
			}
			children {
				net {
					local_ts = 10.1.68.0/24
					remote_ts = 10.68.0.0/24
					esp_proposals = aes128gcm16
				}
			}
		}
	}
	secrets {
		ike {
			file = $dir/psk
		}
	}
	END
}

# hostile_run PROGRAM
hostile_run()
{
	PYTHONDONTWRITEBYTECODE=1 "hostile/$1" mars "$mars_address" "$mars_answers" moon \
		"${outer_address[moon]}" "$pqike" "$run/moon"
}
