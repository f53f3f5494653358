#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which ESP SA each selector of a child uses.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./narrowing.py
