#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Each allocation of each netlink operation, and of what xfrm does with pqike's
policies and states, fails once: the error is ENOMEM, all is as it was before, and
the same request succeeds afterwards.

All is what a dump of the connections, IKE SAs, Child SAs, traps, xfrm states and
xfrm policies shows, before and after; that the rest is as before shows itself when
the two sides agree on keys after all, and ESP passes. What nothing refers to any
more kmemleak finds in the end, where the kernel has it.

It is an operation in each state in which it does something else: see SCENARIOS. The
allocations are those of the task, from its system call on: of the request, of netlink,
of pqike, of the crypto API, of xfrm, of the acknowledgement. An error is one of:

  ENOMEM   of the operation
  ENOBUFS  of send(), where there is no memory for the request, and of recv(), where
           there is none for the acknowledgement; of a dump, for its next message

Not among them are allocations of others: of cryptomgr, which makes an algorithm when
it is first used (all are, before the first failure), of softirqs, which receive, and
of work queues, where namespaces and keys of ESP SAs end. Those with __GFP_NOFAIL do
not fail: the record of a state that is to forget its key (esp_retire.c), and the
policy that takes the place of one that exists (policy_registry.c).

Where a step is taken in spite of a failure, SPARED says what is lost. With
PQIKE_ENDURANCE=full the kernel's log tells where each failure was, and there may
be no other.

The family has no multicast groups, and pqike registers nothing with xfrm.

Run by allocations.sh, with the modules loaded and in a session keyring of its own.
"""

import ctypes
import errno
import os
import pathlib
import socket
import struct
import subprocess
import sys

import agreement
import alloc_faults
import creation
import fail_nth
import xfrm
from ike import *
from ynl_client import Tests

FULL = os.environ.get("PQIKE_ENDURANCE") == "full"
MODULE = pathlib.Path(__file__).resolve().parents[2] / "kmod/pqike/pqike.ko"
NETLINK_XFRM = 6
NETLINK_GENERIC = 16
XFRM_MSG_GETSA = 18
XFRM_MSG_GETPOLICY = 21
XFRM_MSG_FLUSHSA = 28
XFRM_MSG_FLUSHPOLICY = 29
# ACQUIRE, EXPIRE, SA and POLICY: somebody is told
XFRM_GROUPS = 0xf
NLM_F_DUMP = 0x300
RUNS_MAX = 256
GETS = "connection-get", "ike-sa-get", "trap-get"

# What is lost where an allocation in this function fails, and the step is taken
SPARED = {
    "?": "nothing: there is another way, and so no warning (__GFP_NOWARN)",
    "netlink_ack": "the acknowledgement; recv() gives ENOBUFS",
    "netlink_dump": "nothing: a message of the usual size does",
    "dst_alloc": "the packet that meets a trap, which is lost in any case",
    "alloc_skb_with_frags": "likewise",
    "skb_clone": "nothing: the reply is sent in a larger buffer (netlink_trim)",
    "pskb_expand_head": "nothing: likewise",
    "xfrm_send_state_notify": "what xfrm tells others of a state",
    "xfrm_send_policy_notify": "what xfrm tells others of a policy",
    "pfkey_send_notify": "what xfrm tells others by PF_KEY",
    "pfkey_send_policy_notify": "what xfrm tells others by PF_KEY",
    "pfkey_send_acquire": "what xfrm tells others by PF_KEY",
    "bucket_table_alloc": "nothing: a hash table begins with fewer buckets",
}


def in_namespace(name, function):
    """What a function gives in a network namespace; this thread comes back"""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        os.setns(other, os.CLONE_NEWNET)
        return function()
    finally:
        os.setns(own, os.CLONE_NEWNET)
        os.close(own)
        os.close(other)


class FailingSide(Side):
    """A side whose requests are steps of a walk, while it is in a scenario"""

    def __init__(self, name, number, walk):
        super().__init__(name, number)
        self.walk = walk
        self.scenario = None
        self.taken = {}
        self.plain = self.family.sock
        self.armed = fail_nth.ArmedSocket(self.plain, walk.fail_nth)
        self.seen = [(name, self.netlink(NETLINK_GENERIC),
                      self.request(name, {}, [NLM_F_DUMP])) for name in GETS]
        self.seen += [
            (name, self.netlink(NETLINK_XFRM),
             struct.pack("=IHHII", 16, kind, 1 | NLM_F_DUMP, 1, 0))
            for name, kind in (("states", XFRM_MSG_GETSA),
                               ("policies", XFRM_MSG_GETPOLICY))]

    def netlink(self, protocol):
        return in_namespace(self.name, lambda: socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW, protocol))

    def request(self, operation, attributes, flags):
        return self.family._encode_message(
            self.family.ops[operation], attributes, flags, 1)

    def state(self):
        return {name: fail_nth.dump(sock, request)
                for name, sock, request in self.seen}

    def begin(self, scenario):
        self.scenario = scenario
        self.taken = {}

    def step(self, operation):
        """Its name in the scenario: the how-many-th of the operation it is"""
        self.taken[operation] = self.taken.get(operation, 0) + 1
        return f"{self.scenario}: {self.name} {operation} " \
            f"{self.taken[operation]}"

    def attempt(self, operation, attributes):
        error = reply = None
        self.family.sock = self.armed
        try:
            reply = super().do(operation, attributes)
        except (NlError, OSError) as refusal:
            error = getattr(refusal, "error", None) or refusal.errno
        finally:
            self.family.sock = self.plain
        return fail_nth.Outcome(error, reply, self.armed.heard)

    def do(self, operation, attributes):
        if not self.scenario:
            return super().do(operation, attributes)
        expected = None
        if operation in GETS:
            expected = super().do(operation, attributes)
        return self.walk.take(
            self.step(operation),
            lambda: self.attempt(operation, attributes), self.state, expected)

    def attempt_dump(self, protocol, request):
        error = reply = None
        with self.netlink(protocol) as sock:
            try:
                reply = fail_nth.dump(sock, request, self.walk.fail_nth.call)
            except OSError as refusal:
                error = refusal.errno
        return fail_nth.Outcome(error, reply, True)

    def take_dump(self, operation, attributes=None):
        request = self.request(operation, attributes or {}, [NLM_F_DUMP])
        expected = self.attempt_dump(NETLINK_GENERIC, request).reply
        return self.walk.take(
            self.step(f"{operation}-dump"),
            lambda: self.attempt_dump(NETLINK_GENERIC, request),
            self.state, expected)

    def clean_up(self):
        """End all but connections; what is there nevertheless"""
        self.scenario = None
        for sa in self.family.dump("ike-sa-get", {}):
            try:
                self.do("ike-sa-del", {"id": sa["id"]})
            except NlError:
                pass
        for trap in self.family.dump("trap-get", {}):
            self.do("trap-del",
                    {"child-sa": {"reqid": trap["child-sa"]["reqid"]}})
        return [name for name, messages in self.state().items()
                if messages and name != "connection-get"]


def first_child(left, right, number):
    """The Child SA of IKE_AUTH, which is begun but not sealed"""
    ours = child_new(left)
    said = inner(left, number)
    left.request(IKE_AUTH, [(IDI, left.side.identity), auth_payload(left),
                            *child_terms(ours, **said)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    answer = child_terms(theirs, **said)
    child_install(right, theirs, answer)
    right.respond(IKE_AUTH, [(IDR, right.side.identity), auth_payload(right),
                             *answer])
    left.do("ike-sa-auth-verify")
    child_install(left, ours)
    return ours, theirs


def established(a, b):
    """Two sides of an IKE SA, which is no step of the scenario: one has them all"""
    scenario = a.scenario
    a.scenario = b.scenario = None
    try:
        return establish(a, b)
    finally:
        a.scenario = b.scenario = scenario


def datagram_socket(side, number):
    sock = in_namespace(side.name, lambda: socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM))
    sock.bind((f"10.{side.number}.{number}.1", 0))
    sock.settimeout(10)
    return sock


def check_traffic(walk, a, b, number):
    """The keys agree: a datagram comes through in each direction"""
    ours, theirs = datagram_socket(a, number), datagram_socket(b, number)
    for sender, receiver in (ours, theirs), (theirs, ours):
        try:
            sender.sendto(b"datagram", receiver.getsockname())
            receiver.recv(64)
        except OSError as error:
            walk.faults.append(f"no traffic by Child SA {number}: {error}")
    ours.close()
    theirs.close()


def connections(_, a, _b):
    name = {"name": "failing"}
    a.set_connection(**name, child=[ANY_CHILD, xfrm.CHILD], **{
        "local-network": {"address": a.address, "prefix-length": 32}})
    agreement.set_ppk(a, "failing", "pqike:ppk")
    a.do("connection-get", name)
    a.take_dump("connection-get")
    a.do("connection-del", name)


def establishment(walk, a, b):
    methods = X25519, MLKEM768
    left, right = begin(a, b, "creation", methods)
    intermediate(left, right, methods)
    first_child(left, right, 1)
    check_traffic(walk, a, b, 1)
    left.do("ike-sa-get")
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def exchanges(*methods):
    """Key exchanges, whose keys agree where the next one is opened"""
    def scenario(_, a, b):
        intermediate(*begin(a, b, "creation", methods), methods)
    return scenario


def suites(_, a, b):
    """AES-CBC with HMAC, ChaCha20-Poly1305; fragments"""
    for suite in (12, 256, 13), (28, 0, 0):
        left, right = agreement.establish_as(agreement.Agreement(
            "creation", (X25519, MLKEM512), suite, PRF_SHA384), a, b)
        agreement.long_message_passes(left, right)


def ppk_by(kind):
    def scenario(_, a, b):
        agreement.establish_as(
            agreement.ppk_agreement(kind, (X25519, MLKEM512)), a, b)
    return scenario


def children(walk, a, b):
    left, right = established(a, b)
    for number, methods in enumerate(([], [X25519], [X25519, MLKEM768, 19]), 2):
        create_child(left, right, methods, number)
        check_traffic(walk, a, b, number)
    left.show()
    a.take_dump("ike-sa-get")
    a.take_dump("ike-sa-get", {"id": left.id})


def child_options(_, a, b):
    """All attributes; shared policies; one direction after the other"""
    left, right = established(a, b)
    first = xfrm.new_child(left, right)
    xfrm.install(left, first)
    left.child_do("child-sa-update", {"id": first["id"],
                                      "encap-remote-port": 4502})
    second = xfrm.new_child(left, right)
    xfrm.install(left, second, direction="in")
    left.child_do("child-sa-install", {"id": second["id"], "direction": "out"})
    left.child_do("child-sa-del", {"id": first["id"], "direction": "out"})
    # A second later, in the middle of any step, it would be a change of that step.
    assert xfrm.comes_to(a, "state", 3)
    narrow = xfrm.new_child(left, right, {"tsi": xfrm.AGREED["local-ts"][:1]})
    xfrm.install(left, narrow)
    for child in first, narrow, second:
        left.child_do("child-sa-del", {"id": child["id"]})


def completed_by_response(walk, a, b):
    """child-sa-install takes the last response"""
    left, right = established(a, b)
    ours, theirs = child_begin(left, right, [X25519], 5)
    child_install(right, theirs)
    child_install(left, ours)
    check_traffic(walk, a, b, 5)


def rekeys(walk, a, b):
    left, right = established(a, b)
    create_child(left, right, [], 6)
    for methods in [X25519, MLKEM768], [MLKEM512]:
        new = rekey(left, right, methods)
        for old, replacement in zip((left, right), new):
            replacement.do("ike-sa-inherit")
            old.do("ike-sa-del")
        left, right = new
        left.exchange(INFORMATIONAL)
    check_traffic(walk, a, b, 6)


def traps(_, a, _b):
    xfrm.set_trap(a, 2)
    xfrm.set_trap(a, 9)
    xfrm.set_trap(a, 9, **{"local-ts": [
        {"address": bytes([10, 5, 0, 0]), "prefix-length": 16}]})
    reqid = {"child-sa": {"reqid": xfrm.REQID}}
    a.do("trap-get", reqid)
    a.take_dump("trap-get")
    a.do("trap-del", reqid)


class Packets:
    """What this side sends to the peer, one datagram a step"""

    ERRORS = (errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN, errno.ESRCH)

    def __init__(self, side):
        self.side = side
        self.peer = f"10.{side.peer.number}.7.1"
        self.socket = datagram_socket(side, 7)
        self.monitor = side.netlink(NETLINK_XFRM)
        self.monitor.bind((0, XFRM_GROUPS))

    def asked(self):
        """Whether xfrm has asked for a state, which it makes a larval one for"""
        return len(self.side.state()["states"]) > 0

    def attempt(self):
        """The packet is lost in any case; without a question that is an error"""
        error = errno.ESRCH
        try:
            self.side.walk.fail_nth.call(self.socket.sendto, b"", (self.peer, 9))
        except OSError as refusal:
            error = refusal.errno
        return fail_nth.Outcome(None if self.asked() else error, None, True)

    def take(self, operation):
        self.side.walk.take(self.side.step(operation), self.attempt,
                            self.side.state, errors=self.ERRORS)

    def end(self):
        """The larval state is xfrm's own, and would last for a while"""
        self.socket.close()
        self.monitor.close()
        flush(self.side, XFRM_MSG_FLUSHSA)


def acquires(_, a, _b):
    """A packet meets a trap"""
    a.set_trap({
        "name": "trap", "reqid": xfrm.REQID,
        "local-ts": {"address": bytes([10, 1, 0, 0]), "prefix-length": 16},
        "remote-ts": {"address": bytes([10, 2, 0, 0]), "prefix-length": 16}})
    packets = Packets(a)
    try:
        if a.scenario:
            packets.take("sendto")
    finally:
        packets.end()


def flush(side, kind):
    """XFRM_MSG_FLUSHSA or XFRM_MSG_FLUSHPOLICY of somebody else"""
    error = None
    request = struct.pack("=IHHII", 17, kind, 5, 1, 0) + bytes(4)
    with side.netlink(NETLINK_XFRM) as sock:
        try:
            side.walk.fail_nth.call(sock.send, request)
            answer = sock.recv(4096)
            error = -struct.unpack("=i", answer[16:20])[0]
        except OSError as refusal:
            error = refusal.errno
    return error


def flushes(_, a, b):
    """Others delete the states and policies, and notifications are lost"""
    left, right = established(a, b)
    create_child(left, right, [], 8)
    monitor = a.netlink(NETLINK_XFRM)
    monitor.bind((0, XFRM_GROUPS))
    for name, kind in (("flush-states", XFRM_MSG_FLUSHSA),
                       ("flush-policies", XFRM_MSG_FLUSHPOLICY)):
        if not a.scenario:
            continue

        def attempt(kind=kind, name=name):
            error = flush(a, kind)
            # Without an acknowledgement it is done nevertheless.
            done = not a.state()["states" if kind == XFRM_MSG_FLUSHSA
                                 else "policies"]
            return fail_nth.Outcome(None if done else error, None, not error)

        a.walk.take(a.step(name), attempt, a.state)
    monitor.close()
    left.do("ike-sa-get")


def authorisations(_, a, _b):
    sock = a.netlink(NETLINK_GENERIC)
    sock.bind((0, 0))
    a.do("authorise", {"fd": sock.fileno(), "quota": {"half-open": 1}})
    sock.close()
    a.do("quota-set", {"quota": {"traps": 65536}})


def with_half_made_child(a, b):
    """A socket whose IKE SA has a Child SA in the making, and both IKE SAs"""
    family = a.open_socket()
    scenario, a.scenario, b.scenario = a.scenario, None, None
    own, a.family = a.family, family
    left, right = establish(a, b)
    child_new(left, role="initiator")
    a.family = own
    a.scenario = b.scenario = scenario
    return family.sock, left, right


def sockets(_, a, b):
    """The end of a socket that owns an IKE SA, and one that owns a Child SA"""
    close = a.walk.fail_nth.call

    def close_ike_sa():
        before = a.state()
        family = a.open_socket()
        family.do("ike-sa-new", {"role": "initiator", "connection": "creation",
                                 "ke-method": X25519})
        begun = a.state() != before
        close(family.sock.close)
        return fail_nth.Outcome(None, begun and a.state() == before, True)

    def close_child_sa():
        sock, left, right = with_half_made_child(a, b)
        begun = len(left.children()) == 1
        close(sock.close)
        ended = not left.children()
        for sa in left, right:
            sa.side.family.do("ike-sa-del", {"id": sa.id})
        return fail_nth.Outcome(None, begun and ended, True)

    for name, attempt in ("close-ike-sa", close_ike_sa), \
                         ("close-child-sa", close_child_sa):
        if a.scenario:
            a.walk.take(a.step(name), attempt, a.state, True)


def adoptions(_, a, b):
    """An orphan, with a request outstanding and a Child SA that it makes"""
    scenario, a.scenario, b.scenario = a.scenario, None, None
    own, a.family = a.family, a.open_socket()
    left, right = establish(a, b)
    left.exchange(INFORMATIONAL)
    made = child_new(left, role="initiator")
    left.do("ike-sa-note", {"note": b"first"})
    request = left.seal(CREATE_CHILD_SA, child_payloads(made), left.next_request)
    a.family.sock.close()
    a.family = own
    a.scenario = b.scenario = scenario
    a.take_dump("ike-sa-get")
    left.do("ike-sa-adopt")
    left.do("ike-sa-note", {"note": b"second", "lifetime": 60})
    right.open(request)
    theirs = child_new(right, role="responder")
    right.respond(CREATE_CHILD_SA, child_payloads(theirs))
    child_accept(left, made)


def namespaces(walk, a, _b):
    """A network namespace is made, which is given up as soon as it is there"""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)

    def attempt():
        error = None
        try:
            walk.fail_nth.call(os.unshare, os.CLONE_NEWNET)
        except OSError as refusal:
            error = refusal.errno
        os.setns(own, os.CLONE_NEWNET)
        return fail_nth.Outcome(error, None, True)

    with walk.fail_nth.only_below(*fail_nth.text_of_module("pqike")):
        if a.scenario:
            walk.take(a.step("unshare"), attempt, dict)
    os.close(own)


def bench(_, a, _b):
    a.do("bench-kem", {"ke-method": MLKEM768, "rounds": 1})


SCENARIOS = [
    ("connections", connections),
    ("establishment", establishment),
    ("ecp256-mlkem512", exchanges(19, MLKEM512, X25519)),
    ("ecp384-mlkem1024", exchanges(20, MLKEM1024, X25519)),
    ("modp2048-modp3072", exchanges(14, MLKEM512, 15, X25519)),
    ("modp4096", exchanges(16, MLKEM512)),
    ("suites", suites),
    ("ppk-auth", ppk_by(agreement.USE_PPK)),
    ("ppk-intermediate", ppk_by(agreement.USE_PPK_INT)),
    ("children", children),
    ("child-options", child_options),
    ("completed-by-response", completed_by_response),
    ("rekeys", rekeys),
    ("traps", traps),
    ("acquires", acquires),
    ("flushes", flushes),
    ("authorisations", authorisations),
    ("sockets", sockets),
    ("adoptions", adoptions),
    ("namespaces", namespaces),
    ("bench", bench),
]


# What must end whether or not there is memory
WITHOUT_ALLOCATIONS = {"sockets"}


def run(tests, walk, sides, name, scenario):
    """One scenario, one result for each operation in it"""
    def once():
        for side in sides:
            side.begin(name)
        scenario(walk, *sides)

    def clean_up():
        return [(side.name, left) for side in sides
                if (left := side.clean_up())]

    # Algorithms are made, and modules loaded, at their first use.
    scenario(walk, *sides)
    clean_up()
    faults = len(walk.faults)
    begun = sum(walk.allocations.values())
    walk.repeat(once, clean_up, RUNS_MAX)
    steps = [step for step in walk.finished if step.startswith(f"{name}:")]
    failed = sum(walk.allocations.values()) - begun
    seen = walk.faults[faults:]
    for fault in seen:
        print(f"# {fault}")
    needs_memory = name not in WITHOUT_ALLOCATIONS
    tests.check(f"{name}: {len(steps)} steps, each allocation failed once, "
                f"{failed} in all",
                steps and bool(failed) == needs_memory and not seen, len(seen))


def module_init(tests, walk):
    """The module begins; that there is memory for its text is not looked at"""
    finit_module = {"x86_64": 313, "aarch64": 273}[os.uname().machine]
    library = ctypes.CDLL(None, use_errno=True)
    subprocess.run(["rmmod", "pqike"], check=True)
    faults = len(walk.faults)
    step = "module: insmod 1"

    def attempt():
        with open(MODULE, "rb") as module:
            failed = walk.fail_nth.call(library.syscall, finit_module,
                                        module.fileno(), b"", 0)
        return fail_nth.Outcome(ctypes.get_errno() if failed else None, None,
                                True)

    def scenario():
        walk.take(step, attempt, dict)

    def unload():
        subprocess.run(["rmmod", "pqike"], check=False)

    with walk.fail_nth.only_below(*fail_nth.text_of("do_init_module")):
        walk.repeat(scenario, unload, RUNS_MAX)
    seen = walk.faults[faults:]
    for fault in seen:
        print(f"# {fault}")
    tests.check(f"insmod: each allocation failed once, {walk.allocations[step]} "
                "in all", walk.allocations[step] and not seen, len(seen))
    attempt()


def show_spared(tests, walk):
    for (operation, place, heard), count in sorted(walk.spared.items()):
        print(f"# {operation}: {count} taken without memory in {place}"
              f"{'' if heard else ', not acknowledged'}")
    if FULL:
        others = {place for _, place, _ in walk.spared} - SPARED.keys()
        tests.check("no step is taken in spite of another failure than those "
                    "listed", not others, others)
    print(f"# {len(walk.finished)} steps, "
          f"{sum(walk.allocations.values())} allocations failed")


def wanted():
    names = sys.argv[1:]
    return [(name, scenario) for name, scenario in SCENARIOS
            if not names or name in names]


def main():
    reason = fail_nth.skip_reason()
    if reason:
        print(f"TAP version 13\n1..0 # SKIP {reason}")
        return 4
    tests = Tests()
    for description, octets in ((PSK_DESCRIPTION, b"a pre-shared key"),
                                ("pqike:ppk", b"a post-quantum key")):
        add_logon_key(description, octets)
    walk = fail_nth.Walk(fail_nth.FailNth(stacks=FULL))
    with creation.two_sides(lambda name, number: FailingSide(name, number, walk)) \
            as (a, b):
        for side in a, b:
            agreement.set_ppk(side, "ppk", "pqike:ppk")
        for name, scenario in wanted():
            run(tests, walk, (a, b), name, scenario)
        alloc_faults.test(tests, walk.fail_nth)
        show_spared(tests, walk)
    module_init(tests, walk)
    walk.fail_nth.end()
    alloc_faults.test_leaks(tests)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
