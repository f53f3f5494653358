/* SPDX-License-Identifier: GPL-2.0 */
/* The key exchange methods of a Child SA. */
#ifndef PQIKE_METHODS_H
#define PQIKE_METHODS_H

#include <linux/types.h>

#include "negotiation.h"

/**
 * struct pqike_methods - the key exchange methods that were chosen
 * @ke: of transform type 4, 0 for NONE
 * @n_additional: number of additional key exchanges
 * @additional: of ADDKE1 to ADDKE7, in order, NONE left out
 */
struct pqike_methods {
	u16 ke;
	unsigned int n_additional;
	u16 additional[PQIKE_ADDITIONAL_KE_MAX];
};

#endif /* PQIKE_METHODS_H */
