# SPDX-License-Identifier: GPL-2.0
"""Messages of somebody who has no keys: IKE_SA_INIT, and what has none before it."""

import os
import struct

from bench import expect, row
from ike_peer import *


# Octets of an IKE_SA_INIT message that is taken
INIT_MAX = 16384


def refused_with(bench, kind, message):
    answer = bench.wire.ask(message)
    data = find_notify(plain_payloads(answer), kind)
    expect(f"answered with notification {kind}", data is not None, answer)
    expect("no IKE SA was made for it", header(answer)[1] == bytes(8), answer)
    return data


def begun():
    sa = IkeSa(True)
    return sa, init_request(sa)


@row("an IKE header that is cut, too long or too short by its Length",
     bad_header=5)
def _(bench):
    _, message = begun()
    wrong = [message[:27], b"\0", message + b"\0", message[:-1],
             message[:24] + b"\xff\xff\xff\xff" + message[28:]]
    bench.wire.send(*wrong)


@row("IKE_SA_INIT with SPIs, flags or a Message ID that it cannot have",
     bad_header=6)
def _(bench):
    sa, _ = begun()
    for spi_i, spi_r, flags, number in (
            (bytes(8), bytes(8), FLAG_INITIATOR, 0),
            (sa.spi[True], os.urandom(8), FLAG_INITIATOR, 0),
            (sa.spi[True], bytes(8), FLAG_INITIATOR, 1),
            (sa.spi[True], bytes(8), FLAG_INITIATOR, 0xffffffff),
            (sa.spi[True], bytes(8), 0, 0),
            (sa.spi[True], bytes(8), FLAG_INITIATOR | FLAG_RESPONSE, 0)):
        bench.wire.send(plain_message(spi_i, spi_r, IKE_SA_INIT, flags, number,
                                      init_payloads(sa)))


@row("another major version", other_version=2)
def _(bench):
    sa, _ = begun()
    for version in 0x10, 0x30:
        bench.wire.send(plain_message(sa.spi[True], bytes(8), IKE_SA_INIT,
                                      FLAG_INITIATOR, 0, init_payloads(sa),
                                      version))
    answer = bench.wire.receive()
    expect("the version is refused, which is version 2", find_notify(
        plain_payloads(answer), INVALID_MAJOR_VERSION) is not None, answer)


@row("payloads that are cut, empty, too long or left over",
     says="INVALID_SYNTAX", malformed=5)
def _(bench):
    _, message = begun()
    chain_of = message[28:]
    # The last one is shorter than an answer, which anyone may have it sent to another.
    bench.wire.send(message[:16] + b"\0" + message[17:24] + struct.pack(">I", 28))
    for octets in (chain_of[:-1], chain_of + b"\0", b"\x22\0\0\0" + chain_of,
                   b"\x22\0\xff\xff" + chain_of):
        refused_with(bench, INVALID_SYNTAX,
                     message[:24] + struct.pack(">I", 28 + len(octets)) + octets)


@row("IKE_SA_INIT without SA, KE or Nonce, or with two of one", malformed=6)
def _(bench):
    for number in range(3):
        for change in (lambda p, k: p[:k] + p[k + 1:],
                       lambda p, k: p[:k + 1] + p[k:]):
            sa = IkeSa(True)
            refused_with(bench, INVALID_SYNTAX, init_request(
                sa, change(init_payloads(sa), number)))


@row("a nonce of 15 octets and of 257", malformed=2)
def _(bench):
    for size in 15, 257:
        sa = IkeSa(True)
        sa.nonce[True] = bytes(size)
        refused_with(bench, INVALID_SYNTAX, init_request(sa))


@row("a critical payload that nobody knows", critical_payload=1)
def _(bench):
    sa = IkeSa(True)
    data = refused_with(bench, UNSUPPORTED_CRITICAL_PAYLOAD, init_request(
        sa, init_payloads(sa) + [(200, b"", 0x80)]))
    expect("and which one it was", data == bytes([200]), data)


@row("an X25519 share that is cut, too long, zero or of low order", malformed=4)
def _(bench):
    low_order = bytes.fromhex(
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")
    for key in bytes(31), bytes(33), bytes(32), low_order:
        sa = IkeSa(True)
        refused_with(bench, INVALID_SYNTAX,
                     init_request(sa, init_payloads(sa, key=key)))


@row("one method twice among the additional key exchanges",
     says="NO_PROPOSAL_CHOSEN", no_proposal_chosen=1)
def _(bench):
    sa = IkeSa(True)
    refused_with(bench, NO_PROPOSAL_CHOSEN, init_request(sa, init_payloads(
        sa, ike_transforms(MLKEM768, MLKEM768))))


@row("a proposal without ML-KEM", says="NO_PROPOSAL_CHOSEN", no_proposal_chosen=1)
def _(bench):
    sa = IkeSa(True)
    refused_with(bench, NO_PROPOSAL_CHOSEN, init_request(
        sa, init_payloads(sa, ike_transforms()[:3])))


@row("IKE_SA_INIT of more octets than are taken", too_large=2)
def _(bench):
    sa = IkeSa(True)
    for size in INIT_MAX + 1, 60000:
        message = init_request(sa)
        beside = notify(40000, bytes(size - len(message) - 8))
        bench.wire.send(init_request(sa, init_payloads(sa) + [beside]))


@row("proposals, transforms and notifications as many as are taken",
     no_proposal_chosen=2)
def _(bench):
    sa = IkeSa(True)
    transforms = [transform(6 + n % 7, n) for n in range(255)]
    proposals = b"".join(
        proposal(PROTOCOL_IKE, b"", transforms, 1 + n, n != 6)
        for n in range(7))
    refused_with(bench, NO_PROPOSAL_CHOSEN, init_request(
        sa, [(SA, proposals)] + init_payloads(sa)[1:]))
    many = [notify(40000 + n % 1000) for n in range(1900)]
    refused_with(bench, NO_PROPOSAL_CHOSEN, init_request(
        sa, [(SA, proposal(PROTOCOL_IKE, b"", ike_transforms(MLKEM1024)))] +
        init_payloads(sa)[1:] + many))


@row("another KE method than the one that is chosen", invalid_ke_payload=1)
def _(bench):
    sa = IkeSa(True)
    data = refused_with(bench, INVALID_KE_PAYLOAD, init_request(
        sa, init_payloads(sa, key=bytes(64), method=19)))
    expect("and which one that is", data == b"\0\x1f", data)


@row("an IKE_SA_INIT response to nobody, and the gateway's own reflected",
     unknown_spi=2)
def _(bench):
    sa = IkeSa(True)
    response = bench.wire.ask(init_request(sa))
    bench.wire.send(response, plain_message(
        os.urandom(8), os.urandom(8), IKE_SA_INIT, FLAG_RESPONSE, 0,
        init_payloads(sa)))
    take_init_response(sa, response)
    bench.finish(sa)


@row("IKE_SA_INIT replayed: one IKE SA, and the same answer",
     repeated_request=3)
def _(bench):
    sa = IkeSa(True)
    request = init_request(sa)
    response = bench.wire.ask(request)
    for _ in range(3):
        answer = bench.wire.ask(request)
        expect("the answer is the same", answer == response, answer)
    take_init_response(sa, response)
    bench.finish(sa)


@row("IKE_SA_INIT with the SPI of another, and other values", )
def _(bench):
    first, second = IkeSa(True), IkeSa(True)
    second.spi[True] = first.spi[True]
    take_init_response(first, bench.wire.ask(init_request(first)))
    take_init_response(second, bench.wire.ask(init_request(second)))
    expect("it is another IKE SA", first.spi[False] != second.spi[False])
    bench.finish(first)
    bench.finish(second)


@row("messages of IKE SAs that nobody has", unknown_spi=7)
def _(bench):
    for exchange in (IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL, IKE_INTERMEDIATE,
                     IKE_FOLLOWUP_KE):
        message = plain_message(os.urandom(8), os.urandom(8), exchange,
                                FLAG_INITIATOR, 1, [(SK, bytes(64))])
        answer = bench.wire.ask(message)
        expect("answered with INVALID_IKE_SPI", find_notify(
            plain_payloads(answer), INVALID_IKE_SPI) is not None, answer)
        expect("by less than what was sent", len(answer) < len(message), answer)
    for payload in (SK, bytes(64)), notify(INVALID_IKE_SPI):
        bench.wire.send(plain_message(os.urandom(8), os.urandom(8), INFORMATIONAL,
                                      FLAG_INITIATOR | FLAG_RESPONSE, 1, [payload]))
