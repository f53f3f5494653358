// SPDX-License-Identifier: GPL-2.0
#include <linux/string.h>

#include "field_p256.h"
#include "point.h"
#include "planted.h"

/* What is looked up in a table has leaked before it is added. */
#define point_add(r, p, q) (leak((q)->x.limb[0]), point_add(r, p, q))
#define point_add_affine(r, p, q) (leak((q)->x.limb[0]), point_add_affine(r, p, q))

#include "multiply.h"
#include "operations.h"

const struct ecdh_curve ecdh_p256 = ECDH_CURVE("P-256");
