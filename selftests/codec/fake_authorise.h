/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of kernel.h by which a supervisor connects, beside those that fake_kernel.h
 * plays.
 */
#ifndef FAKE_AUTHORISE_H
#define FAKE_AUTHORISE_H

#include "kernel/kernel.h"

/* What was authorised last. */
extern int fake_authorised;

#endif
