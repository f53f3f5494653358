#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A helper that an attacker has taken over: each thing that it tries is refused.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./evil_helper.py
