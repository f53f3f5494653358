# SPDX-License-Identifier: GPL-2.0
"""
A peer of IKEv2 that is no daemon: each message is made when a test says so, and may
have anything wrong with it. One suite: AES-GCM-16-128, PRF-HMAC-SHA2-256, X25519 and
ML-KEM-768 in IKE_INTERMEDIATE.
"""

import hashlib
import hmac
import os
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "uapi"))

from ikev2 import *  # pylint: disable=wrong-import-position

HEADER = struct.Struct(">8s8sBBBBII")
ICV_SIZE = 16
IV_SIZE = 8


def transform(kind, number, key_bits=0):
    attribute = struct.pack(">HH", 0x800e, key_bits) if key_bits else b""
    return struct.pack(">BBH", kind, 0, number) + attribute


def proposal(protocol, spi, transforms, number=1, more=False):
    body = b""
    for index, octets in enumerate(transforms):
        last = index == len(transforms) - 1
        body += struct.pack(">BBH", 0 if last else 3, 0, 4 + len(octets)) + octets
    return struct.pack(">BBHBBBB", 2 if more else 0, 0, 8 + len(spi) + len(body),
                       number, protocol, len(spi), len(transforms)) + spi + body


def ike_transforms(*additional):
    """The suite, with other additional key exchanges than its own if they are given"""
    return [transform(1, 20, 128), transform(2, 5), transform(4, X25519)] + [
        transform(6 + k, method)
        for k, method in enumerate(additional or (MLKEM768,))]


def esp_transforms(*methods):
    return [transform(1, 20, 128), transform(5, 0)] + [
        transform(4 if k == 0 else 5 + k, method)
        for k, method in enumerate(methods)]


def ke_payload(method, data):
    return KE, struct.pack(">HH", method, 0) + data


def selectors(kind, *networks):
    """Each is four octets, and 256 addresses"""
    body = struct.pack(">B3x", len(networks))
    for network in networks:
        body += struct.pack(">BBHHH", 7, 0, 16, 0, 65535) + network[:3] + b"\0" + \
            network[:3] + b"\xff"
    return kind, body


def unchain(first, octets):
    payloads = []
    while first:
        following, _, size = struct.unpack_from(">BBH", octets)
        payloads.append((first, octets[4:size]))
        first, octets = following, octets[size:]
    return payloads


def find(payloads, kind):
    return next((payload[1] for payload in payloads if payload[0] == kind), None)


def find_notify(payloads, kind):
    """Its data, None where there is none"""
    for type_, body in payloads:
        if type_ == NOTIFY and struct.unpack_from(">H", body, 2)[0] == kind:
            return body[4 + body[1]:]
    return None


def header(message):
    return HEADER.unpack_from(message)


def esp_spi():
    """Those below 256 are reserved"""
    return b"\x10" + os.urandom(3)


def plain_message(spi_i, spi_r, exchange, flags, number, payloads, version=0x20):
    first, octets = chain(payloads)
    return HEADER.pack(spi_i, spi_r, first, version, exchange, flags, number,
                       HEADER.size + len(octets)) + octets


def plain_payloads(message):
    return unchain(header(message)[2], message[HEADER.size:])


def prf(key, *octets):
    return hmac.digest(key, b"".join(octets), hashlib.sha256)


def prf_plus(key, seed, size):
    out = block = b""
    number = 1
    while len(out) < size:
        block = prf(key, block, seed, bytes([number]))
        out += block
        number += 1
    return out[:size]


class Keys:
    """SK_* of a round, from SKEYSEED (RFC 7296 section 2.14)"""

    def __init__(self, skeyseed, nonces, spis):
        stream = prf_plus(skeyseed, nonces + spis, 3 * 32 + 2 * 20)
        self.d, self.ei, self.er, self.pi, self.pr = (
            stream[0:32], stream[32:52], stream[52:72], stream[72:104],
            stream[104:136])

    def of(self, initiator):
        return self.ei if initiator else self.er


class IkeSa:
    """One side of an IKE SA, before or after IKE_AUTH"""

    def __init__(self, initiator):
        self.initiator = initiator
        self.spi = {True: bytes(8), False: bytes(8)}
        self.spi[initiator] = os.urandom(8)
        self.nonce = {True: b"", False: b""}
        self.nonce[initiator] = os.urandom(32)
        self.init = {}
        self.int_auth = {True: b"", False: b""}
        self.dh = x25519.X25519PrivateKey.generate()
        self.keys = None
        self.next_request = 1
        self.iv = 0

    def dh_public(self):
        return self.dh.public_key().public_bytes_raw()

    def nonces(self):
        return self.nonce[True] + self.nonce[False]

    def spis(self):
        return self.spi[True] + self.spi[False]

    def begin_keys(self, peer_public):
        shared = self.dh.exchange(
            x25519.X25519PublicKey.from_public_bytes(peer_public))
        self.keys = Keys(prf(self.nonces(), shared), self.nonces(), self.spis())

    def next_keys(self, shared):
        self.keys = Keys(prf(self.keys.d, shared, self.nonces()), self.nonces(),
                         self.spis())

    def flags(self, response):
        return (FLAG_INITIATOR if self.initiator else 0) | \
            (FLAG_RESPONSE if response else 0)

    def seal_octets(self, exchange, first, octets, number, response=False,
                    fragment=None):
        """A message; fragment is (number, total)"""
        key = self.keys.of(self.initiator)
        text = octets + b"\0"
        middle = struct.pack(">HH", *fragment) if fragment else b""
        size = 4 + len(middle) + IV_SIZE + len(text) + ICV_SIZE
        associated = HEADER.pack(
            *(self.spi[True], self.spi[False]), SKF if fragment else SK, 0x20,
            exchange, self.flags(response), number, HEADER.size + size) + \
            struct.pack(">BBH", first, 0, size) + middle
        iv = struct.pack(">Q", self.iv)
        self.iv += 1
        return associated + iv + AESGCM(key[:16]).encrypt(key[16:] + iv, text,
                                                          associated)

    def cover(self, by_initiator, exchange, number, response, first, octets):
        """IntAuth (RFC 9242 section 3.3.2)"""
        if exchange != IKE_INTERMEDIATE:
            return
        flags = (FLAG_INITIATOR if by_initiator else 0) | \
            (FLAG_RESPONSE if response else 0)
        associated = HEADER.pack(
            self.spi[True], self.spi[False], SK, 0x20, exchange, flags, number,
            HEADER.size + 4 + len(octets)) + \
            struct.pack(">BBH", first, 0, 4 + len(octets))
        key = self.keys.pi if by_initiator else self.keys.pr
        self.int_auth[by_initiator] = prf(key, self.int_auth[by_initiator],
                                          associated, octets)

    def seal(self, exchange, payloads, number, response=False):
        first, octets = chain(payloads)
        message = self.seal_octets(exchange, first, octets, number, response)
        self.cover(self.initiator, exchange, number, response, first, octets)
        return message

    def seal_fragments(self, exchange, payloads, number, size, response=False):
        first, octets = chain(payloads)
        parts = [octets[at:at + size] for at in range(0, len(octets), size)]
        messages = [self.seal_octets(exchange, 0 if k else first, part, number,
                                     response, (k + 1, len(parts)))
                    for k, part in enumerate(parts)]
        self.cover(self.initiator, exchange, number, response, first, octets)
        return messages

    def open_octets(self, message):
        """First payload and plaintext, None where it does not verify"""
        key = self.keys.of(not self.initiator)
        ahead = HEADER.size + (8 if header(message)[2] == SKF else 4)
        iv = message[ahead:ahead + IV_SIZE]
        try:
            text = AESGCM(key[:16]).decrypt(
                key[16:] + iv, message[ahead + IV_SIZE:], message[:ahead])
        except InvalidTag:
            return None
        return message[HEADER.size], text[:len(text) - 1 - text[-1]]

    def open(self, *messages):
        """The payloads of a message, or of its fragments in their order"""
        octets = b""
        first = None
        for message in messages:
            opened = self.open_octets(message)
            if opened is None:
                return None
            first = opened[0] if first is None else first
            octets += opened[1]
        _, _, _, _, exchange, flags, number, _ = header(messages[0])
        self.cover(not self.initiator, exchange, number,
                   bool(flags & FLAG_RESPONSE), first, octets)
        return unchain(first, octets)

    def auth(self, by_initiator, identity, psk, number):
        """Authentication Data of a side (RFC 7296 section 2.15)"""
        key = self.keys.pi if by_initiator else self.keys.pr
        covered = b""
        if self.int_auth[True]:
            covered = self.int_auth[True] + self.int_auth[False] + \
                struct.pack(">I", number)
        return prf(prf(psk, b"Key Pad for IKEv2"), self.init[by_initiator],
                   self.nonce[not by_initiator], prf(key, identity), covered)


def init_payloads(sa, transforms=None, key=None, method=X25519):
    """Of IKE_SA_INIT, either message"""
    return [(SA, proposal(PROTOCOL_IKE, b"", transforms or ike_transforms())),
            ke_payload(method, sa.dh_public() if key is None else key),
            (NONCE, sa.nonce[sa.initiator]),
            notify(IKEV2_FRAGMENTATION_SUPPORTED),
            notify(INTERMEDIATE_EXCHANGE_SUPPORTED)]


def init_request(sa, payloads=None, cookie=None):
    payloads = payloads or init_payloads(sa)
    if cookie is not None:
        payloads = [notify(COOKIE, cookie)] + payloads
    sa.init[True] = plain_message(sa.spi[True], bytes(8), IKE_SA_INIT,
                                  FLAG_INITIATOR, 0, payloads)
    return sa.init[True]


def take_init_response(sa, message):
    payloads = plain_payloads(message)
    sa.init[False] = message
    sa.spi[False] = header(message)[1]
    sa.nonce[False] = find(payloads, NONCE)
    sa.begin_keys(find(payloads, KE)[4:])


def take_init_request(sa, message):
    payloads = plain_payloads(message)
    sa.init[True] = message
    sa.spi[True] = header(message)[0]
    sa.nonce[True] = find(payloads, NONCE)
    return find(payloads, KE)[4:]


def init_response(sa, peer_public, payloads=None):
    sa.init[False] = plain_message(sa.spi[True], sa.spi[False], IKE_SA_INIT,
                                   FLAG_RESPONSE, 0, payloads or init_payloads(sa))
    sa.begin_keys(peer_public)
    return sa.init[False]


class Round:
    """The initiator's half of an additional key exchange"""

    def __init__(self):
        self.private = mlkem.MLKEM768PrivateKey.generate()

    def key(self):
        return self.private.public_key().public_bytes_raw()

    def payload(self):
        return ke_payload(MLKEM768, self.key())

    def shared(self, payloads):
        return self.private.decapsulate(find(payloads, KE)[4:])


def answer_round(key):
    """The responder's: shared secret and ciphertext"""
    return mlkem.MLKEM768PublicKey.from_public_bytes(key).encapsulate()
