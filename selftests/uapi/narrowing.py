#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Several Child SAs of one configured child, which the peer has narrowed: what each
selector sends and receives goes by the Child SA that was agreed for it, also
after rekeys of each and of the IKE SA; what none has goes to the trap, which asks for
it again once a Child SA has answered the acquire before.

Run by narrowing.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import re
import socket
import subprocess
import sys

import creation
from ike import *
from ynl_client import Tests

# One child of the left side, as its configuration has it.
CHILD = 7
WIDE = 18
# The peer has a child for each half of the first half of it.
HALF = 20
PEER_CHILDREN = 8, 9
# Where the halves begin, a host in each, and one in neither.
NETWORKS = 0, 16
HOSTS = 3, 19
OUTSIDE = 35
PINGS = 2


def network(side, third, bits):
    return {"address": bytes([10, side.number, third, 0]),
            "prefix-length": bits}


def set_children(a, b):
    """Each named by its reqid"""
    for side, reqids in (a, [CHILD]), (b, PEER_CHILDREN):
        side.set_children(*[{
            "name": str(reqid), "reqid": reqid, "trap": side is a,
            "local-ts": network(side, 0, WIDE),
            "remote-ts": network(side.peer, 0, WIDE)} for reqid in reqids])


def mismatches(*sides):
    return sum(creation.dropped(side, "XfrmInTmplMismatch") for side in sides)


class Pair:
    """A Child SA of both sides"""

    def __init__(self, left, right, reqids, thirds, bits):
        self.sas = left, right
        self.thirds = thirds
        made = [child_new(left, role="initiator", child=str(reqids[0]))]
        # The left side narrows nothing of its own.
        said = {"tsi": [network(left.side, 0, WIDE)],
                "tsr": [network(right.side, third, bits) for third in thirds]}
        left.request(CREATE_CHILD_SA, child_payloads(made[0]))
        made.append(child_new(right, role="responder",
                              child=str(reqids[1])))
        right.respond(CREATE_CHILD_SA, child_payloads(made[1], **said))
        child_accept(left, made[0])
        self.children = made
        # The responder first: the initiator sends at once.
        self.reqids = {index: child_install(self.sas[index], made[index])["reqid"]
                       for index in (1, 0)}
        self.before = 0, 0

    def counted(self):
        """Packets in and out of the left side since the last call"""
        now = creation.counts(self.sas[0], self.children[0])
        seen = tuple(a - b for a, b in zip(now, self.before))
        self.before = now
        return seen

    def inherited(self, left, right):
        self.sas = left, right

    def delete(self, index, **more):
        self.sas[index].do("child-sa-del", {
            "child-sa": {"id": self.children[index]["id"]} | more})

    def end(self):
        """As after a rekey: what is under way still comes in at first"""
        for index in range(2):
            self.delete(index, direction="out")
        for index in range(2):
            self.delete(index)


def passes(a, b, host):
    """Echo requests of both sides; the source is within the selectors"""
    return all(one.run("ping", "-c", str(PINGS), "-i", "0.2", "-W", "10", "-I",
                       f"10.{one.number}.{third}.1",
                       f"10.{other.number}.{other_third}.1") == 0
               for one, other, third, other_third in (
                   (a, b, 0, host), (b, a, host, 0)))


def check_uses(tests, name, a, b, pairs, host, used):
    """Only @used carries what goes to @host, both ways"""
    passed = passes(a, b, host)
    seen = [pair.counted() for pair in pairs]
    expected = [(2 * PINGS, 2 * PINGS) if pair is used else (0, 0)
                for pair in pairs]
    tests.check(f"{name}: traffic to 10.2.{host}.1 goes by its Child SA only",
                passed and seen == expected, (passed, seen))


def check_halves(tests, name, a, b, pairs):
    for pair, host in zip(pairs, HOSTS):
        check_uses(tests, name, a, b, pairs, host, pair)


def larval_reqids(side):
    """Of the states that wait for a Child SA"""
    text = subprocess.run(["ip", "-n", side.name, "xfrm", "state"], check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    return [int(reqid) for reqid in
            re.findall(r"spi 0x00000000 reqid (\d+)", text)]


def acquired(side):
    """What a packet outside of all Child SAs makes xfrm ask a key manager for"""
    with subprocess.Popen(["ip", "-n", side.name, "xfrm", "monitor", "acquire"],
                          stdout=subprocess.DEVNULL) as manager:
        reqids = []
        # The first ones may come before the manager listens.
        for _ in range(50):
            side.run("ping", "-c", "1", "-W", "0.2", "-I", "10.1.0.1",
                     f"10.2.{OUTSIDE}.1")
            reqids = larval_reqids(side)
            if reqids:
                break
        manager.kill()
    return reqids


def is_waiting(side):
    return side.do("trap-get", {"child-sa": {"reqid": CHILD}}).get("waiting", False)


def make_pair(left, right, half):
    return Pair(left, right, (CHILD, PEER_CHILDREN[half]), NETWORKS[half:half + 1],
                HALF)


def test_narrowed(tests, a, b):
    # No larval state ends by its timer here.
    a.run("sysctl", "-q", "-w", "net.core.xfrm_acq_expires=3600")
    left, right = establish(a, b)
    trap = a.trap_again({"name": str(CHILD)})
    tests.check("the trap has the reqid of the child",
                as_list(trap["child-sa"])[0]["reqid"] == CHILD, trap)
    tests.check("no packet has met it", not is_waiting(a))
    pairs = [make_pair(left, right, half) for half in range(2)]
    own = [pair.reqids[0] for pair in pairs]
    tests.check("each narrower set of the child has a reqid of its own",
                len({CHILD, *own}) == 3, own)
    tests.check("the first set of a child has the child's",
                [pair.reqids[1] for pair in pairs] == list(PEER_CHILDREN),
                [pair.reqids for pair in pairs])
    check_halves(tests, "two Child SAs", a, b, pairs)

    reqids = acquired(a)
    tests.check("a packet outside of both goes to the trap",
                reqids == [CHILD] and
                all(pair.counted() == (0, 0) for pair in pairs), reqids)
    tests.check("a packet is shown to wait", is_waiting(a))

    for half in range(2):
        old = pairs[half]
        pairs[half] = make_pair(left, right, half)
        tests.check(f"Child SA {half} of the trap ends the acquire of a larger set",
                    not larval_reqids(a) and not is_waiting(a), larval_reqids(a))
        tests.check("what the peer has narrowed away is asked for once more",
                    acquired(a) == [CHILD], larval_reqids(a))
        tests.check(f"rekey of Child SA {half}: the selectors keep their reqid",
                    pairs[half].reqids == old.reqids,
                    (pairs[half].reqids, old.reqids))
        old.end()
        check_halves(tests, f"after a rekey of Child SA {half}", a, b, pairs)

    new_left, new_right = rekey(left, right, [X25519, MLKEM768])
    for sa in new_left, new_right:
        sa.do("ike-sa-inherit")
    for sa in left, right:
        sa.do("ike-sa-del")
    for pair in pairs:
        pair.inherited(new_left, new_right)
    check_halves(tests, "after a rekey of the IKE SA", a, b, pairs)
    pairs[1].end()
    check_uses(tests, "without the other Child SA", a, b, pairs[:1], HOSTS[0],
               pairs[0])
    a.do("trap-del", {"child-sa": {"reqid": CHILD}})
    for sa in new_left, new_right:
        sa.do("ike-sa-del")


def test_late_sender(tests, a, b):
    """A datagram that had its route before a rekey, and leaves after it"""
    left, right = establish(a, b)
    old = Pair(left, right, (CHILD, PEER_CHILDREN[0]), (32,), 24)
    invalid = creation.dropped(a, "XfrmOutStateInvalid")
    sender, receiver = (side.make_inside(
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for side in (a, b))
    with sender, receiver:
        receiver.settimeout(10)
        sender.bind(("10.1.0.1", 0))
        receiver.bind(("10.2.32.1", 0))
        to = receiver.getsockname()
        sender.sendto(b"begun before, ", socket.MSG_MORE, to)
        new = Pair(left, right, (CHILD, PEER_CHILDREN[0]), (32,), 24)
        old.delete(0, direction="out")
        try:
            sender.sendto(b"sent after", to)
            got = receiver.recv(100)
        except OSError as error:
            got = error
    tests.check("what had its route before a rekey leaves after it",
                got == b"begun before, sent after" and
                creation.dropped(a, "XfrmOutStateInvalid") == invalid, got)
    check_uses(tests, "after a rekey", a, b, (new,), 32, new)
    for sa in left, right:
        sa.do("ike-sa-del")


def test_common_selector(tests, a, b):
    """Two sets have one selector: the Child SA of both may be met"""
    left, right = establish(a, b)
    few = Pair(left, right, (CHILD, PEER_CHILDREN[0]), (32,), 24)
    many = Pair(left, right, (CHILD, PEER_CHILDREN[0]), (32, 33), 24)
    pairs = few, many
    tests.check("sets that have a selector in common have a reqid each",
                few.reqids[0] == CHILD != many.reqids[0],
                (few.reqids, many.reqids))
    for host in 32, 33:
        check_uses(tests, "the newer of two sets", a, b, pairs, host, many)
    many.delete(1, direction="out")
    passed = passes(a, b, 32)
    seen = few.counted(), many.counted()
    half = 2 * PINGS
    tests.check("a common selector is received by either Child SA",
                passed and seen == ((half, 0), (0, half)), seen)
    for index in range(2):
        many.delete(index)
    check_uses(tests, "the older set once more", a, b, (few,), 32, few)
    for sa in left, right:
        sa.do("ike-sa-del")


def test_other_child(tests, a, b):
    left, right = establish(a, b)
    Pair(left, right, (CHILD, PEER_CHILDREN[0]), (32,), 24)
    refused(tests, "the selectors of another child", errno.EEXIST,
            f"reqid {PEER_CHILDREN[0]}", Pair, left, right,
            (CHILD, PEER_CHILDREN[1]), (32,), 24)
    for sa in left, right:
        sa.do("ike-sa-del")


def policies(side):
    return subprocess.run(["ip", "-n", side.name, "xfrm", "policy"], check=True,
                          text=True, stdout=subprocess.PIPE).stdout


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with creation.two_sides() as (a, b):
        set_children(a, b)
        for test in (test_narrowed, test_common_selector, test_other_child,
                     test_late_sender):
            test(tests, a, b)
            tests.check(f"{test.__name__} leaves no policy",
                        not policies(a) and not policies(b), policies(a))
        tests.check("no packet came by the wrong Child SA",
                    mismatches(a, b) == 0, mismatches(a, b))
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
