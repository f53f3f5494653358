#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Key schedule, AUTH, IntAuth and SK payloads against known answers; the numbers of
# Child SAs.

cd "$(dirname "$0")" || exit 1
exec ../ktap.sh schedule_test/schedule_test.ko
