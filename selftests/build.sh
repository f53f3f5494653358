#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build modules, helper and tests in the root file system's copy of the tree.
#
# usage: build.sh [host|uml|vm|core|planted|race|older]
#
# Without an argument all tests are built. SUITES, when set, names the only suites to
# build.

set -eu

here=$(dirname "$(realpath "$0")")

case ${1:-all} in
uml|vm|core|planted|race)	target=all-vm ;;
older)	target=all-older ;;
*)	target=all ;;
esac

echo "build: modules, helper and tests for the kernel of ${KERNEL:-testing}" >&2
# shellcheck disable=SC2016 # the shell in the root file system expands these
exec "$here/vm/enter.sh" sh -euc '
	export KDIR="$(echo /lib/modules/*/build)"
	make --silent --jobs="$(nproc)" modules helper
	make --silent --jobs="$(nproc)" -C selftests ${2:+"SUITES=$2"} "$1"' \
	sh "$target" "${SUITES:-}"
