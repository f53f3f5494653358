#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A helper that an attacker has taken over: a process of nobody, without a capability, that
has an authorised socket.  Each attack is refused with a reason and has changed nothing,
and the honest exchange that it fell into is completed afterwards.  The rows are those
that the table in docs/threat-model.md gives it.

Run by evil_helper.sh, with the modules loaded and in a session keyring of its own.
What is named on the command line is tested alone.
"""

import contextlib
import errno
import re
import subprocess
import sys

from authorise import plain_socket, steps
from creation import traffic_passes, two_sides
from evil_states import (DUMPS_OF_OWN, MOVES, POLICY, POLICY_WORDS, SHOWN, dumps,
                         idle_reasons, operations, wrong_moves)
from ike import *
from lives import (LIVES, METHODS, begin_initiator, begin_responder,
                   first_initiator, first_responder, init_request, init_response,
                   stands)
from nobody import Nobody
from ynl_client import TOP, Tests

DOCUMENT = "docs/threat-model.md"
HEADING = "## What a taken-over helper tries"
SOURCES = ("kmod/pqike", "userspace/helper", "userspace/supervisor", "selftests/uapi",
           "selftests/codec")
OWN = "evil_helper.py"
ROWS = {}


def row(attack):
    """A row of the table, and the test that shows it"""
    def add(test):
        ROWS[attack] = test
        return test
    return add


class World:
    """Both hosts: what the processes of nobody do there, and what root sees of it"""

    def __init__(self, tests, a, b):
        self.tests, self.a, self.b = tests, a, b
        self.roots = {side: plain_socket(side) for side in (a, b)}
        for side in a, b:
            side.family = Nobody(side.family)

    @contextlib.contextmanager
    def as_root(self, side):
        with_nobody, side.family = side.family, self.roots[side]
        try:
            yield side
        finally:
            side.family = with_nobody

    def seen(self):
        """All that root can see"""
        shown = []
        for side, root in self.roots.items():
            shown += [root.dump(name, {}) for name in
                      ("ike-sa-get", "connection-get", "trap-get")]
            shown += [root.do("quota-set", {})]
            shown += [subprocess.run(
                ["ip", "-n", side.name, "-batch", "-"], check=True, text=True,
                input="xfrm state\nxfrm policy\n", stdout=subprocess.PIPE).stdout]
        return shown

    def refused(self, name, number, words, function, *arguments, **more):
        """With nothing changed"""
        before = self.seen()
        refused(self.tests, name, number, words, function, *arguments, **more)
        after = self.seen()
        self.tests.check(f"nothing has changed: {name}", after == before,
                         [pair for pair in zip(before, after) if pair[0] != pair[1]])

    def completed(self, name, number=None):
        """The honest exchange, by a packet of its Child SA's each way or as it is"""
        self.tests.check(f"the honest exchange after it: {name}", number is None or
                         traffic_passes(self.a, self.b, number))

    def end(self):
        for side in self.a, self.b:
            while shown := side.dump():
                side.do("ike-sa-del", {"id": shown[0]["id"]})


def until(life, name, a, b):
    """As far as a stand of a life, which goes on from there"""
    walk = stands(life, a, b)
    for at in walk:
        if at.name == name:
            return at, walk
    raise KeyError(name)


def finish(walk):
    for _ in walk:
        pass


@row("policy: connections, traps, quotas, authorising another socket, and a look at "
     "connections")
def test_policy(world):
    asked = [name for name, of_protocol in operations().items()
             if not of_protocol and name not in SHOWN]
    world.tests.check("every operation on policy is tried",
                      sorted(asked) == sorted(POLICY), asked)
    for name in asked:
        world.refused(name, errno.EPERM, POLICY_WORDS, world.a.do, name, POLICY[name])
    for name in set(dumps()) - set(SHOWN) - DUMPS_OF_OWN:
        world.refused(f"a dump of {name}", errno.EPERM, POLICY_WORDS,
                      world.a.family.dump, name, {})


@row("a step out of order: each operation in each state of an IKE SA")
def test_order(world):
    """Life by life; the exchange goes on between"""
    tried = {move.operation for move in MOVES}
    world.tests.check("every operation is tried in every state",
                      tried == set(operations()), tried ^ set(operations()))
    for life in LIVES:
        for at in stands(life, world.a, world.b):
            before = world.seen()
            count, wrong = wrong_moves(world.a.family, at, at.sa.show()["state"])
            name = f"{at.life}, {at.name}"
            world.tests.check(f"{name}: {count} are refused", count and not wrong,
                              wrong)
            world.tests.check(f"nothing has changed: {name}", world.seen() == before)
        world.completed(life.__name__)
        world.end()
    idle = idle_reasons()
    world.tests.check("each reason is given somewhere", not idle, idle)


@row("another connection's child")
def test_other_connection(world):
    with world.as_root(world.a) as a:
        a.set_connection("other", child=ANY_CHILD | {"name": "other"})
    left, right = establish(world.a, world.b)
    world.refused("a child of another connection", errno.ENOENT,
                  "no child of this name", child_new, left, role="initiator",
                  child="other")
    create_child(left, right, METHODS, 1)
    world.completed("a child of its own", 1)
    with world.as_root(world.a) as a:
        a.do("connection-del", {"name": "other"})


@row("a Child SA of another IKE SA of its own")
def test_other_ike_sa(world):
    left, right = establish(world.a, world.b)
    other, _ = establish(world.a, world.b)
    ours, theirs = child_begin(left, right, [X25519], 1)
    for operation, more in (("child-sa-ke", {}), ("child-sa-del", {}),
                            ("child-sa-update", {"encap-remote-port": 4500})):
        world.refused(operation, errno.ENOENT, "no Child SA of this number",
                      other.child_do, operation, {"id": ours["id"]} | more)
    world.refused("child-sa-install", errno.ENOENT, "no Child SA of this number",
                  child_install, other, ours)
    child_install(right, theirs)
    child_install(left, ours)
    world.completed("that of its IKE SA", 1)


@row("anything of another network namespace")
def test_other_namespace(world):
    left, right = establish(world.a, world.b)
    numbers = [sa["id"] for sa in world.a.dump()]
    while (foreign := begin_initiator(world.b).id) in numbers:
        pass
    for operation, attributes in steps().items():
        world.refused(operation, errno.ENOENT, "no IKE SA of this number", world.a.do,
                      operation, {"id": foreign} | attributes)
    for operation in "ike-sa-get", "ike-sa-del", "ike-sa-adopt":
        world.refused(operation, errno.ENOENT, "no IKE SA of this number", world.a.do,
                      operation, {"id": foreign})
    world.refused("a rekey of it", errno.ENOENT, "no IKE SA of this number",
                  world.a.do, "ike-sa-new", {"role": "initiator", "rekeys": foreign,
                                             "ke-method": X25519})
    create_child(left, right, METHODS, 1)
    world.completed("in its own", 1)


@row("a Child SA before the peer is authenticated")
def test_not_authenticated(world):
    at, walk = until(first_initiator, "IKE_AUTH opened", world.a, world.b)
    world.refused("the initiator's, with the response open", errno.EPROTO,
                  "not authenticated", child_install, at.sa, {"id": at.child})
    finish(walk)
    world.completed("the initiator's", 1)
    world.end()
    at, walk = until(first_responder, "IKE_AUTH opened", world.a, world.b)
    world.refused("the responder's, with the request open", errno.EPROTO,
                  "no connection yet", child_new, at.sa)
    finish(walk)
    world.completed("the responder's", 1)


def without(message, kind):
    """An IKE_SA_INIT message that one notification has been taken out of"""
    gone = notify(kind)[1]
    gone = struct.pack(">BBH", 0, 0, 4 + len(gone)) + gone
    assert message.endswith(gone)
    # The payload before it is the last one then: a nonce of 32 octets.
    rest = message[:-len(gone)]
    nonce = len(rest) - 36
    rest = rest[:nonce] + b"\0" + rest[nonce + 1:]
    return rest[:24] + struct.pack(">I", len(rest)) + rest[28:]


@row("IntAuth left out")
def test_int_auth(world):
    left = begin_initiator(world.a)
    request = init_request(left.made)
    right = begin_responder(world.b, request)
    response = init_response(left.made["spi-i"], right.made)
    right.do("ike-sa-init", {"response": response})
    messages = {"request": request, "response": response}
    for name in messages:
        world.refused(f"IKE_INTERMEDIATE is not agreed on in the {name}", errno.EBADMSG,
                      "without INTERMEDIATE_EXCHANGE_SUPPORTED", left.do, "ike-sa-init",
                      messages | {name: without(messages[name],
                                                INTERMEDIATE_EXCHANGE_SUPPORTED)})
    without_any = {"request": init_request(left.made, METHODS[:1]),
                   "response": init_response(left.made["spi-i"], right.made,
                                             METHODS[:1])}
    world.refused("no additional key exchange in both", errno.EPERM, "requires ML-KEM",
                  left.do, "ike-sa-init", without_any)
    world.refused("no additional key exchange in the response", errno.EBADMSG,
                  "leaves out a transform type", left.do, "ike-sa-init",
                  without_any | {"request": request})
    left.do("ike-sa-init", messages)
    left.next_request = right.next_answer = 1
    pair(left, right)
    world.refused("AUTH before the additional key exchange", errno.EPROTO,
                  "out of order", left.do, "ike-sa-auth-make")
    world.refused("IKE_AUTH before it", errno.EPROTO, "out of order", left.seal,
                  IKE_AUTH, [(IDI, world.a.identity), (AUTH, bytes(36))], 1)
    intermediate(left, right, METHODS)
    world.refused("IKE_INTERMEDIATE after the last one", errno.EPROTO, "out of order",
                  left.seal, IKE_INTERMEDIATE, [notify(40000, b"more")], 2)
    authenticate(left, right)
    create_child(left, right, METHODS, 1)
    world.completed("with all of IntAuth", 1)


def authenticate(left, right):
    left.request(IKE_AUTH, [(IDI, left.side.identity), auth_payload(left)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    right.respond(IKE_AUTH, [(IDR, right.side.identity), auth_payload(right)])
    left.do("ike-sa-auth-verify")


@row("KEYMAT a second time")
def test_keymat_twice(world):
    left, right = establish(world.a, world.b)
    ours, _, _ = create_child(left, right, METHODS, 1)
    world.refused("of CREATE_CHILD_SA", errno.EPROTO, "have been used", child_install,
                  left, ours)
    world.completed("that of CREATE_CHILD_SA", 1)
    world.end()
    at, walk = until(first_initiator, "AUTH made", world.a, world.b)
    more = child_new(at.sa)
    at = next(one for one in walk if one.name == "first Child SA installed")
    world.refused("of IKE_AUTH, for a second Child SA", errno.EPROTO,
                  "first Child SA have been used", child_install, at.sa, more)
    finish(walk)
    world.completed("that of IKE_AUTH", 1)


def two_begun(left):
    """Two Child SAs of one side that are not asked for yet"""
    return [child_new(left, role="initiator", **{"ke-method": X25519})
            for _ in range(2)]


def check_foreign(world, name):
    """What the kernel made for one Child SA, and for an IKE SA, is sent for another"""
    left, right = establish(world.a, world.b)
    ours, other = two_begun(left)
    left.request(CREATE_CHILD_SA, child_payloads(ours | {name: other[name]}))
    theirs = child_new(right, role="responder", **{"ke-method": X25519})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs))
    world.refused(f"{name} of another Child SA", errno.EBADMSG, "own nonce or KE data",
                  left.child_do, "child-sa-ke", {"id": ours["id"]})
    right.child_do("child-sa-del", {"id": theirs["id"]})
    left.child_do("child-sa-del", {"id": ours["id"]})
    left.request(CREATE_CHILD_SA, child_payloads(other, **inner(left, 1)))
    theirs = child_new(right, role="responder", **{"ke-method": X25519})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **inner(left, 1)))
    child_install(right, theirs)
    child_install(left, other)
    world.completed(f"{name} of its own", 1)
    world.end()
    left, other = (begin_initiator(world.a) for _ in range(2))
    request = init_request(left.made | {name: other.made[name]})
    right = begin_responder(world.b, request)
    response = init_response(left.made["spi-i"], right.made)
    world.refused(f"{name} of another IKE SA", errno.EBADMSG, "own nonce or KE data",
                  left.do, "ike-sa-init", {"request": request, "response": response})
    world.end()


@row("a nonce a second time")
def test_nonce_twice(world):
    check_foreign(world, "nonce")


@row("KE data a second time, and a secret that it gave")
def test_ke_twice(world):
    check_foreign(world, "ke-data")
    left, right = establish(world.a, world.b)
    ours, other = two_begun(left)
    left.request(CREATE_CHILD_SA, child_payloads(ours, **inner(left, 1)))
    theirs = child_new(right, role="responder", **{"ke-method": X25519})
    world.refused("the peer's KE data, for a second Child SA of the responder",
                  errno.EPROTO, "open and unused", child_new, right, role="responder",
                  **{"ke-method": X25519})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **inner(left, 1)))
    left.child_do("child-sa-ke", {"id": ours["id"]})
    for name, made, words in [("for the same Child SA", ours, "is due"),
                              ("for another one", other, "open and unused")]:
        world.refused(f"the peer's KE data, {name}", errno.EPROTO, words,
                      left.child_do, "child-sa-ke", {"id": made["id"]})
    child_install(right, theirs)
    child_install(left, ours)
    world.completed("used once", 1)


@row("other octets under a Message ID that is used, and so under its nonce")
def test_used_message_id(world):
    left, right = establish(world.a, world.b)

    def sealed(sa, number, response=False):
        return sa.seal(INFORMATIONAL, [notify(40000, b"chosen")], number, response)

    number = left.next_request
    asked = left.request(INFORMATIONAL, [])
    world.refused("a request that is under way", errno.EPROTO, "under way", sealed,
                  left, number)
    world.refused("the next one meanwhile", errno.EPROTO, "under way", sealed, left,
                  number + 1)
    answer = right.respond(INFORMATIONAL, [])
    for name, other in ("the last", number), ("the first", 0), ("a later", number + 5):
        world.refused(f"{name} one of a request", errno.EPROTO,
                      "Message ID is not the next", sealed, left, other)
    for name, other in ("the last", number), ("the first", 0), ("the next", number + 1):
        world.refused(f"{name} one of a response", errno.EPROTO, "to be answered",
                      sealed, right, other, True)
    world.tests.check("request and response are sealed with other keys",
                      asked[28:] != answer[28:])
    left.exchange(INFORMATIONAL)
    create_child(left, right, METHODS, 1)
    world.completed("the next Message ID", 1)


def flipped(message, index):
    return message[:index] + bytes([message[index] ^ 1]) + message[index + 1:]


@row("chosen octets opened under a nonce that is used")
def test_open_chosen(world):
    left, right = establish(world.a, world.b)
    other, _ = establish(world.a, world.b)
    # What the peer seals, and the one that is attacked opens
    message = right.seal(INFORMATIONAL, [notify(40000, b"secret")], 0)
    own = left.seal(INFORMATIONAL, [notify(40000, b"its own")], left.next_request)
    for name, chosen, words in [
            ("the last octet", flipped(message, len(message) - 1), "does not verify"),
            ("the first octet of the ciphertext", flipped(message, 40),
             "does not verify"),
            ("the IV", flipped(message, 32), "does not verify"),
            ("the type of the first payload", flipped(message, 28),
             "does not verify"),
            ("its own message, as if it was the peer's",
             own[:19] + bytes([own[19] ^ FLAG_INITIATOR]) + bytes(4) + own[24:],
             "does not verify"),
            ("its own message", own, "not of this IKE SA")]:
        world.refused(name, errno.EBADMSG, words, left.open, chosen)
    world.refused("a message of another IKE SA", errno.EBADMSG, "not of this IKE SA",
                  other.open, message)
    left.open(message)
    world.refused("a message a second time", errno.EPROTO, "not the next", left.open,
                  message)
    right.open(own)
    left.seal(INFORMATIONAL, [], 0, True)
    world.completed("what the peer has sealed")


def ends_failed(world, name, sa, words, number=errno.EKEYREJECTED, connection="creation"):
    """The kernel refuses the peer, for good; the next one is as it should be"""
    refused(world.tests, name, number, words, sa.do, "ike-sa-auth-verify",
            {"connection": connection})
    world.tests.check(f"it has failed for good: {name}",
                      sa.show()["state"] == "failed", sa.show())
    world.end()


def with_keys(world, change=lambda request: request):
    """As far as IKE_AUTH; change() is of what the initiator's kernel is told"""
    left = begin_initiator(world.a)
    request = init_request(left.made)
    right = begin_responder(world.b, request)
    response = init_response(left.made["spi-i"], right.made)
    right.do("ike-sa-init", {"response": response})
    left.do("ike-sa-init", {"request": change(request), "response": response})
    left.next_request = right.next_answer = 1
    pair(left, right)
    intermediate(left, right, METHODS)
    return left, right


def longer(message):
    """With a vendor ID that was not sent"""
    return init_message(message[:8], message[8:16], FLAG_INITIATOR,
                        payloads_of(message) + [(43, b"not sent")])


def payloads_of(message):
    found, kind, octets = [], message[16], message[28:]
    while kind:
        size = struct.unpack(">H", octets[2:4])[0]
        found.append((kind, octets[4:size]))
        kind, octets = octets[0], octets[size:]
    return found


@row("AUTH over chosen octets, of another identity or of the other side")
def test_auth_chosen(world):
    a, b = world.a, world.b
    left, right = with_keys(world)
    left.request(IKE_AUTH, [(IDI, a.identity), (AUTH, b"\2\0\0\0" + bytes(32))])
    ends_failed(world, "chosen octets for AUTH", right, "does not verify")

    left, right = with_keys(world)
    left.request(IKE_AUTH, [(IDI, b"\2\0\0\0root.example"), auth_payload(left)])
    ends_failed(world, "AUTH of another identity", right, "identity is not")

    left, right = with_keys(world, longer)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    ends_failed(world, "AUTH over another IKE_SA_INIT request", right,
                "does not verify")

    left, right = with_keys(world)
    mine = auth_payload(left)
    left.request(IKE_AUTH, [(IDI, a.identity), mine])
    right.respond(IKE_AUTH, [(IDR, b.identity), mine])
    ends_failed(world, "its own AUTH, as if it was the peer's", left,
                "does not verify")

    with world.as_root(b):
        b.set_connection("another", **{"remote-id": b"\2\0\0\0root.example"})
    left, right = with_keys(world)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    ends_failed(world, "a peer taken for one of another connection", right,
                "identity is not", connection="another")
    with world.as_root(b):
        b.do("connection-del", {"name": "another"})

    left, right = with_keys(world)
    authenticate(left, right)
    create_child(left, right, METHODS, 1)
    world.completed("AUTH that the kernel made", 1)


def table():
    """Attack, the places that refuse it and the tests that show it, of each row"""
    text = (TOP / DOCUMENT).read_text(encoding="utf-8")
    section = text.split(HEADING, 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in section.splitlines() if line.startswith("| ")]
    return [(cells[0], cells[1], cells[2]) for cells in rows[1:]]


def missing(places):
    """Which functions of "f(), g() in FILE; h() in FILE" are not there"""
    gone = []
    for place in places.split("; "):
        functions, file = place.rsplit(" in ", 1)
        path = next((path for folder in SOURCES
                     if (path := TOP / folder / file).exists()), None)
        text = path.read_text(encoding="utf-8") if path else ""
        gone += [f"{name} in {file}" for name in functions.split(", ")
                 if not re.search(rf"\b{re.escape(name[:-1])}", text)]
    return gone


def test_table(tests):
    """Its rows are those that the document gives it; each row's places are there"""
    shown = {attack: f"{test.__name__}() in {OWN}" for attack, test in ROWS.items()}
    documented = {attack: test for attack, _, test in table() if test.endswith(OWN)}
    different = sorted(set(shown.items()) ^ set(documented.items()))
    tests.check("the document gives it these rows, and no other",
                not different, different)
    for attack, places, test in table():
        gone = missing(places) + missing(test)
        tests.check(f"the places of: {attack}", not gone, gone)
    tests.check("a place that is not there is missed",
                missing("no_such_function() in netlink.c; main() in no_file.c") == [
                    "no_such_function() in netlink.c", "main() in no_file.c"])


def main():
    tests = Tests()
    chosen = sys.argv[1:]
    if not chosen:
        test_table(tests)
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        world = World(tests, a, b)
        for attack, test in ROWS.items():
            if chosen and test.__name__ not in chosen:
                continue
            print(f"# {attack}")
            test(world)
            world.end()
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
        for side in a, b:
            side.family.end()
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
