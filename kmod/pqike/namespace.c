// SPDX-License-Identifier: GPL-2.0
/*
 * What each network namespace has.  Who keeps a part of it is above this file, and finds
 * the part by a function here that its own header declares.
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

/**
 * pqike_esp_spis_of() - that part of what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_esp_spis *pqike_esp_spis_of(struct net *net)
{
	return &pqike_pernet(net)->spis;
}

/**
 * pqike_esp_retirement_of() - that part of what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_esp_retirement *pqike_esp_retirement_of(struct net *net)
{
	return &pqike_pernet(net)->retirement;
}

/**
 * pqike_policy_registry_of() - that part of what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_policy_registry *pqike_policy_registry_of(struct net *net)
{
	return &pqike_pernet(net)->policies;
}

/**
 * pqike_policy_sets_of() - that part of what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_policy_sets *pqike_policy_sets_of(struct net *net)
{
	return &pqike_pernet(net)->policy_sets;
}

/**
 * pqike_traps_of() - that part of what a network namespace has
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL.
 */
struct pqike_traps *pqike_traps_of(struct net *net)
{
	return &pqike_pernet(net)->traps;
}

/**
 * pqike_quota_of() - what a network namespace may have
 * @net: the namespace
 *
 * Context: any, while @net is alive.
 * Return: never NULL; what is read there may be changed at any time.
 */
const struct pqike_quota *pqike_quota_of(struct net *net)
{
	return &pqike_pernet(net)->quota;
}
