// SPDX-License-Identifier: GPL-2.0
/*
 * P-256 (SP 800-186, section 3.2.1).
 */
#include <linux/string.h>

#include "field_p256.h"
#include "point.h"
#include "multiply.h"
#include "operations.h"

const struct ecdh_curve ecdh_p256 = ECDH_CURVE("P-256");
