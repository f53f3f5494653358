#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each algorithm that the configuration takes is one that the kernel takes, and the
# other way round.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./algorithms.py
