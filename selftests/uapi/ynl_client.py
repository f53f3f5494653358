#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
pqike as a netlink client of another make meets it: the kernel's own YNL
client knows nothing but uapi/pqike.yaml.

Run by ynl_client.sh, with the modules loaded and in a session keyring of its
own.
"""

import errno
import os
import pathlib
import subprocess
import sys
import traceback

TOP = pathlib.Path(__file__).resolve().parents[2]
LINUX = pathlib.Path(os.environ.get("LINUX_SRC", "/usr/src/linux"))
sys.path.append(str(LINUX / "tools/net/ynl/pyynl"))

# pylint: disable=wrong-import-position
from lib import NlError, YnlFamily

SPEC = str(TOP / "uapi/pqike.yaml")
SCHEMA = str(LINUX / "Documentation/netlink/genetlink-legacy.yaml")

UNKNOWN_ID = 0x7fffffff
X25519 = 31
ML_KEM_768 = 36
NOBODY = 65534

PSK = b"a pre-shared key that no reply may have"
PSK_DESCRIPTION = "pqike:ynl"
CONNECTION = {
    "name": "ynl",
    "local-id": b"\x02\0\0\0local.example",
    "remote-id": b"\x02\0\0\0remote.example",
    "psk": PSK_DESCRIPTION,
}
MESSAGE = b"\x01" * 64
CHILD_SA = {
    "child": "any",
    "local-address": bytes([192, 0, 2, 1]),
    "remote-address": bytes([192, 0, 2, 2]),
}

def authorise(family, sock=None):
    """Let a socket, that of the client itself or another one, drive IKE SAs"""
    family.do("authorise", {"fd": (sock or family.sock).fileno()})


def as_nobody(act):
    """The text that act() returns in a process of nobody; None where it fails"""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            os.write(writer, act().encode())
            status = 0
        except Exception: # pylint: disable=broad-except
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader, encoding="ascii") as result:
        said = result.read()
    _, status = os.waitpid(child, 0)
    return said if status == 0 else None


# What each operation on an IKE SA needs beside its id.
STEPS = {
    "ike-sa-init": {"request": MESSAGE, "response": MESSAGE},
    "ike-sa-additional-ke": {},
    "ike-sa-seal": {
        "exchange-type": 35,
        "message-id": 1,
        "first-payload": 0,
        "plaintext": b"",
    },
    "ike-sa-open": {"message": MESSAGE},
    "ike-sa-auth-make": {},
    "ike-sa-auth-verify": {"connection": "ynl"},
    "ike-sa-del": {},
    "ike-sa-get": {},
    "child-sa-new": {"child-sa": CHILD_SA},
    "ike-sa-inherit": {},
    "child-sa-ke": {"child-sa": {"id": 1}},
    "child-sa-install": {"child-sa": {"id": 1}},
    "child-sa-del": {"child-sa": {"id": 1}},
    "ike-sa-note": {"note": b"note"},
    "ike-sa-adopt": {},
}


class Tests:
    """TAP: one result for each check"""

    def __init__(self):
        self.count = 0
        self.failures = 0
        print("TAP version 13")

    def check(self, name, passed, seen=None):
        """One result; what was seen stands beside a bad one"""
        self.count += 1
        if not passed:
            self.failures += 1
            print(f"# seen: {seen!r}")
        print(f"{'ok' if passed else 'not ok'} {self.count} {name}", flush=True)

    def end(self):
        """The plan, and the exit status"""
        print(f"1..{self.count}")
        return 1 if self.failures else 0


def refusal(family, operation, attributes):
    """The NlError of an operation, None where it was accepted"""
    try:
        family.do(operation, attributes)
    except NlError as error:
        return error
    return None


def extack(error, key):
    """One thing that the extended acknowledgement says"""
    return (error.nl_msg.extack or {}).get(key) if error else None


def is_refused(error, number):
    """With this error, and a message for people"""
    return error is not None and error.error == number and \
        bool(extack(error, "msg"))


def test_empty(tests, family):
    for operation in "connection-get", "ike-sa-get":
        reply = family.dump(operation, {})
        tests.check(f"{operation} dumps nothing at first", not reply, reply)


def test_missing_attributes(tests, family):
    needed = {
        "connection-set": CONNECTION,
        "connection-del": {"name": "ynl"},
        "connection-get": {"name": "ynl"},
        "ike-sa-new": {"role": "initiator", "connection": "ynl",
                       "ke-method": X25519},
        "bench-kem": {"ke-method": ML_KEM_768, "rounds": 1},
    }
    for operation in STEPS:
        needed[operation] = {"id": UNKNOWN_ID}
    for operation, attributes in needed.items():
        for missing in attributes:
            error = refusal(family, operation, STEPS.get(operation, {}) | {
                name: value for name, value in attributes.items()
                if name != missing})
            tests.check(f"{operation} without {missing} says what is missing",
                        is_refused(error, errno.EINVAL) and
                        "missing" in extack(error, "msg"), str(error))


def test_policy(tests, family):
    too_long = {
        "name": "x" * 64,
        "psk": "x" * 256,
        "local-id": b"x" * 261,
        "remote-id": b"x" * 261,
    }
    for name, value in too_long.items():
        error = refusal(family, "connection-set", CONNECTION | {name: value})
        tests.check(f"connection-set with {name} too long points to it",
                    error is not None and
                    error.error in (errno.ERANGE, errno.EINVAL) and
                    extack(error, "bad-attr") == f".{name}", str(error))
    error = refusal(family, "ike-sa-seal", STEPS["ike-sa-seal"] | {
        "id": UNKNOWN_ID, "fragment-size": 255})
    tests.check("ike-sa-seal with a fragment-size of 255 points to it",
                extack(error, "bad-attr") == ".fragment-size", str(error))


def test_unknown_id(tests, family):
    for operation, attributes in STEPS.items():
        error = refusal(family, operation, {"id": UNKNOWN_ID} | attributes)
        tests.check(f"{operation} of an unknown IKE SA says so",
                    is_refused(error, errno.ENOENT) and
                    "IKE SA" in extack(error, "msg"), str(error))


def test_connection(tests, family):
    error = refusal(family, "connection-set", CONNECTION)
    tests.check("connection-set without its key in the keyring says so",
                is_refused(error, errno.ENOKEY) and
                "key" in extack(error, "msg"), str(error))

    subprocess.run(["keyctl", "padd", "logon", PSK_DESCRIPTION, "@s"],
                   input=PSK, check=True, stdout=subprocess.DEVNULL)
    error = refusal(family, "connection-set", CONNECTION)
    tests.check("connection-set with its key is accepted", error is None,
                str(error))
    reply = family.do("connection-get", {"name": "ynl"})
    tests.check("connection-get gives what was set", reply == CONNECTION, reply)
    tests.check("connection-get gives no byte of the key",
                PSK not in repr(reply).encode(), reply)

    changed = CONNECTION | {"remote-id": b"\x02\0\0\0other.example",
                            "allow-classical": True}
    family.do("connection-set", changed)
    reply = family.dump("connection-get", {})
    tests.check("connection-set again replaces the connection",
                reply == [changed], reply)
    family.do("connection-set", CONNECTION)

    error = refusal(family, "connection-get", {"name": "none"})
    tests.check("connection-get of an unknown name says so",
                is_refused(error, errno.ENOENT), str(error))
    error = refusal(family, "connection-del", {"name": "none"})
    tests.check("connection-del of an unknown name says so",
                is_refused(error, errno.ENOENT), str(error))


def test_half_open(tests, family):
    error = refusal(family, "ike-sa-new", {
        "role": "initiator", "connection": "none", "ke-method": X25519})
    tests.check("ike-sa-new for an unknown connection says so",
                is_refused(error, errno.ENOENT), str(error))
    error = refusal(family, "ike-sa-new", {
        "role": "initiator", "connection": "ynl", "ke-method": 2})
    tests.check("ike-sa-new with MODP-1024 says that it is not supported",
                error is not None and bool(extack(error, "msg")), str(error))
    error = refusal(family, "ike-sa-new", {
        "role": "responder", "request": MESSAGE})
    tests.check("ike-sa-new with a malformed request says so",
                error is not None and bool(extack(error, "msg")), str(error))
    reply = family.dump("ike-sa-get", {})
    tests.check("none of these leaves an IKE SA", not reply, reply)

    sa = family.do("ike-sa-new", {
        "role": "initiator", "connection": "ynl", "ke-method": X25519})
    tests.check("ike-sa-new gives id, SPIi, nonce and KE data",
                sa["id"] != 0 and len(sa["spi-i"]) == 8 and
                any(sa["spi-i"]) and len(sa["nonce"]) == 32 and
                sa["ke-method"] == X25519 and len(sa["ke-data"]) == 32, sa)
    before = family.do("ike-sa-get", {"id": sa["id"]})
    tests.check("ike-sa-get shows it half-open",
                before["state"] == "half-open" and
                before["role"] == "initiator" and
                before["spi-i"] == sa["spi-i"], before)

    for operation, attributes in STEPS.items():
        if operation in ("ike-sa-del", "ike-sa-get", "ike-sa-note"):
            continue
        error = refusal(family, operation, {"id": sa["id"]} | attributes)
        tests.check(f"{operation} out of order is refused with a message",
                    error is not None and bool(extack(error, "msg")),
                    str(error))
        after = family.do("ike-sa-get", {"id": sa["id"]})
        tests.check(f"{operation} out of order changes nothing",
                    after == before, after)

    family.do("ike-sa-del", {"id": sa["id"]})
    error = refusal(family, "ike-sa-get", {"id": sa["id"]})
    tests.check("ike-sa-del removes it", is_refused(error, errno.ENOENT),
                str(error))


def test_socket_owns_half_open(tests, family):
    owner = YnlFamily(SPEC, SCHEMA)
    authorise(owner)
    owner.do("ike-sa-new", {
        "role": "initiator", "connection": "ynl", "ke-method": X25519})
    reply = family.dump("ike-sa-get", {})
    tests.check("an IKE SA of another socket is shown", len(reply) == 1, reply)
    owner.sock.close()
    reply = family.dump("ike-sa-get", {})
    tests.check("closing its socket ends what is half-open", not reply, reply)


def test_bench_kem(tests, family):
    reply = family.do("bench-kem", {"ke-method": ML_KEM_768, "rounds": 3})
    names = {"keygen", "encaps", "decaps", "ephemeral-keygen",
             "ephemeral-decaps"}
    times = [reply.get(name, {}) for name in names]
    tests.check("bench-kem gives its times and nothing that it made",
                set(reply) == names | {"ke-method", "rounds", "implementation"}
                and all(list(time) == ["shortest", "median", "longest"] and
                        list(time.values()) == sorted(time.values()) and
                        time["shortest"] > 0 for time in times), reply)
    error = refusal(family, "bench-kem", {"ke-method": X25519, "rounds": 1})
    tests.check("bench-kem of X25519 says that it is not ML-KEM",
                is_refused(error, errno.EOPNOTSUPP) and
                "ML-KEM" in extack(error, "msg"), str(error))
    for rounds in 0, 129:
        error = refusal(family, "bench-kem",
                        {"ke-method": ML_KEM_768, "rounds": rounds})
        tests.check(f"bench-kem of {rounds} rounds points to them",
                    extack(error, "bad-attr") == ".rounds", str(error))


def test_unprivileged(tests):
    def act():
        family = YnlFamily(SPEC, SCHEMA)
        error = refusal(family, "ike-sa-get", {"id": UNKNOWN_ID})
        return str(error.error if error else 0)

    seen = as_nobody(act)
    tests.check("a process without CAP_NET_ADMIN gets EPERM",
                seen == str(errno.EPERM), seen)


def main():
    tests = Tests()
    family = YnlFamily(SPEC, SCHEMA)
    authorise(family)
    test_empty(tests, family)
    test_policy(tests, family)
    test_unknown_id(tests, family)
    test_connection(tests, family)
    test_missing_attributes(tests, family)
    test_half_open(tests, family)
    test_socket_owns_half_open(tests, family)
    test_bench_kem(tests, family)
    test_unprivileged(tests)
    family.do("connection-del", {"name": "ynl"})
    test_empty(tests, family)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
