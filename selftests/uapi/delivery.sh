#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Replies that do not fit into the receive buffer.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./delivery.py
