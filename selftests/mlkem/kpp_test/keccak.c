// SPDX-License-Identifier: GPL-2.0
#include "../../../kmod/mlkem/keccak.c"
