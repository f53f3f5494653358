#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# IKE SAs that rekey each other in a row.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./chains.py
