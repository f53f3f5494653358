#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Each operation takes as many steps in pqike.ko beside 1000 connections, traps, IKE SAs
and Child SAs as beside 10, and each thing in a dump; with PQIKE_ENDURANCE=full beside
10000 too.

Run by growth.sh, with modules that count and in a session keyring of its own.
"""

import os
import pathlib
import struct
import sys

import agreement
import creation
from ike import *
from ynl_client import Tests

SIZES = (10, 100, 1000) + \
    ((10000,) if os.environ.get("PQIKE_ENDURANCE") == "full" else ())
# Of one IKE SA: the kernel has a limit.
CHILDREN_MAX = 500
# Tables that grow have buckets with one object more or less.
SLACK = 32
REPEATS = 8
REPEATS_MAX = 100
PPK_DESCRIPTION = "pqike:growth"

GCDA_HEADER = 16
GCDA_ARCS = 0x01a10000


class Counters:
    """How often each arc of pqike's code was taken, as gcov counts it"""

    def __init__(self):
        self.counts = pathlib.Path(os.environ["COUNTS"])
        self.reset = self.counts_root() / "reset"

    def counts_root(self):
        return next(path for path in self.counts.parents if path.name == "gcov")

    @staticmethod
    def arcs(data):
        """The sum of all counters of a .gcda file"""
        total = 0
        at = GCDA_HEADER
        while at + 8 <= len(data):
            tag, octets = struct.unpack_from("<II", data, at)
            at += 8
            if tag == GCDA_ARCS:
                total += sum(struct.unpack_from(f"<{octets // 8}Q", data, at))
            at += octets
        return total

    def steps(self, operations, name, enough):
        """
        Of the repetition that nothing else added to, as the work does that is left from
        those before: of as few as have one with no more steps than are enough
        """
        seen = []
        while len(seen) < REPEATS or (
                min(seen) > enough and len(seen) < REPEATS_MAX):
            operations.turn += 1
            self.reset.write_text("0", encoding="ascii")
            getattr(operations, name)()
            seen.append(sum(self.arcs(path.read_bytes())
                            for path in self.counts.glob("*.gcda")))
        return min(seen)


def network(side, number):
    return {"address": bytes([10, side.number, number >> 8, number & 255]),
            "prefix-length": 32}


class World:
    """As many objects of each kind as are asked for"""

    def __init__(self, a, b):
        self.a, self.b = a, b
        self.size = 0
        self.parents = []

    def connection(self, number):
        """With a PPK, and a child that may have a trap"""
        agreement.set_ppk(
            self.a, f"connection-{number}", PPK_DESCRIPTION, b"\2%d" % number, child={
                "name": "trap", "reqid": number + 1, "trap": True,
                "local-ts": network(self.b, number),
                "remote-ts": network(self.a, number)})

    def trap(self, number):
        self.a.trap_again({"name": "trap"}, f"connection-{number}", **{
            "remote-address": bytes([192, 0, 2, 9])})

    def ike_sa(self, number):
        return self.a.do("ike-sa-new", {
            "role": "initiator", "connection": f"connection-{number}",
            "ke-method": X25519})

    def child_sa(self, left, right, number):
        """Installed on one side, which is enough for its tables"""
        ours = child_new(left, role="initiator")
        said = {"tsi": [network(self.a, number)], "tsr": [network(self.b, number)]}
        left.request(CREATE_CHILD_SA, child_payloads(ours, **said))
        theirs = child_new(right, role="responder")
        right.respond(CREATE_CHILD_SA, child_payloads(theirs, **said))
        child_accept(left, ours)
        child_install(left, ours)
        return ours, theirs

    def parent(self, number):
        if number % CHILDREN_MAX == 0:
            self.parents.append(establish(self.a, self.b))
        return self.parents[-1]

    def grow(self, size):
        for number in range(self.size, size):
            if number % 100 == 0:
                print(f"# {number} of {size}", flush=True)
            self.connection(number)
            self.trap(number)
            self.ike_sa(number)
            self.child_sa(*self.parent(number), number)
        self.size = size


class Operations:
    """
    Each leaves what it found. It is another object each time: one that shares a place of
    a table with others takes more steps, by chance and beside however many.
    """

    def __init__(self, world):
        self.world = world
        self.a = world.a
        self.pair = establish(world.a, world.b)
        self.turn = 0

    @property
    def extra(self):
        """The number of an object that is not there"""
        return 60000 + self.turn

    @property
    def present(self):
        """That of one which is, of the ten that there are at least"""
        return self.world.size - 1 - self.turn % SIZES[0]

    def connection_again(self):
        self.world.connection(self.present)

    def connection_and_its_end(self):
        self.world.connection(self.extra)
        self.a.do("connection-del", {"name": f"connection-{self.extra}"})

    def trap_again(self):
        self.world.trap(self.present)

    def trap_and_its_end(self):
        self.world.connection(self.extra)
        self.world.trap(self.extra)
        self.a.do("trap-del", {"child-sa": {"reqid": self.extra + 1}})
        self.a.do("connection-del", {"name": f"connection-{self.extra}"})

    def ike_sa_and_its_end(self):
        made = self.world.ike_sa(self.present)
        self.a.do("ike-sa-get", {"id": made["id"]})
        self.a.do("ike-sa-del", {"id": made["id"]})

    def child_sa_and_its_end(self):
        ours, theirs = self.world.child_sa(*self.pair, self.extra)
        for sa, child in zip(self.pair, (ours, theirs)):
            sa.child_do("child-sa-del", {"id": child["id"]})

    def message(self):
        left, _ = self.pair
        left.exchange(INFORMATIONAL)

    def ppks_named(self):
        """By a peer that is not authenticated: some that nobody has, and one that is had"""
        left, right = agreement.ppk_agreement(
            agreement.USE_PPK_INT, (X25519,)).init(self.a.peer, self.a)
        agreement.intermediate_round(left, right, agreement.after_others(3))
        agreement.end(left, right)

    def socket_of_nothing(self):
        self.a.open_socket().sock.close()

    def socket_with_an_ike_sa(self):
        family = self.a.open_socket()
        family.do("ike-sa-new", {"role": "initiator", "ke-method": X25519,
                                 "connection": "connection-0"})
        family.sock.close()


    def connections_shown(self):
        self.a.family.dump("connection-get", {})


OPERATIONS = (
    ("connection-set of one that is there", "connection_again"),
    ("connection-set and connection-del", "connection_and_its_end"),
    ("trap-set of one that is there", "trap_again"),
    ("trap-set and trap-del", "trap_and_its_end"),
    ("ike-sa-new, ike-sa-get and ike-sa-del", "ike_sa_and_its_end"),
    ("a Child SA from child-sa-new to child-sa-del", "child_sa_and_its_end"),
    ("an exchange", "message"),
    ("PPKs that a peer names", "ppks_named"),
    ("a socket that owns nothing, opened and closed", "socket_of_nothing"),
    ("a socket that is closed with an IKE SA", "socket_with_an_ike_sa"),
)


# Those that show all there is: as many steps for each of it
DUMPS = (("a dump of connections", "connections_shown"),)


def measure(world, counters):
    """For each operation its steps, at each size"""
    operations = Operations(world)
    seen = {name: [] for _, name in OPERATIONS + DUMPS}
    for size in SIZES:
        world.grow(size)
        print(f"# {size} of each kind are there", flush=True)
        for _, name in OPERATIONS:
            enough = seen[name][0] + SLACK if seen[name] else float("inf")
            seen[name].append(counters.steps(operations, name, enough))
        for _, name in DUMPS:
            seen[name].append(counters.steps(operations, name, float("inf")))
    return seen


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    add_logon_key(PPK_DESCRIPTION, b"a post-quantum one")
    with creation.two_sides() as (a, b):
        for side in a, b:
            agreement.set_ppk(side, "ppk", PPK_DESCRIPTION)
        # Those of a namespace of root have less than there are at last.
        a.family.do("quota-set", {"quota": {"half-open": 2 * max(SIZES)}})
        seen = measure(World(a, b), Counters())
        tests.check("what an exchange runs is counted", seen["message"][0] > 0)
        sizes = ", ".join(map(str, SIZES))
        for words, name in OPERATIONS:
            steps = seen[name]
            print(f"# {words}: {', '.join(map(str, steps))} steps")
            tests.check(f"{words}: as many steps beside {sizes} of each kind",
                        max(steps) <= steps[0] + SLACK, steps)
        for words, name in DUMPS:
            each = [steps / size for steps, size in zip(seen[name], SIZES)]
            print(f"# {words}: {', '.join(map(str, seen[name]))} steps")
            tests.check(f"{words}: no more steps for each beside {sizes}",
                        max(each) <= each[0], each)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
