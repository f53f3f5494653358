#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What the kernel keeps for IKE SAs, messages and policies is charged to the memory
control group of who makes them.

Run by memory.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import os
import pathlib
import re
import subprocess
import sys

import creation
from ike import *
from ynl_client import Tests

CGROUP = pathlib.Path("/sys/fs/cgroup")
HALF_OPEN = 1000
MESSAGES = 32
MESSAGE_OCTETS = 32000
# PQIKE_UNAUTHENTICATED_MAX
UNAUTHENTICATED_MAX = 16384
CHILDREN = 200
SELECTORS = 8
# struct pqike_ts
SELECTOR_OCTETS = 28
POLICIES = 3
# struct xfrm_policy, in an object of 1024, with what pqike has for it.
LEAST_OF_POLICY = 1536


def object_size(cache):
    """Octets of an object of a cache"""
    with open("/proc/slabinfo", encoding="ascii") as slabs:
        found = re.search(rf"^{cache} +\d+ +\d+ +(\d+)", slabs.read(), re.M)
    return int(found[1]) if found else 0


class Group:
    """A memory control group with this process in it"""

    def __init__(self):
        if not (CGROUP / "cgroup.controllers").exists():
            subprocess.run(["mount", "-t", "cgroup2", "none", CGROUP],
                           check=True)
        (CGROUP / "cgroup.subtree_control").write_text("+memory",
                                                       encoding="ascii")
        self.path = CGROUP / "pqike-memory"
        self.path.mkdir()
        self.enter(self.path)

    @staticmethod
    def enter(path):
        (path / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

    def charged(self):
        """Octets of the kernel"""
        text = (self.path / "memory.stat").read_text(encoding="ascii")
        return int(re.search(r"^kernel (\d+)", text, re.M)[1])

    def grows(self, function):
        before = self.charged()
        function()
        return self.charged() - before

    def end(self):
        self.enter(CGROUP)
        self.path.rmdir()


# What a CPU has charged in advance, or not yet told: MEMCG_CHARGE_BATCH pages
LAG = 64 * 4096


def check_growth(tests, name, count, least, seen):
    print(f"# {name}: {seen} octets, {seen // count} for each of {count}")
    tests.check(f"{name} is charged: {least} octets for each at least",
                seen >= count * least - LAG, seen)


def test_ike_sas(tests, group, a):
    size = object_size("pqike_ike_sa")
    tests.check("IKE SAs have a cache of their own", size > 0, size)
    print(f"# struct pqike_ike_sa: {size} octets")

    def begin():
        for _ in range(HALF_OPEN):
            a.do("ike-sa-new", {"role": "initiator", "connection": "creation",
                                "ke-method": X25519})

    check_growth(tests, "a half-open IKE SA", HALF_OPEN, size,
                 group.grows(begin))


def test_connections(tests, group, a):
    """A connection's children, with their selectors"""
    child = {"local-ts": [selector(a.inner_address(0))] * SELECTORS,
             "remote-ts": [selector(a.peer.inner_address(0))] * SELECTORS}

    def set_connection():
        a.set_connection("children", child=[child | {"name": str(number)}
                                            for number in range(CHILDREN)])

    check_growth(tests, "a child", CHILDREN, 2 * SELECTORS * SELECTOR_OCTETS,
                 group.grows(set_connection))


def test_messages(tests, group, a, b):
    """The peer's last message, which the kernel keeps"""
    pairs = [establish(a, b, methods=(X25519,), connection="classical")
             for _ in range(MESSAGES)]
    payloads = [notify(40000, bytes(MESSAGE_OCTETS))]

    def send():
        for left, _ in pairs:
            left.request(INFORMATIONAL, payloads)

    check_growth(tests, "a message that was opened", MESSAGES, MESSAGE_OCTETS,
                 group.grows(send))


def test_unauthenticated(tests, a, b):
    """What is kept of a peer that has not said who it is"""
    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    for size, fragment_size in ((UNAUTHENTICATED_MAX, 0),
                                (UNAUTHENTICATED_MAX - 4, 8000)):
        first, octets = chain([notify(40000, bytes(size))])
        messages = as_list(left.do("ike-sa-seal", {
            "exchange-type": IKE_INTERMEDIATE, "message-id": 1,
            "first-payload": first, "plaintext": octets} |
            ({"fragment-size": fragment_size} if fragment_size else {}))["message"])
        for message in messages[:-1]:
            right.open(message)
        refused(tests, f"{size} octets before IKE_AUTH, in {len(messages)}",
                errno.EMSGSIZE, "too long", right.open, messages[-1])
        left, right = begin(a, b, "creation", (X25519, MLKEM768))


def test_policies(tests, group, a, b):
    """Beside Child SAs without them, which are the measure"""
    left, right = establish(a, b)
    made = []

    def create():
        for number in range(CHILDREN):
            made.append(child_begin(left, right, [], number))
            child_accept(left, made[-1][0])

    def install():
        for ours, _ in made:
            child_install(left, ours)

    group.grows(create)
    check_growth(tests, "a policy", CHILDREN * POLICIES, LEAST_OF_POLICY,
                 group.grows(install))


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    group = Group()
    try:
        with creation.two_sides() as (a, b):
            for side in a, b:
                side.set_connection("classical", **{"allow-classical": True})
            test_ike_sas(tests, group, a)
            test_connections(tests, group, a)
            test_messages(tests, group, a, b)
            test_unauthenticated(tests, a, b)
            test_policies(tests, group, a, b)
    finally:
        group.end()
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
