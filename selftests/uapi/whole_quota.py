#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What the whole quota of policies of a network namespace takes of memory, and how long it
takes until that is free again when the namespace ends.  To be run by hand: it is no test of
`make check`, and needs 1.5 GB.

usage: with_modules.sh ./whole_quota.py [POLICIES]
"""

import errno
import re
import sys
import time

from creation import two_sides
from ike import *
from quotas import OF_HOST, quota, used
from wide import COUNT, OF_ONE, POLICIES, WIDE, add_child, begin_child, wide
from ynl_client import Tests

LEFT = 0.1
END_SECONDS = 600


def free_memory():
    """In octets"""
    with open("/proc/meminfo", encoding="ascii") as info:
        return 1024 * int(re.search(r"^MemFree: +(\d+)", info.read(), re.M)[1])


def drop_caches():
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as caches:
        caches.write("3")


def fill(a, b, count):
    """As wide Child SAs as there may be, and as many of each IKE SA; of the responder alone"""
    pair = None
    for number in range(count // OF_ONE):
        if number % COUNT == 0:
            pair = establish(a, b)
        add_child(*pair, wide(number))
    return pair


def fill_and_leave(tests, count):
    """Return: how much is free before and behind"""
    with two_sides() as (a, b):
        for side in a, b:
            side.set_children(WIDE)
        quota(b.family, policies=count)
        drop_caches()
        before = free_memory()
        pair = fill(a, b, count)
        drop_caches()
        full, there = free_memory(), used(b)[POLICIES]
        print(f"# {there} policies take {before - full >> 20} MiB, "
              f"{(before - full) // there} octets each")
        _, theirs = begin_child(*pair, wide(count // OF_ONE))
        refused(tests, f"more than {there}", errno.EDQUOT, "as many policies",
                child_install, pair[1], theirs)
        for side in a, b:
            side.family.sock.close()
    return before, full


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else OF_HOST["policies"]
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    before, full = fill_and_leave(tests, count)
    begun = time.monotonic()
    while free_memory() < before - LEFT * (before - full) and \
            time.monotonic() < begun + END_SECONDS:
        time.sleep(0.01)
    print(f"# they are gone {time.monotonic() - begun:.2f} s after their namespace")
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
