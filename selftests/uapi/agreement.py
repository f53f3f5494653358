#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What two IKE SAs can agree upon: every combination of encryption and integrity,
MODP groups, post-quantum preshared keys by RFC 8784 and RFC 9867, and the
authentication of the full transcript; and what is refused.

Run by agreement.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import subprocess
import sys

from ike import *
from ynl_client import Tests

NAMES = "agreement-a", "agreement-b"

USE_PPK = 16435
PPK_IDENTITY = 16436
NO_PPK_AUTH = 16437
USE_PPK_INT = 16445
PPK_IDENTITY_KEY = 16446
FULL_TRANSCRIPT_AUTH = 16447

MODP_GROUPS = {14: 256, 15: 384, 16: 512}
GCM = (20, 256, 0)
SUITES = [(20, 128, 0), (20, 192, 0), GCM, (28, 0, 0)] + [
    (12, bits, integ) for bits in (128, 192, 256) for integ in (12, 13, 14)]

PPK_ID = b"\x02peers"
OTHER_PPK_ID = b"\x02others"


def offer_of(suite, methods, prf):
    encr, key_bits, integ = suite
    transforms = [transform(1, encr, key_bits), transform(2, prf)]
    if integ:
        transforms.append(transform(3, integ))
    transforms.append(transform(4, methods[0]))
    transforms += [transform(6 + k, method)
                   for k, method in enumerate(methods[1:])]
    return SA, proposal(PROTOCOL_IKE, b"", transforms)


class Agreement:
    """What the helpers of both sides put into IKE_SA_INIT"""

    def __init__(self, connection="plain", methods=(X25519,), suite=GCM,
                 prf=PRF_SHA256, ours=(), theirs=(), intermediate=True,
                 request_seen=None):
        self.connection = connection
        self.methods = methods
        self.suite = suite
        self.prf = prf
        self.ours = list(ours)
        self.theirs = list(theirs)
        self.intermediate = intermediate
        # What an attacker makes of the request
        self.request_seen = request_seen or (lambda payloads: payloads)
        self.reply = None

    def notifications(self, kinds):
        if self.intermediate:
            kinds = [INTERMEDIATE_EXCHANGE_SUPPORTED] + kinds
        return [notify(kind) for kind in kinds]

    def init(self, a, b):
        """IKE_SA_INIT"""
        left = IkeSa(a, a.do("ike-sa-new", {
            "role": "initiator", "connection": self.connection,
            "ke-method": self.methods[0]}))
        spi_i = left.made["spi-i"]
        offer = offer_of(self.suite, self.methods, self.prf)
        payloads = [offer, ke_payload(left.made), (NONCE, left.made["nonce"])]
        payloads += self.notifications(self.ours)
        request = init_message(spi_i, bytes(8), FLAG_INITIATOR, payloads)
        right = IkeSa(b, b.do("ike-sa-new", {
            "role": "responder",
            "request": init_message(spi_i, bytes(8), FLAG_INITIATOR,
                                    self.request_seen(payloads))}))
        response = init_message(spi_i, right.made["spi-r"], FLAG_RESPONSE, [
            offer, ke_payload(right.made), (NONCE, right.made["nonce"]),
            *self.notifications(self.theirs)])
        right.do("ike-sa-init", {"response": response})
        self.reply = left.do("ike-sa-init", {
            "request": request, "response": response})
        left.next_request = right.next_answer = 1
        return pair(left, right)


def round_payloads(made, kind):
    payloads = [ke_payload(made)] if "ke-data" in made else []
    if "ppk-identity" in made:
        payloads.append(notify(kind, made["ppk-identity"]))
    return payloads


def unchanged(payloads):
    return payloads


def intermediate_round(left, right, change=unchanged, answer=unchanged):
    left.request(IKE_INTERMEDIATE, change(round_payloads(
        left.do("ike-sa-additional-ke"), PPK_IDENTITY_KEY)))
    right.respond(IKE_INTERMEDIATE, answer(round_payloads(
        right.do("ike-sa-additional-ke"), PPK_IDENTITY)))
    return left.do("ike-sa-additional-ke")


def rounds_of(agreement):
    rounds = len(agreement.methods) - 1
    if "ppk-intermediate" in agreement.reply:
        rounds = max(rounds, 1)
    return rounds


def auth_payloads(sa):
    made = sa.do("ike-sa-auth-make")
    payloads = [(AUTH, bytes([made["auth-method"], 0, 0, 0]) +
                 made["auth-data"])]
    if "ppk-identity" in made:
        payloads.append(notify(PPK_IDENTITY, made["ppk-identity"]))
    if "no-ppk-auth" in made:
        payloads.append(notify(NO_PPK_AUTH, made["no-ppk-auth"]))
    return payloads


def authenticate(left, right, connection, change=unchanged, answer=unchanged):
    left.request(IKE_AUTH, change(
        [(IDI, left.side.identity), *auth_payloads(left)]))
    right.do("ike-sa-auth-verify", {"connection": connection})
    right.respond(IKE_AUTH, answer(
        [(IDR, right.side.identity), *auth_payloads(right)]))
    left.do("ike-sa-auth-verify")


def establish_as(agreement, a, b, accepting=None):
    left, right = agreement.init(a, b)
    for _ in range(rounds_of(agreement)):
        intermediate_round(left, right)
    authenticate(left, right, accepting or agreement.connection)
    return left, right


def end(*sas):
    for sa in sas:
        sa.do("ike-sa-del")


def end_all(a, b):
    for side in a, b:
        for shown in side.dump():
            side.do("ike-sa-del", {"id": shown["id"]})


def both_show(left, right, key):
    return key in left.show(), key in right.show()


def long_message_passes(left, right):
    """In fragments none of which is longer than is asked for"""
    text = bytes(range(256)) * 4
    first, octets = chain([(NONCE, text[:200]), (KE, text)])
    messages = as_list(left.do("ike-sa-seal", {
        "exchange-type": INFORMATIONAL, "message-id": left.next_request,
        "first-payload": first, "plaintext": octets,
        "fragment-size": 300})["message"])
    opened = [right.open(message) for message in reversed(messages)]
    right.respond(INFORMATIONAL, [])
    return len(messages) > 3 and max(map(len, messages)) <= 300 and \
        opened[-1].get("plaintext") == octets


def test_suites(tests, a, b):
    for suite in SUITES:
        for prf in 5, 6, 7:
            left, right = establish_as(
                Agreement("pq", (X25519, MLKEM512), suite, prf), a, b)
            shown = left.show()
            passed = long_message_passes(left, right) and \
                long_message_passes(right, left)
            tests.check(
                f"encryption {suite[0]} with {suite[1]} bits, integrity "
                f"{suite[2]}, PRF {prf}: messages pass both ways",
                passed and shown["state"] == "established" and
                tuple(shown[key] for key in
                      ("encr", "encr-key-bits", "integ")) == suite, shown)
            end(left, right)


def test_wrong_suites(tests, a, b):
    for suite, words in [((20, 256, 12), "beside an AEAD"),
                         ((28, 0, 14), "beside an AEAD"),
                         ((12, 256, 0), "without an integrity"),
                         ((12, 256, 2), "integrity is none"),
                         ((12, 160, 12), "128, 192 or 256"),
                         ((20, 512, 0), "128, 192 or 256"),
                         ((28, 256, 0), "Key Length"),
                         ((19, 256, 0), "encryption is none"),
                         ((11, 0, 12), "encryption is none")]:
        refused(tests, f"transforms {suite}", errno.EOPNOTSUPP, words,
                Agreement(suite=suite).init, a, b)
        end_all(a, b)


def test_modp(tests, a, b):
    for group in MODP_GROUPS:
        left, right = establish_as(Agreement("pq", (group, MLKEM768)), a, b)
        child = child_begin(left, right, [group, MLKEM768])
        made = child_accept(left, child[0])
        made = child_followups(left, right, *child, made)
        new = rekey(left, right, [group, MLKEM768])
        tests.check(f"MODP group {group}: IKE SA, Child SA and rekey",
                    made["additional-ke-done"] == 1 and
                    new[0].show()["state"] == "established", made)
        end(left, right, *new)
        left, right = establish_as(Agreement("pq", (X25519, MLKEM512, group)),
                                   a, b)
        tests.check(f"MODP group {group} as ADDKE2",
                    left.show()["additional-ke-done"] == 2, left.show())
        end(left, right)


def test_wrong_public_keys(tests, a, b):
    for group, length in MODP_GROUPS.items():
        def request(public, group=group):
            return {"role": "responder", "request": init_message(
                b"initiate", bytes(8), FLAG_INITIATOR, [
                    offer_of(GCM, [group], PRF_SHA256),
                    (KE, struct.pack(">HH", group, 0) + public),
                    (NONCE, bytes(32))])}
        for name, public in [("0", bytes(length)),
                             ("1", bytes(length - 1) + b"\1"),
                             ("2^n - 1", b"\xff" * length)]:
            refused(tests, f"public key {name} in MODP group {group}",
                    errno.EKEYREJECTED, "p - 1", b.do, "ike-sa-new",
                    request(public))
        refused(tests, f"public key cut short in MODP group {group}",
                errno.EINVAL, "prime", b.do, "ike-sa-new",
                request(b"\2" * (length - 1)))
    tests.check("a refused request leaves nothing", not b.dump(), b.dump())


def test_transcript(tests, a, b):
    kinds = [FULL_TRANSCRIPT_AUTH]
    for name, ours, theirs, expected in [
            ("both sides", kinds, kinds, True),
            ("the initiator", kinds, [], False),
            ("the responder", [], kinds, False)]:
        left, right = establish_as(
            Agreement("pq", (X25519, MLKEM768), ours=ours, theirs=theirs), a, b)
        seen = both_show(left, right, "full-transcript-auth")
        tests.check(f"full transcript announced by {name}: "
                    f"{'used' if expected else 'not used'}",
                    seen == (expected, expected), seen)
        if expected:
            new = rekey(left, right, [X25519, MLKEM768])
            seen = both_show(*new, "full-transcript-auth")
            tests.check("full transcript: a rekey shows it as well",
                        seen == (True, True), seen)
            end(*new)
        end(left, right)

    stripped = notify(FULL_TRANSCRIPT_AUTH)
    left, right = Agreement(
        "pq", (X25519, MLKEM768), ours=kinds, theirs=kinds,
        request_seen=lambda payloads: [p for p in payloads if p != stripped]
    ).init(a, b)
    intermediate_round(left, right)
    refused(tests, "AUTH after the notification was taken out on the way",
            errno.EKEYREJECTED, "does not verify", authenticate, left, right,
            "pq")
    end(left, right)


def set_ppk(side, name, key, ppk_id=PPK_ID, **more):
    side.set_connection(name, **{"allow-classical": True, "ppk": key,
                                 "ppk-id": ppk_id} | more)


def check_mixed(tests, name, left, right, expected):
    seen = both_show(left, right, "ppk-mixed")
    alive = long_message_passes(left, right) and \
        long_message_passes(right, left)
    tests.check(f"{name}: {'mixed in' if expected else 'not mixed in'}",
                alive and seen == (expected, expected), (alive, seen))


def test_ppk_connections(tests, a, b):
    for name, more in [
            ("a PPK without PPK_ID", {"ppk": "pqike:ppk"}),
            ("a PPK_ID without PPK", {"ppk-id": PPK_ID}),
            ("a PPK_ID without identity",
             {"ppk": "pqike:ppk", "ppk-id": b"\2"}),
            ("a required PPK that is not named", {"ppk-required": True})]:
        refused(tests, name, errno.EINVAL, "PPK", a.set_connection, "wrong",
                **more)
    refused(tests, "a PPK that is not in the keyring", errno.ENOKEY, "keyring",
            a.set_connection, "wrong", ppk="pqike:none", **{"ppk-id": PPK_ID})
    set_ppk(a, "shown", "pqike:ppk", **{"ppk-required": True})
    shown = a.do("connection-get", {"name": "shown"})
    tests.check("connection-get names the PPK",
                shown["ppk"] == "pqike:ppk" and shown["ppk-id"] == PPK_ID and
                "ppk-required" in shown, shown)
    a.do("connection-del", {"name": "shown"})
    tests.check("none of them was set", not [
        shown for shown in a.family.dump("connection-get", {})
        if shown["name"] in ("wrong", "shown")])


def ppk_agreement(kind, methods, connection="ppk", **more):
    """As helpers do: the initiator offers both ways, the responder takes one"""
    return Agreement(connection, methods, ours=[USE_PPK_INT, USE_PPK],
                     theirs=[kind], **more)


def test_ppk_both(tests, a, b):
    """Both sides have it"""
    for kind, name in (USE_PPK, "RFC 8784"), (USE_PPK_INT, "RFC 9867"):
        for methods in (X25519,), (X25519, MLKEM512), \
                (X25519, MLKEM512, MLKEM768):
            for first, second in (a, b), (b, a):
                left, right = establish_as(ppk_agreement(kind, methods), first,
                                           second)
                check_mixed(tests, f"PPK by {name}, {len(methods)} key "
                            f"exchanges, {first.name} begins", left, right,
                            True)
                end(left, right)
    left, right = establish_as(ppk_agreement(USE_PPK, (X25519,)), a, b)
    new = rekey(left, right, [X25519, MLKEM512])
    check_mixed(tests, "PPK by RFC 8784 and a rekey", *new, True)
    end(left, right, *new)
    left, right = establish_as(
        ppk_agreement(USE_PPK_INT, (X25519,), "required"), a, b)
    check_mixed(tests, "PPK that both require", left, right, True)
    end(left, right)


def test_ppk_refused(tests, a, b):
    """The responder has not the PPK"""
    for kind, name in (USE_PPK, "RFC 8784"), (USE_PPK_INT, "RFC 9867"):
        for lacking in "plain", "other-ppk", "other-id":
            left, right = establish_as(
                ppk_agreement(kind, (X25519, MLKEM512), "only-" + lacking),
                a, b, lacking) if lacking != "other-ppk" or \
                kind == USE_PPK_INT else (None, None)
            if left:
                check_mixed(tests, f"PPK by {name}, responder: {lacking}",
                            left, right, False)
                end(left, right)

    # The same PPK_ID for another key: RFC 8784 does not notice before AUTH.
    left, right = ppk_agreement(USE_PPK, (X25519,), "only-other-ppk").init(a, b)
    refused(tests, "AUTH with another PPK of the same PPK_ID",
            errno.EKEYREJECTED, "does not verify", authenticate, left, right,
            "other-ppk")
    end(left, right)
    left, right = ppk_agreement(USE_PPK, (X25519,), "must-only").init(a, b)
    refused(tests, "a PPK that the initiator requires and the responder lacks",
            errno.EKEYREJECTED, "requires a PPK", authenticate, left, right,
            "plain")
    end(left, right)
    left, right = ppk_agreement(USE_PPK_INT, (X25519,), "must-only").init(a, b)
    refused(tests, "RFC 9867 without the PPK that the initiator requires",
            errno.EPERM, "requires a PPK", intermediate_round, left, right)
    refused(tests, "AUTH of an initiator whose PPK was not taken",
            errno.EPROTO, "order", left.do, "ike-sa-auth-make")
    end(left, right)
    left, right = ppk_agreement(USE_PPK_INT, (X25519,), "must-only").init(a, b)
    refused(tests, "AUTH of an initiator who did not offer its PPK",
            errno.EPERM, "requires a PPK", left.do, "ike-sa-auth-make")
    end(left, right)


def test_ppk_required(tests, a, b):
    refused(tests, "IKE_SA_INIT of a responder without any PPK", errno.EPERM,
            "requires a PPK", Agreement("required", ours=[USE_PPK]).init, a, b)
    end_all(a, b)
    refused(tests, "RFC 9867 without IKE_INTERMEDIATE", errno.EPERM,
            "requires a PPK", Agreement(
                "required", ours=[USE_PPK_INT], theirs=[USE_PPK_INT],
                intermediate=False).init, a, b)
    end_all(a, b)
    left, right = Agreement("plain").init(a, b)
    refused(tests, "an initiator without the PPK that is required",
            errno.EPERM, "requires a PPK", authenticate, left, right,
            "required")
    end(left, right)
    left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512),
                                "required").init(a, b)
    left.request(IKE_INTERMEDIATE,
                 [ke_payload(left.do("ike-sa-additional-ke"))])
    right.respond(IKE_INTERMEDIATE,
                  [ke_payload(right.do("ike-sa-additional-ke"))])
    refused(tests, "a helper that leaves out the PPK", errno.EPERM,
            "requires a PPK", left.do, "ike-sa-additional-ke")
    end(left, right)


def replace(kind, data):
    """Another notification in the place of the last payload"""
    return lambda payloads: payloads[:-1] + [notify(kind, data)]


def test_ppk_changed(tests, a, b):
    left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512)).init(a, b)
    intermediate_round(left, right, replace(PPK_IDENTITY_KEY,
                                            PPK_ID + bytes(8)))
    authenticate(left, right, "ppk")
    check_mixed(tests, "a wrong PPK Confirmation", left, right, False)
    end(left, right)

    left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512)).init(a, b)
    refused(tests, "a PPK that was not offered", errno.EKEYREJECTED,
            "not offered", intermediate_round, left, right,
            answer=replace(PPK_IDENTITY, OTHER_PPK_ID))
    end(left, right)

    left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512)).init(a, b)
    intermediate_round(left, right)
    refused(tests, "a connection that requires another PPK than the one in the "
            "keys", errno.EKEYREJECTED, "not the one that the connection requires",
            authenticate, left, right, "required-other")
    end(left, right)

    # The responder mixes it in before it knows whom it speaks with.
    for connection in "plain", "other-ppk":
        left, right = establish_as(ppk_agreement(USE_PPK_INT, (X25519, MLKEM512)),
                                   a, b, connection)
        check_mixed(tests, "an optional PPK of another connection than "
                    f"{connection}", left, right, True)
        end(left, right)

    left, right = ppk_agreement(USE_PPK, (X25519,)).init(a, b)
    refused(tests, "a response without the PPK_IDENTITY of its AUTH",
            errno.EKEYREJECTED, "does not verify", authenticate, left, right,
            "ppk", answer=lambda payloads: payloads[:-1])
    end(left, right)

    left, right = ppk_agreement(USE_PPK, (X25519,), "only-plain").init(a, b)
    refused(tests, "a wrong NO_PPK_AUTH", errno.EKEYREJECTED, "does not verify",
            authenticate, left, right, "plain",
            replace(NO_PPK_AUTH, bytes(32)))
    end(left, right)


def test_ppk_order(tests, a, b):
    left, right = ppk_agreement(USE_PPK_INT, (X25519,)).init(a, b)
    offer = round_payloads(left.do("ike-sa-additional-ke"), PPK_IDENTITY_KEY)
    refused(tests, "AUTH in the middle of the PPK's exchange", errno.EPROTO,
            "order", left.do, "ike-sa-auth-make")
    refused(tests, "IKE_AUTH in the middle of the PPK's exchange",
            errno.EPROTO, "order", left.seal, IKE_AUTH, [], 1)
    left.request(IKE_INTERMEDIATE, offer)
    answer = round_payloads(right.do("ike-sa-additional-ke"), PPK_IDENTITY)
    for exchange in IKE_INTERMEDIATE, IKE_AUTH:
        refused(tests, f"a responder's request of exchange {exchange}",
                errno.EPROTO, "order", right.seal, exchange, answer, 0)
    right.respond(IKE_INTERMEDIATE, answer)
    refused(tests, "AUTH under the keys before the PPK", errno.EPROTO, "order",
            left.do, "ike-sa-auth-make")
    left.do("ike-sa-additional-ke")
    authenticate(left, right, "ppk")
    check_mixed(tests, "a PPK after steps out of order", left, right, True)
    end(left, right)

    left, right = ppk_agreement(USE_PPK_INT, (X25519,)).init(a, b)
    payloads = auth_payloads(left)
    refused(tests, "a PPK when AUTH is made without", errno.EPROTO, "is due",
            left.do, "ike-sa-additional-ke")
    refused(tests, "IKE_INTERMEDIATE when AUTH is made", errno.EPROTO, "order",
            left.seal, IKE_INTERMEDIATE, [], 1)
    refused(tests, "AUTH a second time", errno.EPROTO, "order", left.do,
            "ike-sa-auth-make")
    left.request(IKE_AUTH, [(IDI, a.identity), *payloads])
    refused(tests, "AUTH without the PPK that the responder requires",
            errno.EPERM, "requires a PPK", right.do, "ike-sa-auth-verify",
            {"connection": "required"})
    end(left, right)


def after_others(count):
    """So many offers that the responder does not know, then the right one"""
    return lambda payloads: payloads[:-1] + [
        notify(PPK_IDENTITY_KEY, b"\2unknown" + bytes(8))] * count + \
        payloads[-1:]


def test_ppk_offers(tests, a, b):
    for count, expected in (15, True), (16, False):
        left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512)).init(a, b)
        intermediate_round(left, right, after_others(count))
        authenticate(left, right, "ppk")
        check_mixed(tests, f"a PPK behind {count} others", left, right,
                    expected)
        end(left, right)


def test_ppk_many_keys(tests, a, b):
    """As many keys of one PPK_ID that came after the right one"""
    ppk_id = b"\2of many"
    set_ppk(a, "many", "pqike:ppk", ppk_id)
    for count, expected in (63, True), (64, False):
        set_ppk(b, "many", "pqike:ppk", ppk_id)
        for number in range(count):
            add_logon_key(f"pqike:many{number}", bytes([number]) * 32)
            # Those that have one key count once
            for twin in "first", "second":
                set_ppk(b, f"{twin}{number}", f"pqike:many{number}", ppk_id)
        left, right = ppk_agreement(USE_PPK_INT, (X25519, MLKEM512),
                                    "many").init(a, b)
        intermediate_round(left, right)
        authenticate(left, right, "many")
        check_mixed(tests, f"a PPK behind {count} others of its PPK_ID", left,
                    right, expected)
        end(left, right)
        for number in range(count):
            for twin in "first", "second":
                b.do("connection-del", {"name": f"{twin}{number}"})
        b.do("connection-del", {"name": "many"})


def test_ppk_not_offered(tests, a, b):
    """The initiator has none after all: its request is empty"""
    left, right = ppk_agreement(USE_PPK_INT, (X25519,)).init(a, b)
    intermediate_round(left, right, lambda payloads: [])
    authenticate(left, right, "ppk")
    check_mixed(tests, "a PPK that is not offered", left, right, False)
    end(left, right)

    left, right = ppk_agreement(USE_PPK_INT, (X25519,)).init(a, b)
    intermediate_round(left, right, lambda payloads: [])
    refused(tests, "a PPK that is not offered but required", errno.EPERM,
            "requires a PPK", authenticate, left, right, "required")
    end(left, right)


def test_ppk_stripped(tests, a, b):
    """On its way the request loses what it says of PPKs; none is required"""
    for kind, name in (USE_PPK, "USE_PPK"), (USE_PPK_INT, "USE_PPK_INT"):
        left, right = Agreement(
            "ppk", (X25519, MLKEM512), ours=[kind],
            request_seen=lambda payloads, gone=notify(kind): [
                p for p in payloads if p != gone]).init(a, b)
        intermediate_round(left, right)
        refused(tests, f"AUTH after {name} was taken out on the way",
                errno.EKEYREJECTED, "does not verify", authenticate, left,
                right, "ppk")
        end(left, right)


def test_reserved_octets(tests, a, b):
    """Those of the ID payload are passed over, and AUTH covers them as they came"""
    odd = a.identity[:1] + b"\xff\xfe\xfd" + a.identity[4:]
    a.set_connection("odd", **{"allow-classical": True, "local-id": odd})
    for name, sent, expected in [("as AUTH covers them", odd, True),
                                 ("changed on the way", a.identity, False)]:
        left, right = Agreement("odd").init(a, b)
        arguments = left, right, "plain", \
            lambda payloads, sent=sent: [(IDI, sent)] + payloads[1:]
        if expected:
            authenticate(*arguments)
            tests.check(f"RESERVED octets of an ID payload {name}",
                        right.show()["state"] == "established", right.show())
        else:
            refused(tests, f"RESERVED octets of an ID payload {name}",
                    errno.EKEYREJECTED, "does not verify", authenticate,
                    *arguments)
        end(left, right)
    a.do("connection-del", {"name": "odd"})


def make_keys():
    for description, octets in [(PSK_DESCRIPTION, b"a pre-shared key"),
                                ("pqike:ppk", b"a post-quantum one" * 2),
                                ("pqike:ppk2", b"another of the sort" * 2)]:
        add_logon_key(description, octets)


def make_connections(a, b):
    for side in a, b:
        side.set_connection("pq")
        side.set_connection("plain", **{"allow-classical": True})
        set_ppk(side, "ppk", "pqike:ppk")
        set_ppk(side, "required", "pqike:ppk", **{"ppk-required": True})
    # PPK_IDs that the responder does not know, or knows with another key
    set_ppk(a, "only-plain", "pqike:ppk", b"\2nobody")
    set_ppk(a, "must-only", "pqike:ppk", b"\2nobody", **{"ppk-required": True})
    set_ppk(a, "only-other-id", "pqike:ppk", b"\2nobody")
    set_ppk(b, "other-id", "pqike:ppk", OTHER_PPK_ID)
    set_ppk(a, "only-other-ppk", "pqike:ppk", b"\2shared name")
    set_ppk(b, "other-ppk", "pqike:ppk2", b"\2shared name")
    set_ppk(b, "required-other", "pqike:ppk2", b"\2shared name",
            **{"ppk-required": True})


def main():
    tests = Tests()
    make_keys()
    try:
        for name in NAMES:
            subprocess.run(["ip", "netns", "add", name], check=True)
        a, b = (Side(name, number) for number, name in enumerate(NAMES, 1))
        a.peer, b.peer = b, a
        make_connections(a, b)
        for test in (test_suites, test_wrong_suites, test_modp,
                     test_wrong_public_keys, test_transcript,
                     test_reserved_octets,
                     test_ppk_connections, test_ppk_both, test_ppk_refused,
                     test_ppk_required, test_ppk_changed, test_ppk_order,
                     test_ppk_offers, test_ppk_many_keys,
                     test_ppk_not_offered, test_ppk_stripped):
            test(tests, a, b)
            tests.check(f"{test.__name__} leaves no IKE SA",
                        not a.dump() and not b.dump(), a.dump())
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], check=False)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
