/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kselftest's harness, with time for a test on a machine that has much else to do: its
 * own limit is 30 s, and run.sh stops what is silent for long.
 */
#ifndef PQIKE_KSELFTEST_HARNESS_H
#define PQIKE_KSELFTEST_HARNESS_H

#include_next <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 300

#endif
