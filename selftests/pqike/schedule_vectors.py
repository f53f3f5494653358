#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Known answers for the key schedule, AUTH, IntAuth and SK payloads of IKEv2.

Worked out from the formulae of the RFCs with hashlib, hmac and the ciphers of
python3-cryptography; nothing here is shared with the module under test.
Writes schedule_vectors.h to standard output.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import (
    AESGCM, ChaCha20Poly1305)

PRF_HMAC_SHA2_256 = 5
PRF_HMAC_SHA2_384 = 6
PRF_HMAC_SHA2_512 = 7

HASHES = {
    PRF_HMAC_SHA2_256: hashlib.sha256,
    PRF_HMAC_SHA2_384: hashlib.sha384,
    PRF_HMAC_SHA2_512: hashlib.sha512,
}

SALT_LENGTH = 4

ENCR_AES_CBC = 12
ENCR_AES_GCM_16 = 20
ENCR_CHACHA20_POLY1305 = 28

AUTH_HMAC_SHA2_256_128 = 12
AUTH_HMAC_SHA2_384_192 = 13
AUTH_HMAC_SHA2_512_256 = 14

# RFC 4868 section 2.6: the key is as long as the hash, half of which is sent
INTEG_HASHES = {
    AUTH_HMAC_SHA2_256_128: hashlib.sha256,
    AUTH_HMAC_SHA2_384_192: hashlib.sha384,
    AUTH_HMAC_SHA2_512_256: hashlib.sha512,
}

# Encryption, its Key Length attribute, integrity
GCM_128 = (ENCR_AES_GCM_16, 128, 0)
GCM_256 = (ENCR_AES_GCM_16, 256, 0)
CHACHA = (ENCR_CHACHA20_POLY1305, 0, 0)
CBCS = [(ENCR_AES_CBC, bits, integ)
        for bits in (128, 256) for integ in INTEG_HASHES]
SUITES = [GCM_128, GCM_256, CHACHA] + CBCS

IKE_AUTH = 35
INFORMATIONAL = 37
IKE_INTERMEDIATE = 43

FLAG_INITIATOR = 0x08
FLAG_RESPONSE = 0x20

PAYLOAD_KE = 34
PAYLOAD_IDI = 35
PAYLOAD_SK = 46
PAYLOAD_SKF = 53


def octets(label, length):
    """Octets that differ from every other label's."""
    return hashlib.shake_256(label.encode()).digest(length)


# RFC 7296 section 2.13

def prf(method, key, data):
    return hmac.new(key, data, HASHES[method]).digest()


def prf_length(method):
    return HASHES[method]().digest_size


def prf_plus(method, key, seed, length):
    output = block = b""
    counter = 0
    while len(output) < length:
        counter += 1
        if counter > 255:
            raise ValueError("prf+ ends after 255 blocks")
        block = prf(method, key, block + seed + bytes([counter]))
        output += block
    return output[:length]


# Lengths of the keys and of the fields of SK payloads

def sk_e_length(suite):
    encr, bits, _ = suite
    if encr == ENCR_AES_CBC:
        return bits // 8
    return (bits or 256) // 8 + SALT_LENGTH


def sk_a_length(suite):
    integ = suite[2]
    return INTEG_HASHES[integ]().digest_size if integ else 0


def iv_length(suite):
    return 16 if suite[0] == ENCR_AES_CBC else 8


def icv_length(suite):
    return sk_a_length(suite) // 2 or 16


def block_length(suite):
    return 16 if suite[0] == ENCR_AES_CBC else 1


def transforms(suite):
    encr, bits, integ = suite
    return {"encr": encr, "encr_key_bits": bits, "integ": integ}


# RFC 7296 section 2.14, RFC 9370 section 2.2.2

KEY_NAMES = ["sk_d", "sk_ai", "sk_ar", "sk_ei", "sk_er", "sk_pi", "sk_pr"]


def expand_keys(method, suite, skeyseed, nonces, spis):
    prf_octets = prf_length(method)
    lengths = [prf_octets, sk_a_length(suite), sk_a_length(suite),
               sk_e_length(suite), sk_e_length(suite), prf_octets, prf_octets]
    keymat = prf_plus(method, skeyseed, nonces + spis, sum(lengths))
    keys = {}
    for name, length in zip(KEY_NAMES, lengths):
        keys[name], keymat = keymat[:length], keymat[length:]
    return keys


def schedule(method, suite, nonce_i, nonce_r, spi_i, spi_r, secrets):
    """keys(0), keys(1), ... each with the SKEYSEED it came from"""
    nonces, spis = nonce_i + nonce_r, spi_i + spi_r
    stages = []
    for round_number, secret in enumerate(secrets):
        if round_number == 0:
            skeyseed = prf(method, nonces, secret)
        else:
            skeyseed = prf(method, stages[-1]["sk_d"], secret + nonces)
        keys = expand_keys(method, suite, skeyseed, nonces, spis)
        stages.append({"skeyseed": skeyseed, **keys})
    return stages


# RFC 7296 section 2.17: initiator to responder first

def child_keys(method, sk_d, nonce_i, nonce_r, encr_bits):
    length = encr_bits // 8 + SALT_LENGTH
    keymat = prf_plus(method, sk_d, nonce_i + nonce_r, 2 * length)
    return keymat[:length], keymat[length:]


# RFC 7296 sections 2.17 and 2.18, RFC 9370 section 2.2.4

def linked(secrets, nonces):
    """SK(0) | Ni | Nr | SK(1) | ... | SK(n), with no SK at all or n + 1"""
    return b"".join(secrets[:1]) + nonces + b"".join(secrets[1:])


def linked_child_keys(method, sk_d, nonces, secrets, encr_bits):
    length = encr_bits // 8 + SALT_LENGTH
    keymat = prf_plus(method, sk_d, linked(secrets, nonces), 2 * length)
    return keymat[:length], keymat[length:]


def rekeyed_keys(method, sk_d, suite, nonces, spis, secrets):
    skeyseed = prf(method, sk_d, linked(secrets, nonces))
    return {"skeyseed": skeyseed,
            **expand_keys(method, suite, skeyseed, nonces, spis)}


# RFC 8784 section 3, RFC 9867 section 3.1

def mix_ppk(method, ppk, key):
    return prf_plus(method, ppk, key, prf_length(method))


def ppk_keys(method, suite, ppk, sk_d, nonces, spis):
    skeyseed = mix_ppk(method, ppk, sk_d)
    return {"skeyseed": skeyseed,
            **expand_keys(method, suite, skeyseed, nonces, spis)}


# RFC 3526: p = 2^n - 2^(n-64) - 1 + 2^64 (floor(2^(n-130) pi) + c)

MODP_GROUPS = {14: (2048, 124476), 15: (3072, 1690314), 16: (4096, 240904)}


def pi_times_power_of_two(exponent):
    """floor(2^exponent pi), by Machin's formula"""
    guard = 64
    one = 1 << exponent + guard

    def arctan_of_inverse(x):
        power, total, n = one // x, 0, 1
        while power:
            total += power // n if n % 4 == 1 else -(power // n)
            power //= x * x
            n += 2
        return total

    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239)) >> guard


def modp_prime(group):
    n, c = MODP_GROUPS[group]
    return (2**n - 2**(n - 64) - 1 +
            2**64 * (pi_times_power_of_two(n - 130) + c))


# RFC 7296 section 2.15, RFC 9242 section 3.3.2

def psk_auth(method, psk, signed_octets):
    return prf(method, prf(method, psk, b"Key Pad for IKEv2"), signed_octets)


def signed_octets(method, own_message, peer_nonce, sk_p, id_body, intauth):
    return own_message + peer_nonce + prf(method, sk_p, id_body) + intauth


# draft-ietf-ipsecme-ikev2-downgrade-prevention

def full_transcript(peer_message, own_signed_octets):
    return bytes(8) + peer_message + own_signed_octets


# RFC 7296 sections 3.1, 3.2, 3.14

def ike_header(spi_i, spi_r, next_payload, exchange, flags, message_id, length):
    return spi_i + spi_r + struct.pack(">BBBBII", next_payload, 0x20, exchange,
                                       flags, message_id, length)


def generic_header(next_payload, length):
    return struct.pack(">BBH", next_payload, 0, length)


def intauth_a(message):
    """A of RFC 9242 section 3.3.2: as if there were no IV, padding and ICV"""
    sk_length = 4 + len(message["plaintext"])
    return (ike_header(message["spi_i"], message["spi_r"], PAYLOAD_SK,
                       message["exchange"], message["flags"],
                       message["message_id"], 28 + sk_length) +
            generic_header(message["first_payload"], sk_length))


# RFC 5282, RFC 7634, RFC 3602, RFC 7383 section 2.5

def encrypt(suite, sk_e, sk_a, headers, iv, padded):
    """IV, ciphertext and ICV"""
    encr, _, integ = suite
    if encr == ENCR_AES_CBC:
        encryptor = Cipher(algorithms.AES(sk_e), modes.CBC(iv)).encryptor()
        text = iv + encryptor.update(padded) + encryptor.finalize()
        mac = hmac.new(sk_a, headers + text, INTEG_HASHES[integ]).digest()
        return text + mac[:icv_length(suite)]
    key, salt = sk_e[:-SALT_LENGTH], sk_e[-SALT_LENGTH:]
    aead = AESGCM if encr == ENCR_AES_GCM_16 else ChaCha20Poly1305
    return iv + aead(key).encrypt(salt + iv, padded, headers)


def pad(plaintext, padding):
    return plaintext + padding + bytes([len(padding)])


def least_padding(suite, length):
    return -(length + 1) % block_length(suite)


def seal(message, suite, keys, iv, padding=b""):
    sk_e, sk_a = keys
    padded = pad(message["plaintext"], padding)
    length = 4 + iv_length(suite) + len(padded) + icv_length(suite)
    headers = (ike_header(message["spi_i"], message["spi_r"], PAYLOAD_SK,
                          message["exchange"], message["flags"],
                          message["message_id"], 28 + length) +
               generic_header(message["first_payload"], length))
    return headers + encrypt(suite, sk_e, sk_a, headers, iv, padded)


def seal_fragment(message, suite, keys, iv, part, number, total):
    sk_e, sk_a = keys
    padded = pad(part, bytes(least_padding(suite, len(part))))
    length = 4 + 4 + iv_length(suite) + len(padded) + icv_length(suite)
    first_payload = message["first_payload"] if number == 1 else 0
    headers = (ike_header(message["spi_i"], message["spi_r"], PAYLOAD_SKF,
                          message["exchange"], message["flags"],
                          message["message_id"], 28 + length) +
               generic_header(first_payload, length) +
               struct.pack(">HH", number, total))
    return headers + encrypt(suite, sk_e, sk_a, headers, iv, padded)


# Cases

def prf_cases():
    for method in HASHES:
        for key, data in [(32, 0), (64, 1), (65, 63), (128, 64), (129, 200),
                          (300, 500)]:
            key_octets = octets(f"prf key {key}", key)
            data_octets = octets(f"prf data {data}", data)
            yield {
                "prf": method,
                "key": key_octets,
                "data": data_octets,
                "output": prf(method, key_octets, data_octets),
            }


def prf_plus_cases():
    for method in HASHES:
        block = prf_length(method)
        key = octets("prf+ key", block)
        seed = octets("prf+ seed", 80)
        for length in [1, block - 1, block, block + 1, 3 * block,
                       3 * block + 1, 254 * block + 1, 255 * block]:
            # Of a long output only the end stands in the header.
            skipped = max(0, length - 2 * block)
            yield {
                "prf": method,
                "key": key,
                "seed": seed,
                "skipped": skipped,
                "output": prf_plus(method, key, seed, length)[skipped:],
            }


def prf_plus_limits():
    for method in HASHES:
        limit = 255 * prf_length(method)
        try:
            prf_plus(method, b"key", b"seed", limit + 1)
        except ValueError:
            yield {"prf": method, "longest": limit}
        else:
            raise AssertionError("prf+ has no limit")


def schedule_cases():
    number = 0
    for method in HASHES:
        for suite, nonce_i, nonce_r, ke, rounds in [
                (GCM_128, 16, 32, 32, 0), (GCM_256, 32, 32, 32, 1),
                (GCM_128, 48, 16, 48, 2), (GCM_256, 64, 256, 48, 2),
                (CHACHA, 32, 32, 256, 1), (CBCS[0], 32, 32, 384, 1),
                (CBCS[1], 32, 32, 48, 0), (CBCS[5], 32, 32, 512, 2)]:
            number += 1
            nonces = (octets(f"Ni {number}", nonce_i),
                      octets(f"Nr {number}", nonce_r))
            spis = (octets(f"SPIi {number}", 8), octets(f"SPIr {number}", 8))
            secrets = [octets(f"g^ir {number}", ke)]
            secrets += [octets(f"SK({k}) {number}", 32)
                        for k in range(1, rounds + 1)]
            stages = schedule(method, suite, *nonces, *spis, secrets)
            children = [
                child_keys(method, stages[-1]["sk_d"], *nonces, child_bits)
                for child_bits in (128, 256)]
            yield {
                "prf": method,
                **transforms(suite),
                "nonce_i": nonces[0],
                "nonce_r": nonces[1],
                "spi_i": spis[0],
                "spi_r": spis[1],
                "rounds": rounds,
                "secret": secrets,
                "keys": stages,
                "child_128_i": children[0][0],
                "child_128_r": children[0][1],
                "child_256_i": children[1][0],
                "child_256_r": children[1][1],
            }


def linked_cases():
    number = 0
    for method in HASHES:
        for suite, nonce_i, nonce_r, lengths in [
                (GCM_256, 32, 32, []), (GCM_128, 16, 256, [32]),
                (CHACHA, 32, 48, [32, 32]), (CBCS[5], 256, 16, [48, 32, 32]),
                (GCM_256, 32, 32, [512] + 7 * [32])]:
            number += 1
            nonces = (octets(f"linked Ni {number}", nonce_i),
                      octets(f"linked Nr {number}", nonce_r))
            spis = (octets(f"linked SPIi {number}", 8),
                    octets(f"linked SPIr {number}", 8))
            sk_d = octets(f"linked SK_d {number}", prf_length(method))
            secrets = [octets(f"linked SK({k}) {number}", length)
                       for k, length in enumerate(lengths)]
            child = linked_child_keys(method, sk_d, b"".join(nonces), secrets,
                                      128 if number % 2 else 256)
            yield {
                "prf": method,
                **transforms(suite),
                "nonce_i": nonces[0],
                "nonce_r": nonces[1],
                "spi_i": spis[0],
                "spi_r": spis[1],
                "sk_d": sk_d,
                "secrets": len(secrets),
                "secret": secrets,
                "child_i": child[0],
                "child_r": child[1],
                "keys": rekeyed_keys(method, sk_d, suite, b"".join(nonces),
                                     b"".join(spis), secrets),
            }


def ppk_cases():
    number = 0
    for method in HASHES:
        for suite, length in [(GCM_256, 32), (GCM_128, 1), (CBCS[5], 64),
                              (CHACHA, 300)]:
            number += 1
            nonces = (octets(f"PPK Ni {number}", 32),
                      octets(f"PPK Nr {number}", 16 + number))
            spis = (octets(f"PPK SPIi {number}", 8),
                    octets(f"PPK SPIr {number}", 8))
            ppk = octets(f"PPK {number}", length)
            sk_d = octets(f"PPK SK_d {number}", prf_length(method))
            yield {
                "prf": method,
                **transforms(suite),
                "nonce_i": nonces[0],
                "nonce_r": nonces[1],
                "spi_i": spis[0],
                "spi_r": spis[1],
                "ppk": ppk,
                "sk_d": sk_d,
                "mixed": mix_ppk(method, ppk, sk_d),
                "confirmation": prf(method, ppk,
                                    b"".join(nonces + spis))[:8],
                "keys": ppk_keys(method, suite, ppk, sk_d, b"".join(nonces),
                                 b"".join(spis)),
            }


def modp_cases():
    """Two private keys; then two whose secret begins with a zero octet"""
    for group, (bits, _) in MODP_GROUPS.items():
        prime, length = modp_prime(group), bits // 8
        own = octets(f"modp {group}", 64)
        public = pow(2, int.from_bytes(own, "big"), prime)
        for zeros in 0, 1:
            number = 0
            while True:
                number += 1
                # Short ones, so that the search does not take long.
                other = octets(f"modp {group} other {number}", 8 * zeros or 64)
                exponent = int.from_bytes(other, "big")
                secret = pow(public, exponent, prime).to_bytes(length, "big")
                if secret.startswith(bytes(zeros)):
                    break
            yield {
                "group": group,
                "own_private": own,
                "own_public": public.to_bytes(length, "big"),
                "peer_public": pow(2, exponent, prime).to_bytes(length, "big"),
                "secret": secret,
            }


def modp_check_cases():
    for group, (bits, _) in MODP_GROUPS.items():
        prime = modp_prime(group)
        for name, value in [("0", 0), ("1", 1), ("2", 2), ("256", 256),
                            ("p - 257", prime - 257), ("p - 2", prime - 2),
                            ("p - 1", prime - 1), ("p", prime),
                            ("p + 1", prime + 1), ("2^n - 1", 2**bits - 1)]:
            yield {
                "group": group,
                "name": name,
                "good": int(1 < value < prime - 1),
                "public": value.to_bytes(bits // 8, "big"),
            }


def intermediate(number, k, flags, spis, length):
    return {
        "spi_i": spis[0],
        "spi_r": spis[1],
        "exchange": IKE_INTERMEDIATE,
        "flags": flags,
        "message_id": k,
        "first_payload": PAYLOAD_KE,
        "plaintext": octets(f"intermediate {number} {k} {flags}", length),
    }


def auth_cases():
    """Whole runs: keys(k), IntAuth over every round, AUTH of both sides"""
    number = 0
    for method in HASHES:
        for suite, psk_length, lengths in [
                (GCM_256, 32, []),
                (GCM_128, 1, [(1192, 80)]),
                (GCM_256, 200, [(300, 200), (40, 1576)]),
                (GCM_128, 20, [(0, 1), (100, 8), (15, 16)])]:
            number += 1
            rounds = len(lengths)
            nonces = (octets(f"auth Ni {number}", 32),
                      octets(f"auth Nr {number}", 16 + number))
            spis = (octets(f"auth SPIi {number}", 8),
                    octets(f"auth SPIr {number}", 8))
            secrets = [octets(f"auth SK({k}) {number}", 32)
                       for k in range(rounds + 1)]
            stages = schedule(method, suite, *nonces, *spis, secrets)

            intauth_i = intauth_r = b""
            steps = []
            for k, (length_i, length_r) in enumerate(lengths, 1):
                # SK_p of the keys in force when the exchange starts
                keys = stages[k - 1]
                request = intermediate(number, k, FLAG_INITIATOR, spis,
                                       length_i)
                response = intermediate(number, k, FLAG_RESPONSE, spis,
                                        length_r)
                intauth_i = prf(method, keys["sk_pi"], intauth_i +
                                intauth_a(request) + request["plaintext"])
                intauth_r = prf(method, keys["sk_pr"], intauth_r +
                                intauth_a(response) + response["plaintext"])
                steps.append({
                    "sk_pi": keys["sk_pi"],
                    "sk_pr": keys["sk_pr"],
                    "request_a": intauth_a(request),
                    "request_p": request["plaintext"],
                    "response_a": intauth_a(response),
                    "response_p": response["plaintext"],
                    "intauth_i": intauth_i,
                    "intauth_r": intauth_r,
                })

            message_id = rounds + 1
            intauth = b""
            if rounds:
                intauth = intauth_i + intauth_r + struct.pack(">I", message_id)
            psk = octets(f"auth PSK {number}", psk_length)
            request = octets(f"IKE_SA_INIT request {number}", 120 + number)
            response = octets(f"IKE_SA_INIT response {number}", 90 + number)
            id_i = b"\x02\0\0\0initiator%d.example" % number
            id_r = b"\x01\0\0\0\xc0\x00\x02" + bytes([number])
            keys = stages[-1]
            octets_i = signed_octets(method, request, nonces[1],
                                     keys["sk_pi"], id_i, intauth)
            octets_r = signed_octets(method, response, nonces[0],
                                     keys["sk_pr"], id_r, intauth)
            yield {
                "prf": method,
                "psk": psk,
                "nonce_i": nonces[0],
                "nonce_r": nonces[1],
                "request": request,
                "response": response,
                "id_i": id_i,
                "id_r": id_r,
                "sk_pi": keys["sk_pi"],
                "sk_pr": keys["sk_pr"],
                "ike_auth_message_id": message_id,
                "rounds": rounds,
                "intermediate": steps,
                "auth_i": psk_auth(method, psk, octets_i),
                "auth_r": psk_auth(method, psk, octets_r),
                "full_auth_i": psk_auth(method, psk, full_transcript(
                    response, octets_i)),
                "full_auth_r": psk_auth(method, psk, full_transcript(
                    request, octets_r)),
            }


def suite_name(suite):
    return " ".join(str(number) for number in suite if number)


def keys_of(suite, name):
    return (octets(f"SK_e {name}", sk_e_length(suite)),
            octets(f"SK_a {name}", sk_a_length(suite)))


def keyed(suite, keys):
    return {**transforms(suite), "sk_e": keys[0], "sk_a": keys[1]}


def sealed(message, suite, padding_length, name):
    keys = keys_of(suite, name)
    iv = octets(f"IV {name}", iv_length(suite))
    return {
        "suite": keyed(suite, keys),
        "iv": iv,
        **message,
        "padding_length": padding_length,
        "message": seal(message, suite, keys, iv,
                        octets("padding", padding_length)),
    }


def sealed_cases():
    for suite in SUITES:
        for length, flags, exchange, padding_length in [
                (0, FLAG_INITIATOR, INFORMATIONAL, 0),
                (0, FLAG_RESPONSE, INFORMATIONAL, 15),
                (1, FLAG_INITIATOR, IKE_AUTH, 0),
                (15, FLAG_RESPONSE, IKE_AUTH, 0),
                (16, FLAG_RESPONSE, IKE_AUTH, 0),
                (100, FLAG_INITIATOR | FLAG_RESPONSE, IKE_AUTH, 255),
                (1192 if suite == GCM_256 else 200, FLAG_INITIATOR,
                 IKE_INTERMEDIATE, 0)]:
            name = f"{suite_name(suite)} {length} {padding_length}"
            message = {
                "spi_i": octets(f"sealed SPIi {name}", 8),
                "spi_r": octets(f"sealed SPIr {name}", 8),
                "exchange": exchange,
                "flags": flags,
                "message_id": 0x01020304 if length == 15 else 2,
                "first_payload": PAYLOAD_IDI if length else 0,
                "plaintext": octets(f"sealed plaintext {name}", length),
            }
            # Whole blocks more than there must be, up to what is wanted.
            block, least = block_length(suite), least_padding(suite, length)
            padding_length = least + max(0, padding_length -
                                         least) // block * block
            yield sealed(message, suite, padding_length, name)


def fragmented_cases():
    """One message in fragments: A, P and so IntAuth are those of the whole"""
    for suite, length, size in [
            (GCM_128, 1000, 400), (GCM_256, 801, 400), (GCM_256, 800, 400),
            (CHACHA, 1000, 400), (CBCS[0], 1000, 399), (CBCS[2], 799, 399),
            (CBCS[4], 798, 399), (CBCS[5], 400, 399)]:
        name = f"fragmented {suite_name(suite)} {length}"
        keys = keys_of(suite, name)
        sk_p = octets(f"SK_p {name}", prf_length(PRF_HMAC_SHA2_256))
        spis = octets(f"SPIi {name}", 8), octets(f"SPIr {name}", 8)
        message = intermediate(name, 1, FLAG_INITIATOR, spis, length)
        parts = [message["plaintext"][start:start + size]
                 for start in range(0, length, size)]
        first_iv = 0x1000000fe
        fragments = [
            seal_fragment(message, suite, keys,
                          struct.pack(">Q", first_iv + i)
                          .rjust(iv_length(suite), b"\x5a"),
                          part, i + 1, len(parts))
            for i, part in enumerate(parts)]
        yield {
            "suite": keyed(suite, keys),
            "first_iv": first_iv,
            **message,
            "prf": PRF_HMAC_SHA2_256,
            "sk_p": sk_p,
            "intauth": prf(PRF_HMAC_SHA2_256, sk_p,
                           intauth_a(message) + message["plaintext"]),
            "fragment_size": len(fragments[0]),
            "fragments": len(fragments),
            "fragment": fragments,
        }


def framing_cases():
    """The ICV is right; something else is not, but for the controls"""
    for suite in GCM_256, CHACHA, CBCS[0], CBCS[5]:
        yield from framing_of(suite)


def framing_of(suite):
    keys = keys_of(suite, "framing")
    spis = octets("SPIi framing", 8) + octets("SPIr framing", 8)

    def message(headers_length, text, sk_length=None, version=0x20,
                first=PAYLOAD_SK, skf=b"", after=b"", total=None):
        sealed_length = iv_length(suite) + len(text) + icv_length(suite)
        if sk_length is None:
            sk_length = headers_length - 28 + sealed_length
        if total is None:
            total = headers_length + sealed_length + len(after)
        headers = (spis + struct.pack(">BBBBII", first, version, IKE_AUTH,
                                      FLAG_INITIATOR, 1, total) +
                   generic_header(PAYLOAD_IDI, sk_length) + skf)
        iv = octets("IV framing", iv_length(suite))
        return headers + encrypt(suite, *keys, headers, iv, text) + after

    # With its Pad Length two blocks
    text = octets("text framing", 31)
    good = text + b"\0"
    whole = 32 + iv_length(suite) + len(good) + icv_length(suite)
    fragmented = {"headers_length": 36, "text": good, "first": PAYLOAD_SKF}
    block = block_length(suite)
    controls = [
        ("control, SK", message(32, good)),
        ("control, all is padding", message(32, text + b"\x1f")),
        ("control, SKF", message(**fragmented, skf=struct.pack(">HH", 2, 2)))]
    for name, sealed_message in controls:
        yield {"name": name, "opens": 1, "suite": keyed(suite, keys),
               "message": sealed_message}
    for name, sealed_message in [
            ("Pad Length beyond the payload", message(32, text + b"\x20")),
            ("Pad Length 255 and nothing else",
             message(32, b"\xff".rjust(block, b"\0"))),
            ("no Pad Length", message(32, b"")),
            ("octets after the SK payload", message(32, good, after=b"\0" * 4)),
            ("a block after the SK payload",
             message(32, good, after=b"\0" * 16)),
            ("SK payload longer than the message",
             message(32, good, sk_length=whole - 28 + 1)),
            ("SK payload shorter than its header",
             message(32, good, sk_length=3)),
            ("Length of the header one too small",
             message(32, good, total=whole - 1)),
            ("Length of the header one too large",
             message(32, good, total=whole + 1)),
            ("major version 1", message(32, good, version=0x10)),
            ("major version 3", message(32, good, version=0x30)),
            ("an ID payload in place of SK",
             message(32, good, first=PAYLOAD_IDI)),
            ("fragment 0", message(**fragmented,
                                   skf=struct.pack(">HH", 0, 2))),
            ("fragment 3 of 2", message(**fragmented,
                                        skf=struct.pack(">HH", 3, 2))),
            ("fragment 1 of 0", message(**fragmented,
                                        skf=struct.pack(">HH", 1, 0))),
            ("a fragment without Pad Length",
             message(36, b"", first=PAYLOAD_SKF,
                     skf=struct.pack(">HH", 1, 1)))]:
        yield {"name": name, "opens": 0, "suite": keyed(suite, keys),
               "message": sealed_message}
    if block == 1:
        return
    # All is right but that a block is not full: the MAC alone would let it in.
    headers = (spis + struct.pack(">BBBBII", PAYLOAD_SK, 0x20, IKE_AUTH,
                                  FLAG_INITIATOR, 1, whole - 1) +
               generic_header(PAYLOAD_IDI, whole - 29))
    cut = encrypt(suite, *keys, headers, octets("IV framing", 16),
                  good)[:-icv_length(suite) - 1]
    mac = hmac.new(keys[1], headers + cut, INTEG_HASHES[suite[2]]).digest()
    yield {"name": "a block that is not full", "opens": 0,
           "suite": keyed(suite, keys),
           "message": headers + cut + mac[:icv_length(suite)]}


# C

def c_octets(value):
    if not value:
        return "NO_OCTETS"
    row = 20
    lines = ["".join(f"\\x{octet:02x}" for octet in value[i:i + row])
             for i in range(0, len(value), row)]
    return "OCTETS(" + "".join(f'\n\t\t"{line}"' for line in lines) + ")"


def c_value(value, indent):
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bytes):
        return c_octets(value)
    tabs = "\t" * (indent + 1)
    if isinstance(value, dict):
        fields = [f".{name} = {c_value(field, indent + 1)}"
                  for name, field in value.items()]
    else:
        fields = [c_value(item, indent + 1) for item in value]
    return ("{\n" + "".join(f"{tabs}{field},\n" for field in fields) +
            tabs[1:] + "}")


HEADER = """\
/* SPDX-License-Identifier: GPL-2.0 */
/* Written by schedule_vectors.py: do not edit. */

#ifndef _SCHEDULE_VECTORS_H
#define _SCHEDULE_VECTORS_H

struct octets {
	const u8 *data;
	size_t len;
};

#define OCTETS(string)	{ (const u8 *)(string), sizeof(string) - 1 }
#define NO_OCTETS	{ (const u8 *)"", 0 }

struct prf_vector {
	u16 prf;
	struct octets key;
	struct octets data;
	struct octets output;
};

/* The output asked for has skipped + output.len octets. */
struct prf_plus_vector {
	u16 prf;
	struct octets key;
	struct octets seed;
	size_t skipped;
	struct octets output;
};

/* prf+ gives this many octets and not one more. */
struct prf_plus_limit {
	u16 prf;
	size_t longest;
};

/* SK_ei and SK_er of AEADs, and the keys of Child SAs, end with the salt. */
struct schedule_keys {
	struct octets skeyseed;
	struct octets sk_d;
	struct octets sk_ai;
	struct octets sk_ar;
	struct octets sk_ei;
	struct octets sk_er;
	struct octets sk_pi;
	struct octets sk_pr;
};

#define SCHEDULE_ROUNDS_MAX 2

/* secret[0] is g^ir, secret[k] is SK(k); keys[k] are keys(k). */
struct schedule_vector {
	u16 prf;
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	struct octets nonce_i;
	struct octets nonce_r;
	struct octets spi_i;
	struct octets spi_r;
	unsigned int rounds;
	struct octets secret[SCHEDULE_ROUNDS_MAX + 1];
	struct schedule_keys keys[SCHEDULE_ROUNDS_MAX + 1];
	struct octets child_128_i;
	struct octets child_128_r;
	struct octets child_256_i;
	struct octets child_256_r;
};

#define LINKED_SECRETS_MAX 8

/*
 * secret[k] is SK(k) of CREATE_CHILD_SA and IKE_FOLLOWUP_KE; keys are those of
 * an IKE SA that rekeys the one which has sk_d.
 */
struct linked_vector {
	u16 prf;
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	struct octets nonce_i;
	struct octets nonce_r;
	struct octets spi_i;
	struct octets spi_r;
	struct octets sk_d;
	unsigned int secrets;
	struct octets secret[LINKED_SECRETS_MAX];
	struct octets child_i;
	struct octets child_r;
	struct schedule_keys keys;
};

/* A PPK and SK_d: SK_d' of RFC 8784; PPK Confirmation and keys' of RFC 9867. */
struct ppk_vector {
	u16 prf;
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	struct octets nonce_i;
	struct octets nonce_r;
	struct octets spi_i;
	struct octets spi_r;
	struct octets ppk;
	struct octets sk_d;
	struct octets mixed;
	struct octets confirmation;
	struct schedule_keys keys;
};

/* A Diffie-Hellman of which one side's private key is known. */
struct modp_vector {
	u16 group;
	struct octets own_private;
	struct octets own_public;
	struct octets peer_public;
	struct octets secret;
};

struct modp_check_vector {
	u16 group;
	const char *name;
	bool good;
	struct octets public;
};

/* A and P of RFC 9242 section 3.3.2, and IntAuth_ik and IntAuth_rk. */
struct intermediate_vector {
	struct octets sk_pi;
	struct octets sk_pr;
	struct octets request_a;
	struct octets request_p;
	struct octets response_a;
	struct octets response_p;
	struct octets intauth_i;
	struct octets intauth_r;
};

#define AUTH_ROUNDS_MAX 3

/* id_i and id_r are bodies of Identification payloads. */
struct auth_vector {
	u16 prf;
	struct octets psk;
	struct octets nonce_i;
	struct octets nonce_r;
	struct octets request;
	struct octets response;
	struct octets id_i;
	struct octets id_r;
	struct octets sk_pi;
	struct octets sk_pr;
	u32 ike_auth_message_id;
	unsigned int rounds;
	struct intermediate_vector intermediate[AUTH_ROUNDS_MAX];
	struct octets auth_i;
	struct octets auth_r;
	struct octets full_auth_i;
	struct octets full_auth_r;
};

/* sk_e of an AEAD ends with the salt, and sk_a is empty. */
struct keyed_suite {
	u16 encr;
	u16 encr_key_bits;
	u16 integ;
	struct octets sk_e;
	struct octets sk_a;
};

struct sealed_vector {
	struct keyed_suite suite;
	struct octets iv;
	struct octets spi_i;
	struct octets spi_r;
	u8 exchange;
	u8 flags;
	u32 message_id;
	u8 first_payload;
	struct octets plaintext;
	u8 padding_length;
	struct octets message;
};

#define FRAGMENTS_MAX 3

/*
 * One message in SKF payloads none longer than fragment_size, with IVs whose
 * last octets count up; intauth is IntAuth after it as the first of its side.
 */
struct fragmented_vector {
	struct keyed_suite suite;
	u64 first_iv;
	struct octets spi_i;
	struct octets spi_r;
	u8 exchange;
	u8 flags;
	u32 message_id;
	u8 first_payload;
	struct octets plaintext;
	u16 prf;
	struct octets sk_p;
	struct octets intauth;
	size_t fragment_size;
	unsigned int fragments;
	struct octets fragment[FRAGMENTS_MAX];
};

/* The ICV is right in all, the rest only where opens is true. */
struct framing_vector {
	const char *name;
	bool opens;
	struct keyed_suite suite;
	struct octets message;
};
"""


def main():
    print(HEADER, end="")
    for declaration, cases in [
            ("struct prf_vector prf_vectors", prf_cases()),
            ("struct prf_plus_vector prf_plus_vectors", prf_plus_cases()),
            ("struct prf_plus_limit prf_plus_limits", prf_plus_limits()),
            ("struct schedule_vector schedule_vectors", schedule_cases()),
            ("struct linked_vector linked_vectors", linked_cases()),
            ("struct ppk_vector ppk_vectors", ppk_cases()),
            ("struct modp_vector modp_vectors", modp_cases()),
            ("struct modp_check_vector modp_check_vectors",
             modp_check_cases()),
            ("struct auth_vector auth_vectors", auth_cases()),
            ("struct sealed_vector sealed_vectors", sealed_cases()),
            ("struct fragmented_vector fragmented_vectors",
             fragmented_cases()),
            ("struct framing_vector framing_vectors", framing_cases())]:
        print(f"\nstatic const {declaration}[] __maybe_unused = "
              f"{c_value(list(cases), 0)};")
    print("\n#endif /* _SCHEDULE_VECTORS_H */")


if __name__ == "__main__":
    main()
