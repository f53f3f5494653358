/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of every implementation that this CPU has.
 */
#ifndef _IMPLEMENTATIONS_H
#define _IMPLEMENTATIONS_H

#include "impl.h"

/**
 * count_implementations() - how many there are, supported or not
 *
 * Return: their number.
 */
unsigned int count_implementations(void);

/**
 * select_or_skip() - select an implementation, or skip its tests
 * @impl: implementation
 * @tests: results to be skipped when it is not supported
 *
 * Return: whether it is selected.
 */
bool select_or_skip(const struct mlkem_impl *impl, unsigned int tests);

#endif
