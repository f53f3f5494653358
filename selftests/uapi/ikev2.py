# SPDX-License-Identifier: GPL-2.0
"""
Numbers of IKEv2 (RFC 7296 and its registry), and payloads as both sides of tests of it
write them.
"""

import struct

IKE_SA_INIT = 34
IKE_AUTH = 35
CREATE_CHILD_SA = 36
INFORMATIONAL = 37
IKE_INTERMEDIATE = 43
IKE_FOLLOWUP_KE = 44

FLAG_INITIATOR = 0x08
FLAG_RESPONSE = 0x20

SA = 33
KE = 34
IDI = 35
IDR = 36
AUTH = 39
NONCE = 40
NOTIFY = 41
DELETE = 42
TSI = 44
TSR = 45
SK = 46
SKF = 53

UNSUPPORTED_CRITICAL_PAYLOAD = 1
INVALID_IKE_SPI = 4
INVALID_MAJOR_VERSION = 5
INVALID_SYNTAX = 7
NO_PROPOSAL_CHOSEN = 14
INVALID_KE_PAYLOAD = 17
AUTHENTICATION_FAILED = 24
NO_ADDITIONAL_SAS = 35
TS_UNACCEPTABLE = 38
TEMPORARY_FAILURE = 43
CHILD_SA_NOT_FOUND = 44
STATE_NOT_FOUND = 47
COOKIE = 16390
USE_TRANSPORT_MODE = 16391
REKEY_SA = 16393
IKEV2_FRAGMENTATION_SUPPORTED = 16430
INTERMEDIATE_EXCHANGE_SUPPORTED = 16438
ADDITIONAL_KEY_EXCHANGE = 16441

PROTOCOL_IKE = 1
PROTOCOL_ESP = 3

X25519 = 31
MLKEM512 = 35
MLKEM768 = 36
MLKEM1024 = 37


def notify(kind, data=b"", protocol=0, spi=b""):
    return NOTIFY, struct.pack(">BBH", protocol, len(spi), kind) + spi + data


def chain(payloads):
    """Type of the first payload, and the octets of all; a third member is flags"""
    octets = b""
    following = [payload[0] for payload in payloads[1:]] + [0]
    for payload, after in zip(payloads, following):
        flags = payload[2] if len(payload) > 2 else 0
        octets += struct.pack(">BBH", after, flags,
                              4 + len(payload[1])) + payload[1]
    return payloads[0][0] if payloads else 0, octets
