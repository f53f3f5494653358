/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KPP_CASES_H
#define _KPP_CASES_H

#include <linux/types.h>

/* Tests that kpp_cases() reports. */
#define KPP_CASES	(3 * 8)

/**
 * kpp_cases() - test mlkem512, mlkem768 and mlkem1024 through the crypto API
 */
void kpp_cases(void);

/**
 * kpp_accumulated() - the accumulated hash of 100 runs
 * @algorithm: mlkem512, mlkem768 or mlkem1024
 *
 * Return: whether every call succeeded and the hash is the known one.
 */
bool kpp_accumulated(const char *algorithm);

/**
 * report() - tell the result of one test; the caller of kpp_cases() defines it
 * @passed: result
 * @algorithm: what was tested
 * @test: which test it was
 */
void report(bool passed, const char *algorithm, const char *test);

#endif
