#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What xfrm is told by netlink: Child SAs with all attributes, one direction at
# a time, and traps.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./xfrm.py
