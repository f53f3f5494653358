#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Child SAs and the messages that agree on them: a helper that lies is refused.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./terms.py
