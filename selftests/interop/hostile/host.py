# SPDX-License-Identifier: GPL-2.0
"""
The host that the hostile peer is, a network namespace, and what is asked of the
gateway that it is hostile to: its helper's counters, IKE SAs and log.
"""

import json
import os
import pathlib
import re
import select
import socket
import subprocess
import threading
import time

from ike_peer import FLAG_RESPONSE, SK, SKF, header

# No healthy run waits that long, on a loaded machine either.
EVENT_SECONDS = 60


def in_namespace(name, function):
    """A socket belongs to the namespace of the thread that makes it"""
    made = []

    def enter():
        with open(f"/run/netns/{name}", encoding="ascii") as handle:
            os.setns(handle.fileno(), os.CLONE_NEWNET)
        made.append(function())

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return made[0]


def udp_socket(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((address, port))
    sock.settimeout(EVENT_SECONDS)
    return sock


def until(function, wanted):
    """What a function sees in the end: what is wanted, or something else for long"""
    end = time.monotonic() + EVENT_SECONDS
    while True:
        seen = function()
        if seen == wanted or time.monotonic() >= end:
            return seen
        time.sleep(0.02)


def eventually(function, *arguments):
    """What changes without an event that can be waited for"""
    return until(lambda: bool(function(*arguments)), True)


class Wire:
    """UDP from an address of the peer to the gateway's port of IKE"""

    def __init__(self, namespace, address, gateway, port=500):
        self.gateway = gateway
        self.socket = in_namespace(namespace, lambda: udp_socket(address, port))

    def send(self, *messages):
        for message in messages:
            self.socket.sendto(message, (self.gateway, 500))

    def receive(self):
        return self.socket.recv(65535)

    def answer(self, message, protected):
        """
        To a request. What is of another exchange, such as a Delete that nobody has
        answered, or a refusal that anybody may have sent, is passed over.
        """
        asked = header(message)
        while True:
            answer = self.receive()
            seen = header(answer)
            if (seen[0], seen[4], seen[6]) == (asked[0], asked[4], asked[6]) and \
                    seen[5] & FLAG_RESPONSE and \
                    (seen[2] in (SK, SKF)) == protected:
                return answer

    def ask(self, message, protected=False):
        self.send(message)
        return self.answer(message, protected)

    def waits(self, seconds=0.05):
        """Whether something comes within that time"""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def drain(self):
        """Forget what has come, such as a Delete that nobody answered"""
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(65535)
        except BlockingIOError:
            self.socket.settimeout(EVENT_SECONDS)

    def close(self):
        self.socket.close()


class Gateway:
    """pqike on a gateway, whose directory has pqike.control, .log and .pid"""

    def __init__(self, namespace, program, directory):
        self.namespace = namespace
        self.program = program
        self.directory = pathlib.Path(directory)
        self.helper = self.find_helper()
        self.log_mark = 0

    def find_helper(self):
        """The process that reads the network"""
        supervisor = (self.directory / "pqike.pid").read_text().strip()
        return int(subprocess.check_output(
            ["pgrep", "--parent", supervisor, "--exact", "pqike-helper"]))

    def start(self, *words):
        """A command of pqike, begun"""
        return in_namespace(self.namespace, lambda: subprocess.Popen(
            [self.program, *words, "--control",
             str(self.directory / "pqike.control")], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT))

    def look(self):
        """Messages refused by cause, and the IKE SAs that the kernel has"""
        show = json.loads(self.start("show", "-s", "-j").communicate()[0])
        return show["messages_refused"], sorted(
            (sa["spi_i"], sa["spi_r"], sa["state"]) for sa in show["ike_sas"])

    def lives(self):
        return pathlib.Path(f"/proc/{self.helper}").exists()

    def mark_log(self):
        self.log_mark = (self.directory / "pqike.log").stat().st_size

    def log_says(self, regex):
        with open(self.directory / "pqike.log", encoding="utf-8") as log:
            log.seek(self.log_mark)
            return re.search(regex, log.read()) is not None
