#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
IKE SAs that rekey each other in a row: each but the last is complete, whatever else is
asked meanwhile; so one that ends takes no more with it than the last, which may not be.

Run by chains.sh, with the modules loaded and in a session keyring of its own.
"""

import errno
import sys

import creation
from adoption import Helper, adopt, end_all
from ike import *
from lives import METHODS
from quotas import check_each, used
from ynl_client import Tests

# A level of recursion for each would fill the stack of a kernel thread.
LONG = 400
LENGTH = 3
UNSEALED = errno.EPROTO, "is not sealed"


def other_request(left, right):
    """The peer asks for something before the step that is due is taken"""
    left.request(INFORMATIONAL, [])
    return right


def rekey_beside(left, right):
    """Its response is sealed, another request is open, and then it gets its keys"""
    new_left, new_right = rekey_exchange(left, right, METHODS[:1])
    new_left.do("ike-sa-init")
    other_request(left, right)
    new_right.do("ike-sa-init")
    return new_left, new_right


def last_keyed(left, right):
    """A rekey whose last response is to be sealed"""
    new_left, new_right = rekey_exchange(left, right, METHODS)
    for new in new_right, new_left:
        new.do("ike-sa-init")
    left.request(IKE_FOLLOWUP_KE,
                 [ke_payload(new_left.do("ike-sa-additional-ke"))])
    return new_left, new_right, new_right.do("ike-sa-additional-ke")


def test_other_request(tests, a, b):
    """A request that is not the one answered says nothing of what was made for that"""
    with Helper(b):
        left, right = establish(a, b)
        _, new_right = rekey_beside(left, right)
        tests.check("a rekey whose response is sealed is complete, whatever is asked "
                    "meanwhile", used(b)[:2] == (2, 0), used(b))
    tests.check("and outlives its socket",
                {sa["id"] for sa in b.dump()} == {right.id, new_right.id}, b.dump())
    for side in a, b:
        end_all(side)

    with Helper(b):
        left, right = establish(a, b)
        ours, theirs = child_begin(left, right, METHODS[:1], 1)
        other_request(left, right)
        child_install(right, theirs)
    adopt(right)
    child_install(left, ours)
    creation.check_child(tests, "a Child SA that was installed while another request is "
                         "open outlives its socket", a, b, (left, ours),
                         (right, theirs), 1)
    for side in a, b:
        end_all(side)


def rekeyed_by(sa):
    """What a rekey of it, by each side, is refused with"""
    for role in {"role": "initiator", "ke-method": X25519}, {"role": "responder"}:
        yield role["role"], sa.side.do, "ike-sa-new", {"rekeys": sa.id} | role


def check_not_rekeyed(tests, name, sa):
    for role, *asked in rekeyed_by(sa):
        refused(tests, f"{name}, by the {role}", *UNSEALED, *asked)
    shown = sa.side.dump()
    tests.check(f"{name}: nothing has changed", shown == sa.side.dump(), shown)


def test_incomplete(tests, a, b):
    """One that ends with another is not rekeyed"""
    left, right = begin(a, b, "creation", METHODS)
    intermediate(left, right, METHODS)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    auth = auth_payload(right)
    check_not_rekeyed(tests, "one whose IKE_AUTH response is not sealed", right)
    right.respond(IKE_AUTH, [(IDR, b.identity), auth])
    left.do("ike-sa-auth-verify")

    new_left, new_right, made = last_keyed(left, right)
    check_not_rekeyed(tests, "a rekey whose last response is not sealed", new_right)
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
    new_left.do("ike-sa-additional-ke")
    rekey(new_left, new_right, METHODS)
    tests.check("one that is complete is rekeyed, and then there are three",
                used(b)[:2] == (3, 0), used(b))
    for side in a, b:
        end_all(side)


# Where the last of a row may stand, on the side that is looked at
def begun(left, right):
    return rekey_begin(right, METHODS[0])


def answered(left, right):
    return rekey_exchange(left, right, METHODS)[1]


def keyed(left, right):
    _, new_right = rekey_exchange(left, right, METHODS)
    new_right.do("ike-sa-init")
    return new_right


def unsealed(left, right):
    return last_keyed(left, right)[1]


def complete(left, right):
    return rekey_beside(left, right)[1]


def row(left, right, length):
    """That many that rekey each other, all complete; last those of both sides"""
    made = [right]
    for _ in range(length - 1):
        left, right = rekey_beside(left, right)
        made.append(right)
    return made, left, right


def test_ends(tests, a, b):
    """Rows of each length, the last at each stand, each of which ends"""
    for stand in begun, answered, keyed, unsealed, complete:
        for length in range(1, LENGTH + 1):
            for ends in range(length + 1):
                made, left, right = row(*establish(a, b), length)
                made.append(stand(left, right))
                made[ends].do("ike-sa-del")
                gone = {made[ends].id}
                if ends == length - 1 and stand is not complete:
                    gone.add(made[-1].id)
                left_over = {sa.id for sa in made} - gone
                seen = {sa["id"] for sa in b.dump()}
                tests.check(f"of {length} and one that is {stand.__name__}, number "
                            f"{ends} ends", seen == left_over, (seen, left_over))
                for side in a, b:
                    end_all(side)


def test_long(tests, a, b):
    """As long as a peer and its helper care to make it"""
    made, _, _ = row(*establish(a, b), LONG)
    tests.check(f"{LONG} rekey each other", used(b)[:2] == (LONG, 0), used(b))
    made[0].do("ike-sa-del")
    made[LONG // 2].do("ike-sa-del")
    tests.check("two that end take no other with them", used(b)[:2] == (LONG - 2, 0),
                used(b))
    for side in a, b:
        end_all(side)


TESTS = (test_other_request, test_incomplete, test_ends, test_long)


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
