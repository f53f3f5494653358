#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The kpp algorithms in the kernel: vectors, errors, concurrent users.

set -eu

lsmod | grep -q '^mlkem ' || insmod ../../kmod/mlkem/mlkem.ko
exec ../ktap.sh kpp_test/mlkem_kpp_test.ko
