#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A helper that lies of a Child SA.  Its child allows everything; what is installed is
what the request offers and the response chooses, whichever side this is, in
CREATE_CHILD_SA and in IKE_AUTH.  The request of child-sa-install says nothing of it: what
is left to lie with is this side's own message.  Each lie is refused, and the truth after
it is not.

Run by terms.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys

from creation import two_sides
from ike import *
from ynl_client import Tests

GCM128 = transform(1, 20, 128)
ESN = transform(5, 1)
TCP = 6
# Octets of the payloads of one message
MESSAGE_MAX = 65000

REQUEST = "no proposal of the request"
CHOSEN = "does not choose one suite"
OWN_SPI = "has not the SPI of the Child SA"
IN_REQUEST = "is not within one of the request"
PAYLOADS = "not one SA, TSi and TSr payload each"
NOT_SAME = "is not the one that the Child SA is installed with"


def net(*octets, bits, **more):
    return {"address": bytes(octets), "prefix-length": bits} | more


# A range that no prefix is, and ports likewise
RANGE = {"address": bytes([10, 1, 0, 5]), "end": bytes([10, 1, 0, 19]),
         "protocol": TCP, "ports": (1000, 1999)}
WITHIN = net(10, 1, 0, 8, bits=29, protocol=TCP, port=1024, **{
    "port-mask": 0xfe00})
THERE = [net(10, 2, 0, 0, bits=16)]
OFFER = {"suite": (GCM256, GCM128, ESN, NO_ESN), "tsi": [RANGE] + ANYWHERE[1:],
         "tsr": THERE + [net(10, 3, 0, 0, bits=16)]}
CHOICE = {"tsi": [WITHIN], "tsr": THERE}
INSTALLED = {"encr": 20, "encr-key-bits": 256, "integ": 0, "mode": "tunnel",
             "esn": None}


def outside(**more):
    return [WITHIN | more]


# Of the response: what it says that the request does not
BEYOND = [
    ("another cipher", {"suite": (transform(1, 12, 256), transform(3, 12), NO_ESN)},
     REQUEST),
    ("integrity beside an AEAD", {"suite": (GCM256, transform(3, 12), NO_ESN)},
     REQUEST),
    ("another key length", {"suite": (transform(1, 20, 192), NO_ESN)}, REQUEST),
    ("a type that ESP has not", {"suite": (GCM256, NO_ESN, transform(2, 5))}, CHOSEN),
    ("no cipher", {"suite": (NO_ESN,)}, CHOSEN),
    ("two transforms of a type", {"suite": (GCM256, GCM128, NO_ESN)}, CHOSEN),
    ("a key exchange that was not offered", {"methods": [X25519]}, None),
    ("transport mode", {"transport": True}, "does not ask for transport mode"),
    ("an address before the range", {"tsi": outside(
        address=bytes([10, 1, 0, 4]), **{"prefix-length": 32})}, IN_REQUEST),
    ("an address behind it", {"tsi": outside(
        address=bytes([10, 1, 0, 20]), **{"prefix-length": 32})}, IN_REQUEST),
    ("a prefix that reaches over it", {"tsi": outside(
        address=bytes([10, 1, 0, 0]), **{"prefix-length": 28})},
     IN_REQUEST),
    ("any protocol", {"tsi": [net(10, 1, 0, 8, bits=29)]}, IN_REQUEST),
    ("a port before the range", {"tsi": outside(port=999, **{
        "port-mask": 0xffff})}, IN_REQUEST),
    ("ports that reach over it", {"tsi": outside(**{"port-mask": 0xfc00})},
     IN_REQUEST),
    ("a network that it has not", {"tsr": THERE + [net(10, 4, 0, 0, bits=16)]},
     IN_REQUEST),
    ("everything", {"tsr": [net(0, 0, 0, 0, bits=0)]}, IN_REQUEST),
    ("a range that no prefix is", {"tsi": [RANGE]}, "no * traffic selector"),
]


def end(*sides):
    for side in sides:
        for sa in side.dump():
            side.do("ike-sa-del", {"id": sa["id"]})


def whole(one):
    """A selector as it is shown"""
    return {"protocol": 0, "port": 0, "port-mask": 0} | one


def shown(sa, own):
    return next(one for one in sa.children() if one["id"] == own["id"])


def is_installed(sa, own, peer, tsi=CHOICE["tsi"], tsr=CHOICE["tsr"],
                 initiator=True, **more):
    """As both messages say"""
    seen = shown(sa, own)
    local, remote = (tsi, tsr) if initiator else (tsr, tsi)
    wanted = INSTALLED | {
        "spi-out": peer["spi-in"], "local-ts": [whole(one) for one in local],
        "remote-ts": [whole(one) for one in remote]} | more
    return "installed" in seen and all(
        (as_list(seen[name]) if name.endswith("-ts") else seen.get(name)) == value
        for name, value in wanted.items())


def delete(sa, own):
    sa.child_do("child-sa-del", {"id": own["id"]})


def delete_all(*children):
    for sa, own in children:
        delete(sa, own)


def begin_child(left, right, methods=(), offer=None, **chosen):
    """As far as the request is opened and the responder has its Child SA"""
    ours = child_new(left, role="initiator", **(
        {"ke-method": methods[0]} if methods else {}))
    left.request(CREATE_CHILD_SA, child_payloads(ours, methods, **offer or OFFER))
    return ours, child_new(right, role="responder", **chosen)


def child_said(made, methods=(), **said):
    return child_payloads(made, methods, **CHOICE | said)


def beyond(initiator):
    for name, said, words in BEYOND:
        side = "local" if initiator == ("tsi" in said) else "remote"
        yield name, dict(said), (words or REQUEST).replace("*", side)


CLAIMS = {"spi-out": 0x1234, "encr": 12, "encr-key-bits": 128, "integ": 12,
          "esn": True, "mode": "transport", "ke-method": X25519,
          "additional-ke": [MLKEM512], "child": "another", "reqid": 5,
          "local-ts": ANYWHERE, "remote-ts": ANYWHERE, "lifetime": {
              "soft-bytes": 1}, "replay-window": 4096}


def test_claims(tests, left, right):
    """What the request of child-sa-install says besides counts for nothing"""
    ours, theirs = begin_child(left, right)
    answer = child_said(theirs)
    child_install(right, theirs, answer, **CLAIMS)
    right.respond(CREATE_CHILD_SA, answer)
    child_install(left, ours, **CLAIMS)
    for name, sa, own, peer in ("initiator", left, ours, theirs), \
                               ("responder", right, theirs, ours):
        tests.check(f"claims: {name}: what the messages say is installed",
                    is_installed(sa, own, peer, initiator=sa is left),
                    shown(sa, own))
        delete(sa, own)


def test_initiator(tests, left, right):
    """The peer says more than it was offered"""
    for name, said, words in beyond(True):
        ours, theirs = begin_child(left, right)
        delete(right, theirs)
        right.respond(CREATE_CHILD_SA, child_said(theirs, **said))
        refused(tests, f"initiator: {name}", errno.EPERM, words, child_install,
                left, ours)
        delete(left, ours)
    for name, said, installed in [
            ("a range beside what can be installed", {"tsi": [RANGE, WITHIN]}, {}),
            ("less than was offered", {"suite": (GCM128, ESN),
                                       "tsr": [net(10, 3, 5, 0, bits=24)]},
             {"encr-key-bits": 128, "esn": True,
              "tsr": [net(10, 3, 5, 0, bits=24)]})]:
        ours, theirs = begin_child(left, right)
        right.respond(CREATE_CHILD_SA, child_said(theirs, **said))
        refused(tests, f"initiator: {name}: with a response of its own",
                errno.EINVAL, "the peer's to say", child_install, left, ours,
                child_said(theirs))
        child_install(left, ours)
        tests.check(f"initiator: {name}",
                    is_installed(left, ours, theirs, **installed), shown(left, ours))
        delete_all((left, ours), (right, theirs))


def test_key_exchanges(tests, left, right):
    """Those that the response chooses count, whatever the responder has in mind"""
    methods = [X25519, MLKEM768]
    ours, theirs = begin_child(left, right, methods, **{"ke-method": X25519})
    for name, said, words in [
            ("without the one that was made", [], "own KE data"),
            ("another one than was made", [MLKEM512, MLKEM768], "own KE data")]:
        for what, step in ("installs", lambda answer: child_install(
                right, theirs, answer)), ("seals", lambda answer: right.respond(
                    CREATE_CHILD_SA, answer)):
            refused(tests, f"key exchange: responder {what} {name}", errno.EPERM,
                    words, step, child_said(theirs, said))
    refused(tests, "key exchange: installed before the additional one",
            errno.EPROTO, "not complete", child_install, right, theirs,
            child_said(theirs, methods))
    right.respond(CREATE_CHILD_SA, child_said(theirs, methods))
    made = child_followups(left, right, ours, theirs, child_accept(left, ours))
    tests.check("key exchange: the one that was chosen is made", not made.get(
        "ke-data") and made["additional-ke-done"] == 1, made)
    for sa, own in (left, ours), (right, theirs):
        child_install(sa, own)
        seen = shown(sa, own)
        tests.check(f"key exchange: side {sa.side.number}: shown as chosen",
                    (seen["ke-method"], as_list(seen["additional-ke"])) ==
                    (X25519, [MLKEM768]), seen)
        delete(sa, own)
    ours, theirs = begin_child(left, right, methods, **{"ke-method": X25519})
    right.respond(CREATE_CHILD_SA, child_said(theirs, [X25519, MLKEM512]))
    made = child_accept(left, ours)
    child_followups(left, right, ours, theirs, made)
    for sa, own in (left, ours), (right, theirs):
        refused(tests, f"additional key exchange, side {sa.side.number}: "
                "another one than was offered", errno.EPERM, REQUEST,
                child_install, sa, own)
        delete(sa, own)


def without(payloads, *kinds):
    return [payload for payload in payloads if payload[0] not in kinds]


def test_responses(tests, left, right):
    """What the peer says cannot be read"""
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
            ("a proposal of another protocol",
             lambda made: [(SA, made[0][1][:5] + b"\2" + made[0][1][6:])] +
             made[1:], errno.EPERM, CHOSEN),
            ("two proposals", lambda made: [(SA, made[0][1] * 2)] + made[1:],
             errno.EPERM, CHOSEN)]:
        ours, theirs = begin_child(left, right)
        delete(right, theirs)
        right.respond(CREATE_CHILD_SA, say(child_said(theirs)))
        refused(tests, f"response: {name}", number, words, child_install, left,
                ours)
        delete(left, ours)


def test_own_request(tests, left, right):
    """What this side has sealed is not what the kernel made, or less than is chosen"""
    for name, payloads, number, words in [
            ("another SPI", lambda made: child_payloads(
                made | {"spi-in": 0x1234}, **OFFER), errno.EPERM, OWN_SPI),
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
        right.respond(CREATE_CHILD_SA, child_said(peer))
        refused(tests, f"own request: {name}", number, words, child_install, left,
                ours)
        delete(left, ours)


def test_responder(tests, left, right):
    ours, theirs = begin_child(left, right)
    refused(tests, "responder: no response", errno.EINVAL, "is missing",
            child_install, right, theirs)
    for name, said, words in beyond(False):
        if "methods" in said:
            words = "own KE data"
        refused(tests, f"responder, installs: {name}", errno.EPERM, words,
                child_install, right, theirs, child_said(theirs, **said))
    refused(tests, "responder, installs: another SPI", errno.EPERM, OWN_SPI,
            child_install, right, theirs, child_said(theirs | {"spi-in": 0x1234}))
    refused(tests, "responder, installs: no TS payload", errno.EBADMSG, PAYLOADS,
            child_install, right, theirs, without(child_said(theirs), TSI))
    truth = child_said(theirs)
    child_install(right, theirs, truth)
    tests.check("responder: the truth after all of them", is_installed(
        right, theirs, ours, initiator=False), shown(right, theirs))
    for name, payloads, number, words in [
            ("another SPI", child_said(theirs | {"spi-in": 0x1234}), errno.EPERM,
             NOT_SAME),
            ("another key length", child_said(theirs, suite=(GCM128, NO_ESN)),
             errno.EPERM, NOT_SAME),
            ("ESN", child_said(theirs, suite=(GCM256, ESN)), errno.EPERM, NOT_SAME),
            ("narrower selectors", child_said(theirs, tsr=[net(10, 2, 0, 0,
                                                               bits=17)]),
             errno.EPERM, NOT_SAME),
            ("wider selectors", child_said(theirs, tsi=[RANGE]), errno.EPERM,
             NOT_SAME),
            ("transport mode", child_said(theirs, transport=True), errno.EPERM,
             NOT_SAME),
            ("no TS payload", without(truth, TSI), errno.EBADMSG, PAYLOADS),
            ("a refusal", [notify(NO_PROPOSAL_CHOSEN)], errno.EPERM,
             "refuses a Child SA that is installed")]:
        refused(tests, f"responder, seals: {name}", number, words, right.respond,
                CREATE_CHILD_SA, payloads)
    right.respond(CREATE_CHILD_SA, [notify(40000, b"else"), *truth])
    tests.check("responder, seals: the truth after all of them", True)
    child_install(left, ours)
    delete_all((left, ours), (right, theirs))


def check_responder(tests, name, left, right, ours, theirs):
    """What its response has said is installed, and goes"""
    child_install(right, theirs)
    tests.check(name, is_installed(right, theirs, ours, initiator=False),
                shown(right, theirs))
    delete_all((left, ours), (right, theirs))


def test_sealed(tests, left, right):
    """A responder that seals first has no more to say"""
    ours, theirs = begin_child(left, right)
    right.respond(CREATE_CHILD_SA, child_said(theirs))
    refused(tests, "sealed: another response", errno.EINVAL, "sealed already",
            child_install, right, theirs, child_said(
                theirs, tsr=[net(10, 3, 0, 0, bits=16)]))
    check_responder(tests, "sealed: that is installed", left, right, ours, theirs)


def test_not_sealed(tests, left, right):
    """A response that cannot be sealed, here as it is too long, says nothing"""
    ours, theirs = begin_child(left, right)
    truth = child_said(theirs)
    for name, payloads in [
            ("a refusal", []),
            ("another key length", child_said(theirs, suite=(GCM128, NO_ESN)))]:
        room = bytes(MESSAGE_MAX - len(chain(payloads + [notify(40000)])[1]))
        refused(tests, f"not sealed: {name}", errno.EMSGSIZE, "too long",
                right.respond, CREATE_CHILD_SA, payloads + [notify(40000, room)])
    right.respond(CREATE_CHILD_SA, truth)
    check_responder(tests, "not sealed: what was sealed after it is installed",
                    left, right, ours, theirs)


def test_inherited(tests, a, b):
    """The IKE SA that is to seal the response keeps its Child SA until then"""
    left, right = establish(a, b)
    ours, theirs = begin_child(left, right)
    truth = child_said(theirs)
    child_install(right, theirs, truth)
    new_right, new_left = rekey(right, left, [MLKEM512])
    refused(tests, "inherited: before its response is sealed", errno.EPROTO,
            "is not sealed", new_right.do, "ike-sa-inherit")
    tests.check("inherited: it stays where it was", is_installed(
        right, theirs, ours, initiator=False) and not new_right.children(),
                new_right.children())
    for name, payloads, words in [
            ("another key length", child_said(theirs, suite=(GCM128, NO_ESN)),
             NOT_SAME),
            ("a refusal", [notify(NO_PROPOSAL_CHOSEN)],
             "refuses a Child SA that is installed")]:
        refused(tests, f"inherited: then sealed: {name}", errno.EPERM, words,
                right.respond, CREATE_CHILD_SA, payloads)
    right.respond(CREATE_CHILD_SA, truth)
    child_install(left, ours)
    for new, own, peer in (new_left, ours, theirs), (new_right, theirs, ours):
        new.do("ike-sa-inherit")
        tests.check(f"inherited: side {new.side.number}: once it is sealed",
                    is_installed(new, own, peer, initiator=new is new_left),
                    new.children())
    end(a, b)


def test_refusing(tests, left, right):
    """What was refused cannot be installed afterwards"""
    _, theirs = begin_child(left, right)
    right.respond(CREATE_CHILD_SA, [notify(NO_PROPOSAL_CHOSEN)])
    refused(tests, "refused: installed afterwards", errno.EPERM,
            "has refused the Child SA", child_install, right, theirs)
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
    ports = {"tsr": [hosts["tsr"][0] | {"protocol": TCP, "port": 80}]}
    own, peer = net(*a.address, bits=32), net(*b.address, bits=32)
    for name, said, installed in [
            ("the address of each side", hosts, ([own], [peer])),
            ("with a port", hosts | ports, ([own], [peer | {
                "protocol": TCP, "port": 80, "port-mask": 0xffff}])),
            ("what is no host is as it is said",
             hosts | {"tsr": [net(192, 0, 2, 0, bits=24)]},
             ([own], [net(192, 0, 2, 0, bits=24)]))]:
        ours, theirs = begin_child(left, right, offer=hosts | said | {
            "transport": True})
        answer = child_payloads(theirs, transport=True, **hosts | said)
        child_install(right, theirs, answer)
        right.respond(CREATE_CHILD_SA, answer)
        child_install(left, ours)
        for sa, child, other in (left, ours, theirs), (right, theirs, ours):
            tests.check(f"transport mode, side {sa.side.number}: {name}",
                        is_installed(sa, child, other, *installed,
                                     initiator=sa is left, mode="transport"),
                        shown(sa, child))
        delete_all((left, ours), (right, theirs))
    ours, theirs = begin_child(left, right, offer=hosts)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **hosts))
    child_install(left, ours)
    tests.check("tunnel mode: an address stands for no other", is_installed(
        left, ours, theirs, **hosts), shown(left, ours))
    delete_all((left, ours), (right, theirs))


def test_rekeyed(tests, a, b, left, right):
    """N(REKEY_SA) names a Child SA of the IKE SA and of the same child"""
    b.set_children(ANY_CHILD | {"name": "another"})
    other_left, other_right = establish(a, b)

    def make(left, right, child="any"):
        ours, theirs = begin_child(left, right, child=child)
        right.respond(CREATE_CHILD_SA, child_said(theirs))
        child_install(right, theirs)
        child_install(left, ours)
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
    delete_all((other_left, foreign[0]), (other_right, foreign[1]))
    old = make(left, right)
    ours = ask(old[0]["spi-in"])
    refused(tests, "rekey: of another child", errno.EPERM, "of another child",
            child_new, right, role="responder", child="another")
    theirs = child_new(right, role="responder")
    tests.check("rekey: of the same child", True)
    right.respond(CREATE_CHILD_SA, child_said(theirs))
    for own, peer in (ours, theirs), old:
        delete(left, own)
        delete(right, peer)
    for sa in other_left, other_right:
        sa.do("ike-sa-del")


def first_request(a, b):
    """Up to the IKE_AUTH request, which the responder has taken"""
    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    intermediate(left, right, (X25519, MLKEM768))
    ours = child_new(left)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                            *child_terms(ours, **OFFER)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    return left, right, ours, theirs


def first_response(b, right, theirs):
    right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right),
                             *child_terms(theirs, **CHOICE)])


def test_first(tests, a, b):
    """IKE_AUTH, where the Child SA has no key exchange"""
    left, right, ours, theirs = first_request(a, b)
    truth = child_terms(theirs, **CHOICE)
    for name, said, words in beyond(False):
        if "methods" in said:
            continue
        refused(tests, f"first, responder, installs: {name}", errno.EPERM, words,
                child_install, right, theirs, child_terms(theirs, **CHOICE | said))
    child_install(right, theirs, truth)
    identity = [(IDR, b.identity), auth_payload(right)]
    refused(tests, "first, responder, seals: narrower selectors", errno.EPERM,
            NOT_SAME, right.respond, IKE_AUTH, identity + child_terms(
                theirs, **CHOICE | {"tsr": [net(10, 2, 0, 0, bits=17)]}))
    refused(tests, "first, responder, seals: no Child SA", errno.EPERM,
            "refuses a Child SA that is installed", right.respond, IKE_AUTH,
            identity)
    right.respond(IKE_AUTH, identity + truth)
    refused(tests, "first: before the peer is authenticated", errno.EPROTO,
            "not authenticated", child_install, left, ours)
    left.do("ike-sa-auth-verify")
    child_install(left, ours, **CLAIMS)
    for sa, own, peer in (left, ours, theirs), (right, theirs, ours):
        tests.check(f"first: side {sa.side.number}: what the messages say",
                    is_installed(sa, own, peer, initiator=sa is left),
                    shown(sa, own))
    end(a, b)


def test_first_twice(tests, a, b):
    """A second IKE_AUTH request is not what the response to the first one answers"""
    left, right, ours, theirs = first_request(a, b)
    first_response(b, right, theirs)
    left.seal(IKE_AUTH, child_terms(ours, **OFFER | {"tsi": ANYWHERE}),
              left.next_request)
    left.do("ike-sa-auth-verify")
    refused(tests, "first: with a request that nobody has answered", errno.EPROTO,
            "is not the one sealed last", child_install, left, ours)
    end(a, b)


def test_first_gone(tests, a, b):
    """The messages of IKE_AUTH are there no longer than until the next ones"""
    left, right, ours, theirs = first_request(a, b)
    first_response(b, right, theirs)
    left.do("ike-sa-auth-verify")
    left.exchange(INFORMATIONAL)
    refused(tests, "first: after another exchange", errno.EPROTO,
            "not open any more", child_install, left, ours)
    child_install(right, theirs)
    tests.check("first: the responder has kept what it sealed", is_installed(
        right, theirs, ours, initiator=False), shown(right, theirs))
    end(a, b)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        left, right = establish(a, b)
        for test in (test_claims, test_initiator, test_key_exchanges,
                     test_responses, test_own_request, test_responder,
                     test_sealed, test_not_sealed, test_refusing, test_requests):
            test(tests, left, right)
        for test in test_transport, test_rekeyed:
            test(tests, a, b, left, right)
        end(a, b)
        test_inherited(tests, a, b)
        test_first(tests, a, b)
        test_first_twice(tests, a, b)
        test_first_gone(tests, a, b)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
