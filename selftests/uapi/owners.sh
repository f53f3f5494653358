#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the end of a netlink socket costs and ends.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./owners.py
