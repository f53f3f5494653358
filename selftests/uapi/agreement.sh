#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What two IKE SAs can agree upon: algorithms, PPKs, the full transcript.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./agreement.py
