# SPDX-License-Identifier: GPL-2.0
"""
Every operation of the family in every state of an IKE SA: which of them the protocol
has there, and for what reasons all others are refused.
"""

import errno

import yaml

from ike import *
from ynl_client import CHILD_SA, CONNECTION, MESSAGE

PROTOCOL = "ike-sa"
POLICY_WORDS = "policy takes CAP_NET_ADMIN"
# What the operations on policy are asked with
POLICY = {
    "connection-set": CONNECTION,
    "connection-del": {"name": "creation"},
    "connection-get": {"name": "creation"},
    "trap-set": {"connection": "creation", "child-sa": CHILD_SA},
    "trap-del": {"child-sa": {"reqid": 1}},
    "bench-kem": {"ke-method": X25519, "rounds": 1},
    "authorise": {"fd": 0},
    "revoke": {"fd": 0},
    "quota-set": {"quota": {"ike-sas": 1}},
    "stats-get": {},
}

# What shows policy to an authorised socket, too
SHOWN = {"trap-get": {"child-sa": {"reqid": 1}}}

# Whose dump shows an authorised socket what is its own: see stats.py
DUMPS_OF_OWN = {"stats-get"}

NO_KEYS = errno.EPROTO, "has no keys"
NOT_ESTABLISHED = errno.EPROTO, "not established"
NOT_DUE = errno.EPROTO, "is due"
OUT_OF_ORDER = errno.EPROTO, "out of order"
NONE_OPEN = errno.EPROTO, "open and unused"
NO_CHILD = errno.ENOENT, "no Child SA of this number"
SEAL_REQUEST = [NO_KEYS, OUT_OF_ORDER, (errno.EPROTO, "a request is under way")]
SEAL_RESPONSE = [NO_KEYS, (errno.EPROTO, "is to be answered"),
                 (errno.EPERM, "refuses a Child SA that is installed")]


def operations():
    """Each operation of uapi/pqike.yaml, and whether it is one of the protocol"""
    with open(SPEC, encoding="utf-8") as spec:
        listed = yaml.safe_load(spec)["operations"]["list"]
    return {one["name"]: one["attribute-set"] == PROTOCOL for one in listed}


def dumps():
    with open(SPEC, encoding="utf-8") as spec:
        listed = yaml.safe_load(spec)["operations"]["list"]
    return [one["name"] for one in listed
            if "dump" in one and one["attribute-set"] != PROTOCOL]


class Move:
    """
    One way to ask for an operation: with what, for what reasons it is refused, and
    where the protocol has it: in a state that ike-sa-get shows, or at a stand.
    """

    def __init__(self, operation, what, reasons, allowed=(), attributes=None):
        self.operation = operation
        self.what = what
        self.reasons = reasons
        self.allowed = allowed
        self.attributes = attributes or (lambda at: {})
        self.given = set() # those of the reasons that were

    def is_allowed(self, at, state):
        return "always" in self.allowed or state in self.allowed or \
            (at.has_child and "with a Child SA" in self.allowed) or \
            f"{at.life}: {at.name}" in self.allowed

    def request(self, at):
        own = {} if self.operation in ("ike-sa-new", *POLICY, *SHOWN) else {"id": at.sa.id}
        return own | self.attributes(at)


def seal(exchange, response):
    def attributes(at):
        asked = {"exchange-type": exchange, "first-payload": 0, "plaintext": b"",
                 "message-id": at.sa.next_request}
        if response:
            asked |= {"message-id": at.sa.next_answer, "response-flag": True}
        return asked
    return attributes


def child(**more):
    return lambda at: {"child-sa": {"id": at.child} | {
        name.replace("_", "-"): value for name, value in more.items()}}


def new_child(role=None):
    return lambda at: {"child-sa": CHILD_SA | endpoints(at.sa) | (
        {"role": role} if role else {})}


def at(life, *stands):
    """Of lives.py"""
    return [f"{life}: {stand}" for stand in stands]


BEFORE_AUTH = at("first_initiator", "all keys there", "Child SA reserved", "AUTH made")
AUTHENTICATING = at("first_responder", "authenticated", "Child SA reserved",
                    "first Child SA installed")
INFORMING = ("established", "authenticated", "failed")

# Requests and responses of each exchange.  A failure is answered before there is AUTH,
# and an exchange is asked for once more when its response has been opened.
SEALS = [
    ("IKE_SA_INIT", IKE_SA_INIT, [], []),
    ("IKE_INTERMEDIATE", IKE_INTERMEDIATE,
     at("first_initiator", "keyed", "KE data made", "IKE_INTERMEDIATE opened"),
     at("first_responder", "IKE_INTERMEDIATE opened", "KE data made")),
    ("IKE_AUTH", IKE_AUTH,
     BEFORE_AUTH + at("first_initiator", "IKE_AUTH opened"),
     at("first_responder", "IKE_AUTH opened", "authenticated", "Child SA reserved") +
     at("failed", "failed")),
    ("CREATE_CHILD_SA", CREATE_CHILD_SA, ["established"],
     at("child_responder", "CREATE_CHILD_SA opened", "Child SA reserved")),
    ("IKE_FOLLOWUP_KE", IKE_FOLLOWUP_KE, ["established"],
     at("child_responder", "IKE_FOLLOWUP_KE opened", "keys there")),
    ("INFORMATIONAL", INFORMATIONAL, list(INFORMING), []),
]
SEALED = at("first_initiator", "IKE_INTERMEDIATE sealed", "IKE_AUTH sealed") + \
    at("child_initiator", "CREATE_CHILD_SA sealed", "IKE_FOLLOWUP_KE sealed")


class Seal(Move):
    """A request is not sealed while one is under way, whatever the state"""

    def is_allowed(self, at, state):
        under_way = f"{at.life}: {at.name}" in SEALED
        return super().is_allowed(at, state) and not (
            under_way and self.what.startswith("request"))


# Established, and the response that tells the peer is not sealed
INCOMPLETE = at("first_responder", "AUTH made") + at("rekey_responder", "established")


class Rekey(Move):
    """What is not complete is not rekeyed, though it is established"""

    def is_allowed(self, at, state):
        return super().is_allowed(at, state) and \
            f"{at.life}: {at.name}" not in INCOMPLETE


MOVES = [
    Rekey("ike-sa-new", "of the initiator, a rekey",
          [NOT_ESTABLISHED, (errno.EPROTO, "the IKE SA to rekey is not sealed")],
          ["established"], lambda at: {
              "role": "initiator", "rekeys": at.sa.id, "ke-method": X25519}),
    Move("ike-sa-new", "of the responder, a rekey",
         [NOT_ESTABLISHED, NONE_OPEN, (errno.EPROTO, "the IKE SA to rekey is not sealed"), (errno.EBADMSG, "not of one IKE SA")], [],
         lambda at: {"role": "responder", "rekeys": at.sa.id}),
    Move("ike-sa-init", "with both messages",
         [(errno.EBADMSG, "malformed"), (errno.EPROTO, "complete already"),
          (errno.EINVAL, "only the initiator"), (errno.EINVAL, "a rekey takes")], [],
         lambda at: {"request": MESSAGE, "response": MESSAGE}),
    Move("ike-sa-init", "with a response",
         [(errno.EBADMSG, "malformed"), (errno.EPROTO, "complete already"),
          (errno.EINVAL, "only the initiator"), (errno.EINVAL, "a rekey takes")], [],
         lambda at: {"response": MESSAGE}),
    Move("ike-sa-init", "of a rekey",
         [(errno.EINVAL, "response is missing"), NONE_OPEN,
          (errno.EPROTO, "complete already"), (errno.EPROTO, "not sealed")],
         at("rekey_initiator", "CREATE_CHILD_SA opened") +
         at("rekey_responder", "CREATE_CHILD_SA sealed")),
    Move("ike-sa-additional-ke", "",
         [NOT_DUE, (errno.EPROTO, "message of the peer was opened"), NONE_OPEN,
          (errno.EPROTO, "must be sealed first")],
         at("first_initiator", "keyed", "IKE_INTERMEDIATE opened") +
         at("first_responder", "IKE_INTERMEDIATE opened") +
         at("rekey_initiator", "keyed", "IKE_FOLLOWUP_KE opened") +
         at("rekey_responder", "IKE_FOLLOWUP_KE opened")),
    *(Seal("ike-sa-seal", f"request of {name}", SEAL_REQUEST, asks,
           seal(exchange, False)) for name, exchange, asks, _ in SEALS),
    *(Seal("ike-sa-seal", f"response of {name}", SEAL_RESPONSE, answers,
           seal(exchange, True)) for name, exchange, _, answers in SEALS),
    Move("ike-sa-open", "of chosen octets",
         [NO_KEYS, (errno.EBADMSG, "not of this IKE SA")], [],
         lambda at: {"message": MESSAGE}),
    Move("ike-sa-open", "of what was opened",
         [NO_KEYS, (errno.EBADMSG, "not of this IKE SA"),
          (errno.EPROTO, "is awaited"), (errno.EPROTO, "not the next")], [],
         lambda at: {"message": at.again or MESSAGE}),
    Move("ike-sa-auth-make", "", [OUT_OF_ORDER],
         BEFORE_AUTH[:-1] + AUTHENTICATING),
    Move("ike-sa-auth-verify", "",
         [OUT_OF_ORDER, (errno.EPROTO, "no IKE_AUTH message")],
         at("first_initiator", "IKE_AUTH opened") +
         at("first_responder", "IKE_AUTH opened"),
         lambda at: {"connection": "creation"}),
    Move("ike-sa-inherit", "",
         [(errno.EPROTO, "rekeys none"), NOT_ESTABLISHED,
          (errno.EPROTO, "established by is not sealed")],
         at("rekey_initiator", "established", "Child SA inherited") +
         at("rekey_responder", "IKE_FOLLOWUP_KE sealed", "Child SA inherited")),
    Move("child-sa-new", "of IKE_AUTH",
         [NO_KEYS, (errno.EINVAL, "role"), (errno.EPROTO, "no connection yet")],
         at("first_initiator", "keyed", "KE data made", "IKE_INTERMEDIATE sealed",
            "IKE_INTERMEDIATE opened", "IKE_AUTH sealed", "IKE_AUTH opened") +
         BEFORE_AUTH + AUTHENTICATING, new_child()),
    Move("child-sa-new", "of the initiator",
         [NO_KEYS, (errno.EPROTO, "needs an established")], ["established"],
         new_child("initiator")),
    Move("child-sa-new", "of the responder",
         [NO_KEYS, (errno.EPROTO, "needs an established"), NONE_OPEN],
         at("child_responder", "CREATE_CHILD_SA opened"), new_child("responder")),
    Move("child-sa-ke", "", [NO_CHILD, NOT_DUE, NONE_OPEN],
         at("child_initiator", "CREATE_CHILD_SA opened", "IKE_FOLLOWUP_KE opened") +
         at("child_responder", "IKE_FOLLOWUP_KE opened"), child()),
    Move("child-sa-update", "",
         [NO_CHILD, (errno.EINVAL, "no UDP encapsulation")], [],
         child(encap_remote_port=4500)),
    Move("ike-sa-adopt", "", [(errno.EALREADY, "already")]),
    Move("child-sa-install", "",
         [NO_CHILD, NONE_OPEN, (errno.EPROTO, "not authenticated"),
          (errno.EPROTO, "have been used"), (errno.EPROTO, "not complete"),
          (errno.EINVAL, "what the response is to say is missing")],
         at("first_initiator", "established") +
         at("first_responder", "Child SA reserved") +
         at("child_initiator", "CREATE_CHILD_SA opened", "IKE_FOLLOWUP_KE opened",
            "keys there") +
         at("child_responder", "keys there", "IKE_FOLLOWUP_KE sealed"),
         child()),
    Move("child-sa-del", "", [NO_CHILD], ["with a Child SA"], child()),
    *(Move(operation, "", [], ["always"]) for operation in
      ("ike-sa-get", "ike-sa-del", "ike-sa-note")),
    *(Move(operation, "", [(errno.EPERM, POLICY_WORDS)], [],
           lambda at, asked=asked: asked) for operation, asked in POLICY.items()),
    *(Move(operation, "", [(errno.ENOENT, "has no trap")], [],
           lambda at, asked=asked: asked) for operation, asked in SHOWN.items()),
]


def refusal_of(family, move, at):
    """What an operation is refused with, in words, or None"""
    try:
        family.do(move.operation, move.request(at))
    except NlError as error:
        return error.error, extack(error, "msg") or ""
    return None


def wrong_moves(family, at, state):
    """
    All that the protocol has not here: how many, and those that were not refused, or
    for no reason that holds
    """
    tried, wrong = 0, []
    for move in MOVES:
        if move.is_allowed(at, state):
            continue
        tried += 1
        seen = refusal_of(family, move, at)
        given = [] if seen is None else [
            (number, words) for number, words in move.reasons
            if seen[0] == number and words in seen[1]]
        move.given.update(given)
        if not given:
            wrong.append((move.operation, move.what, seen))
    return tried, wrong


def idle_reasons():
    """Those that no state has given for an operation"""
    given = {(move.operation, reason) for move in MOVES for reason in move.given}
    return sorted({(move.operation, reason) for move in MOVES
                   for reason in move.reasons} - given)
