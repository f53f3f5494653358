# SPDX-License-Identifier: GPL-2.0
"""
Messages of somebody who has exchanged keys, as everybody can, and has not said who it
is: IKE_INTERMEDIATE and IKE_AUTH.
"""

from bench import expect, row
from ike_peer import *

FRAGMENTS_MAX = 64
MESSAGE_MAX = 16384
Q = 3329


def encode(values):
    """ByteEncode12 of FIPS 203, two in three octets"""
    octets = b""
    for low, high in zip(values[::2], values[1::2]):
        octets += (low | high << 12).to_bytes(3, "little")
    return octets


def set_coefficient(key, index, value):
    """An encapsulation key with another coefficient"""
    at = index // 2 * 3
    pair = int.from_bytes(key[at:at + 3], "little")
    both = [pair & 0xfff, pair >> 12]
    both[index % 2] = value
    return key[:at] + encode(both) + key[at + 3:]


def ends_with_invalid_syntax(bench, sa, payloads):
    answer = bench.request(sa, IKE_INTERMEDIATE, payloads)
    expect("answered with INVALID_SYNTAX",
           find_notify(answer, INVALID_SYNTAX) is not None, answer)


def spoil(message, at=-1):
    octets = bytearray(message)
    octets[at] ^= 1
    return bytes(octets)


@row("a wrong ICV, and every part of the message changed: the right one is taken",
     says="ignored IKE_INTERMEDIATE: message does not verify", does_not_verify=4)
def _(bench):
    sa = bench.begin()
    this = Round()
    message = sa.seal(IKE_INTERMEDIATE, [this.payload()], sa.next_request)
    for at in -1, 28, 29, 40:
        bench.wire.send(spoil(message, at))
    sa.next_keys(this.shared(bench.ask(sa, message)))
    bench.authenticate(sa)
    bench.end(sa)


@row("a response reflected as a request, and a request of the wrong side",
     does_not_verify=1, unknown_spi=2)
def _(bench):
    sa = bench.begin()
    this = Round()
    response = bench.wire.ask(sa.seal(IKE_INTERMEDIATE, [this.payload()],
                                      sa.next_request), True)
    sa.next_request += 1
    reflected = bytearray(response)
    bench.wire.send(bytes(reflected))
    reflected[19] = 0
    bench.wire.send(bytes(reflected))
    reflected[18:20] = bytes([IKE_AUTH, FLAG_INITIATOR])
    reflected[20:24] = struct.pack(">I", sa.next_request)
    bench.wire.send(bytes(reflected))
    sa.next_keys(this.shared(sa.open(response)))
    bench.authenticate(sa)
    bench.end(sa)


@row("an ek with a coefficient of q, of 4095, the last one",
     says="failed: INVALID_SYNTAX", malformed=3)
def _(bench):
    for index, value in (0, Q), (1, 4095), (767, Q):
        sa = bench.begin()
        key = set_coefficient(Round().key(), index, value)
        ends_with_invalid_syntax(bench, sa, [ke_payload(MLKEM768, key)])


def coefficients(key):
    """ByteDecode12 of the polynomials of an encapsulation key"""
    for at in range(0, 3 * 384, 3):
        pair = int.from_bytes(key[at:at + 3], "little")
        yield pair & 0xfff
        yield pair >> 12


@row("an ek with a coefficient of q - 1 is a good one")
def _(bench):
    sa = bench.begin()
    this = Round()
    while Q - 1 not in coefficients(this.key()):
        this = Round()
    sa.next_keys(this.shared(
        bench.request(sa, IKE_INTERMEDIATE, [this.payload()])))
    bench.authenticate(sa)
    bench.end(sa)


@row("an ek of no octet, one less, one more, of ML-KEM-512 and 1024", malformed=5)
def _(bench):
    key = Round().key()
    for octets in b"", key[:-1], key + b"\0", key[:800], key + bytes(384):
        sa = bench.begin()
        ends_with_invalid_syntax(bench, sa, [ke_payload(MLKEM768, octets)])


@row("a round of another method, of none, of two and with a KE payload that is cut",
     malformed=5)
def _(bench):
    this = Round()
    for payloads in ([ke_payload(MLKEM1024, this.key() + bytes(384))],
                     [ke_payload(X25519, bytes(32))], [],
                     [this.payload(), this.payload()], [(KE, b"\0\x24\0")]):
        sa = bench.begin()
        ends_with_invalid_syntax(bench, sa, payloads)


@row("what is in an SK payload is no chain of payloads", malformed=4)
def _(bench):
    for octets in b"\0\0\0\3", b"\0\0\xff\xff", b"\0\0\0\4\0", b"\x22\0\0\4":
        sa = bench.begin()
        answer = bench.ask(sa, sa.seal_octets(IKE_INTERMEDIATE, KE, octets,
                                              sa.next_request))
        expect("answered with INVALID_SYNTAX",
               find_notify(answer, INVALID_SYNTAX) is not None, answer)


@row("a critical payload in IKE_INTERMEDIATE", critical_payload=1)
def _(bench):
    sa = bench.begin()
    answer = bench.request(sa, IKE_INTERMEDIATE,
                           [Round().payload(), (250, b"", 0x80)])
    expect("answered with UNSUPPORTED_CRITICAL_PAYLOAD", find_notify(
        answer, UNSUPPORTED_CRITICAL_PAYLOAD) == bytes([250]), answer)


@row("payloads beside SK: before it, behind it, and alone",
     unprotected=2, does_not_verify=1)
def _(bench):
    sa = bench.begin()
    this = Round()
    message = sa.seal(IKE_INTERMEDIATE, [this.payload()], sa.next_request)
    beside = notify(40000, b"beside")
    flags = FLAG_INITIATOR
    bench.wire.send(
        plain_message(sa.spi[True], sa.spi[False], IKE_INTERMEDIATE, flags, 1,
                      [beside, (SK, message[32:])]),
        message[:24] + struct.pack(">I", len(message) + 8) + message[28:] +
        chain([beside])[1][:8],
        plain_message(sa.spi[True], sa.spi[False], IKE_INTERMEDIATE, flags, 1,
                      [this.payload()]))
    sa.next_keys(this.shared(bench.ask(sa, message)))
    bench.authenticate(sa)
    bench.end(sa)


@row("exchanges out of their order, before the peer is authenticated",
     says="out of order", out_of_window=6)
def _(bench):
    sa = bench.begin()
    for exchange in (IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL, IKE_FOLLOWUP_KE, 99):
        bench.wire.send(sa.seal_octets(exchange, 0, b"", sa.next_request))
    bench.intermediate(sa)
    bench.wire.send(sa.seal_octets(IKE_INTERMEDIATE, 0, b"", sa.next_request))
    bench.authenticate(sa)
    bench.end(sa)


@row("a request replayed is answered alike; changed, it is not",
     repeated_request=2, does_not_verify=1)
def _(bench):
    sa = bench.begin()
    this = Round()
    message = sa.seal(IKE_INTERMEDIATE, [this.payload()], sa.next_request)
    response = bench.wire.ask(message, True)
    bench.wire.send(spoil(message))
    for _ in range(2):
        answer = bench.wire.ask(message, True)
        expect("the answer is the same", answer == response, answer)
    sa.next_keys(this.shared(sa.open(response)))
    sa.next_request += 1
    bench.authenticate(sa)
    bench.end(sa)


@row("Message IDs that are not the next", out_of_window=5)
def _(bench):
    sa = bench.begin()
    this = Round()
    for number in 0, 2, 3, 0x7fffffff, 0xffffffff:
        bench.wire.send(sa.seal_octets(IKE_INTERMEDIATE, *chain([this.payload()]),
                                       number))
    bench.finish(sa)


def fragment(bench, sa, number, total, octets=b"x" * 8, first=0):
    bench.wire.send(sa.seal_octets(IKE_INTERMEDIATE, first, octets,
                                   sa.next_request, False, (number, total)))


@row("a fragment of number 0, beyond the total, of none",
     does_not_verify=4)
def _(bench):
    sa = bench.begin()
    for number, total in (0, 2), (3, 2), (1, 0), (0xffff, 1):
        fragment(bench, sa, number, total)
    bench.finish(sa)


@row("fragments of more than 64 and of 65535", says="more than 64 fragments",
     too_large=3)
def _(bench):
    sa = bench.begin()
    for number, total in (1, 65), (1, 0xffff), (0xffff, 0xffff):
        fragment(bench, sa, number, total)
    bench.finish(sa)


@row("overlapping fragments: each counts once, the first",
     repeated_fragment=4)
def _(bench):
    sa = bench.begin()
    this = Round()
    parts = sa.seal_fragments(IKE_INTERMEDIATE, [this.payload()],
                              sa.next_request, 400)
    total = len(parts)
    bench.wire.send(parts[0])
    fragment(bench, sa, 1, total, b"another", KE)
    bench.wire.send(parts[0], parts[1])
    fragment(bench, sa, 2, total, b"another")
    fragment(bench, sa, 1, total - 1, b"fewer")
    bench.wire.send(*parts[2:-1])
    sa.next_keys(this.shared(bench.ask(sa, parts[-1])))
    bench.authenticate(sa)
    bench.end(sa)


@row("endless fragments: each begins anew with one more, and none is the last",
     repeated_fragment=1)
def _(bench):
    sa = bench.begin()
    for total in range(2, FRAGMENTS_MAX):
        fragment(bench, sa, 1, total, bytes(1000))
    fragment(bench, sa, 1, 2, bytes(1000))
    this = Round()
    first, octets = chain([this.payload()])
    # One that is larger again goes before all of them.
    size = -(-len(octets) // FRAGMENTS_MAX)
    parts = sa.seal_fragments(IKE_INTERMEDIATE, [this.payload()],
                              sa.next_request, size)
    while len(parts) < FRAGMENTS_MAX:
        parts.append(None)
    parts = [sa.seal_octets(IKE_INTERMEDIATE, 0 if k else first,
                            octets[k * size:(k + 1) * size], sa.next_request,
                            False, (k + 1, FRAGMENTS_MAX))
             for k in range(FRAGMENTS_MAX)]
    bench.wire.send(*parts[:-1])
    sa.next_keys(this.shared(bench.ask(sa, parts[-1])))
    bench.authenticate(sa)
    bench.end(sa)


@row("huge fragments: together longer than a message may be", says="too long",
     too_large=2)
def _(bench):
    sa = bench.begin()
    for number in range(1, 4):
        fragment(bench, sa, number, 3, bytes(MESSAGE_MAX // 2 - 500))
    fragment(bench, sa, 1, 3, bytes(MESSAGE_MAX))
    # Anew, with more of them
    this = Round()
    parts = sa.seal_fragments(IKE_INTERMEDIATE, [this.payload()],
                              sa.next_request, 300)
    bench.wire.send(*parts[:-1])
    sa.next_keys(this.shared(bench.ask(sa, parts[-1])))
    bench.authenticate(sa)
    bench.end(sa)


@row("fragments with nothing in them, and one of one")
def _(bench):
    sa = bench.begin()
    this = Round()
    first, octets = chain([this.payload()])
    for number, part in enumerate((b"", octets, b""), 1):
        message = sa.seal_octets(IKE_INTERMEDIATE, first if number == 1 else 0,
                                 part, sa.next_request, False, (number, 3))
        if number < 3:
            bench.wire.send(message)
    sa.cover(True, IKE_INTERMEDIATE, sa.next_request, False, first, octets)
    sa.next_keys(this.shared(bench.ask(sa, message)))
    parts = sa.seal_fragments(IKE_AUTH, bench.auth_payloads(sa), sa.next_request,
                              5000)
    expect("IKE_AUTH is one fragment of one", len(parts) == 1)
    answer = bench.ask(sa, parts[0])
    expect("the gateway answers with AUTH", find(answer, AUTH) is not None, answer)
    bench.end(sa)


@row("a message in fragments of which one does not verify", does_not_verify=1)
def _(bench):
    sa = bench.begin()
    this = Round()
    parts = sa.seal_fragments(IKE_INTERMEDIATE, [this.payload()],
                              sa.next_request, 500)
    bench.wire.send(parts[0], spoil(parts[1]), *parts[2:])
    sa.next_keys(this.shared(bench.ask(sa, parts[1])))
    bench.authenticate(sa)
    bench.end(sa)


def refused_auth(bench, change, kind=AUTHENTICATION_FAILED):
    sa = bench.begin()
    bench.intermediate(sa)
    payloads = change(sa)
    answer = bench.request(sa, IKE_AUTH, payloads)
    expect(f"answered with notification {kind}",
           find_notify(answer, kind) is not None, answer)
    expect("and the gateway says nothing of itself",
           find(answer, AUTH) is None and find(answer, IDR) is None, answer)


@row("another pre-shared key", says="failed: AUTHENTICATION_FAILED",
     authentication_failed=1)
def _(bench):
    refused_auth(bench, lambda sa: bench.auth_payloads(sa, psk=b"guessed"))


@row("an identity that no connection has", says="no connection is configured",
     authentication_failed=1)
def _(bench):
    refused_auth(bench, lambda sa: bench.auth_payloads(
        sa, identity=b"\x02\0\0\0nobody.example"))


@row("AUTH that is cut, empty, of another method, of the other side",
     authentication_failed=4)
def _(bench):
    for change in (lambda auth: auth[:-1], lambda auth: auth[:4],
                   lambda auth: b"\x01" + auth[1:], None):
        def payloads(sa, change=change):
            parts = bench.auth_payloads(sa)
            auth = parts[1][1]
            if change:
                parts[1] = AUTH, change(auth)
            else:
                parts[1] = AUTH, auth[:4] + sa.auth(
                    False, b"\x02\0\0\0moon.example", bench.psk, sa.next_request)
            return parts
        refused_auth(bench, payloads)


@row("no AUTH, no IDi, two of them", authentication_failed=1, malformed=3)
def _(bench):
    def without(number):
        return lambda sa: bench.auth_payloads(sa)[:number] + \
            bench.auth_payloads(sa)[number + 1:]

    def twice(number):
        return lambda sa: bench.auth_payloads(sa) + \
            [bench.auth_payloads(sa)[number]]

    refused_auth(bench, without(1))
    refused_auth(bench, without(0), INVALID_SYNTAX)
    refused_auth(bench, twice(0), INVALID_SYNTAX)
    refused_auth(bench, twice(1), INVALID_SYNTAX)


@row("the AUTH of another IKE SA", authentication_failed=1)
def _(bench):
    other = bench.begin()
    bench.intermediate(other)
    theirs = bench.auth_payloads(other)
    refused_auth(bench, lambda sa: theirs)
    bench.authenticate(other)
    bench.end(other)


@row("keys of another round: the ciphertext is not mixed in",
     does_not_verify=1)
def _(bench):
    sa = bench.begin()
    this = Round()
    payloads = bench.request(sa, IKE_INTERMEDIATE, [this.payload()])
    bench.wire.send(sa.seal_octets(IKE_AUTH, *chain(bench.auth_payloads(sa)),
                                   sa.next_request))
    sa.next_keys(this.shared(payloads))
    bench.authenticate(sa)
    bench.end(sa)
