#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What is counted of IKE SAs and of a network namespace.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./stats.py
