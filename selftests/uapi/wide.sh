#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Child SAs of as many selectors as there may be.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./wide.py
