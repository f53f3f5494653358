#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Rows of what a hostile peer sends to a gateway, with the results in TAP.

usage: hostile.py NAMESPACE ADDRESS ANSWERS GATEWAY_NAMESPACE GATEWAY PROGRAM DIRECTORY

It begins from ADDRESS, and answers at ANSWERS what the gateway begins.

PROGRAM is pqike, DIRECTORY that of the gateway; the pre-shared key is in its file
psk.
"""

import pathlib
import sys

# The rows are in the order in which they are imported.
import before_keys  # pylint: disable=unused-import
import before_auth  # pylint: disable=unused-import
import established  # pylint: disable=unused-import
import answering  # pylint: disable=unused-import
from bench import Bench
from host import Gateway, Wire

IDENTITY = b"\x02\0\0\0mars.example"


def main():
    namespace, address, answers, gateway_namespace, gateway, program, directory = \
        sys.argv[1:]
    psk = (pathlib.Path(directory) / "psk").read_bytes()
    bench = Bench(Gateway(gateway_namespace, program, directory),
                  Wire(namespace, address, gateway),
                  Wire(namespace, answers, gateway), IDENTITY, psk)
    return bench.run()


if __name__ == "__main__":
    sys.exit(main())
