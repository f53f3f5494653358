#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Exchanges that are never finished, each from an address of its own: IKE_SA_INIT with
the cookie that is asked for, and nothing afterwards, or the first of two fragments of
IKE_INTERMEDIATE.

usage: unfinished.py GATEWAY NETWORK SOURCES OCTETS

It runs in the namespace of the host, which has all of NETWORK for itself, until
SIGTERM, and prints how many exchanges it has begun. IKE_SA_INIT has OCTETS octets; where
they are 0 it has what it needs, and no fragment follows.
"""

import ipaddress
import select
import signal
import socket
import sys

from ike_peer import *

# So many cookies are waited for at a time, and so long for any of them; what has none
# after that was lost.
WINDOW = 64
COOKIE_SECONDS = 1
# Octets of the fragment, header and all
FRAGMENT = 16000
IPV6_PKTINFO = 50
IPV6_FREEBIND = 78


class Unfinished:
    """A socket that sends from any address of a network"""

    def __init__(self, gateway, network, sources, octets):
        self.ipv6 = ":" in gateway
        self.gateway = gateway
        self.network = int(ipaddress.ip_address(network))
        self.sources = sources
        self.octets = octets
        self.begun = 0
        self.number = 0
        self.template = IkeSa(True)
        self.socket = socket.socket(
            socket.AF_INET6 if self.ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("", 1501))
        self.level = (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO) if self.ipv6 \
            else (socket.IPPROTO_IP, socket.IP_PKTINFO)
        self.socket.setsockopt(*self.level, 1)
        if self.ipv6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        self.socket.setblocking(False)

    def send(self, message, source):
        """The source is an address, packed"""
        if self.ipv6:
            info = (socket.IPPROTO_IPV6, IPV6_PKTINFO, source + bytes(4))
        else:
            info = (socket.IPPROTO_IP, socket.IP_PKTINFO, bytes(4) + source + bytes(4))
        try:
            self.socket.sendmsg([message], [info], 0, (self.gateway, 500))
        except BlockingIOError:
            pass

    def request(self, spi, cookie=None):
        self.template.spi[True] = spi
        payloads = init_payloads(self.template)
        if cookie is not None:
            payloads.insert(0, notify(COOKIE, cookie))
            size = sum(4 + len(body) for _, body in payloads) + HEADER.size
            if self.octets > size + 8:
                payloads.append(notify(40000, bytes(self.octets - size - 8)))
        return plain_message(spi, bytes(8), IKE_SA_INIT, FLAG_INITIATOR, 0, payloads)

    def begin(self):
        source = ipaddress.ip_address(self.network + self.number % self.sources)
        self.number += 1
        self.send(self.request(os.urandom(8)), source.packed)

    def begin_window(self):
        for _ in range(WINDOW):
            self.begin()

    def receive(self):
        """An answer and the address that it went to, None where none has come"""
        try:
            message, information, _, _ = self.socket.recvmsg(65535, 128)
        except BlockingIOError:
            return None
        data = information[0][2]
        return message, data[:16] if self.ipv6 else data[8:12]

    def go_on(self, message, source):
        payloads = plain_payloads(message)
        cookie = find_notify(payloads, COOKIE)
        if cookie is not None:
            self.send(self.request(message[:8], cookie), source)
            self.begin()
            return
        if find(payloads, SA) is None:
            return
        self.begun += 1
        if self.octets:
            self.template.spi[True] = message[:8]
            take_init_response(self.template, message)
            self.send(self.template.seal_octets(
                IKE_INTERMEDIATE, NOTIFY, bytes(FRAGMENT), 1, False, (1, 2)), source)

    def run(self):
        ended = []
        self.begin_window()
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        while not ended:
            answer = self.receive()
            if answer:
                self.go_on(*answer)
            elif not select.select([self.socket], [], [], COOKIE_SECONDS)[0]:
                self.begin_window()
        print(self.begun)


def main():
    gateway, network, sources, octets = sys.argv[1:]
    Unfinished(gateway, network, int(sources), int(octets)).run()


if __name__ == "__main__":
    main()
