#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The peer of its own make, which is honest here: it makes a tunnel, tells each secret that
it has computed for it, and waits to be killed.  No kernel but the gateway's has them.

usage: teller.py NAMESPACE ADDRESS GATEWAY PSK COMPLEMENTS

COMPLEMENTS, a file, is there when it is complete, with a line of NAME HEX for each
secret: the complement of its octets, so that the machine has no copy of them by this.
"""

import os
import pathlib
import signal
import sys

from bench import Bench
from host import Wire
from ike_peer import *

IDENTITY = b"\x02\0\0\0mars.example"
KEY_SIZE = 16  # of AES-GCM-16-128; its salt is no secret of 16 octets


class TellingIkeSa(IkeSa):
    """Keeps what it has computed"""

    def __init__(self):
        super().__init__(True)
        self.computed = {}

    def keep(self, number, shared, skeyseed):
        keys = self.keys
        self.computed |= {
            f"shared.{number}": shared, f"SKEYSEED.{number}": skeyseed,
            f"SK_d.{number}": keys.d, f"SK_pi.{number}": keys.pi,
            f"SK_pr.{number}": keys.pr, f"SK_ei.{number}": keys.ei[:KEY_SIZE],
            f"SK_er.{number}": keys.er[:KEY_SIZE]}

    def begin_keys(self, peer_public):
        super().begin_keys(peer_public)
        shared = self.dh.exchange(
            x25519.X25519PublicKey.from_public_bytes(peer_public))
        self.keep(0, shared, prf(self.nonces(), shared))

    def next_keys(self, shared):
        skeyseed = prf(self.keys.d, shared, self.nonces())
        super().next_keys(shared)
        self.keep(1, shared, skeyseed)

    def keep_keymat(self):
        """Of the first Child SA (RFC 7296 section 2.17)"""
        keymat = prf_plus(self.keys.d, self.nonces(), 2 * (KEY_SIZE + 4))
        self.computed |= {"ESP-i": keymat[:KEY_SIZE],
                          "ESP-r": keymat[KEY_SIZE + 4:][:KEY_SIZE]}


def main():
    namespace, address, gateway, psk, complements = sys.argv[1:]
    bench = Bench(None, Wire(namespace, address, gateway), None, IDENTITY,
                  pathlib.Path(psk).read_bytes())
    sa = TellingIkeSa()
    take_init_response(sa, bench.wire.ask(init_request(sa)))
    bench.intermediate(sa)
    bench.authenticate(sa)
    sa.keep_keymat()
    with open(f"{complements}.new", "w", encoding="ascii") as told:
        for name, octets in sa.computed.items():
            print(name, bytes(255 - octet for octet in octets).hex(), file=told)
    os.rename(f"{complements}.new", complements)
    signal.pause()


if __name__ == "__main__":
    main()
