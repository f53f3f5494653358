#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
What xfrm is told by netlink: Child SAs with all attributes are shown as they
were given, installed and removed one direction at a time; traps are set, shown
and removed.

Run by xfrm.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import queue
import subprocess
import sys
import threading
import time

from creation import two_sides
from ike import *
from ynl_client import Tests

REQID = 77

# What two sides agree on
AGREED = {
    "mode": "tunnel",
    "local-ts": [
        {"address": bytes([10, 1, 0, 0]), "prefix-length": 16, "protocol": 17,
         "port": 1024, "port-mask": 0xfc00},
        {"address": bytes([10, 3, 0, 0]), "prefix-length": 16, "protocol": 0,
         "port": 0, "port-mask": 0},
    ],
    "remote-ts": [
        {"address": bytes([10, 2, 0, 0]), "prefix-length": 16, "protocol": 0,
         "port": 0, "port-mask": 0},
    ],
    "encr": 12, "encr-key-bits": 192, "integ": 13, "esn": True,
    "encap-local-port": 4500, "encap-remote-port": 4501,
}

SUITE = (transform(1, AGREED["encr"], AGREED["encr-key-bits"]),
         transform(3, AGREED["integ"]), transform(5, 1))

# What the child has besides, and what its policies show of it
POLICIES = {
    "if-id-in": 3, "if-id-out": 4,
    "mark-in": {"value": 5, "mask": 255}, "mark-out": {"value": 6, "mask": 255},
}
OPTIONS = POLICIES | {
    "replay-window": 1000, "set-mark-in": {"value": 7, "mask": 255},
    "set-mark-out": {"value": 8, "mask": 255},
    "dont-encap-dscp": True, "decap-dscp": True, "nopmtudisc": True,
    "noecn": True,
    "lifetime": {"soft-bytes": 1000, "hard-bytes": 2000, "soft-packets": 100,
                 "hard-packets": 200, "soft-seconds": 300,
                 "hard-seconds": 400},
}
SELECTORS = {name: AGREED[name] for name in ("local-ts", "remote-ts")}
CHILD = {"name": "xfrm", "reqid": REQID} | SELECTORS | OPTIONS

# Of whatever selectors and mode, and without interface IDs and marks
WIDE = {"local-ts": ANYWHERE, "remote-ts": ANYWHERE, "mode": "transport",
        "if-id-in": 0, "if-id-out": 0, "mark-in": {"value": 0, "mask": 0},
        "mark-out": {"value": 0, "mask": 0}}


def xfrm(side, what):
    """How many states or policies a side has"""
    shown = subprocess.run(["ip", "-n", side.name, "xfrm", what, "list"],
                           check=True, capture_output=True, text=True).stdout
    return sum(line.startswith("src ") for line in shown.splitlines())


def comes_to(side, what, count):
    """Within ten seconds: a superseded state stays for one"""
    for _ in range(100):
        if xfrm(side, what) == count:
            return True
        time.sleep(0.1)
    return False


def shown_child(sa, child):
    return next(one for one in sa.children() if one["id"] == child["id"])


def differences(shown, given):
    return {name: shown.get(name) for name in given
            if as_list(shown.get(name)) != as_list(given[name])}


# The ports, and both messages
PORTS = {name: AGREED[name] for name in ("encap-local-port", "encap-remote-port")}
SAID = {"suite": SUITE, "tsi": AGREED["local-ts"], "tsr": AGREED["remote-ts"]}


def new_child(left, right, said=None, spi=None, **more):
    """
    A further Child SA of left, not installed; both messages say what is in said, and the
    peer another SPI than its kernel has where one is given
    """
    said = SAID | (said or {})
    left.side.set_children(CHILD | more)
    ours = child_new(left, role="initiator", child=CHILD["name"])
    left.request(CREATE_CHILD_SA, child_payloads(ours, **said))
    theirs = child_new(right, role="responder")
    if spi:
        right.child_do("child-sa-del", {"id": theirs["id"]})
        theirs["spi-in"] = spi
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **said))
    child_accept(left, ours)
    return ours | {"peer-spi": theirs["spi-in"]}


def install(left, ours, **more):
    return left.child_do("child-sa-install", {"id": ours["id"]} | PORTS | more)


COUNTERS = {"in": ("bytes-in", "packets-in"), "out": ("bytes-out", "packets-out")}


def test_gone_states(tests, a, left, ours):
    """Somebody else deletes them"""
    shown = shown_child(left, ours)
    tests.check("both ESP SAs of a Child SA are counted",
                all(name in shown for names in COUNTERS.values()
                    for name in names), shown)
    for way, address in ("in", "192.0.2.1"), ("out", "192.0.2.2"):
        a.run("ip", "xfrm", "state", "delete", "dst", address, "proto", "esp",
              "spi", str(shown[f"spi-{way}"]), *(
                  ("mark", "6") if way == "out" else ()))
        left_over = [name for name in COUNTERS[way]
                     if name in shown_child(left, ours)]
        tests.check(f"its {way}bound one is shown as gone, without counters",
                    not left_over, shown_child(left, ours))


def test_attributes(tests, a, left, right):
    ours = new_child(left, right)
    reply = install(left, ours)
    tests.check("child-sa-install says reqid and lifetime", reply == {
        "id": ours["id"], "reqid": REQID, "lifetime": OPTIONS["lifetime"]}, reply)
    shown = shown_child(left, ours)
    given = AGREED | OPTIONS | {"reqid": REQID, "installed": True,
                                "spi-out": ours["peer-spi"], "child": CHILD["name"]}
    tests.check("ike-sa-get shows a Child SA as it was given",
                not differences(shown, given), differences(shown, given))
    left.child_do("child-sa-update",
                  {"id": ours["id"], "encap-remote-port": 4502})
    shown = shown_child(left, ours)
    tests.check("child-sa-update changes the port",
                shown["encap-remote-port"] == 4502, shown)
    refused(tests, "child-sa-update without a port", errno.EINVAL, "port 0",
            left.child_do, "child-sa-update", {"id": ours["id"]})
    test_gone_states(tests, a, left, ours)
    left.child_do("child-sa-del", {"id": ours["id"]})
    tests.check("child-sa-del leaves nothing",
                (xfrm(a, "state"), xfrm(a, "policy")) == (0, 0))


# What both sides say, and cannot be
BAD_AGREEMENTS = [
    ("no integrity", errno.EOPNOTSUPP, "without an integrity",
     {"suite": (SUITE[0], SUITE[2])}),
    ("selectors that never meet", errno.EINVAL, "share family and protocol",
     {"tsi": [{"address": bytes([0xfd] + [0] * 15), "prefix-length": 8}]}),
    ("selectors of another family in transport mode", errno.EINVAL,
     "in transport mode", {"transport": True, "tsi": [
         {"address": bytes([10, 1, 0, 0]), "prefix-length": 16},
         {"address": bytes([0xfd] + [0] * 15), "prefix-length": 8}]}),
]


# Where another key manager may have put a policy before
FOREIGN = ["dir", "out", "src", "10.9.0.0/16", "dst", "10.2.0.0/16"]
FOREIGN_TS = {"local-ts": [{"address": bytes([10, 9, 0, 0]),
                            "prefix-length": 16}]}


def foreign_policies(side):
    """Bad requests while such a policy is there, and while another child has it"""
    def policy(command, *more):
        subprocess.run(["ip", "-n", side.name, "xfrm", "policy", command,
                        *FOREIGN, *more], check=True)

    policy("add", "action", "block")
    yield "a policy of another key manager", errno.EEXIST, "policy 10.9.0.0/16"
    policy("del")
    side.set_trap({"name": "other", "reqid": REQID + 1,
                   "remote-ts": AGREED["remote-ts"]} | FOREIGN_TS)
    yield ("a policy of another child's trap", errno.EEXIST,
           f"is of reqid {REQID + 1}")
    side.do("trap-del", {"child-sa": {"reqid": REQID + 1}})


def test_repeated(tests, a, left, right):
    """A bad request uses nothing up: the right one succeeds after all of them"""
    first = new_child(left, right, **WIDE)
    install(left, first)
    ours = new_child(left, right, **WIDE)
    tests.check("a Child SA that is not installed has an SPI and no state",
                ours["spi-in"] >> 28 == 0xc and xfrm(a, "state") == 2,
                (ours, xfrm(a, "state")))
    refused(tests, "one port of two", errno.EINVAL, "ports of both sides", install,
            left, ours, **{"encap-remote-port": 0})
    for name, number, words, said, spi in [
            *((*bad, None) for bad in BAD_AGREEMENTS),
            ("a reserved SPI", errno.EINVAL, "SPI 255 is reserved", {}, 255),
            ("an SPI that is taken", errno.EEXIST, "another state with SPI", {},
             first["peer-spi"])]:
        other = new_child(left, right, said, spi, **WIDE)
        refused(tests, name, number, words, install, left, other)
        left.child_do("child-sa-del", {"id": other["id"]})
    other = new_child(left, right, {"tsi": FOREIGN_TS["local-ts"]}, **WIDE)
    for name, number, words in foreign_policies(a):
        refused(tests, name, number, words, install, left, other)
    left.child_do("child-sa-del", {"id": other["id"]})
    tests.check("and has neither state nor policy afterwards",
                (xfrm(a, "state"), xfrm(a, "policy")) == (2, 6))
    install(left, ours)
    tests.check("the right request after all of them is installed",
                "installed" in shown_child(left, ours) and
                xfrm(a, "state") == 4, shown_child(left, ours))
    for child in first, ours:
        left.child_do("child-sa-del", {"id": child["id"]})


def test_numbers(tests, left, right):
    """Both namespaces are new: this is the first Child SA of each"""
    ours = child_new(left, role="initiator")
    left.request(CREATE_CHILD_SA, child_payloads(ours))
    theirs = child_new(right, role="responder")
    right.respond(CREATE_CHILD_SA, child_payloads(theirs))
    tests.check("each namespace counts its own Child SAs",
                ours["id"] == theirs["id"] != 0, (ours["id"], theirs["id"]))
    tests.check("the number is the reqid of a Child SA without one",
                shown_child(left, ours)["reqid"] == ours["id"])
    left.child_do("child-sa-del", {"id": ours["id"]})
    right.child_do("child-sa-del", {"id": theirs["id"]})


def test_reserved_field(tests, side):
    """What the header reserves is for later: it must be 0 until then"""
    protocol = side.family.nlproto
    message = protocol.message
    protocol.message = lambda *header: message(*header)[:-2] + b"\1\0"
    refused(tests, "a request with reserved bits in its header", errno.EINVAL,
            "reserved", side.do, "trap-get", {"child-sa": {"reqid": 1}})
    protocol.message = message


def test_refusals(tests, left, right):
    ours = new_child(left, right, **{"replay-window": 0})
    refused(tests, "ESN without a window", errno.EINVAL,
            "need an anti-replay window", install, left, ours)
    refused(tests, "child-sa-install out before in", errno.EPROTO, "waits",
            left.child_do, "child-sa-install",
            {"id": ours["id"], "direction": "out"})
    refused(tests, "child-sa-del in", errno.EINVAL, "cannot be removed alone",
            left.child_do, "child-sa-del",
            {"id": ours["id"], "direction": "in"})
    left.child_do("child-sa-del", {"id": ours["id"]})


def test_directions(tests, a, left, right):
    first = new_child(left, right)
    install(left, first)
    second = new_child(left, right)
    install(left, second, direction="in")
    tests.check("direction in installs one state and shares the policies",
                (xfrm(a, "state"), xfrm(a, "policy")) == (3, 6),
                (xfrm(a, "state"), xfrm(a, "policy")))
    tests.check("and is not yet installed",
                "installed" not in shown_child(left, second))
    left.child_do("child-sa-install",
                  {"id": second["id"], "direction": "out"})
    tests.check("direction out installs the other",
                (xfrm(a, "state"), xfrm(a, "policy")) == (4, 6) and
                "installed" in shown_child(left, second))
    left.child_do("child-sa-del", {"id": first["id"], "direction": "out"})
    tests.check("child-sa-del out leaves the inbound state",
                comes_to(a, "state", 3) and xfrm(a, "policy") == 6 and
                "installed" not in shown_child(left, first))
    third = new_child(left, right)
    install(left, third, direction="in")


class PolicyMonitor:
    """What xfrm says of policies, as lines of ip xfrm monitor"""

    MARKER = {"name": "marker", "reqid": 99,
              "local-ts": [{"address": bytes([10, 98, 0, 0]),
                            "prefix-length": 16}],
              "remote-ts": [{"address": bytes([10, 99, 0, 0]),
                             "prefix-length": 16}]}

    def __init__(self, side):
        self.side = side
        self.lines = queue.Queue()
        self.process = subprocess.Popen(
            ["ip", "-n", side.name, "xfrm", "monitor", "policy"],
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        # Until the first line is there, nobody knows that it listens.
        while self.lines.empty():
            self.mark()
            try:
                self.lines.put(self.lines.get(timeout=1))
            except queue.Empty:
                pass
        self.until_now()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def mark(self):
        self.side.set_trap(self.MARKER, "marker")
        self.side.do("trap-del", {"child-sa": {"reqid": 99}})

    def until_now(self):
        """The lines that begin a message, up to those of a mark"""
        self.side.set_trap(self.MARKER | {
            "local-ts": [{"address": bytes([10, 97, 0, 0]),
                          "prefix-length": 16}]}, "marker")
        lines = []
        while not lines or not lines[-1].startswith("src 10.97.0.0/16 dst"):
            lines.append(self.lines.get(timeout=60))
        self.side.do("trap-del", {"child-sa": {"reqid": 99}})
        return [line for line in lines if "src 10." in line and
                "10.98." not in line and "10.99." not in line]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def set_trap(side, remote, reqid=REQID, **more):
    """Of a child of the tests, with another name for each reqid"""
    return side.set_trap(CHILD | {"name": f"xfrm-{reqid}", "reqid": reqid} | more,
                         **{"remote-address": bytes([192, 0, 2, remote])})


def policies(side):
    return subprocess.run(["ip", "-n", side.name, "xfrm", "policy", "list"],
                          check=True, capture_output=True, text=True).stdout


def test_trap_replaced(tests, a, left, right):
    set_trap(a, 2)
    child = new_child(left, right)
    install(left, child)
    monitor = PolicyMonitor(a)
    set_trap(a, 9)
    said = monitor.until_now()
    tests.check("a trap between other addresses takes the place of the old one",
                len(said) == 6 and
                all(line.startswith("Updated ") for line in said), said)
    shown = policies(a)
    tests.check("its policies have the other address",
                xfrm(a, "policy") == 6 and
                shown.count("192.0.2.9") == 6 and "192.0.2.2" not in shown,
                shown)
    set_trap(a, 9)
    tests.check("the same trap again changes nothing", policies(a) == shown)
    left.child_do("child-sa-del", {"id": child["id"]})
    tests.check("the policies outlive a Child SA between the old addresses",
                policies(a) == shown)

    other = [{"address": bytes([10, 5, 0, 0]), "prefix-length": 16}]
    monitor.until_now()
    set_trap(a, 9, **{"local-ts": AGREED["local-ts"][:1] + other})
    said = monitor.until_now()
    tests.check("of other selectors, only what differs comes and goes",
                len(said) == 6 and
                sum(line.startswith("Deleted ") for line in said) == 3 and
                sum("10.5.0.0/16" in line for line in said) == 3, said)
    set_trap(a, 9, REQID + 1, **{
        "local-ts": [{"address": bytes([10, 6, 0, 0]), "prefix-length": 16}]})
    shown = policies(a)
    refused(tests, "a trap in the place of its own, but with another's selector",
            errno.EEXIST, f"is of reqid {REQID + 1}", set_trap, a, 8,
            **{"local-ts": AGREED["local-ts"][:1] + [
                {"address": bytes([10, 7, 0, 0]), "prefix-length": 16},
                {"address": bytes([10, 6, 0, 0]), "prefix-length": 16}]})
    tests.check("and nothing changed", policies(a) == shown)
    monitor.stop()
    for reqid in REQID, REQID + 1:
        a.do("trap-del", {"child-sa": {"reqid": reqid}})
    tests.check("trap-del leaves nothing of it", xfrm(a, "policy") == 0)


def test_ignored_bits(tests, a):
    """What a policy does not look at makes no policy of its own"""
    clean, given = {}, {}
    for side, second in ("local-ts", 1), ("remote-ts", 2):
        six = bytes([0x20, 1, 0xd, 0xb8, 0, second])
        clean[side] = [
            {"address": bytes([10, second, 0, 0]), "prefix-length": 20,
             "protocol": 6, "port": 1024, "port-mask": 0xfc00},
            {"address": six + bytes(10), "prefix-length": 44, "protocol": 0,
             "port": 0, "port-mask": 0}]
        given[side] = [
            clean[side][0] | {"address": bytes([10, second, 15, 255]),
                              "port": 1024 + 80},
            clean[side][1] | {"address": six[:5] + bytes([second | 15]) +
                              bytes([255] * 10)}]
        clean[side][1] |= {"address": six[:5] + bytes(11)}
    set_trap(a, 2, **given)
    shown = a.do("trap-get", {"child-sa": {"reqid": REQID}})["child-sa"]
    tests.check("host bits, and bits of a port outside its mask, are cleared",
                not differences(shown, clean), differences(shown, clean))
    shown = policies(a)
    tests.check("the policies have none of them",
                shown.count(" 10.1.0.0/20 ") == 3 and
                shown.count(" 2001:db8::/44 ") == 6 and
                "port 1024 " in shown and "1104" not in shown, shown)
    refused(tests, "a network by another of its addresses, of another reqid",
            errno.EEXIST, f"is of reqid {REQID}", set_trap, a, 2, REQID + 1,
            **clean)
    set_trap(a, 2, **clean)
    tests.check("the same trap by other addresses changes nothing",
                policies(a) == shown)
    a.do("trap-del", {"child-sa": {"reqid": REQID}})


def test_traps(tests, a):
    set_trap(a, 2)
    given = SELECTORS | POLICIES | {
        "reqid": REQID, "mode": "tunnel", "local-address": a.address,
        "remote-address": a.peer.address}
    shown = a.do("trap-get", {"child-sa": {"reqid": REQID}})["child-sa"]
    tests.check("trap-get shows a trap as its child was given",
                not differences(shown, given), differences(shown, given))
    tests.check("a trap has policies and no states",
                (xfrm(a, "state"), xfrm(a, "policy")) == (0, 6))
    refused(tests, "the same selectors of another reqid", errno.EEXIST,
            f"is of reqid {REQID}", set_trap, a, 2, REQID + 1)
    a.do("trap-del", {"child-sa": {"reqid": REQID}})
    test_ignored_bits(tests, a)
    refused(tests, "trap-del of none", errno.ENOENT, "no trap", a.do,
            "trap-del", {"child-sa": {"reqid": REQID}})
    tests.check("trap-del leaves nothing", xfrm(a, "policy") == 0)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        left, right = establish(a, b)
        test_numbers(tests, left, right)
        test_repeated(tests, a, left, right)
        test_reserved_field(tests, a)
        test_attributes(tests, a, left, right)
        test_refusals(tests, left, right)
        test_trap_replaced(tests, a, left, right)
        test_directions(tests, a, left, right)
        left.do("ike-sa-del")
        right.do("ike-sa-del")
        tests.check("ike-sa-del leaves nothing, nor what waited",
                    (xfrm(a, "state"), xfrm(a, "policy")) == (0, 0))
        test_traps(tests, a)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
