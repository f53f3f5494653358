#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which socket may act on which IKE SA, and which process may say so.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./authorise.py
