#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Child SAs of as many selectors as there may be: how many policies a Child SA, an IKE SA
and a network namespace may have, that one more changes nothing, that the end of each
policy costs the same beside however many, how long others wait for that, and that those
whose selectors differ in ports and protocols alone are as many as any.

Run by wide.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys
import threading
import time

from creation import two_sides
from ike import *
from owners import TRACEFS, Calls
from quotas import check_each, quota, reset_quota, set_trap, used
from ynl_client import Tests

# Of the selectors of each side, and so of policies in each direction
PAIRS_MAX = 256
SIDE = 16
OF_ONE = 3 * PAIRS_MAX
OF_IKE_SA = 8192
COUNT = OF_IKE_SA // OF_ONE
POLICIES = 5
PORTS = 300
WIDE = {"name": "wide", "mode": "tunnel", "local-ts": ANYWHERE, "remote-ts": ANYWHERE}
# What xfrm calls for each node of a tree of policies that it looks at
WALK = "xfrm_policy_inexact_gc_tree"
STEPS_MAX = 16
METHODS = [X25519, MLKEM768]


def networks(first, second, count=SIDE):
    """Prefixes of two lengths, none of them a host's"""
    return [{"address": bytes([first, second, 4 * number, 0]),
             "prefix-length": 24 - number % 2} for number in range(count)]


def wide(number):
    return {"tsi": networks(20 + number // 256, number % 256), "tsr": networks(30, 0)}


def begin_child(left, right, said):
    """Up to the request that is answered, and installed by nobody"""
    ours = child_new(left, role="initiator", child="wide")
    left.request(CREATE_CHILD_SA, child_payloads(ours, **said))
    theirs = child_new(right, role="responder", child="wide")
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **said))
    return ours, theirs


def add_child(left, right, said):
    """Installed by the responder alone"""
    _, theirs = begin_child(left, right, said)
    child_install(right, theirs)
    return theirs


def end(*sas):
    for sa in sas:
        sa.do("ike-sa-del")


def check_nothing_changes(tests, name, side, words, function, *arguments):
    before = used(side)
    refused(tests, name, errno.EDQUOT, words, function, *arguments)
    tests.check(f"{name}: nothing has changed", used(side) == before,
                (before, used(side)))


def test_pairs(tests, a, b):
    """Of one child, and of what a peer makes of it"""
    for count, error in (SIDE, None), (SIDE + 1, errno.E2BIG):
        child = {"name": "pairs", "local-ts": networks(20, 0),
                 "remote-ts": networks(30, 0, count)}
        if error:
            refused(tests, f"{SIDE * count} pairs of a child", error,
                    f"{SIDE * count} pairs of traffic selectors, {PAIRS_MAX} at most",
                    b.set_children, child)
        else:
            b.set_children(child)
    b.set_children(WIDE)
    left, right = establish(a, b)
    _, theirs = begin_child(left, right, {"tsi": networks(20, 0, SIDE + 1),
                                          "tsr": networks(30, 0)})
    refused(tests, "as many of a Child SA", errno.E2BIG, "pairs of traffic selectors",
            child_install, right, theirs)
    add_child(left, right, wide(0))
    tests.check("as many as there may be", used(b)[POLICIES] == OF_ONE, used(b))
    end(left, right)


def test_ike_sa(tests, a, b):
    """What one peer has, and takes along when it rekeys"""
    left, right = establish(a, b)
    made = [add_child(left, right, wide(number)) for number in range(COUNT)]
    _, theirs = begin_child(left, right, wide(COUNT))
    check_nothing_changes(tests, "more policies than an IKE SA may have", b,
                          "as many policies", child_install, right, theirs)
    right.child_do("child-sa-del", {"id": made[0]["id"]})
    child_install(right, theirs)
    tests.check("one has ended, and one more is made",
                used(b)[POLICIES] == COUNT * OF_ONE, used(b))

    new_left, new_right = rekey(left, right, METHODS)
    add_child(new_left, new_right, wide(COUNT + 1))
    check_nothing_changes(tests, "more inherited than there may be", b,
                          "more policies", new_right.do, "ike-sa-inherit")
    begun = time.monotonic()
    end(right)
    print(f"# {COUNT * OF_ONE} policies of one IKE SA end: "
          f"{time.monotonic() - begun:.2f} s")
    end(left, new_left, new_right)


def test_namespace(tests, a, b):
    """Of Child SAs and traps together"""
    left, right = establish(a, b)
    create_child(left, right, [], 1)
    set_trap(a, 2)
    quota(a.family, policies=8)
    check_nothing_changes(tests, "a trap with more than there may be", a,
                          "as many policies", set_trap, a, 3)
    ours, _ = child_begin(left, right, [], 4)
    check_nothing_changes(tests, "a Child SA with more", a, "as many policies",
                          child_install, left, ours)
    quota(a.family, policies=9)
    set_trap(a, 3)
    quota(a.family, policies=1)
    set_trap(a, 3)
    tests.check("what is there already takes no more", used(a)[POLICIES] == 9, used(a))
    reset_quota(a.family)
    for number in 2, 3:
        a.do("trap-del", {"child-sa": {"reqid": 1000 + number}})
    end(left, right)


def steps_of_end(a, b, count):
    """Nodes that xfrm looks at when as many Child SAs end at once, and their policies"""
    left, right = establish(a, b)
    for number in range(count):
        add_child(left, right, wide(number))
    policies = used(b)[POLICIES]
    calls = Calls(WALK)
    try:
        seen = calls.of(lambda: right.do("ike-sa-del"))
    finally:
        calls.end()
    end(left)
    return seen[WALK], policies


def test_steps(tests, a, b):
    if not (TRACEFS / "set_ftrace_filter").exists():
        print("# the kernel has no function tracer: its steps are not counted")
        return
    for count in 1, 2, 8:
        steps, policies = steps_of_end(a, b, count)
        print(f"# {policies} policies end: xfrm looks at {steps} nodes")
        tests.check(f"{policies} policies end: each takes as many steps as ever",
                    0 < steps <= STEPS_MAX * policies, (steps, policies))


def test_ports(tests, a, b):
    """All at the same addresses"""
    left, right = establish(a, b)
    failed = []
    for number in range(PORTS):
        one = {"address": bytes([20, 0, 0, 0]), "prefix-length": 24,
               "protocol": 6 if number % 2 else 17, "port": 1000 + number}
        try:
            add_child(left, right, {"tsi": [one], "tsr": networks(30, 0, 1)})
        except NlError as error:
            failed.append((number, str(error)))
    tests.check(f"{PORTS} that differ in protocol and port are installed", not failed,
                failed)
    end(left, right)


class Other:
    """An IKE SA of another socket, which asks while something else is under way"""

    INSTALLS = 100

    def __init__(self, a, b):
        self.family = b.open_socket()
        with Through(b, self.family):
            self.left, self.right = establish(a, b)
            self.children = [begin_child(self.left, self.right, inner(self.left, number))
                             for number in range(1, self.INSTALLS + 1)]

    def ask(self, operation, **attributes):
        self.family.do(operation, {"id": self.right.id} | attributes)

    def notes(self):
        """Of no use to xfrm"""
        while True:
            yield lambda: self.ask("ike-sa-note", note=b"")

    def installs(self):
        while self.children:
            _, theirs = self.children.pop()
            yield lambda: self.ask("child-sa-install", **{"child-sa": {"id": theirs["id"]}})

    def end(self):
        self.family.sock.close()
        end(self.left, self.right)


class Through:
    """What a side does through another socket meanwhile"""

    def __init__(self, side, family):
        self.side, self.family, self.before = side, family, side.family

    def __enter__(self):
        self.side.family = self.family

    def __exit__(self, *_):
        self.side.family = self.before


def seconds(act):
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


def say_beside(what, act, asks):
    """How long it takes, and the longest of what is asked meanwhile"""
    took, waited = [], []
    thread = threading.Thread(target=lambda: took.append(seconds(act)))
    alone = seconds(next(asks))
    thread.start()
    while thread.is_alive():
        ask = next(asks, None)
        if not ask:
            break
        waited.append(seconds(ask))
    thread.join()
    print(f"# {what}: {took[0]:.2f} s; of {len(waited)} requests beside it one took "
          f"{1000 * max(waited, default=0):.1f} ms, alone {1000 * alone:.1f} ms")


def authenticate_wide(a, b, number):
    """As many policies as a Child SA may have, before the IKE_AUTH response is sealed"""
    left, right = begin(a, b, "creation", METHODS)
    intermediate(left, right, METHODS)
    ours = child_new(left, child="wide")
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                            *child_terms(ours, **wide(number))])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right, child="wide")
    child_install(right, theirs, child_terms(theirs, **wide(number)))
    return left


def ike_sa_beside(_, a, b, what, asks):
    left, right = establish(a, b)
    for number in range(COUNT):
        add_child(left, right, wide(number))
    say_beside(f"{COUNT * OF_ONE} policies of one IKE SA end, {what}", lambda: end(right), asks)
    end(left)


def half_open_beside(tests, a, b, what, asks):
    family = b.open_socket()
    with Through(b, family):
        peers = [authenticate_wide(a, b, number) for number in range(COUNT)]
    say_beside(f"a socket is closed that leaves {COUNT * OF_ONE}, {what}",
               family.sock.close, asks)
    tests.check(f"all that was half-open is gone, {what}", used(b)[POLICIES] < OF_ONE,
                used(b))
    end(*peers)


def test_beside(tests, a, b):
    """Many end: those of one IKE SA, and those that a socket leaves that is closed"""
    for beside in ike_sa_beside, half_open_beside:
        for what in "notes", "installs":
            other = Other(a, b)
            beside(tests, a, b, what, getattr(other, what)())
            other.end()


TESTS = (test_pairs, test_ike_sa, test_namespace, test_steps, test_beside, test_ports)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        check_each(tests, TESTS, a, b, lambda side: side.set_children(WIDE))
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
