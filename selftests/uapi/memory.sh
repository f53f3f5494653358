#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What is charged to the memory control group of who asks.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./memory.py
