#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A connection's IKE proposals: no IKE SA has a suite that is in none of them.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./policy.py
