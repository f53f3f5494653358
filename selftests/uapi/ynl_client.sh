#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# pqike as a netlink client of another make meets it.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./ynl_client.py
