/* SPDX-License-Identifier: GPL-2.0 */
/* The algorithms of a Child SA, as proposals for ESP have them. */
#ifndef PQIKE_CHILD_NEGOTIATION_H
#define PQIKE_CHILD_NEGOTIATION_H

#include <linux/types.h>

struct ike_payload;
struct ike_proposal;
struct pqike_esp;
struct pqike_methods;

bool pqike_child_suite_fits(const struct ike_proposal *proposal,
			    const struct pqike_esp *esp,
			    const struct pqike_methods *methods);
bool pqike_child_suite_is_among(const struct pqike_esp *esp,
				const struct pqike_methods *methods,
				const struct ike_payload *proposals);

#endif /* PQIKE_CHILD_NEGOTIATION_H */
