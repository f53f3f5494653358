# SPDX-License-Identifier: GPL-2.0
"""
What a hostile responder answers to the gateway, which begins: it fails, says why, and
goes on where the right answer comes after all.
"""

from bench import expect, row
from before_auth import spoil
from ike_peer import *

# So many requests have nothing in common with an end.
REQUESTS_MAX = 100

IDENTITY = b"\x02\0\0\0phobos.example"


class Answering:
    """pqike's attempt, and this side of it"""

    def __init__(self, bench):
        self.bench = bench
        self.wire = bench.answers
        self.wire.drain()
        self.up = bench.gateway.start("up", "-v", "answered")
        self.sa = IkeSa(False)
        self.request = self.receive()

    def receive(self, exchange=IKE_SA_INIT, number=0):
        """The next request of this exchange; what is sent again is passed over"""
        while True:
            message = self.wire.receive()
            seen = header(message)
            if not seen[5] & FLAG_RESPONSE and (seen[4], seen[6]) == (exchange,
                                                                      number):
                return message

    def init(self):
        """Answer IKE_SA_INIT; returns the IKE_INTERMEDIATE request"""
        public = take_init_request(self.sa, self.request)
        self.wire.send(init_response(self.sa, public))
        message = self.receive(IKE_INTERMEDIATE, 1)
        expect("IKE_INTERMEDIATE verifies", self.key_of(message) is not None)
        return message

    def key_of(self, message):
        payloads = self.sa.open(message)
        return find(payloads, KE)[4:] if payloads else None

    def intermediate(self, message):
        """Answer it, after init() has opened it; returns the IKE_AUTH request"""
        shared, ciphertext = answer_round(find(self.opened(message), KE)[4:])
        self.wire.send(self.sa.seal(IKE_INTERMEDIATE,
                                    [ke_payload(MLKEM768, ciphertext)], 1, True))
        self.sa.next_keys(shared)
        return self.receive(IKE_AUTH, 2)

    def opened(self, message):
        return unchain(*self.sa.open_octets(message))

    def auth(self, message):
        payloads = self.sa.open(message)
        expect("IKE_AUTH verifies", payloads is not None, message)
        offer = find(payloads, SA)
        self.wire.send(self.sa.seal(IKE_AUTH, [
            (IDR, IDENTITY),
            (AUTH, b"\x02\0\0\0" + self.sa.auth(False, IDENTITY,
                                                self.bench.psk, 2)),
            (SA, proposal(PROTOCOL_ESP, esp_spi(), esp_transforms())),
            (TSI, find(payloads, TSI)), (TSR, find(payloads, TSR))], 2, True))
        expect("there was an offer", offer is not None, payloads)

    def comes_up(self):
        output = self.up.communicate()[0]
        expect("pqike up succeeds", self.up.returncode == 0, output)
        down = self.bench.gateway.start("down", "answered")
        message = self.receive(INFORMATIONAL, 3)
        self.wire.send(self.sa.seal_octets(INFORMATIONAL, 0, b"", 3, True))
        expect("pqike down succeeds", down.wait() == 0, message)

    def go_on(self):
        """From IKE_SA_INIT on as an honest one"""
        self.auth(self.intermediate(self.init()))
        self.comes_up()

    def next_request(self):
        """None where pqike up has ended before there was one"""
        ended = False
        while True:
            if self.wire.waits():
                return self.wire.receive()
            if ended:
                return None
            ended = self.up.poll() is not None

    def fails(self, words):
        """The words are those of pqike up"""
        output = self.up.communicate()[0]
        expect(f"pqike up fails and says {words}",
               self.up.returncode != 0 and words in output, output)


@row("pqike begins: an honest answer")
def _(bench):
    Answering(bench).go_on()


@row("pqike begins: a ciphertext of another length: no IKE_AUTH",
     says="failed: ")
def _(bench):
    for size in 0, 768, 1087, 1089, 1568:
        attempt = Answering(bench)
        attempt.init()
        bench.answers.drain()
        attempt.wire.send(attempt.sa.seal(
            IKE_INTERMEDIATE, [ke_payload(MLKEM768, bytes(size))], 1, True))
        attempt.fails("ciphertext")


@row("pqike begins: a ciphertext of something else: IKE_AUTH does not verify")
def _(bench):
    attempt = Answering(bench)
    attempt.init()
    attempt.wire.send(attempt.sa.seal(
        IKE_INTERMEDIATE, [ke_payload(MLKEM768, bytes(1088))], 1, True))
    message = attempt.receive(IKE_AUTH, 2)
    expect("this side cannot read it", attempt.sa.open_octets(message) is None)
    attempt.fails("")


@row("pqike begins: a wrong ICV, then the right answer", does_not_verify=3)
def _(bench):
    attempt = Answering(bench)
    message = attempt.init()
    shared, ciphertext = answer_round(find(attempt.opened(message), KE)[4:])
    answer = attempt.sa.seal(IKE_INTERMEDIATE,
                             [ke_payload(MLKEM768, ciphertext)], 1, True)
    for at in -1, 28, 40:
        attempt.wire.send(spoil(answer, at))
    attempt.wire.send(answer)
    attempt.sa.next_keys(shared)
    attempt.auth(attempt.receive(IKE_AUTH, 2))
    attempt.comes_up()


@row("pqike begins: its own requests reflected", unknown_spi=1)
def _(bench):
    attempt = Answering(bench)
    message = attempt.init()
    attempt.wire.send(message)
    shared, ciphertext = answer_round(find(attempt.opened(message), KE)[4:])
    attempt.wire.send(attempt.sa.seal(
        IKE_INTERMEDIATE, [ke_payload(MLKEM768, ciphertext)], 1, True))
    attempt.sa.next_keys(shared)
    attempt.auth(attempt.receive(IKE_AUTH, 2))
    attempt.comes_up()


@row("pqike begins: responses with other Message IDs and of other exchanges",
     out_of_window=4)
def _(bench):
    attempt = Answering(bench)
    message = attempt.init()
    for exchange, number in ((IKE_INTERMEDIATE, 0), (IKE_INTERMEDIATE, 2),
                             (IKE_AUTH, 1), (INFORMATIONAL, 1)):
        attempt.wire.send(attempt.sa.seal_octets(exchange, 0, b"", number, True))
    attempt.auth(attempt.intermediate(message))
    attempt.comes_up()


@row("pqike begins: refusals that are not authenticated, then the right answer")
def _(bench):
    attempt = Answering(bench)
    for kind in NO_PROPOSAL_CHOSEN, INVALID_SYNTAX, AUTHENTICATION_FAILED:
        attempt.wire.send(plain_message(
            header(attempt.request)[0], bytes(8), IKE_SA_INIT, FLAG_RESPONSE, 0,
            [notify(kind)]))
    attempt.go_on()


@row("pqike begins: cookies without an end", says="failed: ", malformed=3)
def _(bench):
    # Five requests with or without a cookie, and the last one twice more
    attempt = Answering(bench)
    requests = 1
    message = attempt.request
    while message and requests < REQUESTS_MAX:
        attempt.wire.send(plain_message(
            header(message)[0], bytes(8), IKE_SA_INIT, FLAG_RESPONSE, 0,
            [notify(COOKIE, struct.pack(">Q", requests))]))
        message = attempt.next_request()
        requests += 1
    attempt.fails("")
    expect("it gives up soon", requests < REQUESTS_MAX, requests)
