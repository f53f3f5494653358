# SPDX-License-Identifier: GPL-2.0
"""
The frame of each row: the gateway refuses what the row sends, counts it, says what it
was, keeps nothing of it, and serves an honest peer afterwards.
"""

import traceback

from host import eventually, until
from ike_peer import *

ROWS = []


def row(name, says=None, **causes):
    """
    A function is a row: what it sends is counted by these causes, so often and not
    more, and the log says that.
    """
    def add(function):
        ROWS.append((name, says, causes, function))
        return function
    return add


class Refused(Exception):
    """The gateway did not do what an honest peer may expect"""


def expect(what, passed, seen=None):
    if not passed:
        raise Refused(f"{what}; seen: {seen!r}")


class Bench:
    """The peer, its gateway and the results"""

    def __init__(self, gateway, wire, answers, identity, psk):
        self.gateway = gateway
        self.wire = wire
        self.answers = answers
        self.identity = identity
        self.psk = psk
        self.count = 0
        self.failures = 0
        self.cookies = 0

    # An exchange, step by step

    def begin(self, **changes):
        """IKE_SA_INIT, of an initiator who brings the cookie that it is asked for"""
        sa = IkeSa(True)
        payloads = init_payloads(sa, **changes)
        response = self.wire.ask(init_request(sa, payloads))
        cookie = find_notify(plain_payloads(response), COOKIE)
        if cookie is not None:
            self.cookies += 1
            response = self.wire.ask(init_request(sa, payloads, cookie))
        take_init_response(sa, response)
        return sa

    def ask(self, sa, message):
        """The payloads of the answer to a request with the next Message ID"""
        answer = self.wire.ask(message, True)
        payloads = sa.open(answer)
        expect("an answer verifies", payloads is not None, answer)
        sa.next_request += 1
        return payloads

    def request(self, sa, exchange, payloads):
        return self.ask(sa, sa.seal(exchange, payloads, sa.next_request))

    def intermediate(self, sa):
        this = Round()
        sa.next_keys(this.shared(
            self.request(sa, IKE_INTERMEDIATE, [this.payload()])))

    def auth_payloads(self, sa, psk=None, identity=None):
        identity = identity or self.identity
        return [(IDI, identity),
                (AUTH, b"\x02\0\0\0" + sa.auth(True, identity, psk or self.psk,
                                               sa.next_request)),
                (SA, proposal(PROTOCOL_ESP, esp_spi(), esp_transforms())),
                selectors(TSI, bytes([10, 66, 0, 0])),
                selectors(TSR, bytes([10, 1, 66, 0]))]

    def authenticate(self, sa):
        number = sa.next_request
        payloads = self.request(sa, IKE_AUTH, self.auth_payloads(sa))
        auth, identity = find(payloads, AUTH), find(payloads, IDR)
        expect("there is a Child SA", find(payloads, SA) is not None, payloads)
        expect("the gateway proves who it is",
               auth[4:] == sa.auth(False, identity, self.psk, number), payloads)

    def finish(self, sa):
        """What an honest peer does from IKE_SA_INIT on, and the end"""
        self.intermediate(sa)
        self.authenticate(sa)
        self.end(sa)

    def establish(self):
        sa = self.begin()
        self.intermediate(sa)
        self.authenticate(sa)
        return sa

    def end(self, sa):
        """It was of use, and is deleted"""
        self.request(sa, INFORMATIONAL, [])
        self.request(sa, INFORMATIONAL, [(DELETE, b"\x01\0\0\0")])

    def honest(self):
        self.end(self.establish())

    # A row

    def changes(self, before):
        """By how much the gateway has counted more, and its IKE SAs"""
        refused, ike_sas = self.gateway.look()
        refused["cookie_required"] -= self.cookies
        return {cause: refused[cause] - before[0][cause] for cause in refused
                if refused[cause] != before[0][cause]}, ike_sas

    def settles(self, when, before, causes):
        """The changes become these, and no other IKE SAs are there than before"""
        seen, ike_sas = until(lambda: self.changes(before), (causes, before[1]))
        expect(f"counted as {causes} {when}", seen == causes, seen)
        expect(f"IKE SAs as before {when}", ike_sas == before[1], ike_sas)

    def check(self, says, causes, function):
        self.wire.drain()
        self.gateway.mark_log()
        self.cookies = 0
        before = self.gateway.look()
        function(self)
        self.settles("after it", before, causes)
        expect(f"the log says {says}",
               not says or eventually(self.gateway.log_says, says))
        self.wire.drain()
        self.honest()
        self.settles("after an honest exchange", before, causes)
        expect("the helper lives", self.gateway.lives())

    def run(self):
        print("TAP version 13")
        for name, says, causes, function in ROWS:
            self.count += 1
            try:
                self.check(says, causes, function)
                passed = "ok"
            # pylint: disable=broad-exception-caught
            except Exception:
                self.failures += 1
                passed = "not ok"
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
            print(f"{passed} {self.count} {name}", flush=True)
        print(f"1..{self.count}")
        return 1 if self.failures else 0
