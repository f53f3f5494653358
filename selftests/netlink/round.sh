#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# One round of the fuzzer, with the modules loaded and a session keyring of its own.

set -eu

cd "$(dirname "$0")"
# shellcheck disable=SC2086 # without a seed it takes one
exec timeout --kill-after=10 "$FUZZ_SECONDS" ./netlink_fuzz "$FUZZ_MESSAGES" ${FUZZ_SEED:-}
