#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
How much a network namespace, and one socket of it, may have: what there is is counted
right through its life, one more than the quota is refused with nothing changed, and a
user namespace of anybody's own gets little, which it cannot raise.

Run by quotas.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import os
import sys

from creation import two_sides
from ike import *
from ynl_client import Tests, as_nobody, extack

KINDS = ("ike-sas", "half-open", "child-sas", "connections", "traps", "policies")
OF_HOST = dict(zip(KINDS, (131072, 4096, 262144, 65536, 65536, 786432)))
OF_USER = dict(zip(KINDS, (256, 64, 512, 64, 128, 4096)))
NEW = {"role": "initiator", "connection": "creation", "ke-method": X25519}


def quota(family, **numbers):
    """Set what is said, if anything, and what is not to the default; and show all"""
    said = {kind.replace("_", "-"): number for kind, number in numbers.items()}
    return family.do("quota-set", {"quota": said} if said else {})


def reset_quota(family):
    return family.do("quota-set", {"quota": {}})


def used(side):
    return tuple(quota(side.family)["used"][kind] for kind in KINDS)


def check_each(tests, listed, a, b, before=lambda side: None):
    """Run each test, before which something is done to either side, and which leaves nothing"""
    for test in listed:
        for side in a, b:
            before(side)
        test(tests, a, b)
        left = [used(side) for side in (a, b)]
        tests.check(f"{test.__name__}: nothing is left",
                    left == [(0, 0, 0, 1, 0, 0)] * 2, left)


def trap(side, number):
    return {"name": "trap", "reqid": 1000 + number,
            "local-ts": selector(side.inner_address(number)),
            "remote-ts": selector(side.peer.inner_address(number))}


def set_trap(side, number):
    made = side.set_trap(trap(side, number))
    return as_list(made["child-sa"])[0]["reqid"]


def test_shown(tests, a):
    seen = quota(a.family)["quota"]
    tests.check("a namespace of root has that of the host", seen == OF_HOST, seen)
    tests.check("and a connection", used(a) == (0, 0, 0, 1, 0, 0), used(a))
    quota(a.family, ike_sas=1000, traps=OF_HOST["traps"] + 1)
    seen = quota(a.family)["quota"]
    tests.check("to show it changes nothing; what was not said is the default",
                seen == OF_HOST | {"ike-sas": 1000, "traps": 65537}, seen)
    seen = quota(a.family, half_open=7)["quota"]
    tests.check("what is said no more is the default again",
                seen == OF_HOST | {"half-open": 7}, seen)
    seen = reset_quota(a.family)["quota"]
    tests.check("and all where nothing is said", seen == OF_HOST, seen)


def test_counted(tests, a, b):
    """What there is at each step of a life"""
    def check(name, *wanted):
        tests.check(f"counted: {name}", used(a) == wanted, used(a))

    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    check("half-open", 1, 1, 0, 1, 0, 0)
    intermediate(left, right, (X25519, MLKEM768))
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right)])
    left.do("ike-sa-auth-verify")
    check("established", 1, 0, 0, 1, 0, 0)
    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    check("a Child SA that is reserved", 1, 0, 1, 1, 0, 0)
    left.child_do("child-sa-del", {"id": ours["id"]})
    check("a Child SA that is given up", 1, 0, 0, 1, 0, 0)
    create_child(left, right, [X25519, MLKEM512], 1)
    check("a Child SA that is installed", 1, 0, 1, 1, 0, 3)
    new_left, new_right = rekey_exchange(left, right, [MLKEM512])
    check("a rekey that is begun", 2, 1, 1, 1, 0, 3)
    for sa in new_right, new_left:
        sa.do("ike-sa-init")
        sa.do("ike-sa-inherit")
    check("a rekey that is complete", 2, 0, 1, 1, 0, 3)
    left.do("ike-sa-del")
    check("the IKE SA rekeyed ends", 1, 0, 1, 1, 0, 3)
    reqid = set_trap(a, 2)
    check("a trap", 1, 0, 1, 1, 1, 6)
    a.do("trap-del", {"child-sa": {"reqid": 1002}})
    tests.check("a trap has a reqid", reqid > 0, reqid)
    check("a trap ends", 1, 0, 1, 1, 0, 3)
    new_left.do("ike-sa-del")
    check("the end of an IKE SA with its Child SA", 0, 0, 0, 1, 0, 0)
    for sa in right, new_right:
        sa.do("ike-sa-del")
    tests.check("the other side has none", used(b) == (0, 0, 0, 1, 0, 0), used(b))


def check_quota(tests, name, a, act, kind, words, end):
    """As many as the quota says, and with one ended one more"""
    before = quota(a.family)["used"][kind]
    quota(a.family, **{kind.replace("-", "_"): before + 2})
    made = [act(number) for number in (1, 2)]
    seen = used(a)
    refused(tests, f"a third {name}", errno.EDQUOT, words, act, 3)
    tests.check(f"a third {name}: nothing has changed", used(a) == seen, used(a))
    end(1, made[0])
    act(3)
    tests.check(f"{name}: one has ended, and one more is made", used(a) == seen,
                used(a))
    quota(a.family, **{kind.replace("-", "_"): 0})
    end(2, made[1])
    tests.check(f"{name}: below a lower quota they can be ended",
                quota(a.family)["used"][kind] == before + 1, used(a))
    reset_quota(a.family)


def test_quotas(tests, a, b):
    def end_all(_, __):
        a.do("ike-sa-del", {"id": a.dump()[0]["id"]})

    def new(_):
        return a.do("ike-sa-new", NEW)

    for kind, words in (("half-open", "not established as it may"),
                        ("ike-sas", "as many IKE SAs as it may")):
        check_quota(tests, f"IKE SA, {kind}", a, new, kind, words, end_all)
        for sa in a.dump():
            a.do("ike-sa-del", {"id": sa["id"]})

    left, right = establish(a, b)
    check_quota(tests, "Child SA", a,
                lambda _: child_new(left, role="initiator")["id"], "child-sas",
                "as many Child SAs as it may",
                lambda _, made: left.child_do("child-sa-del", {"id": made}))
    left.do("ike-sa-del")
    right.do("ike-sa-del")

    check_quota(tests, "connection", a,
                lambda number: a.set_connection(f"quota-{number}"), "connections",
                "as many connections",
                lambda number, _: a.do("connection-del",
                                       {"name": f"quota-{number}"}))
    quota(a.family, connections=0)
    a.set_connection("quota-3")
    tests.check("a connection is replaced whatever the quota", True)
    reset_quota(a.family)
    a.do("connection-del", {"name": "quota-3"})

    check_quota(tests, "trap", a, lambda number: set_trap(a, number), "traps",
                "as many traps",
                lambda number, _: a.do("trap-del",
                                       {"child-sa": {"reqid": 1000 + number}}))
    a.do("trap-del", {"child-sa": {"reqid": 1003}})


def test_socket(tests, a):
    """A quota of its own, within that of the namespace"""
    family = a.make_inside(lambda: YnlFamily(SPEC, SCHEMA))
    quota(family) # binds it
    a.do("authorise", {"fd": family.sock.fileno(), "quota": {"half-open": 1}})
    family.do("ike-sa-new", NEW)
    refused(tests, "one more than the socket may have", errno.EDQUOT,
            "the socket or", family.do, "ike-sa-new", NEW)
    a.do("ike-sa-new", NEW)
    tests.check("another socket has one", used(a)[1] == 2, used(a))
    family.sock.close()
    tests.check("the end of the socket gives back what it had", used(a)[1] == 1,
                used(a))
    a.do("ike-sa-del", {"id": a.dump()[0]["id"]})


def error_of(function, *arguments):
    try:
        function(*arguments)
        return None
    except NlError as error:
        return error


def errno_of(function, *arguments):
    error = error_of(function, *arguments)
    return error.error if error else 0


def test_user_namespace(tests):
    def act():
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
        family = authorised_socket()
        first = quota(family)["quota"]
        quota(family, half_open=2)
        raised = error_of(lambda: quota(family, half_open=3, traps=129))
        kept = quota(family)["quota"]["half-open"]
        family.do("connection-set", {
            "name": "creation", "local-id": b"\x02\0\0\0a", "psk": PSK_DESCRIPTION,
            "remote-id": b"\x02\0\0\0b"})
        made = [errno_of(family.do, "ike-sa-new", NEW) for _ in range(3)]
        last = reset_quota(family)["quota"]
        return repr((first == OF_USER, raised and raised.error,
                     extack(raised, "bad-attr"), "first user" in extack(raised, "msg"),
                     kept, made, last == OF_USER))

    seen = as_nobody(act)
    wanted = repr((True, errno.EPERM, ".quota.traps", True, 2,
                   [0, 0, errno.EDQUOT], True))
    tests.check("a user namespace has little, and cannot raise it", seen == wanted,
                seen)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        for side in a, b:
            side.set_connection("creation")
        test_shown(tests, a)
        test_counted(tests, a, b)
        test_quotas(tests, a, b)
        test_socket(tests, a)
        test_user_namespace(tests)
        tests.check("nothing is left", used(a) == used(b) == (0, 0, 0, 1, 0, 0),
                    (used(a), used(b)))
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
