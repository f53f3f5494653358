# SPDX-License-Identifier: GPL-2.0
"""
Both sides of IKEv2 in one process, each in a network namespace of its own: what
a helper does with the messages, without sockets, timers or retransmission.
"""

import os
import re
import subprocess
import struct
import threading

from ikev2 import *
from ynl_client import SCHEMA, SPEC, NlError, YnlFamily, authorise, extack

PRF_SHA256 = 5
PRF_SHA384 = 6
MODP_1024 = 2

KE_LENGTH = {X25519: (32, 32), MLKEM512: (800, 768), MLKEM768: (1184, 1088),
             MLKEM1024: (1568, 1568)}

PSK_DESCRIPTION = "pqike:creation"

ANYWHERE = [{"address": bytes(4), "prefix-length": 0},
            {"address": bytes(16), "prefix-length": 0}]
# A child whose Child SAs may be whatever two sides agree on
ANY_CHILD = {"name": "any", "mode": "transport", "local-ts": ANYWHERE,
             "remote-ts": ANYWHERE}


def add_logon_key(description, octets):
    subprocess.run(["keyctl", "padd", "logon", description, "@s"],
                   input=octets, check=True, stdout=subprocess.DEVNULL)


def says(message, words):
    """On Linux 6.1 with conversions in place of values, names and directions"""
    if words in message:
        return True
    return "%" in message and all(word in message for word in words.split()
                                  if word not in ("in", "out", "fwd") and
                                  not re.search("[0-9A-Z]", word))


def refused(tests, name, number, words, function, *arguments, **more):
    """Refused with this error and these words, and nothing else changed"""
    seen = None
    try:
        seen = function(*arguments, **more)
        passed = False
    except NlError as error:
        seen = str(error)
        passed = error.error == number and says(extack(error, "msg") or "", words)
    tests.check(f"refused: {name}", passed, seen)


def transform(kind, number, key_bits=0):
    attribute = struct.pack(">HH", 0x800e, key_bits) if key_bits else b""
    return kind, struct.pack(">HBBH", 8 + len(attribute), kind, 0,
                             number) + attribute


def proposal(protocol, spi, transforms):
    body = b""
    for index, (_, octets) in enumerate(transforms):
        last = index == len(transforms) - 1
        body += bytes([0 if last else 3, 0]) + octets
    return struct.pack(">BBHBBBB", 0, 0, 8 + len(spi) + len(body), 1, protocol,
                       len(spi), len(transforms)) + spi + body


def ike_proposal(spi, methods, prf=PRF_SHA256):
    """AES-GCM-16-256 with the first method as KE, the others as ADDKE"""
    return proposal(PROTOCOL_IKE, spi, [
        transform(1, 20, 256), transform(2, prf), transform(4, methods[0])] +
        [transform(6 + k, method) for k, method in enumerate(methods[1:])])


def ke_payload(made):
    return KE, struct.pack(">HH", made["ke-method"], 0) + made["ke-data"]


def init_message(spi_i, spi_r, flags, payloads):
    first, octets = chain(payloads)
    return spi_i + spi_r + struct.pack(">BBBBII", first, 0x20, IKE_SA_INIT,
                                       flags, 0, 28 + len(octets)) + octets


def as_list(value):
    return value if isinstance(value, list) else [value]


def authorised_socket():
    family = YnlFamily(SPEC, SCHEMA)
    authorise(family)
    return family


class Side:
    """A host: a network namespace and a netlink socket in it"""

    def __init__(self, name, number):
        self.name = name
        self.number = number
        self.address = bytes([192, 0, 2, number])
        self.identity = b"\x02\0\0\0" + name.encode() + b".example"
        self.peer = None
        self.family = self.open_socket()

    def open_socket(self):
        """Authorised, as a helper's is"""
        return self.make_inside(authorised_socket)

    def make_inside(self, make):
        """A socket belongs to the namespace of the thread that makes it"""
        made = []

        def enter():
            with open(f"/run/netns/{self.name}", encoding="ascii") as handle:
                os.setns(handle.fileno(), os.CLONE_NEWNET)
            made.append(make())

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return made[0]

    def do(self, operation, attributes):
        return self.family.do(operation, attributes)

    def set_connection(self, name, **more):
        self.do("connection-set", {
            "name": name, "local-id": self.identity,
            "remote-id": self.peer.identity, "psk": PSK_DESCRIPTION,
            "child": ANY_CHILD} | more)

    def set_children(self, *children, connection="creation"):
        """These beside the one that is any"""
        self.set_connection(connection, child=[ANY_CHILD, *children])

    def set_trap(self, child, connection="creation", **more):
        """With the connection's children being this one, and the one that is any"""
        self.set_children(child | {"trap": True}, connection=connection)
        return self.trap_again(child, connection, **more)

    def trap_again(self, child, connection="creation", **more):
        return self.do("trap-set", {"connection": connection, "child-sa": {
            "child": child["name"], "local-address": self.address,
            "remote-address": self.peer.address} | more})

    def run(self, *command):
        return subprocess.run(["ip", "netns", "exec", self.name, *command],
                              stdout=subprocess.DEVNULL, check=False).returncode

    def inner_address(self, number):
        return bytes([10, self.number, number, 1])

    def dump(self):
        return self.family.dump("ike-sa-get", {})


class IkeSa:
    """An IKE SA as one of its sides sees it"""

    def __init__(self, side, new):
        self.side = side
        self.id = new["id"]
        self.made = new
        self.other = None
        self.next_request = 0
        self.next_answer = 0
        self.last_request = None
        self.last_response = None

    def do(self, operation, attributes=None):
        return self.side.do(operation, {"id": self.id} | (attributes or {}))

    def child_do(self, operation, attributes, **more):
        reply = self.do(operation, {"child-sa": attributes} | more)
        return as_list(reply["child-sa"])[0] if reply else None

    def show(self):
        return self.do("ike-sa-get")

    def children(self):
        shown = self.side.family.dump("ike-sa-get", {"id": self.id})
        return [child for part in shown
                for child in as_list(part.get("child-sa", []))]

    def seal(self, exchange, payloads, message_id, response=False):
        first, octets = chain(payloads)
        attributes = {"exchange-type": exchange, "message-id": message_id,
                      "first-payload": first, "plaintext": octets}
        if response:
            attributes["response-flag"] = True
        return as_list(self.do("ike-sa-seal", attributes)["message"])[0]

    def open(self, message):
        return self.do("ike-sa-open", {"message": message})

    def request(self, exchange, payloads):
        """Send a request; the other side has opened it afterwards"""
        message = self.seal(exchange, payloads, self.next_request)
        self.last_request = message
        self.other.open(message)
        return message

    def respond(self, exchange, payloads):
        """Answer what was opened; the other side has opened the response"""
        message = self.seal(exchange, payloads, self.next_answer, True)
        self.last_response = message
        self.next_answer += 1
        self.other.open(message)
        self.other.next_request += 1
        return message

    def exchange(self, exchange, payloads=(), answer=()):
        request = self.request(exchange, list(payloads))
        return request, self.other.respond(exchange, list(answer))


def pair(initiator, responder):
    initiator.other, responder.other = responder, initiator
    return initiator, responder


def begin(a, b, connection, methods):
    """IKE_SA_INIT"""
    left = IkeSa(a, a.do("ike-sa-new", {
        "role": "initiator", "connection": connection,
        "ke-method": methods[0]}))
    supported = notify(INTERMEDIATE_EXCHANGE_SUPPORTED)
    spi_i = left.made["spi-i"]
    offer = (SA, ike_proposal(b"", methods))
    request = init_message(spi_i, bytes(8), FLAG_INITIATOR, [
        offer, ke_payload(left.made), (NONCE, left.made["nonce"]), supported])
    right = IkeSa(b, b.do("ike-sa-new", {
        "role": "responder", "request": request}))
    response = init_message(spi_i, right.made["spi-r"], FLAG_RESPONSE, [
        offer, ke_payload(right.made), (NONCE, right.made["nonce"]), supported])
    right.do("ike-sa-init", {"response": response})
    left.do("ike-sa-init", {"request": request, "response": response})
    left.next_request = right.next_answer = 1
    return pair(left, right)


def intermediate(left, right, methods):
    """IKE_INTERMEDIATE for each additional key exchange"""
    for _ in methods[1:]:
        left.request(IKE_INTERMEDIATE,
                     [ke_payload(left.do("ike-sa-additional-ke"))])
        made = right.do("ike-sa-additional-ke")
        right.respond(IKE_INTERMEDIATE, [ke_payload(made)])
        left.do("ike-sa-additional-ke")


def auth_payload(sa):
    made = sa.do("ike-sa-auth-make")
    return AUTH, bytes([made["auth-method"], 0, 0, 0]) + made["auth-data"]


def establish(a, b, connection="creation", methods=(X25519, MLKEM768)):
    """Two sides of an IKE SA without a Child SA"""
    left, right = begin(a, b, connection, methods)
    intermediate(left, right, methods)
    left.request(IKE_AUTH, [(IDI, a.identity), auth_payload(left)])
    right.do("ike-sa-auth-verify", {"connection": connection})
    right.respond(IKE_AUTH, [(IDR, b.identity), auth_payload(right)])
    left.do("ike-sa-auth-verify")
    return left, right


def endpoints(sa):
    return {"local-address": sa.side.address,
            "remote-address": sa.side.peer.address}


def child_new(sa, **more):
    return sa.child_do("child-sa-new", {"child": "any"} | endpoints(sa) | more)


def port_range(one):
    port = one.get("port", 0)
    mask = one.get("port-mask", 0xffff if port else 0)
    return one.get("ports", (port & mask, port & mask | ~mask & 0xffff))


def ts_payload(kind, selectors):
    """Of networks, or ranges of what is given as address and end, or as ports"""
    octets = bytes([len(selectors), 0, 0, 0])
    for one in selectors:
        start = one["address"]
        size = len(start)
        bits = one.get("prefix-length", 8 * size)
        end = one.get("end") or (int.from_bytes(start, "big") |
                                 (1 << 8 * size - bits) - 1).to_bytes(size, "big")
        octets += struct.pack(">BBHHH", 7 if size == 4 else 8,
                              one.get("protocol", 0), 8 + 2 * size,
                              *port_range(one)) + start + end
    return kind, octets


GCM256 = transform(1, 20, 256)
NO_ESN = transform(5, 0)


def esp_proposal(made, methods=None, suite=(GCM256, NO_ESN)):
    """With the first method as KE, the others as ADDKE"""
    if methods is None:
        methods = [made["ke-method"]] if "ke-method" in made else []
    return proposal(PROTOCOL_ESP, struct.pack(">I", made["spi-in"]), [
        *suite, *(transform(5 + k if k else 4, method)
                  for k, method in enumerate(methods))])


def child_terms(made, methods=None, tsi=ANYWHERE, tsr=ANYWHERE, transport=False,
                **more):
    """What a message says of a Child SA, without nonce and KE data"""
    return [notify(USE_TRANSPORT_MODE)] * transport + [
        (SA, esp_proposal(made, methods, **more)),
        ts_payload(TSI, tsi), ts_payload(TSR, tsr)]


def child_payloads(made, methods=None, **more):
    payloads = child_terms(made, methods, **more) + [(NONCE, made["nonce"])]
    if "ke-data" in made:
        payloads.append(ke_payload(made))
    return payloads


def selector(address):
    return {"address": address, "prefix-length": 32}


def inner(sa, number):
    """What the initiator asks for and the responder agrees to, of many Child SAs"""
    return {"tsi": [selector(sa.side.inner_address(number))],
            "tsr": [selector(sa.side.peer.inner_address(number))]}


def child_install(sa, own, answer=(), **more):
    """A responder that has not sealed its response says it in answer"""
    response = {}
    if answer:
        first, octets = chain(answer)
        response = {"first-payload": first, "plaintext": octets}
    return sa.child_do("child-sa-install", {"id": own["id"]} | more, **response)


def responder_new(right, methods, **more):
    return child_new(right, role="responder", **(
        {"ke-method": methods[0]} if methods else {}) | more)


def child_begin(left, right, methods, number=0):
    """CREATE_CHILD_SA, as far as the request that was opened and answered"""
    ours = child_new(left, role="initiator",
                     **({"ke-method": methods[0]} if methods else {}))
    said = inner(left, number)
    left.request(CREATE_CHILD_SA, child_payloads(ours, methods, **said))
    theirs = responder_new(right, methods)
    right.respond(CREATE_CHILD_SA, child_payloads(theirs, methods, **said))
    return ours, theirs


def child_accept(left, ours):
    return left.child_do("child-sa-ke", {"id": ours["id"]})


def child_followup(left, right, ours, theirs, made):
    link = notify(ADDITIONAL_KEY_EXCHANGE, b"link")
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made), link])
    answer = right.child_do("child-sa-ke", {"id": theirs["id"]})
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(answer), link])
    return left.child_do("child-sa-ke", {"id": ours["id"]})


def child_followups(left, right, ours, theirs, made):
    """IKE_FOLLOWUP_KE as long as the initiator has KE data to send"""
    while "ke-data" in made:
        made = child_followup(left, right, ours, theirs, made)
    return made


def create_child(left, right, methods, number):
    """A further Child SA; returns both sides' and how many rounds it took"""
    ours, theirs = child_begin(left, right, methods, number)
    made = child_accept(left, ours)
    made = child_followups(left, right, ours, theirs, made)
    child_install(right, theirs)
    child_install(left, ours)
    return ours, theirs, made["additional-ke-done"]


def rekey_begin(left, method):
    return IkeSa(left.side, left.side.do("ike-sa-new", {
        "role": "initiator", "rekeys": left.id, "ke-method": method}))


def rekey_payloads(made, spi, methods, prf=PRF_SHA256):
    return [(SA, ike_proposal(made[spi], methods, prf)),
            (NONCE, made["nonce"]), ke_payload(made)]


def rekey_answer(right):
    return IkeSa(right.side, right.side.do("ike-sa-new", {
        "role": "responder", "rekeys": right.id}))


def rekey_exchange(left, right, methods, prf=PRF_SHA256):
    """CREATE_CHILD_SA of a rekey, without ike-sa-init"""
    new_left = rekey_begin(left, methods[0])
    left.request(CREATE_CHILD_SA,
                 rekey_payloads(new_left.made, "spi-i", methods, prf))
    new_right = rekey_answer(right)
    right.respond(CREATE_CHILD_SA,
                  rekey_payloads(new_right.made, "spi-r", methods, prf))
    return pair(new_left, new_right)


def rekey_followup(left, right, new_left, new_right, made):
    left.request(IKE_FOLLOWUP_KE, [ke_payload(made)])
    made = new_right.do("ike-sa-additional-ke")
    right.respond(IKE_FOLLOWUP_KE, [ke_payload(made)])
    new_left.do("ike-sa-additional-ke")


def rekey_followups(left, right, new_left, new_right, methods):
    for _ in methods[1:]:
        rekey_followup(left, right, new_left, new_right,
                       new_left.do("ike-sa-additional-ke"))


def rekey(left, right, methods):
    """An IKE SA in the place of another, established"""
    new_left, new_right = rekey_exchange(left, right, methods)
    new_right.do("ike-sa-init")
    new_left.do("ike-sa-init")
    rekey_followups(left, right, new_left, new_right, methods)
    return new_left, new_right
