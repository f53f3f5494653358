/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was asked and what came of it, over all threads; and what was found wrong.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

/**
 * enum finding - what the fuzzer looks for
 * @FINDING_ANSWER: a request has not exactly one answer
 * @FINDING_ERROR: an error that the operation does not have
 * @FINDING_UNDISTURBED: an exchange that nobody disturbed does not succeed
 * @FINDING_ACCEPTED: what must be refused is accepted
 * @FINDING_LEFT: something outlives its socket, or what it was part of
 */
enum finding {
	FINDING_ANSWER, FINDING_ERROR, FINDING_UNDISTURBED, FINDING_ACCEPTED,
	FINDING_LEFT, FINDINGS,
};

void ledger_begin(unsigned long messages);
bool ledger_is_full(void);
void ledger_count(const struct request *request, int error, bool explained);
void ledger_count_lost(void);
void ledger_count_packet(void);
void ledger_find(enum finding finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool ledger_show(void);

#endif
