#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# IKE SAs whose socket is closed, and who adopts them.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./adoption.py
