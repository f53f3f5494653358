#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A connection's IKE proposals: whatever the messages of both sides agree on, no IKE SA
has a suite that is in none of them, at first or after a rekey.

Run by policy.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys

from creation import two_sides
from ike import *
from ynl_client import Tests

AES128 = transform(1, 20, 128)
AES256 = transform(1, 20, 256)
PRF256 = transform(2, PRF_SHA256)
NONE_IN_ADDKE1 = transform(6, 0)
WORDS = "in no proposal of the connection"


def ke(method):
    return transform(4, method)


def addke(k, method):
    return transform(5 + k, method)


def allow(side, *proposals, **more):
    """Each a list of transforms"""
    side.set_connection("creation", **{"ike-proposals": b"".join(
        proposal(PROTOCOL_IKE, b"", transforms) for transforms in proposals)} | more)


def end(a, b):
    """An IKE SA ends with those that rekey it, if they are not complete"""
    for side in a, b:
        while left := side.dump():
            side.do("ike-sa-del", {"id": left[0]["id"]})


def test_initiator(tests, a, b):
    """IKE_SA_INIT has what was offered, and the policy is narrower"""
    b.set_connection("creation", **{"allow-classical": True})
    for name, transforms in [
            ("another key length", [AES128, PRF256, ke(X25519), addke(1, MLKEM768)]),
            ("another PRF", [AES256, transform(2, PRF_SHA384), ke(X25519),
                             addke(1, MLKEM768)]),
            ("another key exchange", [AES256, PRF256, ke(19), addke(1, MLKEM768)]),
            ("another additional key exchange",
             [AES256, PRF256, ke(X25519), addke(1, MLKEM1024)]),
            ("the additional key exchange in another place",
             [AES256, PRF256, ke(X25519), addke(2, MLKEM768)]),
            ("no additional key exchange", [AES256, PRF256, ke(X25519)]),
            ("one more additional key exchange",
             [AES256, PRF256, ke(X25519), addke(1, MLKEM768),
              addke(2, MLKEM1024)])]:
        allow(a, transforms, **{"allow-classical": True})
        refused(tests, f"initiator: {name}", errno.EPERM, WORDS, begin, a, b,
                "creation", (X25519, MLKEM768))
        end(a, b)
    for name, proposals in [
            ("the same", [[AES256, PRF256, ke(X25519), addke(1, MLKEM768)]]),
            ("one of several", [[AES128, PRF256, ke(19)],
                                [AES128, AES256, PRF256, ke(19), ke(X25519),
                                 addke(1, MLKEM768), addke(1, MLKEM1024)]]),
            ("one more that may be NONE",
             [[AES256, PRF256, ke(X25519), addke(1, MLKEM768),
               addke(2, MLKEM1024), addke(2, 0)]])]:
        allow(a, *proposals)
        establish(a, b, "creation", (X25519, MLKEM768))
        tests.check(f"initiator: {name}", True)
        end(a, b)
    refused_mix = [[AES128, PRF256, ke(X25519), addke(1, MLKEM768)],
                   [AES256, PRF256, ke(19), addke(1, MLKEM768)]]
    allow(a, *refused_mix)
    refused(tests, "initiator: of two proposals the one's cipher and the other's "
            "key exchange", errno.EPERM, WORDS, begin, a, b, "creation",
            (X25519, MLKEM768))
    end(a, b)


def test_responder(tests, a, b):
    """The connection is known with the identity only"""
    a.set_connection("creation", **{"allow-classical": True})
    allow(b, [AES256, PRF256, ke(X25519), addke(1, MLKEM1024)])
    refused(tests, "responder: another additional key exchange", errno.EPERM, WORDS,
            establish, a, b, "creation", (X25519, MLKEM768))
    states = [sa["state"] for sa in b.dump()]
    tests.check("responder: the IKE SA has failed for good", states == ["failed"],
                states)
    end(a, b)
    establish(a, b, "creation", (X25519, MLKEM1024))
    tests.check("responder: the same", True)
    end(a, b)


def test_rekey(tests, a, b):
    """What the connection says now holds for an IKE SA that rekeys another"""
    b.set_connection("creation")
    allow(a, [AES256, PRF256, ke(X25519), ke(MLKEM512), ke(MLKEM768),
              addke(1, MLKEM768), NONE_IN_ADDKE1])
    left, right = establish(a, b, "creation", (X25519, MLKEM768))

    def rekey_with(method):
        new_left, new_right = rekey_exchange(left, right, [method])
        new_right.do("ike-sa-init")
        new_left.do("ike-sa-init")
        return new_left, new_right

    new_left, new_right = rekey_with(MLKEM512)
    tests.check("rekey: one that the connection allows", True)
    new_left.do("ike-sa-del")
    new_right.do("ike-sa-del")
    allow(a, [AES256, PRF256, ke(MLKEM768)])
    refused(tests, "rekey: one that it allows no more", errno.EPERM, WORDS,
            rekey_with, MLKEM512)
    allow(a, [AES256, PRF256, ke(MLKEM1024)])
    rekey_with(MLKEM1024)
    tests.check("rekey: one that it did not allow at first", True)
    end(a, b)


def delete(side):
    side.do("connection-del", {"name": "creation"})


def set_other(side):
    side.set_connection("creation", **{"remote-id": b"\2\0\0\0other.example"})


def test_gone(tests, a, b):
    """What is established stays; it is neither renewed nor given another Child SA"""
    for side in a, b:
        side.set_connection("creation")
    left, right = establish(a, b)
    create_child(left, right, [X25519, MLKEM768], 1)
    for name, act, number, words in [
            ("deleted", delete, errno.ENOENT, "has been deleted"),
            ("of others", set_other, errno.EPERM, "between other identities now")]:
        def is_refused(side, what, *asked, **more):
            refused(tests, f"{name}: {side}: {what}", number, words, *asked, **more)

        act(a)
        is_refused("initiator", "a rekey", rekey_begin, left, MLKEM768)
        is_refused("initiator", "a Child SA", child_new, left, role="initiator")
        a.set_connection("creation")
        begun = rekey_begin(left, MLKEM768)
        left.request(CREATE_CHILD_SA,
                     rekey_payloads(begun.made, "spi-i", [MLKEM768]))
        act(b)
        is_refused("responder", "a rekey", rekey_answer, right)
        b.set_connection("creation", psk="pqike:another")
        answered = rekey_answer(right)
        right.respond(CREATE_CHILD_SA,
                      rekey_payloads(answered.made, "spi-r", [MLKEM768]))
        tests.check(f"{name}: it is there again, with another key", True)
        for sa in begun, answered:
            sa.do("ike-sa-del")
        ours = child_new(left, role="initiator", **{"ke-method": X25519})
        said = inner(left, 2)
        left.request(CREATE_CHILD_SA, child_payloads(ours, [X25519], **said))
        act(b)
        is_refused("responder", "a Child SA", responder_new, right, [X25519])
        b.set_connection("creation")
        theirs = responder_new(right, [X25519])
        right.respond(CREATE_CHILD_SA, child_payloads(theirs, [X25519], **said))
    act(a)
    act(b)
    left.exchange(INFORMATIONAL)
    tests.check("gone: both sides have what was established",
                left.children() and right.children())
    for side in a, b:
        side.set_connection("creation")
    end(a, b)


def test_set(tests, a):
    good = proposal(PROTOCOL_IKE, b"", [AES256, PRF256, ke(X25519)])
    words = "not a list of proposals"
    for name, octets in [
            ("no proposal", b""),
            ("half a proposal", good[:-3]),
            ("octets behind the last one", good + b"\0"),
            ("a proposal for ESP", proposal(3, b"", [AES256])),
            ("an SPI", proposal(PROTOCOL_IKE, bytes(range(1, 9)), [AES256])),
            ("a transform of type 13", proposal(PROTOCOL_IKE, b"",
                                                [AES256, transform(13, 1)]))]:
        refused(tests, f"set: {name}", errno.EINVAL, words, a.set_connection,
                "other", **{"ike-proposals": octets})
    a.set_connection("other", **{"ike-proposals": good})
    shown = a.do("connection-get", {"name": "other"})
    tests.check("set: shown as they are", shown["ike-proposals"] == good, shown)
    a.do("connection-del", {"name": "other"})


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    add_logon_key("pqike:another", b"another pre-shared key")
    with two_sides() as (a, b):
        test_set(tests, a)
        test_initiator(tests, a, b)
        test_responder(tests, a, b)
        test_rekey(tests, a, b)
        test_gone(tests, a, b)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
