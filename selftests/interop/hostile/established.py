# SPDX-License-Identifier: GPL-2.0
"""
Messages of a peer that is authenticated, in an established IKE SA: CREATE_CHILD_SA,
IKE_FOLLOWUP_KE and INFORMATIONAL.
"""

from bench import expect, row
from before_auth import Q, set_coefficient, spoil
from ike_peer import *

SELECTORS = [selectors(TSI, bytes([10, 67, 0, 0])),
             selectors(TSR, bytes([10, 1, 67, 0]))]


def child_payloads(sa, methods=(X25519, MLKEM768), key=None):
    """CREATE_CHILD_SA with PFS"""
    return [(SA, proposal(PROTOCOL_ESP, esp_spi(), esp_transforms(*methods))),
            (NONCE, bytes(32)),
            ke_payload(X25519, key or sa.dh_public())] + SELECTORS


def begin_child(bench, sa):
    """The link to the follow-up that is due"""
    answer = bench.request(sa, CREATE_CHILD_SA, child_payloads(sa))
    link = find_notify(answer, ADDITIONAL_KEY_EXCHANGE)
    expect("a follow-up is due", link, answer)
    return link


def followup(bench, sa, link, key=None):
    payloads = [ke_payload(MLKEM768, key or Round().key())]
    if link is not None:
        payloads.append(notify(ADDITIONAL_KEY_EXCHANGE, link))
    return bench.request(sa, IKE_FOLLOWUP_KE, payloads)


def is_answered(answer, kind):
    expect(f"answered with notification {kind}",
           find_notify(answer, kind) is not None, answer)


def ends(bench, exchange, payloads, prepare=None):
    """The IKE SA, with INVALID_SYNTAX"""
    sa = bench.establish()
    if prepare:
        payloads = payloads + prepare(sa)
    is_answered(bench.request(sa, exchange, payloads), INVALID_SYNTAX)


@row("replays: the last request is answered alike, those before it are not",
     repeated_request=2, out_of_window=2)
def _(bench):
    sa = bench.establish()
    first = sa.seal(INFORMATIONAL, [], sa.next_request)
    bench.ask(sa, first)
    second = sa.seal(INFORMATIONAL, [], sa.next_request)
    response = bench.wire.ask(second, True)
    sa.next_request += 1
    for _ in range(2):
        expect("the answer is the same", bench.wire.ask(second, True) == response)
    bench.wire.send(first, first)
    bench.end(sa)


@row("a wrong ICV in an established IKE SA: it stays", does_not_verify=3)
def _(bench):
    sa = bench.establish()
    message = sa.seal(INFORMATIONAL, [(DELETE, b"\x01\0\0\0")], sa.next_request)
    for at in -1, 32, 28:
        bench.wire.send(spoil(message, at))
    bench.end(sa)


@row("a Delete that is not encrypted, and one of a stranger: the IKE SA stays",
     unprotected=1, unknown_spi=1, says="outside the Encrypted payload")
def _(bench):
    sa = bench.establish()
    for spi in sa.spi[False], bytes(8):
        bench.wire.send(plain_message(
            sa.spi[True], spi, INFORMATIONAL, FLAG_INITIATOR, sa.next_request,
            [(DELETE, b"\x01\0\0\0")]))
    bench.end(sa)


@row("IKE_FOLLOWUP_KE that nothing calls for", )
def _(bench):
    sa = bench.establish()
    is_answered(followup(bench, sa, b"link"), STATE_NOT_FOUND)
    is_answered(followup(bench, sa, None), STATE_NOT_FOUND)
    bench.end(sa)


@row("IKE_FOLLOWUP_KE with another link, without one, once too often")
def _(bench):
    sa = bench.establish()
    link = begin_child(bench, sa)
    for wrong in b"", link[:-1], link + b"\0", spoil(link), None:
        is_answered(followup(bench, sa, wrong), STATE_NOT_FOUND)
    answer = followup(bench, sa, link)
    expect("the right one is answered", find(answer, KE) is not None, answer)
    is_answered(followup(bench, sa, link), STATE_NOT_FOUND)
    bench.end(sa)


@row("an IKE_FOLLOWUP_KE with a Message ID that is not the next",
     out_of_window=2)
def _(bench):
    sa = bench.establish()
    link = begin_child(bench, sa)
    payloads = [Round().payload(), notify(ADDITIONAL_KEY_EXCHANGE, link)]
    for number in sa.next_request + 1, sa.next_request - 2:
        bench.wire.send(sa.seal_octets(IKE_FOLLOWUP_KE, *chain(payloads), number))
    answer = followup(bench, sa, link)
    expect("the right one is answered", find(answer, KE) is not None, answer)
    bench.end(sa)


@row("CREATE_CHILD_SA begun again and again, and never followed up")
def _(bench):
    sa = bench.establish()
    links = [begin_child(bench, sa) for _ in range(8)]
    for link in links[:-1]:
        is_answered(followup(bench, sa, link), STATE_NOT_FOUND)
    answer = followup(bench, sa, links[-1])
    expect("the last one is gone on with", find(answer, KE) is not None, answer)
    bench.end(sa)


@row("other exchanges before the follow-up")
def _(bench):
    sa = bench.establish()
    link = begin_child(bench, sa)
    bench.request(sa, INFORMATIONAL, [])
    answer = followup(bench, sa, link)
    expect("it is gone on with", find(answer, KE) is not None, answer)
    bench.end(sa)


@row("IKE_FOLLOWUP_KE with an ek that is not reduced, of another length or method",
     malformed=4)
def _(bench):
    key = Round().key()
    for payload in (ke_payload(MLKEM768, set_coefficient(key, 9, Q)),
                    ke_payload(MLKEM768, key[:-1]),
                    ke_payload(MLKEM1024, key + bytes(384)),
                    notify(40000)):
        sa = bench.establish()
        link = begin_child(bench, sa)
        is_answered(bench.request(sa, IKE_FOLLOWUP_KE, [
            payload, notify(ADDITIONAL_KEY_EXCHANGE, link)]), INVALID_SYNTAX)


@row("one method twice, and none, among those of a Child SA")
def _(bench):
    sa = bench.establish()
    for methods in (X25519, MLKEM768, MLKEM768), (X25519,), (X25519, MLKEM1024):
        is_answered(bench.request(sa, CREATE_CHILD_SA,
                                  child_payloads(sa, methods)),
                    NO_PROPOSAL_CHOSEN)
    bench.end(sa)


@row("a KE share of a Child SA that is cut or of low order", malformed=2)
def _(bench):
    for key in bytes(31), bytes(32):
        sa = bench.establish()
        is_answered(bench.request(sa, CREATE_CHILD_SA,
                                  child_payloads(sa, key=key)), INVALID_SYNTAX)


@row("traffic selectors of nobody, 255 of them, cut, and none", malformed=2)
def _(bench):
    sa = bench.establish()
    strange = [selectors(kind, bytes([172, 16, 0, 0])) for kind in (TSI, TSR)]
    is_answered(bench.request(sa, CREATE_CHILD_SA,
                              child_payloads(sa)[:3] + strange), TS_UNACCEPTABLE)
    many = [selectors(kind, *(bytes([172, 16, n, 0]) for n in range(255)))
            for kind in (TSI, TSR)]
    is_answered(bench.request(sa, CREATE_CHILD_SA, child_payloads(sa)[:3] + many),
                TS_UNACCEPTABLE)
    bench.end(sa)
    cut = [(kind, body[:-1]) for kind, body in SELECTORS]
    ends(bench, CREATE_CHILD_SA, cut, lambda sa: child_payloads(sa)[:3])
    ends(bench, CREATE_CHILD_SA, [], lambda sa: child_payloads(sa)[:3])


@row("a rekey of what does not exist, and Deletes of it")
def _(bench):
    sa = bench.establish()
    is_answered(bench.request(sa, CREATE_CHILD_SA, [
        notify(REKEY_SA, b"", PROTOCOL_ESP, b"\xde\xad\0\0")] +
        child_payloads(sa)), CHILD_SA_NOT_FOUND)
    spis = b"".join(struct.pack(">I", 0xdead0000 + n) for n in range(2000))
    answer = bench.request(sa, INFORMATIONAL, [
        (DELETE, struct.pack(">BBH", 3, 4, 2000) + spis)] * 5)
    expect("the answer names none", find(answer, DELETE) is None, answer)
    bench.end(sa)


@row("Deletes that are cut, or of SPIs of another size", malformed=3)
def _(bench):
    for body in b"\3\4\0\2\0\0\0\1", b"\3\4", b"\3\3\0\1\0\0\1":
        ends(bench, INFORMATIONAL, [(DELETE, body)])


@row("an exchange that nobody knows, and those that came before", malformed=1,
     misplaced=1)
def _(bench):
    ends(bench, 99, [])
    ends(bench, INFORMATIONAL, [(SA, b"\0\0\0"), (SA, b"")])


@row("IKE_AUTH and IKE_INTERMEDIATE once more", out_of_window=2)
def _(bench):
    sa = bench.establish()
    for exchange in IKE_AUTH, IKE_INTERMEDIATE:
        bench.wire.send(sa.seal_octets(exchange, 0, b"", sa.next_request))
    bench.end(sa)


@row("a message of 64000 octets in fragments, full of notifications and Deletes")
def _(bench):
    sa = bench.establish()
    payloads = [notify(40000 + n % 1000, bytes(100)) for n in range(500)] + \
        [(DELETE, struct.pack(">BBHI", 3, 4, 1, n)) for n in range(500)]
    parts = sa.seal_fragments(INFORMATIONAL, payloads, sa.next_request, 1200)
    bench.wire.send(*parts[:-1])
    answer = bench.ask(sa, parts[-1])
    expect("the answer is empty", answer == [], answer)
    bench.end(sa)


@row("a fragment of each of two messages: they are never put together",
     does_not_verify=1)
def _(bench):
    sa = bench.establish()
    payloads = [notify(40000, bytes(600))]
    first = sa.seal_fragments(INFORMATIONAL, payloads, sa.next_request, 400)
    bench.wire.send(first[0])
    octets = bytearray(first[1])
    octets[18] = CREATE_CHILD_SA
    bench.wire.send(bytes(octets))
    expect("the message is answered", bench.ask(sa, first[1]) == [])
    bench.end(sa)


def rekey_payloads(sa, methods=(MLKEM768,)):
    return [(SA, proposal(PROTOCOL_IKE, IkeSa(True).spi[True],
                          ike_transforms(*methods))),
            (NONCE, bytes(32)), ke_payload(X25519, sa.dh_public())]


@row("an IKE SA rekeyed without an end, each left before its follow-up")
def _(bench):
    sa = bench.establish()
    for _ in range(4):
        answer = bench.request(sa, CREATE_CHILD_SA, rekey_payloads(sa))
        link = find_notify(answer, ADDITIONAL_KEY_EXCHANGE)
        expect("a follow-up is due", link, answer)
    bench.request(sa, INFORMATIONAL, [(DELETE, b"\x01\0\0\0")])


@row("a rekey of the IKE SA whose follow-up has an ek that is not reduced",
     malformed=1)
def _(bench):
    sa = bench.establish()
    answer = bench.request(sa, CREATE_CHILD_SA, rekey_payloads(sa))
    link = find_notify(answer, ADDITIONAL_KEY_EXCHANGE)
    is_answered(followup(bench, sa, link,
                         set_coefficient(Round().key(), 0, Q)), INVALID_SYNTAX)


@row("a rekey of the IKE SA without ML-KEM, and with one method twice")
def _(bench):
    sa = bench.establish()
    for methods in (0,), (MLKEM768, MLKEM768):
        is_answered(bench.request(sa, CREATE_CHILD_SA,
                                  rekey_payloads(sa, methods)),
                    NO_PROPOSAL_CHOSEN)
    bench.end(sa)
