/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of kernel.h by which a supervisor connects, beside those that fake_kernel.h
 * plays, and those of name_lookup.h without a process.
 */
#ifndef FAKE_AUTHORISE_H
#define FAKE_AUTHORISE_H

#include "kernel/kernel.h"

/* What was authorised, and revoked, last. */
extern int fake_authorised;
extern int fake_revoked;

/* What each process reports to, and how many there are. */
#define FAKE_REPORT 4711
extern unsigned int fake_lookups;

#endif
