#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A helper that lies of a Child SA.  Its child allows everything; what is installed must
be what the request offers and the response chooses, whichever side this is, in
CREATE_CHILD_SA and in IKE_AUTH.  Each lie is refused, and the truth after it is not.

Run by terms.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys

from creation import two_sides
from ike import *
from ynl_client import Tests

GCM128 = transform(1, 20, 128)
ESN = transform(5, 1)
NONE = transform(4, 0)
TCP = 6

REQUEST = "no proposal of the request"
CHOSEN = "the response has not chosen these"
IN_REQUEST = "is not within one of the request"
IN_RESPONSE = "is not within one of the response"
PAYLOADS = "not one SA, TSi and TSr payload each"


def net(*octets, bits, **more):
    return {"address": bytes(octets), "prefix-length": bits} | more


# A range that no prefix is, and ports likewise
RANGE = {"address": bytes([10, 1, 0, 5]), "end": bytes([10, 1, 0, 19]),
         "protocol": TCP, "ports": (1000, 1999)}
WITHIN = net(10, 1, 0, 8, bits=29, protocol=TCP, port=1024, **{
    "port-mask": 0xfe00})
THERE = [net(10, 2, 0, 0, bits=16)]
AGREED = {"encr": 20, "encr-key-bits": 256, "local-ts": [WITHIN],
          "remote-ts": THERE}
# As the other side has it
MIRRORED = AGREED | {"local-ts": THERE, "remote-ts": [WITHIN]}
OFFER = {"suite": (GCM256, GCM128, ESN, NO_ESN), "tsi": [RANGE] + ANYWHERE[1:],
         "tsr": THERE + [net(10, 3, 0, 0, bits=16)]}
CHOICE = {"tsi": [RANGE], "tsr": THERE}

# Of what both have said: what is claimed instead, and what is refused
LIES = [
    ("another key length", {"encr-key-bits": 128}, CHOSEN),
    ("another cipher", {"encr": 12, "integ": 12}, CHOSEN),
    ("integrity beside an AEAD", {"integ": 12}, CHOSEN),
    ("ESN", {"esn": True}, CHOSEN),
    ("transport mode", {"mode": "transport"}, "mode is not that of the response"),
    ("an address before the range",
     {"local-ts": [net(10, 1, 0, 4, bits=32, protocol=TCP, port=1024)]},
     IN_RESPONSE),
    ("an address behind it",
     {"local-ts": [net(10, 1, 0, 20, bits=32, protocol=TCP, port=1024)]},
     IN_RESPONSE),
    ("a prefix that reaches over it",
     {"local-ts": [WITHIN | {"prefix-length": 28}]}, IN_RESPONSE),
    ("any protocol", {"local-ts": [net(10, 1, 0, 8, bits=29)]}, IN_RESPONSE),
    ("a port before the range", {"local-ts": [WITHIN | {
        "port": 999, "port-mask": 0xffff}]}, IN_RESPONSE),
    ("ports that reach over it", {"local-ts": [WITHIN | {
        "port-mask": 0xfc00}]}, IN_RESPONSE),
    ("IPv6, which only the request has", {"local-ts": [
        WITHIN, net(*[0] * 16, bits=0)]}, IN_RESPONSE),
    ("another network of the request", {"remote-ts": [
        net(10, 3, 0, 0, bits=16)]}, IN_RESPONSE),
    ("a network that neither has", {"remote-ts": THERE + [
        net(10, 4, 0, 0, bits=16)]}, IN_RESPONSE),
]

# Of what the request says, before there is a response
LIES_OF_RESPONDER = [
    ("another SPI", {"spi-out": 0x1234}, REQUEST),
    ("another cipher", {"encr": 12, "integ": 12}, REQUEST),
    ("transport mode", {"mode": "transport"}, "does not ask for transport mode"),
    ("a network that it has not", {"local-ts": [net(10, 4, 0, 0, bits=16)]},
     IN_REQUEST),
    ("everything", {"local-ts": [net(0, 0, 0, 0, bits=0)]}, IN_REQUEST),
    ("an address outside of the range",
     {"remote-ts": [net(10, 1, 0, 4, bits=32, protocol=TCP, port=1024)]},
     IN_REQUEST),
]


def end(*sides):
    for side in sides:
        for sa in side.dump():
            side.do("ike-sa-del", {"id": sa["id"]})


def install(sa, own, peer, **more):
    return sa.child_do("child-sa-install", {
        "id": own["id"], "spi-out": peer["spi-in"]} |
        (AGREED if sa.side.number == 1 else MIRRORED) | more)


def delete(sa, own):
    sa.child_do("child-sa-del", {"id": own["id"]})


def begin_child(left, right, methods=(), offer=None, **chosen):
    """As far as the request is opened and the responder has its Child SA"""
    ours = child_new(left, role="initiator", **(
        {"ke-method": methods[0]} if methods else {}))
    left.request(CREATE_CHILD_SA, child_payloads(ours, methods, **offer or OFFER))
    return ours, child_new(right, role="responder", **chosen)


def check_lies(tests, name, sa, own, peer, lies):
    for what, claim, words in lies:
        refused(tests, f"{name}: {what}", errno.EPERM, words, install, sa, own,
                peer, **claim)


def test_initiator(tests, left, right):
    ours, theirs = begin_child(left, right)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **CHOICE))
    lies = LIES + [("another SPI", {"spi-out": 0x1234},
                    "SPI is not that of the response")]
    check_lies(tests, "initiator", left, ours, theirs, lies)
    install(left, ours, theirs)
    tests.check("initiator: the truth after all of them", True)
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)


def test_key_exchanges(tests, left, right):
    methods = [X25519, MLKEM768]
    ours, theirs = begin_child(left, right, methods, **{
        "ke-method": X25519, "additional-ke": [MLKEM512]})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, methods, **CHOICE))
    made = child_accept(left, ours, [X25519, MLKEM512])
    child_followups(left, right, ours, theirs, made)
    for sa, own, peer in (left, ours, theirs), (right, theirs, ours):
        refused(tests, f"additional key exchange, side {sa.side.number}: "
                "another one than was chosen", errno.EPERM, CHOSEN, install, sa,
                own, peer)
        delete(sa, own)
    offer = OFFER | {"suite": OFFER["suite"] + (NONE,)}
    ours, theirs = begin_child(left, right, [X25519], offer, **{
        "ke-method": X25519})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **CHOICE))
    refused(tests, "key exchange: NONE, where one was chosen", errno.EPERM, CHOSEN,
            install, left, ours, theirs, **{"ke-method": 0})
    install(left, ours, theirs)
    tests.check("key exchange: the one that was chosen", True)
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)


def without(payloads, *kinds):
    return [payload for payload in payloads if payload[0] not in kinds]


def test_responses(tests, left, right):
    """What the peer says cannot be installed, whatever the helper claims"""
    two = {"suite": (GCM256, GCM128, NO_ESN)}
    for name, say, number, words in [
            ("no TSi payload", lambda made: without(made, TSI), errno.EBADMSG,
             PAYLOADS),
            ("no TSr payload", lambda made: without(made, TSR), errno.EBADMSG,
             PAYLOADS),
            ("no SA payload", lambda made: without(made, SA), errno.EBADMSG,
             PAYLOADS),
            ("two SA payloads", lambda made: made + made[:1], errno.EBADMSG,
             PAYLOADS),
            ("a TS payload that ends too early",
             lambda made: without(made, TSR) + [(TSR, b"\2\0\0\0")],
             errno.EBADMSG, "malformed"),
            ("a TS payload without selectors",
             lambda made: without(made, TSR) + [(TSR, bytes(4))], errno.EBADMSG,
             "malformed"),
            ("a proposal of another number",
             lambda made: [(SA, made[0][1][:4] + b"\2" + made[0][1][5:])] +
             made[1:], errno.EPERM, REQUEST),
            ("two proposals", lambda made: [(SA, made[0][1] * 2)] + made[1:],
             errno.EPERM, CHOSEN)]:
        ours, theirs = begin_child(left, right)
        delete(right, theirs)
        right.respond(CREATE_CHILD_SA, say(child_payloads(theirs, **CHOICE)))
        refused(tests, f"response: {name}", number, words, install, left, ours,
                theirs)
        delete(left, ours)
    ours, theirs = begin_child(left, right)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **CHOICE | two))
    refused(tests, "response: two transforms of a type", errno.EPERM, CHOSEN,
            install, left, ours, theirs)
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)


def test_own_request(tests, left, right):
    """What this side has sealed is not what the kernel made, or less than it says"""
    for name, payloads, number, words in [
            ("another SPI", lambda made: child_payloads(
                made | {"spi-in": 0x1234}, **OFFER), errno.EPERM, REQUEST),
            ("other algorithms", lambda made: child_payloads(
                made, **OFFER | {"suite": (GCM128, NO_ESN)}), errno.EPERM, REQUEST),
            ("narrower selectors", lambda made: child_payloads(
                made, **OFFER | {"tsr": [net(10, 2, 0, 0, bits=17)]}),
             errno.EPERM, IN_REQUEST),
            ("no TS payload", lambda made: without(child_payloads(
                made, **OFFER), TSI, TSR), errno.EBADMSG, PAYLOADS)]:
        ours = child_new(left, role="initiator")
        left.request(CREATE_CHILD_SA, payloads(ours))
        peer = ours | {"spi-in": 0x5678, "nonce": bytes(range(32))}
        right.respond(CREATE_CHILD_SA, child_payloads(peer, **CHOICE))
        refused(tests, f"own request: {name}", number, words, install, left, ours,
                peer)
        delete(left, ours)


def test_responder(tests, left, right):
    ours, theirs = begin_child(left, right)
    check_lies(tests, "responder", right, theirs, ours, LIES_OF_RESPONDER)
    install(right, theirs, ours)
    truth = child_payloads(theirs, **CHOICE)
    for name, payloads, number, words in [
            ("another SPI", child_payloads(theirs | {"spi-in": 0x1234}, **CHOICE),
             errno.EPERM, "SPI is not that of the response"),
            ("another key length", child_payloads(
                theirs, **CHOICE | {"suite": (GCM128, NO_ESN)}), errno.EPERM,
             CHOSEN),
            ("ESN", child_payloads(theirs, **CHOICE | {"suite": (GCM256, ESN)}),
             errno.EPERM, CHOSEN),
            ("narrower selectors", child_payloads(
                theirs, **CHOICE | {"tsr": [net(10, 2, 0, 0, bits=17)]}),
             errno.EPERM, IN_RESPONSE),
            ("transport mode", child_payloads(theirs, transport=True, **CHOICE),
             errno.EPERM, "mode is not that of the response"),
            ("no TS payload", without(truth, TSI), errno.EBADMSG, PAYLOADS),
            ("a refusal", [notify(NO_PROPOSAL_CHOSEN)], errno.EPERM,
             "refuses a Child SA that is installed")]:
        refused(tests, f"responder, seals: {name}", number, words, right.respond,
                CREATE_CHILD_SA, payloads)
    right.respond(CREATE_CHILD_SA, truth)
    tests.check("responder, seals: the truth after all of them", True)
    install(left, ours, theirs)
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)


def test_refusing(tests, left, right):
    """What was refused cannot be installed afterwards"""
    _, theirs = begin_child(left, right)
    right.respond(CREATE_CHILD_SA, [notify(NO_PROPOSAL_CHOSEN)])
    refused(tests, "refused: installed afterwards", errno.EPERM,
            "has refused the Child SA", install, right, theirs, {"spi-in": 0x1234})
    delete(right, theirs)


def test_requests(tests, left, right):
    for name, change, words in [
            ("no SA payload", lambda made: without(made, SA), PAYLOADS),
            ("no TSi payload", lambda made: without(made, TSI), PAYLOADS),
            ("no TSr payload", lambda made: without(made, TSR), PAYLOADS),
            ("a selector longer than its payload",
             lambda made: without(made, TSI) + [(TSI, made[1][1][:-1])],
             "malformed"),
            ("octets behind the last selector",
             lambda made: without(made, TSI) + [(TSI, made[1][1] + b"\0")],
             "malformed"),
            ("payloads that are too long",
             lambda made: without(made, SA) + [(SA, bytes(16384))], "too long")]:
        ours = child_new(left, role="initiator")
        left.request(CREATE_CHILD_SA, change(child_payloads(ours, **OFFER)))
        refused(tests, f"request: {name}", errno.EBADMSG, words, child_new, right,
                role="responder")
        right.respond(CREATE_CHILD_SA, [notify(INVALID_SYNTAX)])
        delete(left, ours)


def test_transport(tests, a, b, left, right):
    """RFC 7296 section 2.23.1: an address stands for that of its side"""
    hosts = {"tsi": [net(198, 51, 100, 1, bits=32)],
             "tsr": [net(198, 51, 100, 2, bits=32)]}
    own, peer = net(*a.address, bits=32), net(*b.address, bits=32)
    ours, theirs = begin_child(left, right, offer=hosts | {"transport": True})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, transport=True, **hosts))
    for name, more, words in [
            ("tunnel mode", {}, IN_RESPONSE),
            ("another address", {"mode": "transport", "remote-ts": [
                net(192, 0, 2, 7, bits=32)]}, IN_RESPONSE),
            ("a network around the address", {"mode": "transport", "remote-ts": [
                net(192, 0, 2, 0, bits=24)]}, IN_RESPONSE)]:
        refused(tests, f"transport mode: {name}", errno.EPERM, words, install, left,
                ours, theirs, **{"local-ts": [own], "remote-ts": [peer]} | more)
    install(left, ours, theirs, mode="transport", **{"local-ts": [own],
                                                     "remote-ts": [peer]})
    tests.check("transport mode: the addresses of both sides", True)
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)
    ours, theirs = begin_child(left, right, offer=hosts)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **hosts))
    refused(tests, "tunnel mode: an address stands for no other", errno.EPERM,
            IN_RESPONSE, install, left, ours, theirs, **{
                "local-ts": [own], "remote-ts": [peer]})
    for sa, child in (left, ours), (right, theirs):
        delete(sa, child)


def test_rekeyed(tests, a, b, left, right):
    """N(REKEY_SA) names a Child SA of the IKE SA and of the same child"""
    b.set_children(ANY_CHILD | {"name": "another"})
    other_left, other_right = establish(a, b)

    def make(left, right, child="any"):
        ours, theirs = begin_child(left, right, child=child)
        install(right, theirs, ours)
        right.respond(CREATE_CHILD_SA, child_payloads(theirs, **CHOICE))
        install(left, ours, theirs)
        return ours, theirs

    def ask(spi):
        ours = child_new(left, role="initiator")
        left.request(CREATE_CHILD_SA, [notify(
            REKEY_SA, protocol=PROTOCOL_ESP, spi=struct.pack(">I", spi))] +
            child_payloads(ours, **OFFER))
        return ours

    # One at a time: their selectors are the same.
    foreign = make(other_left, other_right)
    for name, spi in ("of another IKE SA", foreign[0]["spi-in"]), \
                     ("that is not there", 0x4321), \
                     ("by the responder's SPI", foreign[1]["spi-in"]):
        ours = ask(spi)
        refused(tests, f"rekey: a Child SA {name}", errno.EPERM,
                "rekeys no Child SA of the IKE SA", child_new, right,
                role="responder")
        right.respond(CREATE_CHILD_SA, [notify(CHILD_SA_NOT_FOUND)])
        delete(left, ours)
    for sa, child in (other_left, foreign[0]), (other_right, foreign[1]):
        delete(sa, child)
    old = make(left, right)
    ours = ask(old[0]["spi-in"])
    refused(tests, "rekey: of another child", errno.EPERM, "of another child",
            child_new, right, role="responder", child="another")
    theirs = child_new(right, role="responder")
    tests.check("rekey: of the same child", True)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **CHOICE))
    for own, peer in (ours, theirs), old:
        delete(left, own)
        delete(right, peer)
    for sa in other_left, other_right:
        sa.do("ike-sa-del")


def test_first(tests, a, b):
    """IKE_AUTH, where the Child SA has no key exchange"""
    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    intermediate(left, right, (X25519, MLKEM768))
    ours = child_new(left)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                            *child_terms(ours, **OFFER)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    check_lies(tests, "first, responder", right, theirs, ours, LIES_OF_RESPONDER)
    install(right, theirs, ours)
    identity = [(IDR, b.identity), auth_payload(right)]
    refused(tests, "first, responder, seals: narrower selectors", errno.EPERM,
            IN_RESPONSE, right.respond, IKE_AUTH, identity + child_terms(
                theirs, **CHOICE | {"tsr": [net(10, 2, 0, 0, bits=17)]}))
    refused(tests, "first, responder, seals: no Child SA", errno.EPERM,
            "refuses a Child SA that is installed", right.respond, IKE_AUTH,
            identity)
    right.respond(IKE_AUTH, identity + child_terms(theirs, **CHOICE))
    refused(tests, "first: before the peer is authenticated", errno.EPROTO,
            "not authenticated", install, left, ours, theirs)
    left.do("ike-sa-auth-verify")
    check_lies(tests, "first, initiator", left, ours, theirs, LIES)
    install(left, ours, theirs)
    tests.check("first: the truth after all of them", True)
    end(a, b)


def test_first_gone(tests, a, b):
    """The messages of IKE_AUTH are there no longer than until the next ones"""
    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    intermediate(left, right, (X25519, MLKEM768))
    ours = child_new(left)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                            *child_terms(ours, **OFFER)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right),
                             *child_terms(theirs, **CHOICE)])
    left.do("ike-sa-auth-verify")
    left.exchange(INFORMATIONAL)
    refused(tests, "first: after another exchange", errno.EPROTO,
            "not open any more", install, left, ours, theirs)
    install(right, theirs, ours)
    tests.check("first: the responder has compared what it sealed", True)
    end(a, b)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        left, right = establish(a, b)
        for test in (test_initiator, test_key_exchanges, test_responses,
                     test_own_request, test_responder, test_refusing,
                     test_requests):
            test(tests, left, right)
        for test in test_transport, test_rekeyed:
            test(tests, a, b, left, right)
        end(a, b)
        test_first(tests, a, b)
        test_first_gone(tests, a, b)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
