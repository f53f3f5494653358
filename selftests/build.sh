#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build modules, helper and tests in the root file system's copy of the tree.
#
# SUITES, when set, names the only suites to build.

set -eu

here=$(dirname "$(realpath "$0")")

echo "build: modules, helper and tests for the kernel of ${KERNEL:-testing}" >&2
# shellcheck disable=SC2016 # the shell in the root file system expands these
exec "$here/vm/enter.sh" sh -euc '
	export KDIR="$(echo /lib/modules/*/build)"
	make --silent --jobs="$(nproc)" modules helper
	make --silent --jobs="$(nproc)" -C selftests ${1:+"SUITES=$1"} all' \
	sh "${SUITES:-}"
