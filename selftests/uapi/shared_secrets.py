#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Which logon keys a connection takes, and that it keeps the secret that it took.

Run by shared_secrets.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import subprocess
import sys

from agreement import (Agreement, PPK_ID, USE_PPK, USE_PPK_INT, authenticate,
                       check_mixed, end, establish_as)
from creation import two_sides
from ike import *
from ynl_client import Tests

SECRET = b"a pre-shared key"
PPK = b"a post-quantum preshared key of 32 o"
ROTATED = "pqike:rotated"


def keyctl(*command):
    return subprocess.run(["keyctl", *command], check=True, capture_output=True,
                          text=True).stdout.strip()


def serial(description):
    return keyctl("search", "@s", "logon", description)


def test_refusals(tests, a):
    for name, description, octets, number, words in [
            ("a key of others", "fscrypt:0123", SECRET, errno.EINVAL, "begins with pqike:"),
            ("a prefix that goes on", "pqikes:key", SECRET, errno.EINVAL, "begins with pqike:"),
            ("7 octets", "pqike:7", bytes(7), errno.EINVAL, "shorter than 8"),
            ("4097 octets", "pqike:4097", bytes(4097), errno.EINVAL,
             "longer than 4096")]:
        add_logon_key(description, octets)
        refused(tests, name, number, words, a.set_connection, "wrong",
                psk=description)
        refused(tests, f"{name}, as a PPK", number, words, a.set_connection,
                "wrong", ppk=description, **{"ppk-id": PPK_ID})
    for name, act, number in [
            ("a revoked key", lambda key: keyctl("revoke", key),
             errno.EKEYREVOKED),
            ("a key that is gone", lambda key: keyctl("unlink", key, "@s"),
             errno.ENOKEY)]:
        add_logon_key("pqike:ended", SECRET)
        act(serial("pqike:ended"))
        refused(tests, name, number, "no usable logon key", a.set_connection,
                "wrong", psk="pqike:ended")
    shown = [shown["name"] for shown in a.family.dump("connection-get", {})]
    tests.check("none of them was set", "wrong" not in shown, shown)


def test_lengths(tests, a, b):
    for octets in 8, 4096:
        add_logon_key(f"pqike:{octets}", bytes(octets))
        for side in a, b:
            side.set_connection("long", psk=f"pqike:{octets}",
                                **{"allow-classical": True})
        end(*establish_as(Agreement("long"), a, b))
        tests.check(f"a secret of {octets} octets", True)


def set_rotated(side, **more):
    """With the secret that the key has now"""
    side.set_connection("rotated", **{"allow-classical": True,
                                      "psk": ROTATED} | more)


def test_changed(tests, a, b):
    """One side has set its connection before, the other one after it"""
    for name, act in [
            ("updated", lambda: add_logon_key(ROTATED, b"another secret")),
            ("revoked", lambda: keyctl("revoke", serial(ROTATED))),
            ("unlinked", lambda: keyctl("unlink", serial(ROTATED), "@s"))]:
        add_logon_key(ROTATED, SECRET)
        set_rotated(a)
        act()
        set_rotated(b, psk=PSK_DESCRIPTION)
        end(*establish_as(Agreement("rotated"), a, b))
        tests.check(f"a key that is {name} is still the connection's", True)

    add_logon_key(ROTATED, b"another secret")
    set_rotated(a)
    left, right = Agreement("rotated").init(a, b)
    refused(tests, "the key before, once the connection is set again",
            errno.EKEYREJECTED, "does not verify", authenticate, left, right,
            "rotated")
    end(left, right)


def test_changed_in_between(tests, a, b):
    """An IKE SA that is begun goes on with the secret that it began with"""
    add_logon_key(ROTATED, SECRET)
    for side in a, b:
        set_rotated(side)
    left, right = Agreement("rotated").init(a, b)
    add_logon_key(ROTATED, b"another secret")
    authenticate(left, right, "rotated")
    tests.check("a key that is updated after IKE_SA_INIT", True)
    end(left, right)


def test_ppk(tests, a, b):
    for kind, name in (USE_PPK, "RFC 8784"), (USE_PPK_INT, "RFC 9867"):
        add_logon_key("pqike:rotated ppk", PPK)
        more = {"ppk-id": PPK_ID, "ppk-required": True}
        set_rotated(a, psk=PSK_DESCRIPTION, ppk="pqike:rotated ppk", **more)
        add_logon_key("pqike:rotated ppk", b"another PPK")
        add_logon_key("pqike:ppk", PPK)
        set_rotated(b, psk=PSK_DESCRIPTION, ppk="pqike:ppk", **more)
        left, right = establish_as(
            Agreement("rotated", (X25519, MLKEM512), ours=[USE_PPK_INT, USE_PPK],
                      theirs=[kind]), a, b)
        check_mixed(tests, f"a PPK that is updated, {name}", left, right, True)
        end(left, right)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, SECRET)
    with two_sides() as (a, b):
        test_refusals(tests, a)
        test_lengths(tests, a, b)
        test_changed(tests, a, b)
        test_changed_in_between(tests, a, b)
        test_ppk(tests, a, b)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
