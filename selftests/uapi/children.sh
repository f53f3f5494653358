#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A connection's children: no Child SA is more than its child may be.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./children.py
