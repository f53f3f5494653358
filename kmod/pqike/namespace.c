// SPDX-License-Identifier: GPL-2.0
/*
 * What each network namespace has.
 */
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "namespace.h"

unsigned int pqike_net_id;

/**
 * pqike_pernet() - what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_net *pqike_pernet(struct net *net)
{
	return net_generic(net, pqike_net_id);
}
