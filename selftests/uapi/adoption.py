#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
IKE SAs whose socket is closed and the socket that adopts them: in each phase of each
exchange both sides go on, with the messages that were sent; and who may not adopt is
refused with nothing changed.

Run by adoption.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import socket
import subprocess
import sys
import threading
import time

import creation
from ike import *
from quotas import check_each, used
from ynl_client import UNKNOWN_ID, Tests

METHODS = [X25519, MLKEM768]
SERIES = [X25519, MLKEM768, MLKEM1024]
NEW = {"role": "initiator", "connection": "creation", "ke-method": X25519}
NOTE_MAX = 1024
END_SECONDS = 60
LINK = notify(ADDITIONAL_KEY_EXCHANGE, b"link")


class Helper:
    """What a side does through a socket that is closed afterwards, as by a crash"""

    def __init__(self, side):
        self.side = side
        self.before = side.family
        self.family = side.open_socket()

    def __enter__(self):
        self.side.family = self.family
        return self

    def __exit__(self, *_):
        self.side.family = self.before
        self.family.sock.close()


def adopt(sa):
    return sa.do("ike-sa-adopt")


def messages(told, name):
    return as_list(told.get(name, []))


def is_gone(side, number):
    return number not in [sa["id"] for sa in side.dump()]


def end(*sas):
    for sa in sas:
        if not is_gone(sa.side, sa.id):
            sa.do("ike-sa-del")


def end_all(side):
    """What rekeys another and is not complete goes with that"""
    while side.dump():
        side.do("ike-sa-del", {"id": side.dump()[0]["id"]})


def check_goes_on(tests, name, left, right, number):
    """Each side asks the other, and a Child SA is made"""
    for one in left, right:
        one.exchange(INFORMATIONAL)
    ours, theirs, _ = create_child(left, right, METHODS, number)
    creation.check_child(tests, f"{name}: a Child SA is made", left.side,
                         right.side, (left, ours), (right, theirs), number)


def test_idle(tests, a, b):
    with Helper(a), Helper(b):
        left, right = establish(a, b)
        ours, theirs, _ = create_child(left, right, METHODS, 1)
        answer = left.exchange(INFORMATIONAL)[1]
    shown = left.show()
    tests.check("idle: it is shown as an orphan", shown.get("orphan"), shown)
    creation.check_child(tests, "idle, while it is nobody's", a, b, (left, ours),
                         (right, theirs), 1)
    told = adopt(left), adopt(right)
    tests.check("idle: nothing is outstanding but what was not dealt with",
                messages(told[0], "sent-request") and
                not messages(told[1], "sent-request"), told)
    tests.check("idle: the last response is that which was sent",
                messages(told[1], "sent-response") == [answer] and
                not messages(told[0], "sent-response"), told)
    tests.check("idle: the next Message IDs are told",
                (told[0]["next-request"], told[1]["next-peer-request"]) ==
                (left.next_request - 1, right.next_answer), told)
    tests.check("idle: it is no orphan any more", "orphan" not in left.show())
    left.open(answer)
    check_goes_on(tests, "idle", left, right, 2)
    refused(tests, "another answer to what was answered", errno.EPROTO,
            "to be answered", right.seal, INFORMATIONAL, [],
            right.next_answer - 1, True)
    end(left, right)


def boottime():
    return int(time.clock_gettime(time.CLOCK_BOOTTIME))


def test_child_shown(tests, a, b):
    """What a helper cannot know of the Child SAs of another one"""
    began = boottime()
    with Helper(a):
        left, right = establish(a, b)
        create_child(left, right, METHODS, 1)
    shown = left.children()[0]
    tests.check("a Child SA shows its key exchanges, child and time",
                (shown["ke-method"], as_list(shown["additional-ke"])) ==
                (METHODS[0], METHODS[1:]) and began <= shown["installed-at"] <= boottime() and
                shown["child-reqid"] == shown["reqid"], shown)
    adopt(left)
    end(left, right)


def test_auth_response(tests, a, b):
    with Helper(b):
        left, right = establish(a, b)
    told = adopt(right)
    tests.check("the IKE_AUTH response is given back",
                len(messages(told, "sent-response")) == 1 and
                told["next-peer-request"] == 3, told)
    check_goes_on(tests, "after IKE_AUTH", left, right, 3)
    end(left, right)


def test_note(tests, a, b):
    note = bytes(range(256)) * 4
    with Helper(a):
        left, right = establish(a, b)
        left.do("ike-sa-note", {"note": b"first"})
        left.do("ike-sa-note", {"note": note})
        refused(tests, "a note of 1025 octets", errno.ERANGE, "", left.do,
                "ike-sa-note", {"note": bytes(NOTE_MAX + 1)})
        refused(tests, "no note", errno.EINVAL, "missing", left.do, "ike-sa-note")
        tests.check("a note is not shown", "note" not in left.show(), left.show())
    with Helper(a):
        told = adopt(left)
        tests.check("the note is given back", told.get("note") == note, told)
    told = adopt(left)
    tests.check("the note is given back once more", told.get("note") == note, told)
    with Helper(a):
        half_open = a.do("ike-sa-new", NEW)["id"]
        a.do("ike-sa-note", {"id": half_open, "note": b"half-open"})
    tests.check("one that is half-open ends with its note", is_gone(a, half_open))
    end(left, right)


def test_request(tests, a, b):
    """A request of this side, from sealing to its response"""
    with Helper(a):
        left, right = establish(a, b)
        request = left.seal(INFORMATIONAL, [], left.next_request)
    told = adopt(left)
    tests.check("a request that is not answered is given back",
                messages(told, "sent-request") == [request] and
                told.get("plaintext", b"") == b"" and
                told["next-request"] == left.next_request and
                told["exchange-type"] == INFORMATIONAL, told)
    refused(tests, "another request in its place", errno.EPROTO, "under way",
            left.seal, INFORMATIONAL, [], left.next_request)
    right.open(request)
    right.respond(INFORMATIONAL, [])
    check_goes_on(tests, "after a request that was adopted", left, right, 24)
    end(left, right)

    with Helper(a):
        left, right = establish(a, b)
        request, response = left.exchange(INFORMATIONAL)
    told = adopt(left)
    tests.check("one whose response was not dealt with is outstanding again",
                messages(told, "sent-request") == [request] and
                told["next-request"] == left.next_request - 1, told)
    opened = left.open(response)
    tests.check("and its response is opened again", opened["response-flag"],
                opened)
    end(left, right)

    with Helper(a):
        left, right = establish(a, b)
        left.exchange(INFORMATIONAL)
        left.do("ike-sa-note", {"note": b"done"})
    told = adopt(left)
    tests.check("one whose response was dealt with is not",
                not messages(told, "sent-request") and
                told["next-request"] == left.next_request, told)
    check_goes_on(tests, "after a response", left, right, 4)
    end(left, right)


def test_request_of_peer(tests, a, b):
    """A request of the peer, from opening to the response"""
    with Helper(b):
        left, right = establish(a, b)
        request = left.request(INFORMATIONAL, [])
    told = adopt(right)
    tests.check("a request that is not answered is not taken",
                told["next-peer-request"] == right.next_answer, told)
    right.open(request)
    right.respond(INFORMATIONAL, [])
    check_goes_on(tests, "a request of the peer", left, right, 5)
    end(left, right)

    with Helper(b):
        left, right = establish(a, b)
        left.request(INFORMATIONAL, [])
        response = right.seal(INFORMATIONAL, [], right.next_answer, True)
        right.next_answer += 1
    told = adopt(right)
    tests.check("a response is given back as it was sealed",
                messages(told, "sent-response") == [response] and
                told["next-peer-request"] == right.next_answer, told)
    left.open(response)
    left.next_request += 1
    check_goes_on(tests, "a response", left, right, 6)
    end(left, right)


def test_fragments(tests, a, b):
    attributes = {"exchange-type": INFORMATIONAL, "first-payload": 0x2b,
                  "plaintext": b"\0\0\3\xe8" + bytes(996), "fragment-size": 300}
    with Helper(a):
        left, right = establish(a, b)
        sealed = left.do("ike-sa-seal", attributes | {
            "message-id": left.next_request})["message"]
    told = adopt(left)
    tests.check("all fragments of a request are given back",
                messages(told, "sent-request") == sealed and len(sealed) > 2,
                len(sealed))
    tests.check("and what is in it", (told["first-payload"], told["plaintext"]) ==
                (attributes["first-payload"], attributes["plaintext"]), told)
    end(left, right)


def test_child_asked(tests, a, b):
    """CREATE_CHILD_SA as its initiator"""
    with Helper(a):
        left, right = establish(a, b)
        ours = child_new(left, role="initiator", **{"ke-method": X25519})
    tests.check("a Child SA that nobody was asked for is gone",
                not left.children(), left.children())
    end(left, right)

    for number, answered in enumerate((False, True), 7):
        with Helper(a):
            left, right = establish(a, b)
            ours = child_new(left, role="initiator", **{"ke-method": X25519})
            said = inner(left, number)
            payloads = child_payloads(ours, METHODS, **said)
            request = left.request(CREATE_CHILD_SA, payloads)
            theirs = responder_new(right, METHODS)
            response = right.seal(CREATE_CHILD_SA,
                                  child_payloads(theirs, METHODS, **said),
                                  right.next_answer, True)
            right.next_answer += 1
            if answered:
                left.open(response)
        name = f"a Child SA that is {'answered' if answered else 'asked for'}"
        told = adopt(left)
        tests.check(f"{name}: the request is given back",
                    messages(told, "sent-request") == [request] and
                    told["exchange-type"] == CREATE_CHILD_SA and
                    (told["first-payload"], told["plaintext"]) == chain(payloads),
                    told)
        shown = left.children()
        tests.check(f"{name}: is still there",
                    [child["id"] for child in shown] == [ours["id"]], shown)
        left.open(response)
        left.next_request += 1
        made = child_accept(left, ours)
        child_followups(left, right, ours, theirs, made)
        child_install(right, theirs)
        child_install(left, ours)
        creation.check_child(tests, name, a, b, (left, ours), (right, theirs),
                             number)
        end(left, right)


def test_request_between(tests, a, b):
    """A request of another exchange, before a step has used a response"""
    left, right = establish(a, b)
    ours, theirs = child_begin(left, right, [X25519])
    left.exchange(INFORMATIONAL, [notify(40000, b"between")])
    refused(tests, "a response that is not the one opened last", errno.EPROTO,
            "open and unused", child_install, left, ours)
    end(left, right)

    left, right = establish(a, b)
    ours, theirs = child_begin(left, right, [X25519], 25)
    left.seal(INFORMATIONAL, [notify(40000, b"between")], left.next_request)
    child_install(right, theirs)
    child_install(left, ours)
    creation.check_child(tests, "a Child SA, another request being outstanding", a,
                         b, (left, ours), (right, theirs), 25)
    end(left, right)


def test_note_between(tests, a, b):
    """The next request is sealed when the helper says that it is done with a response"""
    left, right = establish(a, b)
    left.exchange(INFORMATIONAL, [notify(40000, b"before")])
    ours = child_new(left, role="initiator")
    said = inner(left, 26)
    left.request(CREATE_CHILD_SA, child_payloads(ours, **said))
    left.do("ike-sa-note", {"note": b"done"})
    theirs = child_new(right, role="responder")
    answer = child_payloads(theirs, **said)
    child_install(right, theirs, answer)
    right.respond(CREATE_CHILD_SA, answer)
    child_install(left, ours)
    creation.check_child(tests, "a Child SA, a note between", a, b, (left, ours),
                         (right, theirs), 26)
    end(left, right)


def check_taken_back(tests, name, left, exchange):
    """
    It died between two key exchanges, which are taken back: the request before is
    outstanding, and the peer repeats its response
    """
    told = adopt(left)
    tests.check(f"{name}: the request before is outstanding again",
                messages(told, "sent-request") == [left.last_request] and
                told["next-request"] == left.next_request - 1 and
                told["exchange-type"] == exchange and "plaintext" in told, told)
    left.open(left.other.last_response)


def test_child_followup_due(tests, a, b):
    """A Child SA's series, of which the next IKE_FOLLOWUP_KE is not sealed"""
    for number, noted, exchange in ((9, False, CREATE_CHILD_SA),
                                    (28, True, CREATE_CHILD_SA),
                                    (29, False, IKE_FOLLOWUP_KE)):
        with Helper(a):
            left, right = establish(a, b)
            ours, theirs = child_begin(left, right, SERIES, number)
            made = child_accept(left, ours)
            refused(tests, "a response that was used", errno.EPROTO, "open and unused",
                    child_accept, left, ours)
            if noted:
                left.do("ike-sa-note", {"note": b"IKE_FOLLOWUP_KE is due"})
            if exchange == IKE_FOLLOWUP_KE:
                made = child_followup(left, right, ours, theirs, made)
        name = f"a Child SA's series after {exchange}" + (" and a note" if noted else "")
        check_taken_back(tests, name, left, exchange)
        again = child_accept(left, ours)
        tests.check(f"{name}: other KE data is made",
                    len(again["ke-data"]) == len(made["ke-data"]) and
                    again["ke-data"] != made["ke-data"] and
                    again["additional-ke-done"] == made["additional-ke-done"], again)
        child_followups(left, right, ours, theirs, again)
        child_install(right, theirs)
        child_install(left, ours)
        creation.check_child(tests, name, a, b, (left, ours), (right, theirs), number)
        end(left, right)


def test_child_series_left(tests, a, b):
    """What cannot be taken back any more, or has nothing to go on with"""
    with Helper(a):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, METHODS)
        child_accept(left, ours)
        request, _ = left.exchange(INFORMATIONAL)
    told = adopt(left)
    tests.check("a Child SA's series is gone when another request was sealed since",
                not left.children() and
                messages(told, "sent-request") == [request], told)
    end(left, right)

    with Helper(a):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, METHODS)
        child_accept(left, ours)
        left.child_do("child-sa-del", {"id": ours["id"]})
    told = adopt(left)
    tests.check("a series that was given up is not taken back",
                not messages(told, "sent-request") and
                told["next-request"] == left.next_request, told)
    right.child_do("child-sa-del", {"id": theirs["id"]})
    check_goes_on(tests, "without IKE_FOLLOWUP_KE", left, right, 30)
    end(left, right)


def test_child_followup_asked(tests, a, b):
    with Helper(a):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, METHODS, 10)
        made = child_accept(left, ours)
        request = left.request(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
    told = adopt(left)
    tests.check("IKE_FOLLOWUP_KE is given back",
                messages(told, "sent-request") == [request] and
                told["exchange-type"] == IKE_FOLLOWUP_KE, told)
    answer = right.child_do("child-sa-ke", {"id": theirs["id"]})
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(answer), LINK])
    left.child_do("child-sa-ke", {"id": ours["id"]})
    child_install(right, theirs)
    child_install(left, ours)
    creation.check_child(tests, "a Child SA with IKE_FOLLOWUP_KE outstanding", a, b,
                         (left, ours), (right, theirs), 10)
    end(left, right)


def states(side):
    return len([line for line in subprocess.run(
        ["ip", "netns", "exec", side.name, "ip", "-o", "xfrm", "state"],
        check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
        if line])


def test_child_answered(tests, a, b):
    """CREATE_CHILD_SA as its responder"""
    for number, install in enumerate((False, True), 11):
        name = "a Child SA that is " + \
            ("installed" if install else "reserved") + ", its response not sealed"
        with Helper(b):
            left, right = establish(a, b)
            ours = child_new(left, role="initiator")
            said = inner(left, number)
            request = left.request(CREATE_CHILD_SA, child_payloads(ours, **said))
            theirs = child_new(right, role="responder")
            if install:
                child_install(right, theirs, child_payloads(theirs, **said))
        told = adopt(right)
        tests.check(f"{name}: is gone", not right.children() and not states(b),
                    (right.children(), states(b)))
        tests.check(f"{name}: the request is not taken",
                    told["next-peer-request"] == right.next_answer, told)
        right.open(request)
        theirs = child_new(right, role="responder")
        answer = child_payloads(theirs, **said)
        child_install(right, theirs, answer)
        right.respond(CREATE_CHILD_SA, answer)
        child_accept(left, ours)
        child_install(left, ours)
        creation.check_child(tests, f"{name}: it is made again", a, b,
                             (left, ours), (right, theirs), number)
        end(left, right)

    with Helper(b):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, [], 13)
        child_install(right, theirs)
    child_accept(left, ours)
    child_install(left, ours)
    adopt(right)
    creation.check_child(tests, "a Child SA that was installed and answered", a, b,
                         (left, ours), (right, theirs), 13)
    end(left, right)

    with Helper(b):
        left, right = establish(a, b)
        child_begin(left, right, METHODS)
    tests.check("a Child SA that waits for IKE_FOLLOWUP_KE is gone",
                not right.children(), right.children())
    told = adopt(right)
    tests.check("its response is there", len(messages(told, "sent-response")) == 1,
                told)
    end(left, right)

    with Helper(b):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, METHODS, 14)
        made = child_accept(left, ours)
        left.request(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
        right.child_do("child-sa-ke", {"id": theirs["id"]})
        child_install(right, theirs)
    told = adopt(right)
    tests.check("one that is installed, its last response not sealed, is gone",
                not right.children() and not states(b), right.children())
    end(left, right)


def complete(old, new):
    new.do("ike-sa-inherit")
    old.do("ike-sa-del")


def check_rekeyed(tests, name, old, new, number):
    """old, new: the IKE SAs of both sides"""
    for before, after in zip(old, new):
        complete(before, after)
    check_goes_on(tests, name, *new, number)
    end(*new)


def test_rekey_asked(tests, a, b):
    with Helper(a):
        left, right = establish(a, b)
        new = rekey_begin(left, X25519)
    tests.check("a rekey that nobody was asked for is gone", is_gone(a, new.id))
    adopt(left)
    end(left, right)

    for number, answered in enumerate((False, True), 15):
        name = f"a rekey that is {'answered' if answered else 'asked for'}"
        with Helper(a):
            left, right = establish(a, b)
            new_left = rekey_begin(left, METHODS[0])
            payloads = rekey_payloads(new_left.made, "spi-i", METHODS)
            request = left.request(CREATE_CHILD_SA, payloads)
            new_right = rekey_answer(right)
            response = right.seal(
                CREATE_CHILD_SA,
                rekey_payloads(new_right.made, "spi-r", METHODS),
                right.next_answer, True)
            right.next_answer += 1
            pair(new_left, new_right)
            new_right.do("ike-sa-init")
            if answered:
                left.open(response)
        tests.check(f"{name}: goes on", not is_gone(a, new_left.id))
        refused(tests, f"{name}: adopted for itself", errno.EPROTO,
                "goes with the one", adopt, new_left)
        told = adopt(left)
        tests.check(f"{name}: the request is given back",
                    messages(told, "sent-request") == [request] and
                    told["plaintext"] == chain(payloads)[1], told)
        tests.check(f"{name}: belongs to who adopted the other",
                    "orphan" not in new_left.show() and used(a)[:2] == (2, 1),
                    (new_left.show(), used(a)))
        left.open(response)
        left.next_request += 1
        new_left.do("ike-sa-init")
        rekey_followups(left, right, new_left, new_right, METHODS)
        check_rekeyed(tests, name, (left, right), (new_left, new_right), number)


def rekey_series(a, b, followups, made):
    """
    A series for an IKE SA, which the initiator's helper leaves after so many
    IKE_FOLLOWUP_KE; made: with KE data for the next one
    """
    with Helper(a):
        left, right = establish(a, b)
        new = rekey_exchange(left, right, SERIES)
        for one in new:
            one.do("ike-sa-init")
        rekey_followups(left, right, *new, SERIES[:followups + 1])
        told = new[0].do("ike-sa-additional-ke") if made else None
    return left, right, new, told


def test_rekey_followup_due(tests, a, b):
    """An IKE SA's series, of which the next IKE_FOLLOWUP_KE is not sealed"""
    for number, (followups, made) in enumerate(((0, False), (0, True), (1, False),
                                                (1, True)), 31):
        name = f"an IKE SA's series after {followups} IKE_FOLLOWUP_KE" + \
            (", with KE data made" if made else "")
        left, right, (new_left, new_right), told = rekey_series(a, b, followups, made)
        state = "keyed" if followups else "half-open"
        tests.check(f"{name}: is {state}", new_left.show()["state"] == state,
                    new_left.show())
        check_taken_back(tests, name, left,
                         IKE_FOLLOWUP_KE if followups else CREATE_CHILD_SA)
        new_left.do("ike-sa-additional-ke" if followups else "ike-sa-init")
        again = new_left.do("ike-sa-additional-ke")
        if made:
            tests.check(f"{name}: other KE data is made",
                        len(again["ke-data"]) == len(told["ke-data"]) and
                        again["ke-data"] != told["ke-data"] and
                        again["additional-ke-done"] == followups, again)
        rekey_followup(left, right, new_left, new_right, again)
        rekey_followups(left, right, new_left, new_right, SERIES[followups + 1:])
        check_rekeyed(tests, name, (left, right), (new_left, new_right), number)


def test_rekey_series_left(tests, a, b):
    """What cannot be taken back any more, or has nothing to go on with"""
    with Helper(a):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, METHODS)
        new_left.do("ike-sa-init")
        new_left.do("ike-sa-additional-ke")
        request, _ = left.exchange(INFORMATIONAL)
    told = adopt(left)
    tests.check("an IKE SA's series is gone when another request was sealed since",
                is_gone(a, new_left.id) and
                messages(told, "sent-request") == [request], told)
    end(left, right)

    with Helper(a):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, METHODS)
        new_left.do("ike-sa-init")
        end(new_left)
    told = adopt(left)
    tests.check("a series of an IKE SA that was deleted is not taken back",
                not messages(told, "sent-request") and
                told["next-request"] == left.next_request, told)
    end(left, right)


def test_rekey_followup_asked(tests, a, b):
    with Helper(a):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, METHODS)
        for new in new_right, new_left:
            new.do("ike-sa-init")
        left.request(IKE_FOLLOWUP_KE,
                     [ke_payload(new_left.do("ike-sa-additional-ke"))])
    adopt(left)
    made = new_right.do("ike-sa-additional-ke")
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
    new_left.do("ike-sa-additional-ke")
    check_rekeyed(tests, "a rekey with IKE_FOLLOWUP_KE outstanding", (left, right),
                  (new_left, new_right), 17)


def test_rekey_answered(tests, a, b):
    with Helper(b):
        left, right = establish(a, b)
        new_left = rekey_begin(left, MLKEM512)
        request = left.request(CREATE_CHILD_SA, rekey_payloads(
            new_left.made, "spi-i", [MLKEM512]))
        new_right = rekey_answer(right)
    tests.check("a rekey whose response was not sealed is gone",
                is_gone(b, new_right.id))
    adopt(right)
    right.open(request)
    new_right = rekey_answer(right)
    right.respond(CREATE_CHILD_SA, rekey_payloads(new_right.made, "spi-r",
                                                  [MLKEM512]))
    pair(new_left, new_right)
    for new in new_right, new_left:
        new.do("ike-sa-init")
    check_rekeyed(tests, "a rekey that is answered again", (left, right),
                  (new_left, new_right), 18)

    with Helper(b):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, [MLKEM512])
    tests.check("a rekey whose response is sealed goes on",
                not is_gone(b, new_right.id))
    adopt(right)
    for new in new_right, new_left:
        new.do("ike-sa-init")
    check_rekeyed(tests, "a rekey whose response is sealed", (left, right),
                  (new_left, new_right), 19)

    with Helper(b):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, METHODS)
        new_right.do("ike-sa-init")
    tests.check("a rekey that waits for IKE_FOLLOWUP_KE is gone",
                is_gone(b, new_right.id))
    end(left, right, new_left)

    with Helper(b):
        left, right = establish(a, b)
        new_left, new_right = rekey_exchange(left, right, METHODS)
        for new in new_right, new_left:
            new.do("ike-sa-init")
        left.request(IKE_FOLLOWUP_KE,
                     [ke_payload(new_left.do("ike-sa-additional-ke"))])
        new_right.do("ike-sa-additional-ke")
        tests.check("a rekey that has its keys, its last response not sealed, counts "
                    "as half-open", used(b)[1] == 1, used(b))
    tests.check("and is gone", is_gone(b, new_right.id) and used(b)[:2] == (1, 0),
                used(b))
    end(left, right, new_left)

    with Helper(b):
        left, right = establish(a, b)
        new_left, new_right = rekey(left, right, METHODS)
    for new in right, new_right:
        adopt(new)
    check_rekeyed(tests, "a rekey that is complete", (left, right),
                  (new_left, new_right), 20)


def test_not_established(tests, a, b):
    """What no peer counts on ends with its socket"""
    with Helper(a), Helper(b):
        left, right = begin(a, b, "creation", METHODS)
    tests.check("one that has keys is gone", not a.dump() and not b.dump())
    with Helper(b):
        left, right = begin(a, b, "creation", METHODS)
        intermediate(left, right, METHODS)
        left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
        right.do("ike-sa-auth-verify", {"connection": "creation"})
        auth_payload(right)
        tests.check("one whose IKE_AUTH response is not sealed counts as half-open",
                    used(b)[:2] == (1, 1), used(b))
    tests.check("and is gone", not b.dump(), b.dump())
    end(left)


def authenticate(a, b, number):
    """IKE_AUTH with the first Child SA, which the initiator has not installed"""
    left, right = begin(a, b, "creation", METHODS)
    intermediate(left, right, METHODS)
    ours = child_new(left)
    said = inner(left, number)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left),
                            *child_terms(ours, **said)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    answer = child_terms(theirs, **said)
    child_install(right, theirs, answer)
    right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right), *answer])
    return left, right, ours, theirs


def test_first_child(tests, a, b):
    """The first Child SA of an initiator, from the peer's AUTH to its installation"""
    with Helper(a):
        left, right, ours, theirs = authenticate(a, b, 21)
    tests.check("one whose peer is not authenticated is gone", is_gone(a, left.id))
    end(right)

    with Helper(a):
        left, right, ours, theirs = authenticate(a, b, 21)
        left.do("ike-sa-auth-verify")
    told = adopt(left)
    tests.check("nothing is outstanding after IKE_AUTH",
                not messages(told, "sent-request"), told)
    tests.check("the first Child SA, where it was not installed, is still there",
                [child["id"] for child in left.children()] == [ours["id"]],
                left.children())
    child_install(left, ours)
    creation.check_child(tests, "the first Child SA, installed after an adoption", a,
                         b, (left, ours), (right, theirs), 21)
    check_goes_on(tests, "with its first Child SA", left, right, 27)
    end(left, right)

    with Helper(a):
        left, right, ours, theirs = authenticate(a, b, 21)
        left.do("ike-sa-auth-verify")
        left.do("ike-sa-note", {"note": b"done"})
    adopt(left)
    tests.check("once IKE_AUTH was dealt with, one that was not installed is gone",
                not left.children(), left.children())
    end(left, right)


def test_refused(tests, a, b):
    other = a.open_socket()
    left, right = establish(a, b)
    before = left.show()

    def through(family, sa):
        return family.do("ike-sa-adopt", {"id": sa.id})

    refused(tests, "one that another socket has", errno.EBUSY, "which is open",
            through, other, left)
    refused(tests, "one's own", errno.EALREADY, "already", adopt, left)
    tests.check("nothing has changed", left.show() == before, left.show())
    refused(tests, "no IKE SA", errno.ENOENT, "no IKE SA", other.do,
            "ike-sa-adopt", {"id": UNKNOWN_ID})
    refused(tests, "no number", errno.EINVAL, "missing", other.do, "ike-sa-adopt",
            {})
    end(left, right)

    # Numbers that the other namespace does not have
    while a.do("ike-sa-new", NEW)["id"] <= right.id + 1:
        end_all(a)
    end_all(a)
    with Helper(a):
        left, right = establish(a, b)
        create_child(left, right, [], 22)
        left.do("ike-sa-note", {"note": b"refused"})
        new = rekey_begin(left, X25519)
        payloads = rekey_payloads(new.made, "spi-i", [X25519])
        left.seal(CREATE_CHILD_SA, payloads, left.next_request)
    before = a.dump()
    plain = a.make_inside(lambda: YnlFamily(SPEC, SCHEMA))
    foreign = b.open_socket()
    refused(tests, "by a socket that is not authorised", errno.EPERM,
            "not authorised", through, plain, left)
    refused(tests, "from another network namespace", errno.ENOENT, "no IKE SA",
            through, foreign, left)
    for kind, number in (("ike-sas", 1), ("half-open", 0), ("child-sas", 0)):
        made = a.make_inside(lambda: YnlFamily(SPEC, SCHEMA))
        made.dump("connection-get", {})
        a.do("authorise", {"fd": made.sock.fileno(), "quota": {kind: number}})
        refused(tests, f"over the socket's quota of {kind}", errno.EDQUOT,
                "no room", through, made, left)
        made.sock.close()
    tests.check("nothing has changed, and it is still an orphan",
                a.dump() == before, a.dump())
    told = through(other, left)
    tests.check("another one adopts it", told["note"] == b"refused", told)
    refused(tests, "it is adopted", errno.EBUSY, "which is open", adopt, left)
    for family in other, plain, foreign:
        family.sock.close()
    adopt(left)
    for side in a, b:
        end_all(side)


def test_delivery(tests, a, b):
    """The reply is not delivered: the same request again has it"""
    with Helper(a):
        left, right = establish(a, b)
        left.do("ike-sa-note", {"note": b"once"})
    sock = a.family.sock
    encode = a.family._encode_message
    operation = a.family.ops["ike-sa-adopt"]
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
    for filler in range(16):
        sock.send(encode(a.family.ops["connection-get"], {"name": "creation"}, [],
                         filler + 1))
    sock.send(encode(operation, {"id": left.id}, [], 100))
    while True:
        try:
            sock.recv(1 << 17, socket.MSG_DONTWAIT)
        except BlockingIOError:
            break
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 106496)
    tests.check("an adoption whose reply was lost has taken place",
                "orphan" not in left.show(), left.show())
    told = adopt(left)
    tests.check("and the same request again has its reply",
                told.get("note") == b"once", told)
    refused(tests, "once more", errno.EALREADY, "already", adopt, left)
    end(left, right)


def test_lifetime(tests, a, b):
    """An orphan ends when its time is over, and no other"""
    left, right = establish(a, b)
    left.do("ike-sa-note", {"note": b"", "lifetime": 1})
    with Helper(a):
        mortal, its_peer = establish(a, b)
        mortal.do("ike-sa-note", {"note": b"", "lifetime": 1})
        create_child(mortal, its_peer, [], 23)
        immortal, others_peer = establish(a, b)
        immortal.do("ike-sa-note", {"note": b"", "lifetime": 1})
        immortal.do("ike-sa-note", {"note": b"", "lifetime": 0})
    limit = time.monotonic() + END_SECONDS
    while not is_gone(a, mortal.id) and time.monotonic() < limit:
        time.sleep(0.5)
    tests.check("an orphan ends when its time is over",
                is_gone(a, mortal.id) and not states(a), a.dump())
    tests.check("one that has no end does not", not is_gone(a, immortal.id))
    tests.check("nor one that is somebody's", not is_gone(a, left.id))
    end(left, right, its_peer, immortal, others_peer)


def test_lifetime_of_connection(tests, a, b):
    """The helper can have it end before, and no later"""
    classical = {"allow-classical": True}
    a.set_connection("creation", lifetime=1, **classical)
    with Helper(a):
        pairs = [establish(a, b) for _ in range(3)]
        pairs.append(rekey(*pairs[0], METHODS))
        for number, lifetime in (1, 0), (2, 3600):
            pairs[number][0].do("ike-sa-note", {"note": b"", "lifetime": lifetime})
        a.set_connection("creation", lifetime=3600, **classical)
        later, its_peer = establish(a, b)
        sooner, others_peer = establish(a, b)
        sooner.do("ike-sa-note", {"note": b"", "lifetime": 1})
    wanted = [later.id]
    limit = time.monotonic() + END_SECONDS
    while [sa["id"] for sa in a.dump()] != wanted and time.monotonic() < limit:
        time.sleep(0.5)
    shown = [sa["id"] for sa in a.dump()]
    tests.check("an orphan ends when its connection said, or the note before that",
                shown == wanted, (shown, later.id, sooner.id))
    a.set_connection("creation", **classical)
    end_all(a)
    end_all(b)


def in_threads(functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def take_all(family, numbers, won):
    """Adopt what nobody else does, until each has been adopted"""
    left = set(numbers)
    while left:
        for number in sorted(left):
            try:
                family.do("ike-sa-adopt", {"id": number})
                won.append(number)
            except NlError as error:
                if error.error != errno.EBUSY:
                    raise
            if number in won:
                left.discard(number)


def test_at_once(tests, a, b):
    """Sockets are closed while others adopt: each IKE SA has one that does"""
    before, helpers, pairs, won = a.family, [], [], []
    for _ in range(6):
        a.family = a.open_socket()
        helpers.append(a.family)
        pairs.append(establish(a, b))
        child_new(pairs[-1][0], role="initiator")
    a.family = before
    numbers = sorted(left.id for left, _ in pairs)
    adopters = [a.open_socket() for _ in range(3)]
    in_threads([family.sock.close for family in helpers] +
               [lambda family=family: take_all(family, numbers, won)
                for family in adopters])
    tests.check("each is adopted once", sorted(won) == numbers, won)
    in_threads([family.sock.close for family in adopters])
    shown = [sa for sa in a.dump() if not sa.get("orphan")]
    tests.check("all are orphans again when those are closed at a time", not shown,
                shown)
    for left, right in pairs:
        adopt(left)
        made = left.children()
        tests.check("it has no Child SA that nobody was asked for", not made, made)
        end(left, right)


TESTS = (test_idle, test_child_shown, test_auth_response, test_note, test_request,
         test_request_of_peer, test_fragments, test_child_asked,
         test_request_between, test_note_between, test_child_followup_due,
         test_child_series_left, test_child_followup_asked, test_child_answered,
         test_rekey_asked, test_rekey_followup_due, test_rekey_series_left,
         test_rekey_followup_asked, test_rekey_answered, test_not_established, test_first_child, test_refused,
         test_delivery, test_lifetime, test_lifetime_of_connection, test_at_once)


def main():
    tests = Tests()
    add_logon_key(PSK_DESCRIPTION, b"a pre-shared key")
    with creation.two_sides() as (a, b):
        for side in a, b:
            side.set_connection("creation", **{"allow-classical": True})
        check_each(tests, TESTS, a, b)
    return tests.end()


if __name__ == "__main__":
    sys.exit(main())
