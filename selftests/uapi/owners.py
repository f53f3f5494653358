#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
The end of a generic netlink socket: one that owns nothing costs as many calls
into pqike and as many locks, however many IKE SAs others have; one that owns
some ends these, and costs what it owns.  Who looks for orphans that are to end looks
at orphans alone.

Run by owners.sh, with the modules loaded and in a session keyring of its own.
"""

import collections
import errno
import os
import pathlib
import socket
import sys
import time

from adoption import END_SECONDS, Helper
from creation import two_sides
from ike import (PSK_DESCRIPTION, X25519, add_logon_key, authorised_socket,
                 establish)
from ynl_client import SCHEMA, SPEC, NlError, Tests, YnlFamily

TRACEFS = pathlib.Path("/sys/kernel/tracing")
NETLINK_GENERIC = 16
OTHERS = 1000
CLOSES = 16
NEW = {"role": "initiator", "connection": "owners", "ke-method": X25519}
TOLD = "socket_released"
# Called for an IKE SA when it ends, and when nobody holds it any more
RELEASE = "pqike_ike_sa_release"
UNLOCK = "pqike_ike_sa_unlock"


class Calls:
    """
    Counts what this process calls, or all do: unless said each function of pqike, and
    mutex_lock()
    """

    def __init__(self, *functions, of_all=False):
        self.write("current_tracer", "nop")
        self.write("set_ftrace_filter",
                   "\n".join(functions or (":mod:pqike", "mutex_lock")) + "\n")
        self.write("set_ftrace_pid", "" if of_all else str(os.getpid()))
        self.write("buffer_size_kb", "8192")
        self.write("tracing_on", "0")
        self.write("current_tracer", "function")

    @staticmethod
    def write(name, text):
        (TRACEFS / name).write_text(text, encoding="ascii")

    def of(self, function):
        self.write("trace", "")
        self.write("tracing_on", "1")
        function()
        self.write("tracing_on", "0")
        lines = (TRACEFS / "trace").read_text(encoding="ascii").splitlines()
        return collections.Counter(
            line.split("<-")[0].split()[-1] for line in lines if "<-" in line)

    def end(self):
        self.write("current_tracer", "nop")
        self.write("set_ftrace_filter", "")
        self.write("set_ftrace_pid", "")
        self.write("tracing_on", "1")


def open_and_close():
    for _ in range(CLOSES):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                           NETLINK_GENERIC) as made:
            made.bind((0, 0))


def microseconds():
    begun = time.monotonic_ns()
    open_and_close()
    return (time.monotonic_ns() - begun) / 1000 / CLOSES


def shown(family):
    return [sa["id"] for sa in family.dump("ike-sa-get", {})]


def test_unconcerned(tests, calls, family, others):
    alone, time_alone = calls.of(open_and_close), microseconds()
    for _ in range(OTHERS):
        others.do("ike-sa-new", NEW)
    beside, time_beside = calls.of(open_and_close), microseconds()
    print(f"# socket, bind and close: {time_alone:.0f} us, beside {OTHERS} "
          f"half-open IKE SAs {time_beside:.0f} us")
    tests.check("the end of a socket that owns nothing is told to pqike",
                alone[TOLD] == CLOSES, alone)
    tests.check("and takes as many steps and locks beside IKE SAs of others",
                alone == beside, (alone, beside))
    tests.check("and ends none of them", len(shown(family)) == OTHERS,
                len(shown(family)))


def test_concerned(tests, calls, family, others):
    for owned in 1, 8:
        owner = authorised_socket()
        mine = [owner.do("ike-sa-new", NEW)["id"] for _ in range(owned)]
        seen = calls.of(owner.sock.close)
        left = shown(family)
        tests.check(f"the end of a socket ends its {owned} half-open IKE SAs",
                    not set(mine) & set(left) and len(left) == OTHERS,
                    len(left))
        tests.check("and touches no other",
                    seen[RELEASE] == 2 * owned and
                    sum(seen.values()) <= 50 * (1 + owned),
                    seen)
    others.sock.close()
    tests.check(f"the end of the socket of {OTHERS} ends all of them",
                not shown(family), len(shown(family)))


def wait_for_end(sa):
    """Without a look at any other one"""
    limit = time.monotonic() + END_SECONDS
    try:
        while time.monotonic() < limit:
            sa.show()
            time.sleep(1)
    except NlError as error:
        return error.error == errno.ENOENT
    return False


def test_orphans(tests):
    """One is to end, beside others that have a socket"""
    with two_sides() as (a, b):
        a.set_connection("creation", lifetime=1)
        b.set_connection("creation")
        for _ in range(OTHERS):
            a.do("ike-sa-new", NEW | {"connection": "creation"})
        with Helper(a):
            left, _ = establish(a, b)
        ended = []
        calls = Calls(UNLOCK, of_all=True)
        try:
            seen = calls.of(lambda: ended.append(wait_for_end(left)))
        finally:
            calls.end()
        tests.check("an orphan ends when its time is over", ended == [True], ended)
        tests.check(f"and no look is taken at {OTHERS} IKE SAs that have a socket",
                    0 < seen[UNLOCK] < OTHERS, seen)


def main():
    if not (TRACEFS / "set_ftrace_filter").exists():
        print("TAP version 13\n1..0 # SKIP the kernel has no function tracer")
        return 4
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    family, others = YnlFamily(SPEC, SCHEMA), authorised_socket()
    family.do("connection-set", {
        "name": "owners", "local-id": b"\x02\0\0\0a.example",
        "remote-id": b"\x02\0\0\0b.example", "psk": PSK_DESCRIPTION})
    calls = Calls()
    try:
        test_unconcerned(tests, calls, family, others)
        test_concerned(tests, calls, family, others)
    finally:
        calls.end()
        family.do("connection-del", {"name": "owners"})
    test_orphans(tests)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
