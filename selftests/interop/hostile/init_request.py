#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An IKE_SA_INIT request, on standard output"""

import sys

from ike_peer import IkeSa, init_request

sys.stdout.buffer.write(init_request(IkeSa(True)))
