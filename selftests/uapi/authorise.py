#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Which socket may act on which IKE SA, and which process may say so: policy takes a
capability, the protocol a socket that is authorised and not revoked, and what is made
through it is nobody else's.

Run by authorise.sh, with the modules loaded and in a session keyring of its own.
"""

import contextlib
import errno
import os
import socket
import sys

from creation import two_sides
from evil_states import POLICY, POLICY_WORDS, SHOWN
from ike import *
from ynl_client import STEPS, UNKNOWN_ID, Tests, as_nobody

NETLINK_ROUTE = 0
NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NOT_AUTHORISED = "this socket is not authorised"
OTHERS = "does not belong to this socket"
NEW = {"role": "initiator", "connection": "creation", "ke-method": X25519}
# What an administrator may do with any IKE SA
OF_ADMIN = ("ike-sa-get", "ike-sa-del")
REVOCATIONS = 20
# What is for another socket's: see adoption.py
OF_OTHERS = ("ike-sa-adopt",)


def steps():
    """Each operation on an IKE SA but those of an administrator"""
    own = {"child-sa-update": {"child-sa": {"id": 1, "encap-remote-port": 4500}}}
    return {operation: attributes
            for operation, attributes in (STEPS | own).items()
            if operation not in OF_ADMIN + OF_OTHERS}


def with_socket(side, family, function, *arguments):
    """What a side does through another socket"""
    before, side.family = side.family, family
    try:
        return function(*arguments)
    finally:
        side.family = before


def plain_socket(side):
    return side.make_inside(lambda: YnlFamily(SPEC, SCHEMA))


def check_refused(tests, name, sa, family, words):
    """Each step of an IKE SA through another socket"""
    before = sa.show()
    for operation, attributes in steps().items():
        refused(tests, f"{name}: {operation}", errno.EPERM, words,
                with_socket, sa.side, family, sa.do, operation, attributes)
    refused(tests, f"{name}: a rekey", errno.EPERM, words, family.do,
            "ike-sa-new", {"role": "initiator", "rekeys": sa.id,
                           "ke-method": X25519})
    tests.check(f"{name}: nothing has changed", sa.show() == before, sa.show())


def test_not_authorised(tests, left):
    """Who has the capability is refused as well"""
    family = plain_socket(left.side)
    refused(tests, "not authorised: ike-sa-new", errno.EPERM, NOT_AUTHORISED,
            family.do, "ike-sa-new", NEW)
    check_refused(tests, "not authorised", left, family, NOT_AUTHORISED)
    shown = family.dump("ike-sa-get", {})
    tests.check("an administrator sees it", [left.id] == [sa["id"] for sa in shown],
                shown)


def test_another_socket(tests, left):
    family = left.side.open_socket()
    check_refused(tests, "another socket", left, family, OTHERS)
    made = family.do("ike-sa-new", NEW)
    refused(tests, "the first socket, of the second one's IKE SA", errno.EPERM,
            OTHERS, left.side.do, "ike-sa-auth-make", {"id": made["id"]})
    family.do("ike-sa-del", {"id": left.id})
    tests.check("an administrator ends one of another socket",
                [made["id"]] == [sa["id"] for sa in left.side.dump()],
                left.side.dump())
    family.sock.close()


def without_capabilities(tests, act):
    """In a process of nobody, whose sockets were authorised before"""
    def in_child():
        seen = Seen()
        act(seen)
        return "\n".join(seen.lines)

    said = as_nobody(in_child)
    for line in (said or "").splitlines():
        passed, name = line.split(" ", 1)
        tests.check(name, passed == "True", line)
    tests.check("nobody: comes to the end", said, said)


class Seen:
    """What the checks of another process found"""

    def __init__(self):
        self.lines = []

    def check(self, name, passed, seen=None):
        detail = "" if passed else f" ({seen})".replace("\n", " ")
        self.lines.append(f"{bool(passed)} {name}{detail}")


def test_without_capabilities(tests, a, b):
    others = a.open_socket()
    other = others.do("ike-sa-new", NEW)["id"]
    plain = plain_socket(a)

    def act(seen):
        left, right = establish(a, b)
        seen.check("nobody: an IKE SA is established", True)
        create_child(left, right, [X25519, MLKEM512], 1)
        seen.check("nobody: a Child SA is installed", True)
        shown = [sa["id"] for sa in a.dump()]
        seen.check("nobody: sees what is his alone", shown == [left.id], shown)
        for operation in OF_ADMIN:
            refused(seen, f"nobody: {operation} of another socket's", errno.EPERM,
                    OTHERS, a.do, operation, {"id": other})
        for operation, attributes in POLICY.items():
            refused(seen, f"nobody: {operation}", errno.EPERM, POLICY_WORDS, a.do,
                    operation, attributes)
        for operation in OF_ADMIN:
            refused(seen, f"nobody, not authorised: {operation}", errno.EPERM,
                    "nor has the process CAP_NET_ADMIN", plain.do, operation,
                    {"id": left.id})
        for operation, attributes in SHOWN.items():
            refused(seen, f"nobody: {operation} of what is not there",
                    errno.ENOENT, "has no trap", a.do, operation, attributes)
            refused(seen, f"nobody, not authorised: {operation}", errno.EPERM,
                    "nor has the process CAP_NET_ADMIN", plain.do, operation,
                    attributes)
        seen.check("nobody: dumps the traps", a.family.dump("trap-get", {}) == [],
                   "refused")
        for sa in left, right:
            sa.do("ike-sa-del")
        seen.check("nobody: ends what is his", not a.dump(), a.dump())

    without_capabilities(tests, act)
    shown = [sa["id"] for sa in a.dump()]
    tests.check("the IKE SA of another socket is still there", shown == [other],
                shown)
    others.sock.close()
    plain.sock.close()


def test_what_is_no_socket(tests, a, b):
    cases = [
        ("a number of no file", None, errno.EBADF, "not the file descriptor"),
        ("a file", open("/dev/null", encoding="ascii"), errno.ENOTSOCK,
         "not the file descriptor"),
        ("a UDP socket", socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
         errno.EINVAL, "not a generic netlink socket"),
        ("a socket of rtnetlink",
         a.make_inside(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                             NETLINK_ROUTE)),
         errno.EINVAL, "not a generic netlink socket"),
        ("a socket of another network namespace", plain_socket(b).sock,
         errno.EINVAL, "of this network namespace"),
        ("a socket that is not bound", a.make_inside(generic_socket),
         errno.EINVAL, "not bound"),
        ("a socket that is authorised already", a.family.sock, errno.EEXIST,
         "authorised already"),
    ]
    for name, file, number, words in cases:
        named = {"fd": file.fileno() if file else UNKNOWN_ID}
        refused(tests, name, number, words, a.do, "authorise", named)
        if "bound" not in words and "already" not in words:
            refused(tests, f"revoked: {name}", number, words, a.do, "revoke", named)
        if file and file is not a.family.sock:
            file.close()
    for operation in "authorise", "revoke":
        refused(tests, f"{operation}: no file descriptor", errno.EINVAL, "is missing",
                a.do, operation, {})


def generic_socket():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)


def wants_port(port):
    """A socket that getsockname() says is bound there, which another one is"""
    made = generic_socket()
    try:
        made.bind((port, 0))
    except OSError as error:
        assert error.errno == errno.EADDRINUSE
    return made


def test_bind_that_failed(tests, a):
    """The end of such a socket would be told for no port: what it owns would stay"""
    holder = a.make_inside(generic_socket)
    holder.bind((0, 0))
    port = holder.getsockname()[0]
    made = a.make_inside(lambda: wants_port(port))
    tests.check("a socket whose bind failed says that it has the port",
                made.getsockname()[0] == port, made.getsockname())
    refused(tests, "a socket whose bind failed", errno.EADDRINUSE, "not bound",
            a.do, "authorise", {"fd": made.fileno()})
    holder.close()
    made.close()


def test_end_of_authorisation(tests, a):
    family = a.open_socket()
    port = family.sock.getsockname()[0]
    family.sock.close()

    def same_port():
        made = YnlFamily(SPEC, SCHEMA)
        made.sock.close()
        made.sock = generic_socket()
        made.sock.bind((port, 0))
        for option in NETLINK_CAP_ACK, NETLINK_EXT_ACK:
            made.sock.setsockopt(SOL_NETLINK, option, 1)
        return made

    after = a.make_inside(same_port)
    refused(tests, "a later socket of the same port", errno.EPERM, NOT_AUTHORISED,
            after.do, "ike-sa-new", NEW)
    after.sock.close()


def test_orphan(tests, a, b):
    """An established IKE SA outlives its socket, and is nobody's"""
    family = a.open_socket()
    left, right = with_socket(a, family, establish, a, b)
    family.sock.close()
    check_refused(tests, "an orphan", left, a.family, OTHERS)
    tests.check("an administrator ends an orphan",
                not a.do("ike-sa-del", {"id": left.id}) and not a.dump(), a.dump())
    right.do("ike-sa-del")


def revoke(side, family):
    side.do("revoke", {"fd": family.sock.fileno()})


def test_revoked(tests, a, b):
    """It is as if the socket were closed, but it is open"""
    family = a.open_socket()
    refused(tests, "revoked: one that is not authorised", errno.ENOENT,
            "is not authorised", revoke, a, plain_socket(a))
    left, right = with_socket(a, family, establish, a, b)
    family.do("ike-sa-new", NEW)
    revoke(a, family)
    shown = [(sa["id"], sa.get("orphan")) for sa in a.dump()]
    tests.check("revoked: what is half-open has ended, the other is an orphan",
                shown == [(left.id, True)], shown)
    check_refused(tests, "revoked", left, family, NOT_AUTHORISED)
    for operation, attributes in ("ike-sa-new", NEW), ("ike-sa-adopt", {"id": left.id}):
        refused(tests, f"revoked: {operation}", errno.EPERM, NOT_AUTHORISED,
                family.do, operation, attributes)
    refused(tests, "revoked: once more", errno.ENOENT, "is not authorised", revoke, a,
            family)
    left.do("ike-sa-adopt")
    left.exchange(INFORMATIONAL)
    tests.check("revoked: another socket goes on", "orphan" not in left.show())
    a.do("authorise", {"fd": family.sock.fileno()})
    check_refused(tests, "authorised again", left, family, OTHERS)
    family.do("ike-sa-new", NEW)
    family.sock.close()
    shown = [sa["id"] for sa in a.dump()]
    tests.check("authorised again: its end is told", shown == [left.id], shown)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def make_until_refused(family, report):
    """In a process of its own, which has the right of an administrator to end them"""
    try:
        while True:
            made = family.do("ike-sa-new", NEW)
            os.write(report, b"made")
            with contextlib.suppress(NlError):
                family.do("ike-sa-del", {"id": made["id"]})
    except NlError as error:
        os._exit(error.error != errno.EPERM)


def test_revoked_at_work(tests, a):
    """Nothing is made after the end, whatever the socket was at"""
    left = ended = 0
    for _ in range(REVOCATIONS):
        family = a.open_socket()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            make_until_refused(family, writer)
        os.read(reader, 1)
        revoke(a, family)
        left += len(a.dump())
        ended += os.waitpid(child, 0)[1] == 0
        family.sock.close()
        os.close(reader)
        os.close(writer)
    tests.check("revoked at work: it makes nothing any more",
                (left, ended) == (0, REVOCATIONS), (left, ended))


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        for side in a, b:
            side.set_connection("creation", **{"allow-classical": True})
        left, right = establish(a, b)
        test_not_authorised(tests, left)
        test_another_socket(tests, left)
        right.do("ike-sa-del")
        test_without_capabilities(tests, a, b)
        test_what_is_no_socket(tests, a, b)
        test_bind_that_failed(tests, a)
        test_end_of_authorisation(tests, a)
        test_orphan(tests, a, b)
        test_revoked(tests, a, b)
        test_revoked_at_work(tests, a)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
