#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
CREATE_CHILD_SA and IKE_FOLLOWUP_KE: further Child SAs and rekeys of IKE SAs
between two network namespaces, every refusal, and what is left afterwards.

Run by creation.sh, with the modules loaded and in a session keyring of its own.
"""

import contextlib
import errno
import pathlib
import re
import subprocess
import sys
import time

from ike import *
from ynl_client import Tests

NAMES = "creation-a", "creation-b"
CHILDREN = 40
CHILD_SAS_MAX = 512
REKEYINGS_MAX = 8
LOOKS_MAX = 20


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def make_topology():
    for name in NAMES:
        ip("netns", "add", name)
    ip("link", "add", "veth0", "netns", NAMES[0], "type", "veth", "peer",
       "name", "veth0", "netns", NAMES[1])
    for number, name in enumerate(NAMES, 1):
        ip("-n", name, "address", "add", f"192.0.2.{number}/24", "dev", "veth0")
        for child in range(CHILDREN):
            ip("-n", name, "address", "add", f"10.{number}.{child}.1/32", "dev",
               "lo")
        for device in "lo", "veth0":
            ip("-n", name, "link", "set", device, "up")
        ip("-n", name, "route", "add", f"10.{3 - number}.0.0/16", "via",
           f"192.0.2.{3 - number}")


def remove_topology():
    for name in NAMES:
        subprocess.run(["ip", "netns", "del", name], check=False)


def traffic_passes(a, b, number):
    own, peer = (f"10.{side.number}.{number}.1" for side in (a, b))
    return a.run("ping", "-c", "2", "-i", "0.2", "-W", "10", "-I", own,
                 peer) == 0


def counts(sa, child):
    for shown in sa.children():
        if shown["id"] == child["id"]:
            return shown.get("packets-in"), shown.get("packets-out")
    return None


def dropped(side, counter):
    """How many packets xfrm has dropped for one cause"""
    text = subprocess.run(["ip", "netns", "exec", side.name, "cat",
                           "/proc/net/xfrm_stat"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return int(re.search(rf"{counter}\s+(\d+)", text)[1])


def check_child(tests, name, a, b, child_of_a, child_of_b, number):
    """child_of_x: the IKE SA and what child-sa-new gave"""
    passed = traffic_passes(a, b, number)
    seen = counts(*child_of_a), counts(*child_of_b)
    tests.check(f"{name}: traffic passes in both ESP SAs",
                passed and seen == ((2, 2), (2, 2)), seen)


def test_children(tests, a, b):
    left, right = establish(a, b)
    cases = [
        ("without PFS", []),
        ("with x25519", [X25519]),
        ("with mlkem512 alone", [MLKEM512]),
        ("with x25519 and mlkem768", [X25519, MLKEM768]),
        ("with x25519, mlkem768 and mlkem1024", [X25519, MLKEM768, MLKEM1024]),
        ("with eight key exchanges",
         [X25519, MLKEM512, 19, MLKEM768, 20, MLKEM1024]),
    ]
    number = 0
    for name, methods in cases:
        for first, second in ((left, right), (right, left)):
            number += 1
            ours, theirs, done = create_child(first, second, methods, number)
            who = "a" if first is left else "b"
            tests.check(f"child {name}, begun by {who}: every round was done",
                        done == max(0, len(methods) - 1), done)
            children = {first: ours, second: theirs}
            check_child(tests, f"child {name}, begun by {who}", a, b,
                        (left, children[left]), (right, children[right]),
                        number)
    shown = left.children()
    tests.check("ike-sa-get shows the side of CREATE_CHILD_SA",
                [child["role"] for child in shown] ==
                ["initiator", "responder"] * len(cases), shown)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_none_chosen(tests, a, b):
    left, right = establish(a, b)
    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    none = transform(4, 0)
    said = inner(left, 30)
    left.request(CREATE_CHILD_SA, child_payloads(
        ours, suite=(GCM256, NO_ESN, none), **said))
    theirs = child_new(right, role="responder")
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, **said))
    child_accept(left, ours)
    child_install(right, theirs)
    child_install(left, ours)
    check_child(tests, "child whose offered key exchange was not chosen", a, b,
                (left, ours), (right, theirs), 30)
    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    left.request(CREATE_CHILD_SA, child_payloads(ours))
    theirs = child_new(right, role="responder")
    right.child_do("child-sa-del", {"id": theirs["id"]})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, [X25519]))
    refused(tests, "a response without the KE data that it has chosen",
            errno.EBADMSG, "KE payload", child_accept, left, ours)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_install_completes(tests, a, b):
    """The peer may send already: child-sa-install takes the last response"""
    left, right = establish(a, b)
    ours, theirs = child_begin(left, right, [X25519], 31)
    child_install(right, theirs)
    before = dropped(a, "XfrmInNoStates")
    b.run("ping", "-c", "3", "-i", "0.2", "-W", "0.2", "-I", "10.2.31.1",
          "10.1.31.1")
    early = dropped(a, "XfrmInNoStates") - before
    tests.check("what the peer sends before its response is here is lost",
                early == 3, early)
    child_install(left, ours)
    passed = traffic_passes(b, a, 31)
    after = dropped(a, "XfrmInNoStates") - before
    tests.check("and nothing after child-sa-install, the first request with it",
                passed and after == early, (passed, after))
    seen = counts(left, ours), counts(right, theirs)
    tests.check("child installed with the CREATE_CHILD_SA response: the ESP SAs"
                " carry all that was sent", seen == ((2, 2), (2, early + 2)),
                seen)

    methods = [X25519, MLKEM768, MLKEM512]
    link = notify(ADDITIONAL_KEY_EXCHANGE, b"link")
    ours, theirs = child_begin(left, right, methods, 32)
    made = child_accept(left, ours)
    for rounds_left in 1, 0:
        left.request(IKE_FOLLOWUP_KE, [ke_payload(made), link])
        answer = right.child_do("child-sa-ke", {"id": theirs["id"]})
        right.respond(IKE_FOLLOWUP_KE, [ke_payload(answer), link])
        if rounds_left:
            refused(tests, "child-sa-install with a response that is not the last",
                    errno.EPROTO, "not complete", child_install, left, ours)
            made = left.child_do("child-sa-ke", {"id": ours["id"]})
    child_install(right, theirs)
    child_install(left, ours)
    check_child(tests, "child installed with the last IKE_FOLLOWUP_KE response",
                a, b, (left, ours), (right, theirs), 32)

    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    left.request(CREATE_CHILD_SA, child_payloads(ours))
    theirs = child_new(right, role="responder")
    right.child_do("child-sa-del", {"id": theirs["id"]})
    short = {"ke-method": X25519, "ke-data": b"\x01" * 31}
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, [X25519]) +
                  [ke_payload(short)])
    for name in "of the wrong length", "which uses nothing up":
        refused(tests, f"child-sa-install with KE data {name}", errno.EBADMSG,
                "32 octets", child_install, left, ours)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_child_refusals(tests, a, b):
    left, right = establish(a, b)
    new = errno.EPROTO
    refused(tests, "child-sa-new without role in an established IKE SA",
            errno.EINVAL, "role", child_new, left)
    refused(tests, "child-sa-new of a responder without a request", new,
            "CREATE_CHILD_SA", child_new, right, role="responder")
    refused(tests, "child-sa-new with MODP-1024", errno.EOPNOTSUPP, "supported",
            child_new, left, role="initiator", **{"ke-method": MODP_1024})
    tests.check("none of these leaves a Child SA",
                not left.children() and not right.children(), left.children())

    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    mine = {"id": ours["id"]}
    refused(tests, "child-sa-ke before the response", new, "CREATE_CHILD_SA",
            left.child_do, "child-sa-ke", mine)
    refused(tests, "child-sa-install before the response", new,
            "CREATE_CHILD_SA", child_install, left, ours)
    left.request(CREATE_CHILD_SA, child_payloads(ours))
    refused(tests, "child-sa-ke before the response was opened", new,
            "CREATE_CHILD_SA", left.child_do, "child-sa-ke", mine)

    refused(tests, "a method that is not that of the peer's KE data",
            errno.EBADMSG, "method", child_new, right, role="responder",
            **{"ke-method": MLKEM768})
    chosen = {"ke-method": X25519}
    theirs = child_new(right, role="responder", **chosen)
    refused(tests, "the same request for a second Child SA", new, "unused",
            child_new, right, role="responder", **chosen)
    for name, methods, number, words in [
            ("another method than that of the own KE data", [MLKEM512],
             errno.EPERM, "own KE data"),
            ("additional methods without a first", [0, MLKEM768], errno.EPERM,
             "own KE data"),
            ("a method twice", [X25519, MLKEM768, MLKEM768], errno.EINVAL,
             "twice"),
            ("KE and ADDKE of one method", [X25519, X25519], errno.EINVAL,
             "twice"),
            ("an unknown additional method", [X25519, MODP_1024],
             errno.EOPNOTSUPP, "supported")]:
        refused(tests, f"a response with {name}", number, words, right.respond,
                CREATE_CHILD_SA, child_payloads(theirs, methods))
    right.child_do("child-sa-del", {"id": theirs["id"]})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, [X25519, X25519]))
    refused(tests, "a method twice in the response", errno.EINVAL, "twice",
            child_accept, left, ours)
    left.child_do("child-sa-del", mine)

    ours = child_new(left, role="initiator", **{"ke-method": X25519})
    mine = {"id": ours["id"]}
    left.request(CREATE_CHILD_SA, child_payloads(ours))
    theirs = child_new(right, role="responder", **{"ke-method": X25519})
    right.child_do("child-sa-del", {"id": theirs["id"]})
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, [MLKEM512]))
    refused(tests, "a response with another method than that of the own KE data",
            errno.EINVAL, "own KE data", child_accept, left, ours)
    left.child_do("child-sa-del", mine)

    methods = [X25519, MLKEM768, MLKEM512]
    ours, theirs = child_begin(left, right, methods)
    mine = {"id": ours["id"]}
    refused(tests, "child-sa-ke of a responder without a follow-up", new,
            "IKE_FOLLOWUP_KE", right.child_do, "child-sa-ke",
            {"id": theirs["id"]})
    made = child_accept(left, ours)
    refused(tests, "the same response twice", new, "unused", left.child_do,
            "child-sa-ke", mine)
    refused(tests, "child-sa-install with follow-ups due", new, "not complete",
            child_install, left, ours)
    refused(tests, "child-sa-install of the responder likewise", new,
            "not complete", child_install, right, theirs)

    bad = {"ke-method": MLKEM768, "ke-data": b"\xff" * 1184}
    left.request(IKE_FOLLOWUP_KE, [ke_payload(bad)])
    theirs_id = {"id": theirs["id"]}
    refused(tests, "an encapsulation key that is not reduced",
            errno.EKEYREJECTED, "not reduced", right.child_do, "child-sa-ke",
            theirs_id)
    right.respond(IKE_FOLLOWUP_KE, [])
    refused(tests, "a request without the own KE data", errno.EBADMSG,
            "own nonce or KE data", left.child_do, "child-sa-ke", mine)

    for name, ke, number, words in [
            ("a short encapsulation key",
             {"ke-method": MLKEM768, "ke-data": b"\0" * 1183}, errno.EINVAL,
             "length"),
            ("KE data of the next round's method",
             {"ke-method": MLKEM512, "ke-data": b"\0" * 800}, errno.EBADMSG,
             "chosen for this round")]:
        left.request(IKE_FOLLOWUP_KE, [ke_payload(ke)])
        refused(tests, name, number, words, right.child_do, "child-sa-ke",
                theirs_id)
        right.respond(IKE_FOLLOWUP_KE, [])

    left.request(IKE_FOLLOWUP_KE, [ke_payload(made)])
    answer = right.child_do("child-sa-ke", theirs_id)
    refused(tests, "a follow-up request for two steps", new, "unused",
            right.child_do, "child-sa-ke", theirs_id)
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(
        {"ke-method": MLKEM768, "ke-data": answer["ke-data"][:-1]})])
    refused(tests, "a short ciphertext", errno.EINVAL, "length", left.child_do,
            "child-sa-ke", mine)
    for sa, child in ((left, ours), (right, theirs)):
        sa.child_do("child-sa-del", {"id": child["id"]})
    refused(tests, "child-sa-ke of a Child SA that was deleted", errno.ENOENT,
            "Child SA", left.child_do, "child-sa-ke", mine)

    ours, theirs, _ = create_child(left, right, [], 31)
    refused(tests, "keys of a Child SA twice", new, "have been used",
            child_install, left, ours)
    refused(tests, "child-sa-ke of a Child SA that has its keys", new, "due",
            left.child_do, "child-sa-ke", {"id": ours["id"]})
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_before_established(tests, a, b):
    methods = [X25519, MLKEM768]
    left, right = begin(a, b, "creation", methods)
    for exchange, name in ((CREATE_CHILD_SA, "CREATE_CHILD_SA"),
                           (IKE_FOLLOWUP_KE, "IKE_FOLLOWUP_KE")):
        refused(tests, f"sealing {name} before IKE_AUTH", errno.EPROTO,
                "out of order", left.seal, exchange, [], 1)
    refused(tests, "child-sa-new with a role before IKE_AUTH", errno.EPROTO,
            "established", child_new, left, role="initiator")
    refused(tests, "a rekey before IKE_AUTH", errno.EPROTO, "not established",
            rekey_begin, left, X25519)
    intermediate(left, right, methods)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    refused(tests, "sealing CREATE_CHILD_SA before the own AUTH", errno.EPROTO,
            "out of order", right.seal, CREATE_CHILD_SA, [], 0)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def flags_of(message):
    return message[19] & FLAG_INITIATOR


def check_rekeyed(tests, name, new_left, new_right):
    """Messages agree in both directions, beginning with Message ID 0"""
    shown = new_left.show(), new_right.show()
    tests.check(f"{name}: both are established",
                all(sa["state"] == "established" for sa in shown), shown)
    tests.check(f"{name}: SPIs and suite agree",
                all(shown[0][key] == shown[1][key] for key in (
                    "spi-i", "spi-r", "encr", "prf", "ke-method")), shown)
    request, response = new_left.exchange(INFORMATIONAL)
    tests.check(f"{name}: the initiator is that of CREATE_CHILD_SA",
                flags_of(request) and not flags_of(response), request)
    request, _ = new_right.exchange(INFORMATIONAL)
    tests.check(f"{name}: the responder's requests begin with 0",
                request[20:24] == bytes(4), request)
    new_left.exchange(INFORMATIONAL)


def test_rekey(tests, a, b):
    left, right = establish(a, b)
    ours, theirs, _ = create_child(left, right, [X25519], 33)
    for index, (name, methods) in enumerate([
            ("rekey with x25519 and mlkem768", [X25519, MLKEM768]),
            ("rekey with mlkem512 alone", [MLKEM512]),
            ("rekey with ecp384, mlkem512 and mlkem1024",
             [20, MLKEM512, MLKEM1024])]):
        # Each is begun by the other side than the one before.
        new_right, new_left = rekey(right, left, methods)
        check_rekeyed(tests, name, new_right, new_left)
        shown = new_left.show()
        tests.check(f"{name}: ike-sa-get says what it rekeys",
                    shown.get("rekeys") == left.id and
                    shown["additional-ke-done"] == len(methods) - 1, shown)
        new_left.do("ike-sa-inherit")
        new_right.do("ike-sa-inherit")
        tests.check(f"{name}: the Child SA is inherited",
                    not left.children() and len(new_left.children()) == 1,
                    new_left.children())
        left.do("ike-sa-del")
        right.do("ike-sa-del")
        passed = traffic_passes(a, b, 33)
        seen = counts(new_left, ours), counts(new_right, theirs)
        total = 2 * (index + 1)
        tests.check(f"{name}: the Child SA lives on",
                    passed and seen == ((total, total),) * 2, seen)
        tests.check(f"{name}: nothing says what it rekeys any more",
                    "rekeys" not in new_left.show(), new_left.show())
        refused(tests, f"{name}: inheriting from what was deleted",
                errno.EPROTO, "deleted", new_left.do, "ike-sa-inherit")
        left, right = new_right, new_left
        ours, theirs = theirs, ours
        a, b = b, a
    number = 34
    first, second, _ = create_child(left, right, [X25519, MLKEM768], number)
    check_child(tests, "a Child SA of the rekeyed IKE SA", left.side, right.side,
                (left, first), (right, second), number)
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_rekey_policy(tests, a, b):
    left, right = establish(a, b)
    new_left, new_right = rekey_exchange(left, right, [X25519])
    for name, sa in (("initiator", new_left), ("responder", new_right)):
        refused(tests, f"{name}: a rekey that drops ML-KEM", errno.EPERM,
                "requires ML-KEM", sa.do, "ike-sa-init")
        sa.do("ike-sa-del")
    new_left, new_right = rekey_exchange(left, right, [X25519, MLKEM768],
                                         PRF_SHA384)
    for name, sa in (("initiator", new_left), ("responder", new_right)):
        refused(tests, f"{name}: a rekey with another PRF", errno.EOPNOTSUPP,
                "PRF", sa.do, "ike-sa-init")
        sa.do("ike-sa-del")
    left.do("ike-sa-del")
    right.do("ike-sa-del")

    left, right = establish(a, b, "classical", (X25519,))
    check_rekeyed(tests, "rekey without ML-KEM where it is allowed",
                  *rekey(left, right, [X25519]))
    left.do("ike-sa-del")
    right.do("ike-sa-del")
    tests.check("what was rekeyed was deleted, what rekeyed it was not",
                len(a.dump()) == 1 and len(b.dump()) == 1, a.dump())
    for side in a, b:
        side.do("ike-sa-del", {"id": side.dump()[0]["id"]})


def test_rekey_refusals(tests, a, b):
    methods = [X25519, MLKEM768]
    left, right = establish(a, b)
    order = errno.EPROTO
    refused(tests, "a rekey of no IKE SA", errno.ENOENT, "no IKE SA", a.do,
            "ike-sa-new", {"role": "initiator", "rekeys": 0x7fffffff,
                           "ke-method": X25519})
    refused(tests, "a rekey with a connection", errno.EINVAL, "takes", a.do,
            "ike-sa-new", {"role": "initiator", "rekeys": left.id,
                           "ke-method": X25519, "connection": "creation"})
    refused(tests, "a rekey without a method", errno.EINVAL, "missing", a.do,
            "ike-sa-new", {"role": "initiator", "rekeys": left.id})
    refused(tests, "the answer to a rekey without a request", order,
            "CREATE_CHILD_SA", rekey_answer, right)
    refused(tests, "ike-sa-inherit of one that rekeys none", order, "none",
            left.do, "ike-sa-inherit")
    tests.check("none of these leaves an IKE SA",
                len(a.dump()) == 1 and len(b.dump()) == 1, a.dump())

    new_left = rekey_begin(left, X25519)
    for operation, attributes in [
            ("ike-sa-init", {}), ("ike-sa-additional-ke", {}),
            ("ike-sa-auth-make", {}), ("ike-sa-auth-verify", {}),
            ("ike-sa-inherit", {}), ("child-sa-new", {
                "child-sa": endpoints(left) | {"role": "initiator",
                                               "child": "any"}}),
            ("ike-sa-seal", {"exchange-type": INFORMATIONAL, "message-id": 0,
                             "first-payload": 0, "plaintext": b""})]:
        refused(tests, f"{operation} of a rekey that has just begun", order, "",
                new_left.do, operation, attributes)
    refused(tests, "ike-sa-init of a rekey with messages", errno.EINVAL, "takes",
            new_left.do, "ike-sa-init", {"response": bytes(28)})
    refused(tests, "a rekey of one that is not established", order,
            "not established", rekey_begin, new_left, X25519)

    payloads = rekey_payloads(new_left.made, "spi-i", methods)
    for name, request, number, words in [
            ("no SA payload", payloads[1:], errno.EBADMSG, "SA payload"),
            ("no nonce", [payloads[0], payloads[2]], errno.EBADMSG, "nonce"),
            ("no KE payload", payloads[:2], errno.EBADMSG, "KE payload"),
            ("ESP proposals",
             [(SA, proposal(PROTOCOL_ESP, b"spi!", [transform(1, 20, 256)]))] +
             payloads[1:], errno.EBADMSG, "IKE SA"),
            ("an SPI of zero",
             [(SA, ike_proposal(bytes(8), methods))] + payloads[1:],
             errno.EBADMSG, "IKE SA"),
            ("a small-order point",
             payloads[:2] + [ke_payload({"ke-method": X25519,
                                         "ke-data": bytes(32)})],
             errno.EKEYREJECTED, "small order")]:
        left.request(CREATE_CHILD_SA, request)
        refused(tests, f"a rekey request with {name}", number, words,
                rekey_answer, right)
        right.respond(CREATE_CHILD_SA, [])

    left.request(CREATE_CHILD_SA, payloads)
    new_right = rekey_answer(right)
    refused(tests, "a second answer to one request", order, "unused",
            rekey_answer, right)
    refused(tests, "the responder's ike-sa-init before its response", order,
            "not sealed", new_right.do, "ike-sa-init")
    choice = rekey_payloads(new_right.made, "spi-r", methods)
    right.respond(CREATE_CHILD_SA, choice)
    pair(new_left, new_right)
    refused(tests, "ike-sa-seal before the keys", order, "no keys",
            new_right.seal, INFORMATIONAL, [], 0)
    new_right.do("ike-sa-init")
    new_left.do("ike-sa-init")
    for name, sa in (("initiator", new_left), ("responder", new_right)):
        refused(tests, f"{name}: ike-sa-init twice", order, "already", sa.do,
                "ike-sa-init")
        refused(tests, f"{name}: sealing while a follow-up is due", order,
                "no keys", sa.seal, INFORMATIONAL, [], 0)
        refused(tests, f"{name}: ike-sa-inherit while a follow-up is due", order,
                "not established", sa.do, "ike-sa-inherit")
        refused(tests, f"{name}: child-sa-new while a follow-up is due", order,
                "no keys", child_new, sa, role="initiator")
        shown = sa.show()
        tests.check(f"{name}: it is keyed, and shows what it rekeys",
                    shown["state"] == "keyed" and
                    shown["rekeys"] in (left.id, right.id) and
                    shown["additional-ke"] in (MLKEM768, [MLKEM768]), shown)
    refused(tests, "responder: additional KE without a request", order,
            "IKE_FOLLOWUP_KE", new_right.do, "ike-sa-additional-ke")
    made = new_left.do("ike-sa-additional-ke")
    refused(tests, "initiator: additional KE before the response", order,
            "IKE_FOLLOWUP_KE", new_left.do, "ike-sa-additional-ke")
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made)])
    answer = new_right.do("ike-sa-additional-ke")
    refused(tests, "responder: additional KE after the last", order, "due",
            new_right.do, "ike-sa-additional-ke")
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(answer)])
    new_left.do("ike-sa-additional-ke")
    refused(tests, "initiator: additional KE after the last", order, "due",
            new_left.do, "ike-sa-additional-ke")
    refused(tests, "IKE_AUTH in a rekeyed IKE SA", order, "out of order",
            new_left.seal, IKE_AUTH, [], 0)
    refused(tests, "child-sa-new without a role in a rekeyed IKE SA",
            errno.EINVAL, "role", child_new, new_left)
    for sa in left, right, new_left, new_right:
        sa.do("ike-sa-del")


def changed_response(left, right, change):
    """A rekey whose responder's helper seals something else"""
    methods = [MLKEM512]
    new_left = rekey_begin(left, methods[0])
    left.request(CREATE_CHILD_SA,
                 rekey_payloads(new_left.made, "spi-i", methods))
    new_right = rekey_answer(right)
    right.respond(CREATE_CHILD_SA, rekey_payloads(
        new_right.made | change(new_right.made), "spi-r", methods))
    return new_left, new_right


def test_changed_messages(tests, a, b):
    left, right = establish(a, b)
    for name, change, words in [
            ("nonce", lambda made: {"nonce": bytes(32)}, "own nonce"),
            ("KE data", lambda made: {"ke-data": bytes(768)}, "own nonce"),
            ("SPI", lambda made: {"spi-r": b"another!"}, "own SPI")]:
        new_left, new_right = changed_response(left, right, change)
        refused(tests, f"a response with another {name}", errno.EBADMSG, words,
                new_right.do, "ike-sa-init")
        for sa in new_left, new_right:
            sa.do("ike-sa-del")

    new_left = rekey_begin(left, MLKEM512)
    for name, change, words in [
            ("nonce", {"nonce": bytes(32)}, "own nonce"),
            ("SPI", {"spi-i": b"another!"}, "own SPI")]:
        left.request(CREATE_CHILD_SA, rekey_payloads(
            new_left.made | change, "spi-i", [MLKEM512]))
        new_right = rekey_answer(right)
        right.respond(CREATE_CHILD_SA, rekey_payloads(
            new_right.made, "spi-r", [MLKEM512]))
        refused(tests, f"a request with another {name}", errno.EBADMSG, words,
                new_left.do, "ike-sa-init")
        new_right.do("ike-sa-del")
    left.request(CREATE_CHILD_SA,
                 rekey_payloads(new_left.made, "spi-i", [MLKEM512]))
    new_right = rekey_answer(right)
    right.respond(CREATE_CHILD_SA, rekey_payloads(
        new_right.made, "spi-r", [MLKEM768]))
    refused(tests, "a choice that was not offered", errno.EBADMSG, "offered",
            new_left.do, "ike-sa-init")
    # A message of another exchange has taken the place of the response.
    left.exchange(INFORMATIONAL)
    refused(tests, "a response that is no longer the last message",
            errno.EPROTO, "unused", new_left.do, "ike-sa-init")
    for sa in left, right:
        sa.do("ike-sa-del")


def test_collisions(tests, a, b):
    """Both sides' requests cross"""
    left, right = establish(a, b)
    methods = [X25519, MLKEM768]
    mine, yours = rekey_begin(left, X25519), rekey_begin(right, X25519)
    from_left = left.seal(CREATE_CHILD_SA, rekey_payloads(
        mine.made, "spi-i", methods), left.next_request)
    from_right = right.seal(CREATE_CHILD_SA, rekey_payloads(
        yours.made, "spi-i", methods), right.next_request)
    left.open(from_right)
    right.open(from_left)
    answers = [(rekey_answer(right), right), (rekey_answer(left), left)]
    for new, sa in answers:
        sa.respond(CREATE_CHILD_SA, rekey_payloads(new.made, "spi-r", methods))
        new.do("ike-sa-init")
    pairs = (pair(mine, answers[0][0]), pair(yours, answers[1][0]))
    mine.do("ike-sa-init")
    yours.do("ike-sa-init")
    rekey_followups(left, right, *pairs[0], methods)
    rekey_followups(right, left, *pairs[1], methods)
    check_rekeyed(tests, "simultaneous rekeys, that of a", *pairs[0])
    check_rekeyed(tests, "simultaneous rekeys, that of b", *pairs[1])
    for sa in pairs[1]:
        sa.do("ike-sa-del")
    check = pairs[0][0].exchange(INFORMATIONAL)
    tests.check("the one that is kept outlives the other", bool(check), check)

    children, numbers = {}, {left: 35, right: 36}
    for sa in left, right:
        children[sa] = child_new(sa, role="initiator",
                                 **{"ke-method": X25519})
    requests = {sa: sa.seal(CREATE_CHILD_SA,
                            child_payloads(children[sa], methods,
                                           **inner(sa, numbers[sa])),
                            sa.next_request) for sa in (left, right)}
    theirs = {}
    for sa in left, right:
        sa.open(requests[sa.other])
        theirs[sa] = responder_new(sa, methods)
    made = {}
    for sa in left, right:
        sa.respond(CREATE_CHILD_SA, child_payloads(
            theirs[sa], methods, **inner(sa.other, numbers[sa.other])))
        made[sa.other] = child_accept(sa.other, children[sa.other])
    for sa in left, right:
        child_followups(sa, sa.other, children[sa], theirs[sa.other], made[sa])
        child_install(sa.other, theirs[sa.other])
        child_install(sa, children[sa])
    check_child(tests, "simultaneous Child SAs, that of a", a, b,
                (left, children[left]), (right, theirs[right]), 35)
    check_child(tests, "simultaneous Child SAs, that of b", a, b,
                (left, theirs[left]), (right, children[right]), 36)
    for sa in (left, right) + pairs[0]:
        sa.do("ike-sa-del")


def test_interleaved(tests, a, b):
    """Two series of one side, step by step in turn"""
    left, right = establish(a, b)
    methods = [X25519, MLKEM768, MLKEM512]
    series = []
    for number in 37, 38:
        ours, theirs = child_begin(left, right, methods, number)
        series.append([ours, theirs, child_accept(left, ours)])
    for _ in methods[1:]:
        for one in series:
            left.request(IKE_FOLLOWUP_KE, [ke_payload(one[2])])
            answer = right.child_do("child-sa-ke", {"id": one[1]["id"]})
            right.respond(IKE_FOLLOWUP_KE, [ke_payload(answer)])
            one[2] = left.child_do("child-sa-ke", {"id": one[0]["id"]})
    for number, (ours, theirs, _) in enumerate(series, 37):
        child_install(right, theirs)
        child_install(left, ours)
        check_child(tests, f"interleaved series {number - 36}", a, b,
                    (left, ours), (right, theirs), number)

    # What is not complete stays with the IKE SA that has its SK_d.
    unfinished = child_new(left, role="initiator", **{"ke-method": X25519})
    new_left, _ = rekey(left, right, [MLKEM512])
    new_left.do("ike-sa-inherit")
    tests.check("a Child SA without keys is not inherited",
                [child["id"] for child in left.children()] ==
                [unfinished["id"]] and len(new_left.children()) == 2,
                left.children())
    for side in a, b:
        for sa in side.dump():
            side.do("ike-sa-del", {"id": sa["id"]})


def dumped(side):
    """All Child SAs, and how many messages each IKE SA came in"""
    messages, numbers = {}, []
    for sa in side.dump():
        messages[sa["id"]] = messages.get(sa["id"], 0) + 1
        numbers += [child["id"] for child in as_list(sa.get("child-sa", []))]
    return messages, numbers


def test_bounds(tests, a, b):
    left, right = establish(a, b)
    # Long addresses: all of them take more than the 32 kB of a message.
    ipv6 = {"local-address": bytes([0xfd] * 16),
            "remote-address": bytes([0xfe] * 16)}
    made = [child_new(left, role="initiator", **ipv6)["id"]
            for _ in range(CHILD_SAS_MAX)]
    refused(tests, "one Child SA too many", errno.EDQUOT, "as many Child SAs",
            child_new, left, role="initiator")
    after, _ = establish(a, b)
    messages, numbers = dumped(a)
    tests.check("a dump has every Child SA of an IKE SA once",
                numbers == made, (len(numbers), len(made)))
    tests.check("in several messages, and then the next IKE SA",
                messages[left.id] > 1 and list(messages) == [left.id, after.id],
                messages)
    tests.check("a dump of one IKE SA has them, and no other IKE SA",
                [child["id"] for child in left.children()] == made)
    refused(tests, "so many in one message", errno.EMSGSIZE, "dump", left.show)
    for number in made[::2]:
        left.child_do("child-sa-del", {"id": number})

    for number in range(REKEYINGS_MAX):
        rekey_begin(left, X25519)
    refused(tests, "one rekey too many", errno.EDQUOT, "too often",
            rekey_begin, left, X25519)
    for sa in left, right, after, after.other:
        sa.do("ike-sa-del")


def partial_rekeys(left, right):
    """A rekey in each of its states, newest first"""
    methods = [X25519, MLKEM768]

    def begun():
        return [rekey_begin(left, X25519)]

    def exchanged():
        return list(rekey_exchange(left, right, methods))

    def keyed():
        sas = exchanged()
        for sa in reversed(sas):
            sa.do("ike-sa-init")
        return sas

    def followed():
        sas = keyed()
        left.request(IKE_FOLLOWUP_KE,
                     [ke_payload(sas[0].do("ike-sa-additional-ke"))])
        made = sas[1].do("ike-sa-additional-ke")
        right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
        return sas

    return begun, exchanged, keyed, followed


def delete_everywhere(tests, a, b):
    for index in range(4):
        left, right = establish(a, b)
        step = partial_rekeys(left, right)[index]
        for sa in step():
            sa.do("ike-sa-del")
        tests.check(f"a rekey can be deleted when it is {step.__name__}",
                    len(a.dump()) == 1 and len(b.dump()) == 1, a.dump())
        step()
        left.do("ike-sa-del")
        tests.check(f"a rekey ends with its parent when it is {step.__name__}",
                    not a.dump(), a.dump())
        # The responder's has been established by the last follow-up.
        right.do("ike-sa-del")
        rest = b.dump()
        tests.check(f"the responder's likewise when it is {step.__name__}",
                    len(rest) == (step.__name__ == "followed"), rest)
        for sa in rest:
            b.do("ike-sa-del", {"id": sa["id"]})


def delete_children(a, b):
    methods = [X25519, MLKEM768, MLKEM512]
    left, right = establish(a, b)
    ours = child_new(left, role="initiator", **{"ke-method": MLKEM1024})
    left.child_do("child-sa-del", {"id": ours["id"]})
    child_begin(left, right, methods)
    ours, theirs = child_begin(left, right, methods)
    made = child_accept(left, ours)
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made)])
    right.child_do("child-sa-ke", {"id": theirs["id"]})
    left.do("ike-sa-del")
    right.do("ike-sa-del")


def test_deletes(tests, a, b):
    delete_everywhere(tests, a, b)
    delete_children(a, b)
    tests.check("Child SAs go at every step", not a.dump() and not b.dump(),
                a.dump())


def test_socket_closes(tests, a, b):
    before = a.family
    a.family = a.open_socket()
    left, right = establish(a, b)
    child_new(left, role="initiator", **{"ke-method": X25519})
    rekey_begin(left, X25519)
    new_left, _ = rekey(left, right, [MLKEM512])
    tests.check("three IKE SAs are there", len(a.dump()) == 3, a.dump())
    a.family.sock.close()
    a.family = before
    shown = a.dump()
    tests.check("closing the socket ends the rekey that is not complete",
                sorted(sa["id"] for sa in shown) == [left.id, new_left.id],
                shown)
    tests.check("closing the socket ends the Child SA that is not complete",
                not left.children(), left.children())
    for side in a, b:
        for sa in side.dump():
            side.do("ike-sa-del", {"id": sa["id"]})


def slab_objects():
    """Objects in the caches of kmalloc, all sizes from 1 kB on, and IKE SAs"""
    with open("/proc/slabinfo", encoding="ascii") as slabs:
        names = re.findall(r"^(kmalloc-(?:cg-)?[1248]k|pqike_ike_sa) ",
                           slabs.read(), re.M)
    # What was freed and waits, in per-CPU lists or KASAN's quarantine, is out.
    for name in names:
        for shrink in pathlib.Path("/sys/kernel/slab").glob(f"{name}/shrink"):
            shrink.write_text("1", encoding="ascii")
    with open("/proc/slabinfo", encoding="ascii") as slabs:
        return {name: int(count) for name, count in
                re.findall(r"^(\S+) +(\d+)", slabs.read(), re.M)
                if name in names}


def one_life(a, b):
    left, right = establish(a, b)
    create_child(left, right, [X25519, MLKEM768], 39)
    new_left, new_right = rekey(left, right, [X25519, MLKEM768])
    new_left.do("ike-sa-inherit")
    new_right.do("ike-sa-inherit")
    rekey_begin(left, MLKEM1024)
    for sa in left, right:
        sa.do("ike-sa-del")
    delete_children(a, b)
    for sa in new_left, new_right:
        sa.do("ike-sa-del")


def objects_left(before, most):
    """
    The caches that have gained `most` objects or more. What was deleted is freed
    after grace periods, and other users of the caches come and go, so that one look
    in which a cache has fewer clears it.
    """
    grown = before
    for _ in range(LOOKS_MAX):
        now = slab_objects()
        grown = {name: (before[name], now[name]) for name in grown
                 if now[name] - before[name] >= most}
        if not grown:
            break
        time.sleep(1)
    return grown


def test_leaks(tests, a, b):
    lives = 30
    one_life(a, b)
    before = slab_objects()
    for _ in range(lives):
        one_life(a, b)
    left = objects_left(before, lives)
    tests.check(f"{lives} lives leave no object behind", bool(before) and
                not left, left)


@contextlib.contextmanager
def two_sides(kind=Side):
    """Peers in network namespaces of their own, with a connection each"""
    try:
        make_topology()
        a, b = (kind(name, number) for number, name in enumerate(NAMES, 1))
        a.peer, b.peer = b, a
        for side in a, b:
            side.set_connection("creation")
        yield a, b
    finally:
        remove_topology()


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with two_sides() as (a, b):
        for side in a, b:
            side.set_connection("classical", **{"allow-classical": True})
        for test in (test_children, test_none_chosen, test_install_completes,
                     test_child_refusals,
                     test_before_established, test_rekey, test_rekey_policy,
                     test_rekey_refusals, test_changed_messages,
                     test_collisions, test_interleaved, test_bounds, test_deletes,
                     test_socket_closes, test_leaks):
            test(tests, a, b)
            tests.check(f"{test.__name__} leaves no IKE SA",
                        not a.dump() and not b.dump(), a.dump())
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
