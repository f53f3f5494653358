#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each allocation of each operation fails once.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./allocations.py
