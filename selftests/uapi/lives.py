# SPDX-License-Identifier: GPL-2.0
"""
The life of an IKE SA, in each exchange and on each side of it, step by step: a
generator for each, which yields where the IKE SA stands before it goes on.
"""

from ike import *
from ynl_client import UNKNOWN_ID

METHODS = [X25519, MLKEM768]
LINK = notify(ADDITIONAL_KEY_EXCHANGE, b"link")


class Stand:
    """Where an IKE SA stands: the one that is attacked, and what is under way in it"""

    def __init__(self, name, sa, child=None, again=None):
        self.life = None
        self.name = name
        self.sa = sa
        # Number of a Child SA of it; of none, where it has none
        self.has_child = child is not None
        self.child = child["id"] if child else UNKNOWN_ID
        # A message of the peer that was opened before
        self.again = again


def init_request(made, methods=METHODS):
    return init_message(made["spi-i"], bytes(8), FLAG_INITIATOR, [
        (SA, ike_proposal(b"", methods)), ke_payload(made),
        (NONCE, made["nonce"]), notify(INTERMEDIATE_EXCHANGE_SUPPORTED)])


def init_response(spi_i, made, methods=METHODS):
    return init_message(spi_i, made["spi-r"], FLAG_RESPONSE, [
        (SA, ike_proposal(b"", methods)), ke_payload(made),
        (NONCE, made["nonce"]), notify(INTERMEDIATE_EXCHANGE_SUPPORTED)])


def begin_initiator(a):
    return IkeSa(a, a.do("ike-sa-new", {
        "role": "initiator", "connection": "creation", "ke-method": X25519}))


def begin_responder(b, request):
    return IkeSa(b, b.do("ike-sa-new", {"role": "responder", "request": request}))


def take_response(left, right, request):
    """Both sides have the messages of IKE_SA_INIT"""
    response = init_response(left.made["spi-i"], right.made)
    right.do("ike-sa-init", {"response": response})
    left.do("ike-sa-init", {"request": request, "response": response})
    left.next_request = right.next_answer = 1
    pair(left, right)


def first_initiator(a, b):
    left = begin_initiator(a)
    yield Stand("half-open", left)
    request = init_request(left.made)
    right = begin_responder(b, request)
    take_response(left, right, request)
    yield Stand("keyed", left)
    made = left.do("ike-sa-additional-ke")
    yield Stand("KE data made", left)
    left.request(IKE_INTERMEDIATE, [ke_payload(made)])
    yield Stand("IKE_INTERMEDIATE sealed", left)
    answer = right.respond(IKE_INTERMEDIATE,
                           [ke_payload(right.do("ike-sa-additional-ke"))])
    yield Stand("IKE_INTERMEDIATE opened", left, again=answer)
    left.do("ike-sa-additional-ke")
    yield Stand("all keys there", left, again=answer)
    ours = child_new(left)
    yield Stand("Child SA reserved", left, ours, answer)
    auth = auth_payload(left)
    yield Stand("AUTH made", left, ours, answer)
    left.request(IKE_AUTH, [(IDI, a.identity), auth, *child_terms(ours, **inner(left, 1))])
    yield Stand("IKE_AUTH sealed", left, ours, answer)
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    theirs = child_new(right)
    terms = child_terms(theirs, **inner(left, 1))
    child_install(right, theirs, terms)
    answer = right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right), *terms])
    yield Stand("IKE_AUTH opened", left, ours, answer)
    left.do("ike-sa-auth-verify")
    yield Stand("established", left, ours, answer)
    child_install(left, ours)
    yield Stand("first Child SA installed", left, ours, answer)
    _, answer = left.exchange(INFORMATIONAL)
    yield Stand("idle", left, ours, answer)


def first_responder(a, b):
    """Of the side that answers, which is a here as well"""
    left = begin_initiator(b)
    request = init_request(left.made)
    right = begin_responder(a, request)
    yield Stand("half-open", right)
    take_response(left, right, request)
    yield Stand("keyed", right)
    asked = left.request(IKE_INTERMEDIATE,
                         [ke_payload(left.do("ike-sa-additional-ke"))])
    yield Stand("IKE_INTERMEDIATE opened", right, again=asked)
    made = right.do("ike-sa-additional-ke")
    yield Stand("KE data made", right, again=asked)
    right.respond(IKE_INTERMEDIATE, [ke_payload(made)])
    yield Stand("IKE_INTERMEDIATE sealed", right, again=asked)
    left.do("ike-sa-additional-ke")
    ours = child_new(left)
    asked = left.request(IKE_AUTH, [(IDI, b.identity), auth_payload(left),
                                    *child_terms(ours, **inner(left, 1))])
    yield Stand("IKE_AUTH opened", right, again=asked)
    right.do("ike-sa-auth-verify", {"connection": "creation"})
    yield Stand("authenticated", right, again=asked)
    theirs = child_new(right)
    yield Stand("Child SA reserved", right, theirs, asked)
    terms = child_terms(theirs, **inner(left, 1))
    child_install(right, theirs, terms)
    yield Stand("first Child SA installed", right, theirs, asked)
    auth = auth_payload(right)
    yield Stand("AUTH made", right, theirs, asked)
    right.respond(IKE_AUTH, [(IDR, a.identity), auth, *terms])
    yield Stand("established", right, theirs, asked)
    left.do("ike-sa-auth-verify")
    child_install(left, ours)
    asked, _ = left.exchange(INFORMATIONAL)
    yield Stand("idle", right, theirs, asked)


def child_initiator(a, b):
    left, right = establish(a, b)
    ours = child_new(left, role="initiator", **{"ke-method": METHODS[0]})
    yield Stand("Child SA reserved", left, ours)
    left.request(CREATE_CHILD_SA, child_payloads(ours, METHODS, **inner(left, 2)))
    yield Stand("CREATE_CHILD_SA sealed", left, ours)
    theirs = responder_new(right, METHODS)
    answer = right.respond(CREATE_CHILD_SA,
                           child_payloads(theirs, METHODS, **inner(left, 2)))
    yield Stand("CREATE_CHILD_SA opened", left, ours, answer)
    made = child_accept(left, ours)
    yield Stand("KE data made", left, ours, answer)
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
    yield Stand("IKE_FOLLOWUP_KE sealed", left, ours, answer)
    made = right.child_do("child-sa-ke", {"id": theirs["id"]})
    answer = right.respond(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
    yield Stand("IKE_FOLLOWUP_KE opened", left, ours, answer)
    left.child_do("child-sa-ke", {"id": ours["id"]})
    yield Stand("keys there", left, ours, answer)
    child_install(right, theirs)
    child_install(left, ours)
    yield Stand("Child SA installed", left, ours, answer)


def child_responder(a, b):
    left, right = establish(b, a)
    ours = child_new(left, role="initiator", **{"ke-method": METHODS[0]})
    asked = left.request(CREATE_CHILD_SA,
                         child_payloads(ours, METHODS, **inner(left, 2)))
    yield Stand("CREATE_CHILD_SA opened", right, again=asked)
    theirs = responder_new(right, METHODS)
    yield Stand("Child SA reserved", right, theirs, asked)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, METHODS, **inner(left, 2)))
    yield Stand("CREATE_CHILD_SA sealed", right, theirs, asked)
    made = child_accept(left, ours)
    asked = left.request(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
    yield Stand("IKE_FOLLOWUP_KE opened", right, theirs, asked)
    made = right.child_do("child-sa-ke", {"id": theirs["id"]})
    yield Stand("keys there", right, theirs, asked)
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made), LINK])
    yield Stand("IKE_FOLLOWUP_KE sealed", right, theirs, asked)
    left.child_do("child-sa-ke", {"id": ours["id"]})
    child_install(right, theirs)
    yield Stand("Child SA installed", right, theirs, asked)
    child_install(left, ours)


def rekey_initiator(a, b):
    left, right = establish(a, b)
    ours, _, _ = create_child(left, right, METHODS, 3)
    new_left = rekey_begin(left, METHODS[0])
    yield Stand("half-open", new_left)
    left.request(CREATE_CHILD_SA, rekey_payloads(new_left.made, "spi-i", METHODS))
    yield Stand("CREATE_CHILD_SA sealed", new_left)
    new_right = rekey_answer(right)
    right.respond(CREATE_CHILD_SA,
                  rekey_payloads(new_right.made, "spi-r", METHODS))
    pair(new_left, new_right)
    yield Stand("CREATE_CHILD_SA opened", new_left)
    new_right.do("ike-sa-init")
    new_left.do("ike-sa-init")
    yield Stand("keyed", new_left)
    made = new_left.do("ike-sa-additional-ke")
    yield Stand("KE data made", new_left)
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made)])
    yield Stand("IKE_FOLLOWUP_KE sealed", new_left)
    made = new_right.do("ike-sa-additional-ke")
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
    yield Stand("IKE_FOLLOWUP_KE opened", new_left)
    new_left.do("ike-sa-additional-ke")
    yield Stand("established", new_left)
    new_left.do("ike-sa-inherit")
    new_right.do("ike-sa-inherit")
    yield Stand("Child SA inherited", new_left, ours)
    left.do("ike-sa-del")
    right.do("ike-sa-del")
    _, answer = new_left.exchange(INFORMATIONAL)
    yield Stand("the other deleted", new_left, ours, answer)


def rekey_responder(a, b):
    left, right = establish(b, a)
    ours, theirs, _ = create_child(left, right, METHODS, 3)
    new_left = rekey_begin(left, METHODS[0])
    left.request(CREATE_CHILD_SA, rekey_payloads(new_left.made, "spi-i", METHODS))
    new_right = rekey_answer(right)
    yield Stand("half-open", new_right)
    right.respond(CREATE_CHILD_SA,
                  rekey_payloads(new_right.made, "spi-r", METHODS))
    pair(new_left, new_right)
    yield Stand("CREATE_CHILD_SA sealed", new_right)
    new_right.do("ike-sa-init")
    yield Stand("keyed", new_right)
    new_left.do("ike-sa-init")
    left.request(IKE_FOLLOWUP_KE,
                 [ke_payload(new_left.do("ike-sa-additional-ke"))])
    yield Stand("IKE_FOLLOWUP_KE opened", new_right)
    made = new_right.do("ike-sa-additional-ke")
    yield Stand("established", new_right)
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
    yield Stand("IKE_FOLLOWUP_KE sealed", new_right)
    new_left.do("ike-sa-additional-ke")
    new_right.do("ike-sa-inherit")
    new_left.do("ike-sa-inherit")
    yield Stand("Child SA inherited", new_right, theirs)


def failed(a, b):
    """The peer's AUTH does not verify"""
    left, right = begin(b, a, "creation", METHODS)
    intermediate(left, right, METHODS)
    asked = left.request(IKE_AUTH, [(IDI, b.identity), (AUTH, b"\2\0\0\0" + bytes(32))])
    try:
        right.do("ike-sa-auth-verify", {"connection": "creation"})
    except NlError:
        pass
    yield Stand("failed", right, again=asked)
    right.respond(IKE_AUTH, [notify(AUTHENTICATION_FAILED)])


def stands(life, a, b):
    """Each stand of a life, of the side of a"""
    for at in life(a, b):
        at.life = life.__name__
        yield at


LIVES = (first_initiator, first_responder, child_initiator, child_responder,
         rekey_initiator, rekey_responder, failed)
