// SPDX-License-Identifier: GPL-2.0
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <string.h>

#include "arithmetic.h"

/* All of it is in scope here. */
#include "p384.c"

#define CURVE		"P-384"
#define CURVE_NID	NID_secp384r1

#include "arithmetic_cases.h"

void arithmetic_p384(void)
{
	arithmetic();
}
