# SPDX-License-Identifier: GPL-2.0
"""
A process of nobody, without a capability, that sends through a socket which was
authorised before: what a helper is, and what remains of one that is taken over.
"""

import multiprocessing
import os
import signal
import traceback
import types

from ynl_client import NOBODY, NlError


def become_nobody():
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def serve(family, pipe):
    """Do what is asked for, until there is nothing more"""
    while asked := pipe.recv():
        how, operation, attributes = asked
        try:
            pipe.send((getattr(family, how)(operation, attributes), None, None))
        except NlError as error:
            pipe.send((None, error.error, error.nl_msg.extack))


class Nobody:
    """Stands for a client of the family, whose requests that process sends"""

    def __init__(self, family):
        self.sock = family.sock
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = os.fork()
        if self.process:
            theirs.close()
            return
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.pipe.close()
            become_nobody()
            serve(family, theirs)
            status = 0
        except Exception: # pylint: disable=broad-except
            traceback.print_exc()
        finally:
            os._exit(status)

    def ask(self, *request):
        self.pipe.send(request)
        reply, number, extack = self.pipe.recv()
        if number is not None:
            raise NlError(types.SimpleNamespace(error=-number, extack=extack))
        return reply

    def do(self, operation, attributes):
        return self.ask("do", operation, attributes)

    def dump(self, operation, attributes):
        return self.ask("dump", operation, attributes)

    def end(self):
        """Close the socket in both processes"""
        self.pipe.send(None)
        os.waitpid(self.process, 0)
        self.sock.close()
