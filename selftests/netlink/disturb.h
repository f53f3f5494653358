/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a thread asks beside what it has in mind.
 */
#ifndef DISTURB_H
#define DISTURB_H

#include "walk.h"

void disturb(struct walk *walk, unsigned int side);
void disturb_chain(struct walk *walk);
void disturb_choice(struct walk *walk, struct suite *suite,
		    struct methods *methods);
void disturb_ke(struct walk *walk, struct ke_data *ke);
void disturb_much(struct walk *walk, unsigned int side);

#endif
