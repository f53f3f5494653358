// SPDX-License-Identifier: GPL-2.0
/*
 * What ends with the network namespace, with the socket of who made it, and
 * with the module (R7).
 */
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <net/net_namespace.h>

#include "connection.h"
#include "esp_retire.h"
#include "ike_sa.h"
#include "lifetime.h"
#include "namespace.h"

static int __net_init pqike_net_init(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);
	int err;

	pn->quota = *pqike_quota_default(net);
	err = pqike_owners_init(&pn->owners, &pn->quota);
	if (err)
		return err;
	err = pqike_esp_spis_init(&pn->spis);
	if (err)
		goto destroy_owners;
	err = pqike_connections_init(pn);
	if (err)
		goto destroy_spis;
	err = pqike_policy_registry_init(&pn->policies);
	if (err)
		goto destroy_connections;
	err = pqike_policy_sets_init(&pn->policy_sets);
	if (err)
		goto destroy_policies;
	xa_init_flags(&pn->ike_sas, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	xa_init_flags(&pn->child_sas, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	pqike_esp_retirement_init(&pn->retirement);
	pqike_traps_init(&pn->traps);
	pqike_orphans_init(net);
	spin_lock_init(&pn->stats.lock);
	return 0;

destroy_policies:
	pqike_policy_registry_destroy(&pn->policies);
destroy_connections:
	pqike_connections_destroy(pn);
destroy_spis:
	pqike_esp_spis_destroy(&pn->spis);
destroy_owners:
	pqike_owners_destroy(&pn->owners);
	return err;
}

static void __net_exit pqike_net_exit(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);

	pqike_orphans_end(net);
	pqike_ike_sa_delete_all(net);
	pqike_connection_del_all(net);
	pqike_trap_del_all(net);
	pqike_esp_retire_flush(net);
	pqike_esp_spis_destroy(&pn->spis);
	xa_destroy(&pn->ike_sas);
	xa_destroy(&pn->child_sas);
	pqike_owners_destroy(&pn->owners);
	pqike_policy_sets_destroy(&pn->policy_sets);
	pqike_policy_registry_destroy(&pn->policies);
	pqike_connections_destroy(pn);
	pqike_traps_destroy(&pn->traps);
}

/* A subsystem, so that its exit runs before that of xfrm. */
static struct pernet_operations pqike_net_ops = {
	.init = pqike_net_init,
	.exit = pqike_net_exit,
	.id = &pqike_net_id,
	.size = sizeof(struct pqike_net),
};

static int socket_released(struct notifier_block *nb, unsigned long event,
			   void *data)
{
	const struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC)
		pqike_ike_sa_socket_closed(notify->net, notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_released,
};

/**
 * pqike_lifetime_register() - begin to serve network namespaces
 *
 * Context: module init; may sleep.
 * Return: 0 or an error of the registrations.
 */
int pqike_lifetime_register(void)
{
	int err;

	err = pqike_ike_sa_cache_create();
	if (err)
		return err;
	err = register_pernet_subsys(&pqike_net_ops);
	if (err)
		goto destroy_cache;
	err = netlink_register_notifier(&socket_notifier);
	if (err)
		goto unregister;
	return 0;

unregister:
	unregister_pernet_subsys(&pqike_net_ops);
destroy_cache:
	pqike_ike_sa_cache_destroy();
	return err;
}

/**
 * pqike_lifetime_unregister() - end every IKE SA and connection
 *
 * Context: module exit, after the netlink family is gone; may sleep.
 */
void pqike_lifetime_unregister(void)
{
	netlink_unregister_notifier(&socket_notifier);
	unregister_pernet_subsys(&pqike_net_ops);
	pqike_ike_sa_cache_destroy();
}
