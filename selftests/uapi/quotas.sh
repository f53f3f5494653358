#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How much a network namespace and one socket of it may have.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./quotas.py
