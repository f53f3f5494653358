/* SPDX-License-Identifier: GPL-2.0 */
/* The Child SAs that calls have made, by number. */
#ifndef ESP_TEST_CHILD_H
#define ESP_TEST_CHILD_H

#include "esp.h"

struct net;

/* A Child SA, for as long as it is in its network namespace. */
struct child {
	struct net *net;
	struct pqike_esp esp;
};

struct child *child_find(unsigned int slot);
struct child *child_make(struct net *net, unsigned int slot,
			 const struct pqike_esp *esp);
void child_free(unsigned int slot);
void child_free_all_of(struct net *net);

#endif /* ESP_TEST_CHILD_H */
