/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BREAKAGE_H
#define BREAKAGE_H

#include <stdbool.h>

#include "request.h"

bool break_surely(struct request *request, struct chance *chance);
void break_somehow(struct request *request, struct chance *chance);

#endif
