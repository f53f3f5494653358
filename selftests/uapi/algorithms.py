#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The words of proposals and what the kernel takes are the same: every transform
that a word of the configuration stands for, of IKE and of ESP, and no others.

Run by algorithms.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import pathlib
import re
import subprocess
import sys
import tempfile

from agreement import Agreement, end, end_all
from ike import *
from ynl_client import Tests

NAMES = "algorithms-a", "algorithms-b"
PQIKE = pathlib.Path(__file__).resolve().parents[2] / "userspace/pqike"

# What the words stand for: transform ID and Key Length
ENCR = {
    "aes128gcm16": (20, 128), "aes192gcm16": (20, 192), "aes256gcm16": (20, 256),
    "chacha20poly1305": (28, 0),
    "aes128": (12, 128), "aes192": (12, 192), "aes256": (12, 256),
}
INTEG = {"sha256": 12, "sha384": 13, "sha512": 14}
PRF = {"prfsha256": 5, "prfsha384": 6, "prfsha512": 7}
KE = {
    "x25519": 31, "ecp256": 19, "ecp384": 20, "modp2048": 14, "modp3072": 15,
    "modp4096": 16, "ke1_mlkem512": 35, "ke1_mlkem768": 36, "ke1_mlkem1024": 37,
}
ESN = {"esn", "noesn"}

AES_CBC = 12
SHA256 = 12
IDS = range(0, 64)
KEY_BITS = 0, 64, 128, 160, 192, 256, 512

CONFIG = """connections {
    words {
        version = 2
        local_addrs = 192.0.2.1
        remote_addrs = 192.0.2.2
        proposals = %s
        local { auth = psk
                id = a.example }
        remote { auth = psk
                 id = b.example }
        children { net { local_ts = 10.1.0.0/16
                         remote_ts = 10.2.0.0/16
                         esp_proposals = %s } }
    }
}
secrets { ike-1 { id = b.example } }
"""
GOOD = "aes256gcm16-prfsha384-x25519-ke1_mlkem768", "aes256gcm16"


def check_config(ike, esp):
    """Return what `pqike config check` says, and whether all is well"""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(CONFIG % (ike, esp))
        file.flush()
        done = subprocess.run([PQIKE, "config", "check", file.name],
                              capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, done.returncode == 0


def known_words(ike, esp):
    """Those that the refusal of a word that is none offers instead"""
    said, _ = check_config(ike, esp)
    found = re.search(r"known are (.*)", said)
    return set(found[1].split(", ")) if found else said


def test_words(tests, *_):
    for name, words, expected in [
            ("IKE", known_words("rot13", GOOD[1]), {*ENCR, *INTEG, *PRF, *KE}),
            ("ESP", known_words(GOOD[0], "rot13"), {*ENCR, *INTEG, *KE, *ESN})]:
        tests.check(f"words of {name} proposals are those of the table",
                    words == expected, words)
    for word, (encr, _) in ENCR.items():
        integ = "-sha256" if encr == AES_CBC else ""
        said, good = check_config(f"{word}{integ}-prfsha256-x25519-ke1_mlkem768",
                                  word + integ)
        tests.check(f"{word} is taken for IKE and for ESP", good, said)


def is_taken(function, *arguments):
    """Whether the kernel supports it; any other refusal is a fault"""
    try:
        function(*arguments)
    except NlError as error:
        if error.error != errno.EOPNOTSUPP:
            raise
        return False
    return True


def taken_in_ike(a, b, suite, prf=PRF_SHA256):
    taken = is_taken(Agreement("plain", suite=suite, prf=prf).init, a, b)
    end_all(a, b)
    return taken


def taken_in_esp(left, suite):
    encr, key_bits, integ = suite
    transforms = [transform(1, encr, key_bits), NO_ESN,
                  *([transform(3, integ)] if integ else [])]
    made = child_new(left, role="initiator")
    said = {"suite": transforms} | inner(left, 1)
    left.request(CREATE_CHILD_SA, child_payloads(made, **said))
    theirs = child_new(left.other, role="responder")
    left.other.respond(CREATE_CHILD_SA, child_payloads(theirs, **said))
    child_accept(left, made)
    taken = is_taken(child_install, left, made)
    left.child_do("child-sa-del", {"id": made["id"]})
    left.other.child_do("child-sa-del", {"id": theirs["id"]})
    return taken


def suites():
    """Each encryption with each length of key, alone and with SHA2-256"""
    return [(encr, key_bits, integ) for encr in IDS if encr
            for key_bits in KEY_BITS for integ in (0, SHA256)]


def expected_suites():
    return {(encr, key_bits, SHA256 if encr == AES_CBC else 0)
            for encr, key_bits in ENCR.values()}


def expected_integrity():
    return {(AES_CBC, 256, integ) for integ in INTEG.values()}


def integrity_suites():
    return [(AES_CBC, 256, integ) for integ in IDS]


def test_ike(tests, a, b):
    for name, tried, expected in [
            ("encryption", suites(), expected_suites()),
            ("integrity", integrity_suites(), expected_integrity())]:
        taken = {suite for suite in tried if taken_in_ike(a, b, suite)}
        tests.check(f"IKE {name}: the kernel takes what the words name",
                    taken == expected, taken ^ expected)
    taken = {prf for prf in IDS if prf and taken_in_ike(a, b, (20, 256, 0), prf)}
    tests.check("IKE PRF: the kernel takes what the words name",
                taken == set(PRF.values()), taken)


def begin_with(side, method):
    end(IkeSa(side, side.do("ike-sa-new", {
        "role": "initiator", "connection": "plain", "ke-method": method})))


def test_key_exchange(tests, a, b):
    taken = {method for method in IDS if is_taken(begin_with, a, method)}
    tests.check("key exchange: the kernel takes what the words name",
                taken == set(KE.values()), taken)


def test_esp(tests, a, b):
    left, right = establish(a, b, "plain", (X25519,))
    for name, tried, expected in [
            ("encryption", suites(), expected_suites()),
            ("integrity", integrity_suites(), expected_integrity())]:
        taken = {suite for suite in tried if taken_in_esp(left, suite)}
        tests.check(f"ESP {name}: the kernel takes what the words name",
                    taken == expected, taken ^ expected)
    end(left, right)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    try:
        for name in NAMES:
            subprocess.run(["ip", "netns", "add", name], check=True)
        a, b = (Side(name, number) for number, name in enumerate(NAMES, 1))
        a.peer, b.peer = b, a
        for side in a, b:
            side.set_connection("plain", **{"allow-classical": True})
        for test in test_words, test_ike, test_key_exchange, test_esp:
            test(tests, a, b)
            tests.check(f"{test.__name__} leaves no IKE SA",
                        not a.dump() and not b.dump(), a.dump())
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], check=False)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
