// SPDX-License-Identifier: GPL-2.0
/*
 * P-384 (SP 800-186, section 3.2.1).
 */
#include <linux/string.h>

#include "field_p384.h"
#include "point.h"
#include "multiply.h"
#include "operations.h"

const struct ecdh_curve ecdh_p384 = ECDH_CURVE("P-384");
