#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which logon keys a connection takes, and that it keeps the secret that it took.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./shared_secrets.py
