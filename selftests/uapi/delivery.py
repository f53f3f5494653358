#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Replies that do not fit into the receive buffer: two sides, neither of which is
given a reply before it has asked twice, set up an IKE SA, Child SAs and rekeys,
and traffic passes.

Run by delivery.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import socket
import struct
import sys

import creation
from ike import *
from ynl_client import Tests

STEPS = ("ike-sa-new", "ike-sa-init", "ike-sa-additional-ke", "ike-sa-seal",
         "ike-sa-open", "ike-sa-auth-make", "child-sa-new", "child-sa-ke")
# The kernel makes these as small as it allows, and doubles the others.
TINY, USUAL = 0, 106496
FILLERS = 16


class UnheardSide(Side):
    """A side whose first request of each step meets a full receive buffer"""

    def __init__(self, name, number):
        super().__init__(name, number)
        self.unheard = dict.fromkeys(STEPS, 0)
        self.heard = []

    def send(self, operation, attributes, sequence):
        operation = self.family.ops[operation]
        self.family.sock.send(self.family._encode_message(
            operation, attributes, [], sequence))

    def read_all(self):
        """Sequence numbers of what is there; what did not fit is ENOBUFS"""
        seen = []
        while True:
            try:
                data = self.family.sock.recv(1 << 17, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return seen
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                continue
            while data:
                length, _, _, sequence = struct.unpack("=IHHI", data[:12])
                seen.append(sequence)
                data = data[(length + 3) & ~3:]

    def buffer(self, octets):
        self.family.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, octets)

    def ask_unheard(self, operation, attributes):
        self.buffer(TINY)
        for filler in range(FILLERS):
            self.send("connection-get", {"name": "creation"}, 1 + filler)
        self.send(operation, attributes, 100)
        if 100 in self.read_all():
            self.heard.append(operation)
        self.unheard[operation] += 1
        self.buffer(USUAL)

    def do(self, operation, attributes):
        if operation in STEPS:
            self.ask_unheard(operation, attributes)
        return super().do(operation, attributes)


def test_steps(tests, a, b):
    methods = [X25519, MLKEM768]
    left, right = establish(a, b)
    tests.check("ike-sa-new that was not heard has made no IKE SA",
                len(a.dump()) == 1 and len(b.dump()) == 1, a.dump())
    ours, theirs, _ = create_child(left, right, methods, 1)
    creation.check_child(tests, "a Child SA", a, b, (left, ours),
                         (right, theirs), 1)
    left, right = rekey(left, right, methods)
    ours, theirs, _ = create_child(left, right, methods, 2)
    creation.check_child(tests, "a Child SA of the rekeyed IKE SA", a, b,
                         (left, ours), (right, theirs), 2)
    tests.check("a Child SA was made for each reply, and no other",
                len(left.children()) == 1 and len(right.children()) == 1,
                left.children())
    for side in a, b:
        tests.check(f"each step of {side.name} was not heard once",
                    all(side.unheard.values()) and not side.heard,
                    (side.unheard, side.heard))


def test_another_request(tests, a, b):
    """What is asked for next is another thing: the reply is gone"""
    left, right = establish(a, b)
    number = left.next_request
    attributes = {"id": left.id, "exchange-type": INFORMATIONAL,
                  "message-id": number, "first-payload": 0, "plaintext": b""}
    a.ask_unheard("ike-sa-seal", attributes)
    refused(tests, "another message in its place", errno.EPROTO, "under way",
            super(UnheardSide, a).do, "ike-sa-seal",
            attributes | {"fragment-size": 1000})
    refused(tests, "the message that was not heard, after another request",
            errno.EPROTO, "under way", super(UnheardSide, a).do, "ike-sa-seal",
            attributes)
    right.do("ike-sa-del")
    left.do("ike-sa-del")


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with creation.two_sides(UnheardSide) as (a, b):
        for test in test_steps, test_another_request:
            test(tests, a, b)
            for side in a, b:
                for sa in side.dump():
                    side.do("ike-sa-del", {"id": sa["id"]})
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
