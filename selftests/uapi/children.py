#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
A connection's children: whatever a helper says that two sides have agreed on, no Child
SA and no trap has selectors, a mode, algorithms, key exchanges or addresses that its
child has not; the rest of them is the child's.  Children come and go with their
connection, all or nothing, and a Child SA keeps the one that it began with.

Run by children.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys

from creation import two_sides
from ike import *
from ynl_client import Tests

CHILDREN_MAX = 256
SELECTORS_MAX = 64
PAIRS_MAX = 256
NETWORKS_MAX = 16
AES_GCM_16 = 20
AES_CBC = 12
SHA256 = 12
TCP = 6
UDP = 17
ECP256 = 19


def net(*octets, bits, **more):
    return {"address": bytes(octets), "prefix-length": bits} | more


def esp(*transforms):
    return proposal(PROTOCOL_ESP, b"", transforms)


GCM128 = transform(1, AES_GCM_16, 128)
CBC256 = transform(1, AES_CBC, 256)
ESN = transform(5, 1)


def ke(method):
    return transform(4, method)


def addke(k, method):
    return transform(5 + k, method)


# TCP to and from two ports of one network, and all of another one
CHILD = {
    "name": "child", "reqid": 40, "trap": True,
    "local-ts": [net(10, 1, 0, 0, bits=16, protocol=TCP, port=1024, **{
        "port-mask": 0xfffe}), net(10, 3, 0, 0, bits=24)],
    "remote-ts": [net(10, 2, 0, 0, bits=16)],
}
AGREED = {
    "local-ts": [net(10, 1, 2, 0, bits=24, protocol=TCP, port=1025)],
    "remote-ts": [net(10, 2, 3, 4, bits=32)],
}
# All that a child may have
FULL = {
    "name": "full", "reqid": 41, "mode": "transport", "trap": True,
    "local-ts": [{"dynamic": True, "protocol": UDP, "port": 53,
                  "port-mask": 0xffff}],
    "remote-ts": [net(10, 2, 0, 0, bits=16, protocol=0, port=0, **{
        "port-mask": 0}), {"dynamic": True, "protocol": 0, "port": 0,
                           "port-mask": 0}],
    "esp-proposals": esp(GCM256, GCM128, NO_ESN),
    "if-id-in": 3, "if-id-out": 4, "replay-window": 64,
    "mark-in": {"value": 5, "mask": 255}, "mark-out": {"value": 6, "mask": 255},
    "set-mark-in": {"value": 7, "mask": 255},
    "set-mark-out": {"value": 8, "mask": 255},
    "dont-encap-dscp": True, "decap-dscp": True, "nopmtudisc": True,
    "noecn": True,
    "lifetime": {"soft-bytes": 1000, "hard-bytes": 2000, "soft-packets": 100,
                 "hard-packets": 200, "soft-seconds": 300, "hard-seconds": 400,
                 "rand-bytes": 10, "rand-packets": 20, "rand-seconds": 30},
}


def end(*sides):
    for side in sides:
        for sa in side.dump():
            side.do("ike-sa-del", {"id": sa["id"]})


def children_of(shown):
    return as_list(shown.get("child", []))


SAID = {"tsi": AGREED["local-ts"], "tsr": AGREED["remote-ts"]}


def new(left, right, methods=(), **said):
    """A Child SA of CHILD that is agreed on with these key exchanges"""
    ours = child_new(left, role="initiator", child=CHILD["name"], **(
        {"ke-method": methods[0]} if methods else {}))
    left.request(CREATE_CHILD_SA, child_payloads(ours, methods, **SAID | said))
    theirs = responder_new(right, methods)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, methods, **SAID | said))
    made = child_accept(left, ours)
    child_followups(left, right, ours, theirs, made)
    return ours


def delete(left, made):
    left.child_do("child-sa-del", {"id": made["id"]})


def test_set(tests, a):
    """All or nothing, and what is wrong is said"""
    a.set_children(CHILD)
    before = a.do("connection-get", {"name": "creation"})
    host = net(10, 1, 0, 1, bits=32)
    cases = [
        ("a child without a name", errno.EINVAL, "name of a child",
         [{"local-ts": host, "remote-ts": host}]),
        ("a child of an empty name", errno.EINVAL, "name of a child",
         [CHILD | {"name": ""}]),
        ("two children of one name", errno.EEXIST, "have one name",
         [CHILD, FULL, CHILD]),
        ("no local selector", errno.EINVAL, "of both sides",
         [{"name": "x", "remote-ts": host}]),
        ("no remote selector", errno.EINVAL, "of both sides",
         [{"name": "x", "local-ts": host}]),
        ("one local selector too many", errno.E2BIG, "too many traffic selectors",
         [CHILD | {"local-ts": [host] * (SELECTORS_MAX + 1)}]),
        ("one remote selector too many", errno.E2BIG, "too many traffic selectors",
         [CHILD | {"remote-ts": [host] * (SELECTORS_MAX + 1)}]),
        (f"more than {PAIRS_MAX} pairs of selectors", errno.E2BIG,
         f"272 pairs of traffic selectors, {PAIRS_MAX} at most",
         [CHILD | {"local-ts": [host] * 17, "remote-ts": [host] * 16}]),
        ("one child too many", errno.E2BIG, "too many children",
         [CHILD | {"name": str(n)} for n in range(CHILDREN_MAX + 1)]),
        ("a dynamic selector with an address", errno.EINVAL, "has an address",
         [CHILD | {"local-ts": host | {"dynamic": True}}]),
        ("a selector without an address", errno.EINVAL, "4 or 16 octets",
         [CHILD | {"local-ts": {"prefix-length": 0}}]),
        ("a prefix longer than its address", errno.EINVAL, "longer than",
         [CHILD | {"remote-ts": net(10, 2, 0, 0, bits=33)}]),
        ("reqid 0", errno.EINVAL, "reqid is 0", [CHILD | {"reqid": 0}]),
        ("ESP proposals that are none", errno.EINVAL, "proposals for ESP",
         [CHILD | {"esp-proposals": b""}]),
        ("half an ESP proposal", errno.EINVAL, "proposals for ESP",
         [CHILD | {"esp-proposals": esp(GCM256, NO_ESN)[:-3]}]),
        ("a proposal for IKE", errno.EINVAL, "proposals for ESP",
         [CHILD | {"esp-proposals": proposal(PROTOCOL_IKE, b"", [GCM256])}]),
        ("an ESP proposal with an SPI", errno.EINVAL, "proposals for ESP",
         [CHILD | {"esp-proposals": proposal(PROTOCOL_ESP, bytes(4), [GCM256])}]),
    ]
    for name, number, words, children in cases:
        # The client finds its way to an attribute of one child only.
        refused(tests, f"set: {name}", number, words, a.set_connection,
                "creation", child=children[0] if len(children) == 1 else children)
    network = net(192, 0, 2, 0, bits=24)
    for side in "local-network", "remote-network":
        for name, number, words, networks in [
                ("one too many", errno.E2BIG, "too many networks",
                 [network] * (NETWORKS_MAX + 1)),
                ("a prefix longer than its address", errno.EINVAL, "longer than",
                 [network, net(*[0xfd] * 16, bits=129)]),
                ("no address", errno.EINVAL, "4 or 16 octets",
                 [{"prefix-length": 0}])]:
            refused(tests, f"set: {side}, {name}", number, words,
                    a.set_connection, "creation", **{side: networks})
    tests.check("set: the connection is as it was",
                a.do("connection-get", {"name": "creation"}) == before)
    a.set_connection("creation", child=[
        CHILD | {"name": str(n)} for n in range(CHILDREN_MAX)],
        **{"local-network": [network] * NETWORKS_MAX,
           "remote-network": [network] * NETWORKS_MAX})
    a.set_connection("creation", child=CHILD | {
        "local-ts": [host] * SELECTORS_MAX,
        "remote-ts": [host] * (PAIRS_MAX // SELECTORS_MAX)})
    tests.check("set: as much as there may be", True)


def test_shown(tests, a):
    networks = {"local-network": [net(192, 0, 2, 1, bits=32)],
                "remote-network": [net(192, 0, 2, 0, bits=24),
                                   net(*[0xfd] * 16, bits=128)]}
    a.set_connection("creation", child=[FULL], **networks)
    shown = a.do("connection-get", {"name": "creation"})
    expected = {name: as_list(value) for name, value in
                (networks | FULL).items()}
    seen = {name: as_list(value) for name, value in
            (shown | children_of(shown)[0] | {"name": "full"}).items()}
    wrong = {name: (seen.get(name), value) for name, value in expected.items()
             if seen.get(name) != value}
    tests.check("shown: a child with all that it may have", not wrong, wrong)

    many = [{"name": f"child-{n}",
             "local-ts": [net(10, 1, n, i, bits=32) for i in range(60)],
             "remote-ts": [net(10, 2, n, i, bits=32) for i in range(4)]}
            for n in range(80)]
    a.set_connection("creation", child=many)
    a.set_connection("other")
    refused(tests, "shown: too much for one message", errno.EMSGSIZE, "dump",
            a.do, "connection-get", {"name": "creation"})
    dump = a.family.dump("connection-get", {})
    names = [child["name"] for part in dump if part["name"] == "creation"
             for child in children_of(part)]
    tests.check("shown: a dump has every child once, in their order",
                names == [child["name"] for child in many], names)
    parts = [part["name"] for part in dump]
    tests.check("shown: in several messages, and then the next connection",
                parts.count("creation") > 1 and parts[-1] == "other", parts)
    a.do("connection-del", {"name": "other"})


def test_new(tests, a, b):
    a.set_children(CHILD)
    left, right = begin(a, b, "creation", (X25519, MLKEM768))
    refused(tests, "new: the responder does not know the connection yet",
            errno.EPROTO, "no connection yet", child_new, right)
    end(a, b)
    left, right = establish(a, b)
    refused(tests, "new: a child that the connection has not", errno.ENOENT,
            "no child of this name", child_new, left, role="initiator",
            child="another")
    refused(tests, "new: no child", errno.EINVAL, "name of the child is missing",
            left.child_do, "child-sa-new", endpoints(left) | {
                "role": "initiator"})
    here, there = ({"address": address, "prefix-length": 32}
                   for address in (a.address, b.address))
    elsewhere = net(192, 0, 2, 128, bits=25)
    sixes = net(*[0] * 16, bits=0)
    a.set_connection("creation", **{"local-network": here,
                                    "remote-network": [elsewhere, there]})
    other, _ = establish(a, b)
    child_new(other, role="initiator")
    child_new(other, role="initiator",
              **{"remote-address": bytes([192, 0, 2, 200])})
    tests.check("new: addresses that the connection has", True)
    for name, more in [("local", {"local-address": bytes([192, 0, 2, 5])}),
                       ("remote", {"remote-address": bytes([192, 0, 2, 5])}),
                       ("local", {"local-address": bytes(16),
                                  "remote-address": bytes(16)})]:
        refused(tests, f"new: a {name} address that it has not, "
                f"{len(list(more.values())[0])} octets", errno.EPERM,
                f"the {name} address is in no network", child_new, other,
                role="initiator", **more)
    tests.check("new: none of these is left", len(other.children()) == 2,
                other.children())
    a.set_connection("creation", **{"local-network": [sixes],
                                    "remote-network": [sixes]})
    child_new(other, role="initiator")
    tests.check("new: addresses that it had as the IKE SA began with it", True)
    refused(tests, "new: addresses that it never had", errno.EPERM,
            "the local address", child_new, other, role="initiator",
            **{"local-address": bytes([192, 0, 2, 5])})
    child_new(other, role="initiator", **{
        "local-address": bytes(16), "remote-address": bytes(16)})
    tests.check("new: addresses that it has now", True)
    end(a, b)


def whole(one):
    """A selector as it is shown"""
    port = one.get("port", 0)
    return {"protocol": 0, "port": 0, "port-mask": 0xffff if port else 0} | one


LOCAL, REMOTE = ("local-ts", "tsi"), ("remote-ts", "tsr")


def tcp(*octets, bits, port=1024, mask=0xfffe):
    return net(*octets, bits=bits, protocol=TCP, port=port, **{"port-mask": mask})


def test_selectors(tests, a, b):
    """What the messages have beyond the child is not installed"""
    left, right = establish(a, b)
    a.set_children(CHILD)
    for what, (side, payload), said, installed in [
            ("a shorter prefix", LOCAL, tcp(10, 0, 0, 0, bits=15, port=1025,
                                            mask=0xffff),
             [tcp(10, 1, 0, 0, bits=16, port=1025, mask=0xffff)]),
            ("any protocol", LOCAL, net(10, 1, 2, 0, bits=24),
             [tcp(10, 1, 2, 0, bits=24)]),
            ("any port", LOCAL, net(10, 1, 2, 0, bits=24, protocol=TCP),
             [tcp(10, 1, 2, 0, bits=24)]),
            ("a wider range of ports", LOCAL, tcp(10, 1, 2, 0, bits=24, mask=0xfffc),
             [tcp(10, 1, 2, 0, bits=24)]),
            ("ports that no mask is, around those of the child", LOCAL,
             net(10, 1, 2, 0, bits=24, protocol=TCP, ports=(1000, 1999)),
             [tcp(10, 1, 2, 0, bits=24)]),
            ("addresses that no prefix is, around those of the child", LOCAL,
             {"address": bytes([10, 2, 0, 7]), "end": bytes([10, 3, 0, 255])},
             [net(10, 3, 0, 0, bits=24)]),
            ("everything", LOCAL, net(0, 0, 0, 0, bits=0), CHILD["local-ts"]),
            ("a shorter prefix", REMOTE, net(10, 2, 0, 0, bits=15),
             CHILD["remote-ts"]),
            ("everything", REMOTE, net(0, 0, 0, 0, bits=0), CHILD["remote-ts"]),
            ("addresses that no prefix is", LOCAL,
             {"address": bytes([10, 1, 2, 5]), "end": bytes([10, 1, 2, 20])}, None),
            ("another network", LOCAL, net(10, 9, 2, 0, bits=24), None),
            ("another protocol", LOCAL, net(10, 1, 2, 0, bits=24, protocol=UDP,
                                            port=1025), None),
            ("another port", LOCAL, tcp(10, 1, 2, 0, bits=24, port=1026,
                                        mask=0xffff), None),
            ("IPv6", LOCAL, net(*[0] * 16, bits=0), None),
            ("a network beside", LOCAL, net(10, 3, 1, 0, bits=24), None),
            ("another network", REMOTE, net(10, 4, 0, 0, bits=16), None)]:
        word = side.split("-", maxsplit=1)[0]
        made = new(left, right, **{payload: [said]})
        if not installed:
            refused(tests, f"selectors: {word}, {what}", errno.EPERM,
                    f"no {word} traffic selector", child_install, left, made)
        else:
            child_install(left, made)
            shown = as_list(left.children()[-1][side])
            tests.check(f"selectors: {word}, {what}",
                        shown == [whole(one) for one in installed], shown)
        delete(left, made)
    made = new(left, right, tsi=[*AGREED["local-ts"], net(10, 9, 0, 0, bits=16),
                                 tcp(10, 1, 2, 128, bits=25, port=1025,
                                     mask=0xffff),
                                 net(10, 3, 0, 128, bits=25, protocol=UDP,
                                     port=53)])
    child_install(left, made)
    shown = as_list(left.children()[-1]["local-ts"])
    tests.check("selectors: all that are within the child, each once",
                shown == [whole(AGREED["local-ts"][0]), whole(
                    net(10, 3, 0, 128, bits=25, protocol=UDP, port=53))], shown)
    delete(left, made)
    a.set_children(CHILD | {"local-ts": [net(10, 1, 0, 0, bits=16)],
                            "remote-ts": [net(10, 2, 0, 0, bits=16)]})
    made = new(left, right, tsi=[net(10, 1, number, 0, bits=24)
                                 for number in range(SELECTORS_MAX + 1)])
    refused(tests, "selectors: one too many", errno.E2BIG, "too many", child_install,
            left, made)
    end(a, b)


def test_dynamic(tests, a, b):
    left, right = establish(a, b)
    dynamic = {"dynamic": True}
    a.set_children(CHILD | {"local-ts": dynamic,
                            "remote-ts": dynamic | {"protocol": TCP}})
    own = {"address": a.address, "prefix-length": 32}
    theirs = {"address": b.address, "prefix-length": 32, "protocol": TCP}
    for name, said in [
            ("networks around the addresses", {"tsi": [own | {
                "prefix-length": 24}], "tsr": [theirs | {"prefix-length": 24}]}),
            ("any protocol", {"tsi": [own], "tsr": [theirs | {"protocol": 0}]}),
            ("the address of each side", {"tsi": [own], "tsr": [theirs]})]:
        made = new(left, right, **said)
        child_install(left, made)
        shown = left.children()[-1]
        tests.check(f"dynamic: {name}",
                    as_list(shown["local-ts"]) == [whole(own)] and
                    as_list(shown["remote-ts"]) == [whole(theirs)], shown)
        delete(left, made)
    made = new(left, right, tsi=[theirs], tsr=[theirs])
    refused(tests, "dynamic: the peer's address", errno.EPERM,
            "no local traffic selector", child_install, left, made)
    end(a, b)


def test_mode(tests, a, b):
    left, right = establish(a, b)
    a.set_children(CHILD)
    wide = {"tsr": [net(10, 2, 3, 0, bits=24)]}
    made = new(left, right, transport=True, **wide)
    refused(tests, "mode: transport, of a child of tunnel mode", errno.EPERM,
            "of tunnel mode", child_install, left, made)
    a.set_children(CHILD | {"mode": "transport"})
    for mode in "transport", "tunnel":
        delete(left, made)
        made = new(left, right, transport=mode == "transport", **wide)
        child_install(left, made)
        tests.check(f"mode: {mode}, of a child of transport mode",
                    left.children()[-1]["mode"] == mode, left.children())
    end(a, b)


def test_algorithms(tests, a, b):
    left, right = establish(a, b)
    a.set_children(CHILD | {"esp-proposals":
                            esp(GCM256, ESN) + esp(CBC256, transform(3, SHA256),
                                                   NO_ESN)})
    words = "the algorithms are in no proposal of the child"
    integ = transform(3, SHA256)
    for name, suite in [
            ("another length of key", (GCM128, ESN)),
            ("another cipher", (transform(1, 28), ESN)),
            ("no ESN where it must be", (GCM256, NO_ESN)),
            ("ESN where it may not be", (CBC256, integ, ESN)),
            ("another integrity", (CBC256, transform(3, SHA256 + 1), NO_ESN)),
            ("no integrity", (CBC256, NO_ESN)),
            ("integrity beside an AEAD", (GCM256, integ, ESN))]:
        made = new(left, right, suite=suite)
        refused(tests, f"algorithms: {name}", errno.EPERM, words, child_install,
                left, made)
        delete(left, made)
    for suite in (CBC256, integ, NO_ESN), (GCM256, ESN):
        made = new(left, right, suite=suite)
        child_install(left, made)
        delete(left, made)
    tests.check("algorithms: those of either proposal", True)
    end(a, b)


def test_key_exchanges(tests, a, b):
    left, right = establish(a, b)
    words = "the key exchanges are in no proposal of the child"
    pfs = esp(GCM256, NO_ESN, ke(X25519), ke(ECP256))
    rounds = esp(GCM256, NO_ESN, ke(X25519), addke(1, MLKEM512), addke(1, 0),
                 addke(2, MLKEM768), addke(3, MLKEM1024), addke(3, MLKEM768),
                 addke(3, 0))
    for name, proposals, methods, taken in [
            ("none, with PFS", pfs, [], False),
            ("one of those of PFS", pfs, [X25519], True),
            ("another one", pfs, [MLKEM768], False),
            ("one more", pfs, [X25519, MLKEM768], False),
            ("one, without PFS", esp(GCM256, NO_ESN), [X25519], False),
            ("none, without PFS", esp(GCM256, NO_ESN), [], True),
            ("none, where PFS may be NONE", esp(GCM256, NO_ESN, ke(X25519),
                                                ke(0)), [], True),
            ("all rounds", rounds, [X25519, MLKEM512, MLKEM768, MLKEM1024], True),
            ("a round that may be NONE left out", rounds,
             [X25519, MLKEM768, MLKEM1024], True),
            ("only what must be", rounds, [X25519, MLKEM768], True),
            ("what must be left out", rounds, [X25519, MLKEM512, MLKEM1024],
             False),
            ("in another order", rounds, [X25519, MLKEM768, MLKEM512], False),
            ("no rounds at all", rounds, [X25519], False),
            ("of one proposal the cipher, of another the key exchange",
             esp(GCM256, NO_ESN, ke(ECP256)) + esp(GCM128, NO_ESN, ke(X25519)),
             [X25519], False)]:
        a.set_children(CHILD | {"esp-proposals": proposals})
        made = new(left, right, methods)
        if taken:
            child_install(left, made)
            tests.check(f"key exchanges: {name}", True)
        else:
            refused(tests, f"key exchanges: {name}", errno.EPERM, words, child_install,
                    left, made)
        delete(left, made)
    end(a, b)


def test_unfinished(tests, a, b):
    """child-sa-install takes the last response, and refuses before it does"""
    left, right = establish(a, b)
    a.set_children(CHILD | {"esp-proposals": esp(GCM256, NO_ESN, ke(X25519))})
    either = {"suite": (GCM256, NO_ESN, transform(4, 0))} | SAID
    for methods in [], [X25519]:
        ours = child_new(left, role="initiator", child="child",
                         **{"ke-method": X25519})
        left.request(CREATE_CHILD_SA, child_payloads(ours, **either))
        theirs = responder_new(right, methods)
        right.respond(CREATE_CHILD_SA, child_payloads(theirs, methods, **SAID))
        if not methods:
            refused(tests, "last response: NONE chosen, with PFS", errno.EPERM,
                    "key exchanges", child_install, left, ours)
            delete(left, ours)
    refused(tests, "last response: one port of two", errno.EINVAL,
            "ports of both sides", child_install, left, ours,
            **{"encap-local-port": 4500})
    child_install(left, ours)
    tests.check("last response: it is there to be used afterwards",
                "installed" in left.children()[-1], left.children())
    end(a, b)


def test_first(tests, a, b):
    """The Child SA of IKE_AUTH has no key exchange of its own"""
    a.set_children(CHILD | {"esp-proposals": esp(GCM256, NO_ESN, ke(X25519),
                                                 addke(1, MLKEM768))})
    for suite in (GCM128, NO_ESN), (GCM256, NO_ESN):
        left, right = begin(a, b, "creation", (X25519, MLKEM768))
        intermediate(left, right, (X25519, MLKEM768))
        said = SAID | {"suite": suite}
        ours = child_new(left, child="child")
        left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                                *child_terms(ours, **said)])
        right.do("ike-sa-auth-verify", {"connection": "creation"})
        theirs = child_new(right)
        right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right),
                                 *child_terms(theirs, **said)])
        refused(tests, "first: before the peer is authenticated", errno.EPROTO,
                "not authenticated", child_install, left, ours)
        left.do("ike-sa-auth-verify")
        if suite[0] == GCM128:
            refused(tests, "first: other algorithms", errno.EPERM,
                    "the algorithms", child_install, left, ours)
            end(a, b)
    child_install(left, ours)
    tests.check("first: without those of the child", True)
    end(a, b)


def test_replaced(tests, a, b):
    left, right = establish(a, b)
    a.set_children(CHILD)
    wide = {"tsr": [net(10, 2, 0, 0, bits=16)]}
    old = new(left, right, **wide)
    narrow = CHILD | {"reqid": 43, "replay-window": 128,
                      "remote-ts": net(10, 2, 3, 4, bits=32)}
    a.set_children(narrow)
    fresh = new(left, right, **wide)
    reply = child_install(left, old)
    tests.check("replaced: a Child SA keeps what it began with",
                reply["reqid"] == CHILD["reqid"], reply)
    reply = child_install(left, fresh)
    tests.check("replaced: another one has what the child is now",
                reply["reqid"] == 43, reply)
    seen = [(child["child"], child["replay-window"],
             as_list(child["remote-ts"])[0]["prefix-length"])
            for child in left.children()]
    tests.check("replaced: both are shown with their child",
                seen == [("child", 32, 16), ("child", 128, 32)], seen)
    begun = new(left, right)
    a.set_connection("creation")
    refused(tests, "replaced: a child that is no more", errno.ENOENT,
            "no child of this name", child_new, left, role="initiator",
            child="child")
    delete(left, old)
    delete(left, fresh)
    child_install(left, begun)
    tests.check("replaced: a Child SA that it had begun", True)
    end(a, b)


def test_lifetime(tests, a, b):
    left, right = establish(a, b)
    limits = {"soft-bytes": 1000, "hard-bytes": 2000, "rand-bytes": 100,
              "soft-seconds": 300, "hard-seconds": 400}
    a.set_children(CHILD | {"lifetime": limits})
    seen = []
    for number in range(20):
        esn = number % 2 == 0
        made = new(left, right, suite=(GCM256, ESN if esn else NO_ESN))
        seen.append(child_install(left, made)["lifetime"])
        delete(left, made)
    tests.check("lifetime: chance takes something off, no more than it may",
                len({one["soft-bytes"] for one in seen}) > 1 and
                all(900 <= one["soft-bytes"] <= 1000 for one in seen), seen)
    tests.check("lifetime: and nothing of the others",
                all((one["hard-bytes"], one["soft-seconds"], one["hard-seconds"])
                    == (2000, 300, 400) for one in seen), seen)
    tests.check("lifetime: with ESN no limit in packets",
                not any(name in one for one in seen[::2]
                        for name in ("soft-packets", "hard-packets")), seen[::2])
    tests.check("lifetime: without ESN before the sequence numbers are used up",
                all(0x80000000 <= one["soft-packets"] <= 0xc0000000 and
                    one["hard-packets"] == 0xffffffff for one in seen[1::2]),
                seen[1::2])
    for soft, hard, wanted in (900, 1000, (900, 1000)), \
                              (1 << 40, 1 << 41, (None, 0xffffffff)):
        a.set_children(CHILD | {"lifetime": {"soft-packets": soft,
                                             "hard-packets": hard}})
        made = new(left, right)
        seen = child_install(left, made)["lifetime"]
        tests.check(f"lifetime: {soft} packets said",
                    seen["hard-packets"] == wanted[1] and
                    seen["soft-packets"] <= 0xc0000000 and
                    wanted[0] in (None, seen["soft-packets"]), seen)
        delete(left, made)
    a.set_children(CHILD | {"lifetime": {"soft-seconds": 5, "rand-seconds":
                                         (1 << 64) - 1}})
    made = new(left, right)
    seen = child_install(left, made)["lifetime"]
    tests.check("lifetime: more chance than there is leaves a limit",
                1 <= seen["soft-seconds"] <= 5, seen)
    end(a, b)


def many(first, count):
    """Prefixes of IPv6"""
    return [{"address": bytes([first, number] + [0] * 14), "prefix-length": 16}
            for number in range(count)]


def test_trap(tests, a):
    dynamic = CHILD | {"name": "dynamic", "reqid": 44,
                       "local-ts": {"dynamic": True}}
    a.set_connection("creation", child=[
        CHILD, dynamic, CHILD | {"name": "untrapped", "trap": False, "reqid": 45},
        {name: CHILD[name] for name in ("local-ts", "remote-ts", "trap")} |
        {"name": "unnumbered"}], **{
            "remote-network": {"address": a.peer.address, "prefix-length": 32}})
    for name, number, words, child, more in [
            ("a child that has none", errno.EPERM, "has no trap", "untrapped", {}),
            ("no child of the connection", errno.ENOENT, "no child of this name",
             "another", {}),
            ("a child without reqid", errno.EINVAL, "needs a reqid", "unnumbered",
             {}),
            ("transport mode", errno.EPERM, "of tunnel mode", "child",
             {"mode": "transport"}),
            ("an address that the connection has not", errno.EPERM,
             "the remote address", "child",
             {"remote-address": bytes([192, 0, 2, 9])})]:
        refused(tests, f"trap: {name}", number, words, a.trap_again,
                {"name": child}, **more)
    refused(tests, "trap: no connection of the name", errno.ENOENT,
            "no connection", a.trap_again, CHILD, "another")
    refused(tests, "trap: no name of a child", errno.EINVAL,
            "name of the child is missing", a.do, "trap-set", {
                "connection": "creation", "child-sa": {
                    "local-address": a.address,
                    "remote-address": a.peer.address}})
    tests.check("trap: none is left", not a.family.dump("trap-get", {}))
    a.trap_again(dynamic)
    shown = a.do("trap-get", {"child-sa": {"reqid": 44}})["child-sa"]
    selectors = as_list(shown["local-ts"])
    tests.check("trap: a dynamic selector is the address",
                [(one["address"], one["prefix-length"]) for one in selectors] ==
                [(a.address, 32)], shown)
    a.do("trap-del", {"child-sa": {"reqid": 44}})
    wide = {"name": "wide", "reqid": 46, "local-ts": many(0xfd, SELECTORS_MAX),
            "remote-ts": many(0xfe, PAIRS_MAX // SELECTORS_MAX)}
    a.set_trap(wide)
    shown = a.do("trap-get", {"child-sa": {"reqid": 46}})["child-sa"]
    tests.check("trap: as many selectors as there may be are shown",
                [len(as_list(shown[name])) for name in ("local-ts", "remote-ts")] ==
                [len(wide[name]) for name in ("local-ts", "remote-ts")], shown)
    a.do("trap-del", {"child-sa": {"reqid": 46}})
    a.set_connection("creation")


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        test_set(tests, a)
        test_shown(tests, a)
        for test in (test_new, test_selectors, test_dynamic, test_mode,
                     test_algorithms, test_key_exchanges, test_unfinished,
                     test_first, test_replaced, test_lifetime):
            test(tests, a, b)
        test_trap(tests, a)
        left = a.dump() + b.dump()
        tests.check("no IKE SA is left", not left, left)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
