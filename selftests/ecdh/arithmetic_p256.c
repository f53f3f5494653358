// SPDX-License-Identifier: GPL-2.0
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <string.h>

#include "arithmetic.h"

/* All of it is in scope here. */
#include "p256.c"

#define CURVE		"P-256"
#define CURVE_NID	NID_X9_62_prime256v1

#include "arithmetic_cases.h"

void arithmetic_p256(void)
{
	arithmetic();
}
