#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What is counted: handshakes by their key exchanges, operations with their time, and
failures by cause, of an IKE SA and of its network namespace; and who may see it.

Run by stats.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import struct
import sys

from authorise import NOT_AUTHORISED, OTHERS, plain_socket, without_capabilities
from creation import two_sides
from ike import *
from ynl_client import Tests, UNKNOWN_ID

NEW = {"role": "initiator", "connection": "creation", "ke-method": X25519}
HYBRID = (X25519, MLKEM768)
# A Child SA and the one in its place have one reqid
CHILD = ANY_CHILD | {"reqid": 4711}


def by_name(reply, kind, name):
    """{name: attributes} of what a reply has of one kind"""
    return {one[name]: one for one in as_list(reply.get(kind, []))}


class Stats:
    """One reply of stats-get"""

    def __init__(self, reply):
        self.id = reply.get("id")
        self.handshakes = by_name(reply, "handshake", "handshake")
        self.failures = {cause: one["count"] for cause, one in
                         by_name(reply, "failure", "cause").items()}
        self.operations = by_name(reply, "operation", "operation")

    def handshake(self, kind):
        """(count, without ML-KEM, dropped ML-KEM, {method: count})"""
        one = self.handshakes.get(kind, {})
        methods = by_name(one, "method", "ke-method")
        return (one.get("count", 0), one.get("without-ml-kem", 0),
                one.get("dropped-ml-kem", 0),
                {method: each["count"] for method, each in methods.items()})

    def counts(self):
        return {name: one["count"] for name, one in self.operations.items()}

    def failed(self):
        return {name: one["failed"] for name, one in self.operations.items()
                if "failed" in one}


def of_net(side):
    return Stats(side.do("stats-get", {}))


def of_sa(sa):
    return Stats(sa.do("stats-get"))


def test_nothing(tests, a):
    seen = a.do("stats-get", {}) or {}
    tests.check("a namespace begins with nothing", not seen, seen)
    refused(tests, "an IKE SA that is not there", errno.ENOENT, "no IKE SA", a.do,
            "stats-get", {"id": UNKNOWN_ID})


def test_operations(tests, left, right):
    """What it takes from IKE_SA_INIT to IKE_AUTH, with one additional key exchange"""
    common = {"ike-sa-new": 1, "ike-sa-init": 1, "ike-sa-seal": 2, "ike-sa-open": 2,
              "ike-sa-auth-make": 1, "ike-sa-auth-verify": 1}
    for name, sa, rounds in (("initiator", left, 2), ("responder", right, 1)):
        wanted = common | {"ike-sa-additional-ke": rounds}
        for stats in of_sa(sa), of_net(sa.side):
            what = "the IKE SA" if stats.id else "the namespace"
            tests.check(f"{name}: each operation is counted, {what}",
                        stats.counts() == wanted and not stats.failed() and
                        not stats.failures, stats.operations)
            tests.check(f"{name}: each has taken time, {what}",
                        all(0 < one["nanoseconds"] < 60 * 10 ** 9
                            for one in stats.operations.values()), stats.operations)
            tests.check(f"{name}: one handshake with both methods, {what}",
                        stats.handshake("ike-sa") ==
                        (1, 0, 0, {X25519: 1, MLKEM768: 1}) and
                        len(stats.handshakes) == 1, stats.handshakes)


def check_handshake(tests, name, sas, kind, act, added):
    """What act() adds to one kind of handshake of each of these, and of no other"""
    before = [of_sa(sa) for sa in sas] + [of_net(sa.side) for sa in sas]
    act()
    after = [of_sa(sa) for sa in sas] + [of_net(sa.side) for sa in sas]
    for old, new in zip(before, after):
        methods = old.handshake(kind)[3]
        for method in added[3]:
            methods[method] = methods.get(method, 0) + 1
        wanted = (*(have + more for have, more in
                    zip(old.handshake(kind)[:3], added[:3])), methods)
        what = f"IKE SA {new.id}" if new.id else "namespace"
        tests.check(f"{name}: {what}", new.handshake(kind) == wanted,
                    (new.handshake(kind), wanted))
        others = {other: one for other, one in new.handshakes.items() if other != kind}
        tests.check(f"{name}: {what}, nothing else", others == {
            other: one for other, one in old.handshakes.items() if other != kind},
                    others)


def rekey_child(left, right, old, methods, number):
    """CREATE_CHILD_SA with REKEY_SA; returns both sides of the new one"""
    ours = child_new(left, role="initiator",
                     **({"ke-method": methods[0]} if methods else {}))
    said = inner(left, number)
    left.request(CREATE_CHILD_SA, [notify(
        REKEY_SA, protocol=PROTOCOL_ESP, spi=struct.pack(">I", old["spi-in"]))] +
        child_payloads(ours, methods, **said))
    theirs = responder_new(right, methods)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, methods, **said))
    made = child_accept(left, ours)
    child_followups(left, right, ours, theirs, made)
    child_install(right, theirs)
    child_install(left, ours)
    return ours, theirs


def test_children(tests, left, right):
    both = left, right
    old = [None]

    def make(methods, number):
        old[0] = create_child(left, right, methods, number)[0]

    def replace(methods, number):
        old[0] = rekey_child(left, right, old[0], methods, number)[0]

    for name, kind, act, methods, added in (
            ("a Child SA without key exchange", "child-sa", make, [], (1, 1, 0, [])),
            ("its rekey", "child-sa-rekey", replace, [], (1, 1, 0, [])),
            ("one with ML-KEM", "child-sa", make, [X25519, MLKEM512],
             (1, 0, 0, [X25519, MLKEM512])),
            ("its rekey with ML-KEM", "child-sa-rekey", replace,
             [X25519, MLKEM768], (1, 0, 0, [X25519, MLKEM768])),
            ("a rekey that drops ML-KEM", "child-sa-rekey", replace, [X25519],
             (1, 1, 1, [X25519])),
            ("the next one has none to drop", "child-sa-rekey", replace, [X25519],
             (1, 1, 0, [X25519]))):
        number = 1 if not methods else 2
        check_handshake(tests, name, both, kind,
                        lambda act=act, methods=methods, number=number:
                        act(methods, number), added)


def test_first_child(tests, a, b):
    for methods, without in (HYBRID, 0), ((X25519,), 1):
        left, right = begin(a, b, "creation", methods)
        intermediate(left, right, methods)
        ours = child_new(left)
        left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)] +
                     child_terms(ours, []))
        right.do("ike-sa-auth-verify", {"connection": "creation"})
        theirs = child_new(right)
        answer = child_terms(theirs, [])
        child_install(right, theirs, answer)
        right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right)] + answer)
        left.do("ike-sa-auth-verify")
        child_install(left, ours)
        for sa in left, right:
            tests.check(f"the first Child SA of IKE SA {sa.id} has its key exchanges",
                        of_sa(sa).handshake("first-child-sa") == (1, without, 0, {}),
                        of_sa(sa).handshakes)
            sa.do("ike-sa-del")


def test_rekeys(tests, a, b):
    """Numbers go on with the IKE SA in the place of another"""
    left, right = establish(a, b)
    create_child(left, right, [X25519], 1)
    nets = [of_net(side) for side in (a, b)]
    old = of_sa(left)
    for name, methods, wanted in (
            ("with ML-KEM", [MLKEM512], (1, 0, 0, {MLKEM512: 1})),
            ("that drops ML-KEM", [X25519],
             (2, 1, 1, {MLKEM512: 1, X25519: 1})),
            ("that has none to drop", [X25519],
             (3, 2, 1, {MLKEM512: 1, X25519: 2}))):
        news = rekey(left, right, methods)
        for new, parent in zip(news, (left, right)):
            new.do("ike-sa-inherit")
            tests.check(f"an IKE SA rekeyed {name} goes on from the numbers",
                        of_sa(new).handshake("ike-sa-rekey") == wanted and
                        of_sa(new).handshake("ike-sa")[0] == 1 and
                        of_sa(new).handshake("child-sa")[0] == 1,
                        of_sa(new).handshakes)
            tests.check(f"and the one rekeyed {name} has none any more",
                        not of_sa(parent).handshakes, of_sa(parent).handshakes)
        for sa in left, right:
            sa.do("ike-sa-del")
        left, right = news
    seen = of_sa(left)
    tests.check("operations and their time are carried on, too",
                seen.counts()["ike-sa-seal"] > old.counts()["ike-sa-seal"] and
                seen.operations["ike-sa-auth-make"] ==
                old.operations["ike-sa-auth-make"], seen.operations)
    for side, before in zip((a, b), nets):
        had = before.handshake("ike-sa-rekey")
        after = of_net(side).handshake("ike-sa-rekey")
        tests.check("the namespace has all rekeys",
                    tuple(now - then for now, then in zip(after[:3], had[:3])) ==
                    (3, 2, 1), (had, after))
    for sa in left, right:
        sa.do("ike-sa-del")
    tests.check("and keeps the numbers of those that ended",
                of_net(a).handshake("ike-sa-rekey")[0] == after[0],
                of_net(a).handshakes)


def check_failure(tests, sa, operation, cause, function, *arguments):
    """One refusal is counted with the IKE SA, if it stays, and with the namespace"""
    before = [of_sa(sa), of_net(sa.side)]
    try:
        function(*arguments)
        tests.check(f"{operation} is refused", False)
    except NlError:
        pass
    for old, new in zip(before, (of_sa(sa), of_net(sa.side))):
        what = "IKE SA" if new.id else "namespace"
        tests.check(f"{operation}, {cause}: counted with the {what}",
                    new.failures == old.failures | {
                        cause: old.failures.get(cause, 0) + 1} and
                    new.failed() == old.failed() | {
                        operation: old.failed().get(operation, 0) + 1} and
                    new.counts()[operation] ==
                    old.counts().get(operation, 0) + 1,
                    (new.failures, new.failed()))


def test_failures(tests, a, b):
    left, right = establish(a, b)
    message = left.seal(INFORMATIONAL, [], left.next_request)
    check_failure(tests, right, "ike-sa-open", "unverified", right.open,
                  message[:-1] + bytes([message[-1] ^ 1]))
    right.open(message)
    check_failure(tests, right, "ike-sa-open", "out-of-order", right.open, message)
    check_failure(tests, left, "ike-sa-auth-make", "out-of-order", left.do,
                  "ike-sa-auth-make")
    check_failure(tests, left, "child-sa-del", "wrong-request", left.child_do,
                  "child-sa-del", {"id": UNKNOWN_ID})
    for sa in left, right:
        sa.do("ike-sa-del")

    left, right = begin(a, b, "creation", HYBRID)
    left.request(IKE_INTERMEDIATE, [(KE, struct.pack(">HH", MLKEM768, 0) +
                                     b"\xff" * KE_LENGTH[MLKEM768][0])])
    check_failure(tests, right, "ike-sa-additional-ke", "bad-ke-data", right.do,
                  "ike-sa-additional-ke")
    for sa in left, right:
        sa.do("ike-sa-del")

    b.set_connection("other", **{"psk": PSK_DESCRIPTION + "-other"})
    left, right = begin(a, b, "creation", HYBRID)
    intermediate(left, right, HYBRID)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    check_failure(tests, right, "ike-sa-auth-verify", "unauthenticated", right.do,
                  "ike-sa-auth-verify", {"connection": "other"})
    for sa in left, right:
        sa.do("ike-sa-del")

    b.set_connection("strict")
    left, right = begin(a, b, "creation", (X25519,))
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    check_failure(tests, right, "ike-sa-auth-verify", "not-allowed", right.do,
                  "ike-sa-auth-verify", {"connection": "strict"})
    for sa in left, right:
        sa.do("ike-sa-del")


def test_not_made(tests, a):
    """What begins no IKE SA is counted with the namespace"""
    def count(name, cause, attributes):
        before = of_net(a)
        try:
            a.do("ike-sa-new", attributes)
            tests.check(f"ike-sa-new {name} is refused", False)
        except NlError:
            pass
        after = of_net(a)
        tests.check(f"ike-sa-new {name}: counted as {cause}",
                    after.failures.get(cause, 0) ==
                    before.failures.get(cause, 0) + 1 and
                    after.failed()["ike-sa-new"] ==
                    before.failed().get("ike-sa-new", 0) + 1,
                    (before.failures, after.failures))

    count("with MODP-1024", "unsupported", NEW | {"ke-method": MODP_1024})
    count("with half a message", "malformed",
          {"role": "responder", "request": bytes(40)})
    count("for no connection", "wrong-request", NEW | {"connection": "none"})
    a.do("quota-set", {"quota": {"ike-sas": 0}})
    count("beyond the quota", "quota", NEW)
    a.do("quota-set", {"quota": {}})


def test_shown(tests, a):
    """Its own to a socket without the capability, all to an administrator"""
    others = a.open_socket()
    other = others.do("ike-sa-new", NEW)["id"]
    own = a.do("ike-sa-new", NEW)["id"]
    plain = plain_socket(a)

    def ids(family):
        return sorted(one["id"] for one in family.dump("stats-get", {}))

    tests.check("an administrator sees all", ids(plain) == sorted([other, own]),
                ids(plain))

    def act(seen):
        seen.check("nobody: sees what is his alone", ids(a.family) == [own],
                   ids(a.family))
        seen.check("nobody: and one of his",
                   Stats(a.do("stats-get", {"id": own})).counts() ==
                   {"ike-sa-new": 1}, "other numbers")
        refused(seen, "nobody: another socket's", errno.EPERM, OTHERS, a.do,
                "stats-get", {"id": other})
        refused(seen, "nobody: the namespace", errno.EPERM, "CAP_NET_ADMIN", a.do,
                "stats-get", {})
        refused(seen, "nobody, not authorised", errno.EPERM, NOT_AUTHORISED, plain.do,
                "stats-get", {"id": own})
        refused(seen, "nobody, not authorised: a dump", errno.EPERM, NOT_AUTHORISED,
                plain.dump, "stats-get", {})

    without_capabilities(tests, act)
    others.sock.close()
    plain.sock.close()
    a.do("ike-sa-del", {"id": own})


def test_long_dump(tests, a):
    """Of more IKE SAs than one message takes"""
    made = [a.do("ike-sa-new", NEW)["id"] for _ in range(500)]
    seen = [one["id"] for one in a.family.dump("stats-get", {})]
    tests.check("a dump has each IKE SA once", seen == made, (len(seen), len(made)))
    for number in made:
        a.do("ike-sa-del", {"id": number})


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    add_logon_key(PSK_DESCRIPTION + "-other", b"another pre-shared key")
    with two_sides() as (a, b):
        for side in a, b:
            side.set_connection("creation", child=CHILD,
                                **{"allow-classical": True})
        test_nothing(tests, a)
        left, right = establish(a, b)
        test_operations(tests, left, right)
        test_children(tests, left, right)
        for sa in left, right:
            sa.do("ike-sa-del")
        test_first_child(tests, a, b)
        test_rekeys(tests, a, b)
        test_failures(tests, a, b)
        test_not_made(tests, a)
        test_shown(tests, a)
        test_long_dump(tests, a)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
