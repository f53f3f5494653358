#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Tracepoints: the events of a life of IKE SAs and Child SAs, in their order, and of what is
refused; and that they have fields that are no secret, and no others.

usage: trace.py TRACEFS

Run by trace.sh, with the modules loaded and in a session keyring of its own.
"""

import pathlib
import re
import sys

from authorise import with_socket
from creation import two_sides
from ike import *
from stats import CHILD, rekey_child
from ynl_client import Tests

PSK = b"a pre-shared key that no event may have"
# Each is in clear on the wire, or the operator's, or a number
FIELDS = {"netns", "id", "role", "state", "spi_i", "spi_r", "connection", "ike_sa",
          "spi_in", "spi_out", "reqid", "complete", "name", "portid", "orphans",
          "operation", "cause", "err"}


class Trace:
    """What the ring buffer has of pqike, since it was emptied"""

    def __init__(self, tracefs):
        self.path = pathlib.Path(tracefs)
        self.write("events/pqike/enable", "1")
        self.write("tracing_on", "1")

    def write(self, file, text):
        (self.path / file).write_text(text, encoding="ascii")

    def lines(self):
        text = (self.path / "trace").read_text(encoding="utf-8")
        return re.findall(r"^[^#\n]*: (pqike_\w+): (.*)$", text, re.M)

    def of(self, act):
        """[(event, {field: text})] that act() causes"""
        self.write("trace", "")
        act()
        return [(name, dict(re.findall(r"(\w+)=(\S*)", fields)))
                for name, fields in self.lines()]

    def end(self):
        self.write("events/pqike/enable", "0")

    def formats(self):
        for file in (self.path / "events/pqike").glob("*/format"):
            yield file.parent.name, file.read_text(encoding="ascii")


def names(events):
    return [name.removeprefix("pqike_") for name, _ in events]


def of_sa(events, sa):
    """Those of one side: numbers are of a namespace"""
    return [(name, fields) for name, fields in events
            if fields["netns"] == NETNS[sa.side.name] and
            fields.get("ike_sa") == str(sa.id)]


NETNS = {}


def find_netns(side):
    """The inode by which its events name a namespace"""
    path = f"/run/netns/{side.name}"
    NETNS[side.name] = str(pathlib.Path(path).stat().st_ino)


def test_fields(tests, trace):
    seen = {}
    for event, text in trace.formats():
        seen[event] = set(re.findall(r"^\tfield:[^;]*?(\w+)(?:\[\w+\])?;", text, re.M))
        seen[event] = {field for field in seen[event]
                       if not field.startswith("common_")}
    tests.check("there are events", len(seen) >= 10, seen)
    for event, fields in sorted(seen.items()):
        tests.check(f"{event} has no other fields", fields and fields <= FIELDS, fields)


def test_established(tests, trace, a, b):
    made = []
    events = trace.of(lambda: made.extend(establish(a, b)))
    for sa, states in zip(made, (["half-open", "keyed", "established"],
                                 ["half-open", "keyed", "authenticated",
                                  "established"])):
        own = of_sa(events, sa)
        tests.check(f"IKE SA {sa.id} of {sa.side.name}: its states in their order",
                    [fields["state"] for _, fields in own] == states and
                    names(own) == ["ike_sa_made"] + ["ike_sa_state"] *
                    (len(states) - 1), own)
        shown = sa.show()
        tests.check("with its SPIs, role and connection",
                    own[-1][1]["spi_i"] == shown["spi-i"].hex() and
                    own[-1][1]["spi_r"] == shown["spi-r"].hex() and
                    own[-1][1]["role"] == shown["role"] and
                    own[-1][1]["connection"] == "creation", own[-1])
    return made


def test_child(tests, trace, left, right):
    made = []
    events = trace.of(lambda: made.extend(
        create_child(left, right, [X25519, MLKEM512], 1)[:2]))
    for sa, child in zip((left, right), made):
        own = of_sa(events, sa)
        tests.check(f"a Child SA of {sa.side.name} is made and installed",
                    names(own) == ["child_sa_made", "child_sa_installed"] and
                    own[1][1]["spi_in"] == f"{child['spi-in']:08x}" and
                    own[1][1]["child"] == "any" and own[1][1]["complete"] == "1", own)
    events = trace.of(lambda: left.child_do("child-sa-del", {
        "id": made[0]["id"], "direction": "out"}))
    tests.check("its outbound ESP SA is removed",
                names(events) == ["child_sa_deleted_out"] and
                events[0][1]["complete"] == "0", events)
    events = trace.of(lambda: left.child_do("child-sa-del", {"id": made[0]["id"]}))
    tests.check("and it is deleted", names(events) == ["child_sa_deleted"], events)


def test_responder_waits(tests, trace, left, right):
    """The outbound ESP SA of a responder goes in later"""
    ours, theirs = child_begin(left, right, [X25519], 2)
    child_accept(left, ours)
    events = trace.of(lambda: child_install(right, theirs, direction="in"))
    tests.check("the inbound ESP SA is installed", names(events) ==
                ["child_sa_installed"] and events[0][1]["complete"] == "0", events)
    events = trace.of(lambda: child_install(right, theirs, direction="out"))
    tests.check("and the outbound one", names(events) == ["child_sa_installed_out"] and
                events[0][1]["complete"] == "1", events)


def test_rekey(tests, trace, left, right):
    old = create_child(left, right, [X25519], 3)[0]
    events = trace.of(lambda: rekey_child(left, right, old, [X25519], 3))
    tests.check("a rekey of a Child SA", names(of_sa(events, left)) ==
                ["child_sa_made", "child_sa_installed"], events)
    news = []

    def replace():
        news.extend(rekey(left, right, [MLKEM768]))
        for new in news:
            new.do("ike-sa-inherit")
        for sa in left, right:
            sa.do("ike-sa-del")

    events = trace.of(replace)
    for new, gone in zip(news, (left, right)):
        own = names(of_sa(events, new))
        tests.check(f"a rekey of an IKE SA, of {new.side.name}",
                    own[:3] == ["ike_sa_made", "ike_sa_state", "ike_sa_state"] and
                    own[3:] and set(own[3:]) == {"child_sa_inherited"}, own)
        own = names(of_sa(events, gone))
        tests.check("and the end of the one that it replaces",
                    own[0] == "ike_sa_deleted", own)
    for sa in news:
        sa.do("ike-sa-del")


def test_adopted(tests, trace, a, b):
    family = a.open_socket()
    left, right = with_socket(a, family, establish, a, b)
    events = trace.of(family.sock.close)
    tests.check("a socket is closed that leaves orphans",
                names(events) == ["socket_closed"] and
                events[0][1]["orphans"] == "1", events)
    events = trace.of(lambda: left.do("ike-sa-adopt"))
    tests.check("one is adopted", names(events) == ["ike_sa_adopted"] and
                events[0][1]["ike_sa"] == str(left.id), events)
    events = trace.of(lambda: left.do("ike-sa-del"))
    tests.check("and deleted", names(events) == ["ike_sa_deleted"], events)
    right.do("ike-sa-del")
    events = trace.of(a.open_socket().sock.close)
    tests.check("a socket is closed that leaves none", names(events) ==
                ["socket_closed"] and events[0][1]["orphans"] == "0", events)


def test_failures(tests, trace, a, b):
    left, right = establish(a, b)

    def fail(function, *arguments):
        try:
            function(*arguments)
        except NlError:
            pass

    events = trace.of(lambda: fail(left.do, "ike-sa-auth-make"))
    tests.check("what is out of order", names(events) == ["failure"] and
                events[0][1]["operation"] == "ike-sa-auth-make" and
                events[0][1]["cause"] == "out-of-order" and
                events[0][1]["err"] == "-71", events)
    message = left.seal(INFORMATIONAL, [], left.next_request)
    events = trace.of(lambda: fail(right.open, message[:-1] + b"?"))
    tests.check("what does not verify", names(events) == ["failure"] and
                events[0][1]["ike_sa"] == str(right.id) and
                events[0][1]["cause"] == "unverified", events)
    events = trace.of(lambda: fail(a.do, "ike-sa-new", {
        "role": "initiator", "connection": "creation", "ke-method": MODP_1024}))
    tests.check("what cannot be begun", names(events) == ["failure"] and
                events[0][1]["cause"] == "unsupported", events)
    for sa in left, right:
        sa.do("ike-sa-del")


def main():
    tests = Tests()
    trace = Trace(sys.argv[1])
    add_logon_key(PSK_DESCRIPTION, PSK)
    try:
        with two_sides() as (a, b):
            for side in a, b:
                side.set_connection("creation", child=CHILD,
                                    **{"allow-classical": True})
                find_netns(side)
            test_fields(tests, trace)
            left, right = test_established(tests, trace, a, b)
            test_child(tests, trace, left, right)
            test_responder_waits(tests, trace, left, right)
            test_rekey(tests, trace, left, right)
            test_adopted(tests, trace, a, b)
            test_failures(tests, trace, a, b)
            seen = trace.of(lambda: establish(a, b))
            tests.check("no byte of the key is in them",
                        seen and PSK not in repr(seen).encode() and
                        PSK.hex() not in repr(seen), seen)
    finally:
        trace.end()
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
