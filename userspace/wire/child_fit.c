// SPDX-License-Identifier: GPL-2.0
#include "wire/child_fit.h"

#include "wire/selector.h"

static enum child_fit_kind measure_kind(const struct child_offer *offer,
					const struct child_networks *configured)
{
	const struct selector *local = &offer->local->list[0];
	const struct selector *remote = &offer->remote->list[0];

	if (selectors_within(offer->local, configured->local) &&
	    selectors_within(offer->remote, configured->remote))
		return prefixes_within(configured->local, offer->local) &&
				       prefixes_within(configured->remote,
						       offer->remote) ?
			       FIT_EXACT : FIT_WHOLE;
	if (!selector_within(local, configured->local) ||
	    !selector_within(remote, configured->remote))
		return FIT_PART;
	return selector_is_host(local) && selector_is_host(remote) ?
		       FIT_PACKET : FIT_FIRST;
}

static double count(const struct child_networks *networks)
{
	return prefixes_count(networks->local) *
	       prefixes_count(networks->remote);
}

void child_fit_measure(const struct child_offer *offer,
		       const struct child_networks *configured,
		       const struct child_networks *agreed,
		       struct child_fit *fit)
{
	fit->kind = measure_kind(offer, configured);
	if (fit->kind >= FIT_PACKET)
		fit->merit = -count(configured);
	else
		fit->merit = count(agreed);
}

bool child_fit_is_better(const struct child_fit *a, const struct child_fit *b)
{
	if (a->mode != b->mode)
		return a->mode;
	if (a->kind != b->kind)
		return a->kind > b->kind;
	return a->merit > b->merit;
}
