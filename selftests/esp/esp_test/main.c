// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of esp.h and trap.h, for a shell.
 *
 * The parameters of the module, in /sys/module/esp_test/parameters, are what
 * the next call is made with. Writing the name of a call to "action" makes it
 * in the network namespace of the writer, and the write fails with the errno
 * that the call returns. "result" has what it said: the extack's words, or
 * what it returns.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "child.h"
#include "esp_retire.h"
#include "namespace.h"
#include "opens.h"
#include "parameters.h"

static char result[256];

module_param_string(result, result, sizeof(result), 0444);
MODULE_PARM_DESC(result, "what the last action said");

/* Held by a call, and by the end of a network namespace. */
static DEFINE_MUTEX(calls_lock);

struct test_call {
	struct net *net;
	struct parameters parameters;
	struct netlink_ext_ack extack;
};

static int call_key_len(struct test_call *call)
{
	int len = pqike_esp_key_len(&call->parameters.esp, &call->extack);

	if (len < 0)
		return len;
	scnprintf(result, sizeof(result), "%d", len);
	return 0;
}

static int call_reserve(struct test_call *call)
{
	struct parameters *p = &call->parameters;
	struct child *child = child_make(call->net, p->slot, &p->esp);
	int err;

	if (IS_ERR(child))
		return PTR_ERR(child);
	pqike_esp_remove(call->net, &child->esp);
	err = pqike_esp_reserve_spi(call->net, &child->esp, &call->extack);
	if (err) {
		child_free(p->slot);
		return err;
	}
	set_spi_in(child->esp.spi_in);
	scnprintf(result, sizeof(result), "0x%08x", ntohl(child->esp.spi_in));
	return 0;
}

static int install(struct test_call *call, unsigned int slot,
		   const struct pqike_esp *esp, bool out)
{
	struct parameters *p = &call->parameters;
	struct child *child = child_make(call->net, slot, esp);
	int err;

	if (IS_ERR(child))
		return PTR_ERR(child);
	err = pqike_esp_check(call->net, &child->esp, &call->extack);
	if (err) {
		if (!child->esp.reserved)
			child_free(slot);
		return err;
	}
	if (out)
		err = pqike_esp_install(call->net, &child->esp, p->key_in,
					p->key_out, &call->extack);
	else
		err = pqike_esp_install_in(call->net, &child->esp, p->key_in,
					   p->key_out, &call->extack);
	if (err)
		child_free(slot);
	return err;
}

static int call_install(struct test_call *call)
{
	return install(call, call->parameters.slot, &call->parameters.esp, true);
}

static int call_install_in(struct test_call *call)
{
	return install(call, call->parameters.slot, &call->parameters.esp,
		       false);
}

/* As many Child SAs, each with other SPIs and as @next changes it. */
static int install_many(struct test_call *call,
			void (*next)(struct pqike_esp *esp))
{
	struct parameters *p = &call->parameters;
	int err = 0;

	for (unsigned int i = 0; !err && i < p->count; i++) {
		err = install(call, p->slot + i, &p->esp, true);
		be32_add_cpu(&p->esp.spi_in, 1);
		be32_add_cpu(&p->esp.spi_out, 1);
		next(&p->esp);
	}
	return err;
}

/* Another IPv4 host, and another child. */
static void next_host(struct pqike_esp *esp)
{
	be32_add_cpu(&esp->remote_ts[0].address.a4, 1);
	esp->child_reqid++;
}

static int call_install_many(struct test_call *call)
{
	return install_many(call, next_host);
}

/* Another port at the same addresses, of the same child. */
static void next_port(struct pqike_esp *esp)
{
	be16_add_cpu(&esp->remote_ts[0].port, 1);
}

static int call_install_ports(struct test_call *call)
{
	return install_many(call, next_port);
}

static unsigned int longest_chain(const struct bucket_table *table)
{
	const struct rhash_head *set;
	unsigned int n, longest = 0;

	for (unsigned int i = 0; i < table->size; i++) {
		n = 0;
		rht_for_each_rcu(set, table, i)
			n++;
		longest = max(longest, n);
	}
	return longest;
}

/*
 * How many sets of selectors, at most, are one behind the other where one is looked
 * for.  A table that grows has another one behind it.
 */
static int call_chain(struct test_call *call)
{
	const struct bucket_table *table;
	struct rhashtable *sets;
	unsigned int longest = 0;

	sets = &pqike_policy_sets_of(call->net)->by_selectors.ht;
	rcu_read_lock();
	for (table = rcu_dereference(sets->tbl); table;
	     table = rcu_dereference(table->future_tbl))
		longest = max(longest, longest_chain(table));
	rcu_read_unlock();
	scnprintf(result, sizeof(result), "%u", longest);
	return 0;
}

static struct child *named_child(struct test_call *call)
{
	struct child *child = child_find(call->parameters.slot);

	return child && child->net == call->net ? child : NULL;
}

static int call_install_out(struct test_call *call)
{
	struct child *child = named_child(call);

	if (!child)
		return -ENOENT;
	return pqike_esp_install_out(call->net, &child->esp, &call->extack);
}

static int call_remove(struct test_call *call)
{
	struct child *child = named_child(call);

	if (!child)
		return 0;
	pqike_esp_remove(call->net, &child->esp);
	child_free(call->parameters.slot);
	return 0;
}

static int call_remove_many(struct test_call *call)
{
	for (unsigned int i = 0; i < call->parameters.count; i++) {
		call_remove(call);
		call->parameters.slot++;
	}
	return 0;
}

static int call_remove_out(struct test_call *call)
{
	struct child *child = named_child(call);

	if (!child)
		return -ENOENT;
	pqike_esp_remove_out(call->net, &child->esp);
	return 0;
}

static int call_set_port(struct test_call *call)
{
	struct child *child = named_child(call);

	if (!child)
		return -ENOENT;
	return pqike_esp_set_remote_port(call->net, &child->esp,
					 call->parameters.esp.encap_remote_port,
					 &call->extack);
}

static int call_counters(struct test_call *call)
{
	struct pqike_esp_counters in = {}, out = {};
	struct child *child = named_child(call);

	if (child) {
		pqike_esp_counters(call->net, &child->esp, true, &in);
		pqike_esp_counters(call->net, &child->esp, false, &out);
	}
	scnprintf(result, sizeof(result), "%llu %llu %llu %llu", in.bytes,
		  in.packets, out.bytes, out.packets);
	return 0;
}

static int remove_and_look(struct test_call *call, struct xfrm_state *x)
{
	u8 *packet = seal(x->data);
	int before, after;

	if (IS_ERR(packet))
		return PTR_ERR(packet);
	before = opens(x->data, packet);
	call_remove(call);
	pqike_esp_retire_flush(call->net);
	after = opens(x->data, packet);
	kfree(packet);

	scnprintf(result, sizeof(result), "opens before: %d, after: %d",
		  before, after);
	return 0;
}

/*
 * The states of a namespace have a second before they forget their keys. A flush
 * that took longer than this proves nothing.
 */
static int remove_and_flush_other(struct test_call *call, struct xfrm_state *x)
{
	unsigned long second_over = jiffies + HZ;
	u8 *packet = seal(x->data);
	int opened;

	if (IS_ERR(packet))
		return PTR_ERR(packet);
	call_remove(call);
	pqike_esp_retire_flush(&init_net);
	opened = opens(x->data, packet);
	kfree(packet);

	if (time_after_eq(jiffies, second_over))
		return -ETIME;
	scnprintf(result, sizeof(result), "opens: %d", opened);
	return 0;
}

/* The inbound state of the named Child SA, with a reference. */
static struct xfrm_state *inbound_state(struct test_call *call)
{
	struct child *child = named_child(call);
	struct xfrm_state *x;

	if (!child)
		return ERR_PTR(-ENOENT);
	x = xfrm_state_lookup(call->net, 0, &child->esp.local,
			      child->esp.spi_in, IPPROTO_ESP,
			      child->esp.family);
	return x ?: ERR_PTR(-ESRCH);
}

static int with_inbound_state(struct test_call *call,
			      int (*act)(struct test_call *call,
					 struct xfrm_state *x))
{
	struct xfrm_state *x = inbound_state(call);
	int err;

	if (IS_ERR(x))
		return PTR_ERR(x);
	err = act(call, x);
	xfrm_state_put(x);
	return err;
}

/* Whether the inbound transform has its key before and after the removal. */
static int call_remove_held(struct test_call *call)
{
	return with_inbound_state(call, remove_and_look);
}

/* Whether it has its key after the removal and the end of another namespace. */
static int call_remove_flush_other(struct test_call *call)
{
	return with_inbound_state(call, remove_and_flush_other);
}

/*
 * The moment between two steps of a larval state's timer: it is dead, but still to
 * be found.
 */
static int remove_dying(struct test_call *call, struct xfrm_state *x)
{
	spin_lock_bh(&x->lock);
	x->km.state = XFRM_STATE_DEAD;
	spin_unlock_bh(&x->lock);
	call_remove(call);
	spin_lock_bh(&x->lock);
	x->km.state = XFRM_STATE_ACQ;
	spin_unlock_bh(&x->lock);
	return 0;
}

static int call_remove_dying(struct test_call *call)
{
	return with_inbound_state(call, remove_dying);
}

static int call_retire_flush(struct test_call *call)
{
	pqike_esp_retire_flush(call->net);
	return 0;
}

static int call_trap_set(struct test_call *call)
{
	u32 reqid;

	return pqike_trap_set(call->net, &call->parameters.esp, &reqid,
			      &call->extack);
}

static int call_trap_del(struct test_call *call)
{
	return pqike_trap_del(call->net, call->parameters.esp.child_reqid,
			      &call->extack);
}

static const struct {
	const char *name;
	int (*make)(struct test_call *call);
} calls[] = {
	{ "key_len", call_key_len },
	{ "reserve", call_reserve },
	{ "install", call_install },
	{ "install_in", call_install_in },
	{ "install_out", call_install_out },
	{ "install_many", call_install_many },
	{ "install_ports", call_install_ports },
	{ "chain", call_chain },
	{ "remove", call_remove },
	{ "remove_out", call_remove_out },
	{ "remove_many", call_remove_many },
	{ "remove_held", call_remove_held },
	{ "remove_flush_other", call_remove_flush_other },
	{ "remove_dying", call_remove_dying },
	{ "retire_flush", call_retire_flush },
	{ "set_port", call_set_port },
	{ "counters", call_counters },
	{ "trap_set", call_trap_set },
	{ "trap_del", call_trap_del },
};

static int make_call(struct test_call *call, const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (sysfs_streq(name, calls[i].name))
			return calls[i].make(call);

	return -EINVAL;
}

/* The lock of the parameters is held, too. */
static int set_action(const char *name, const struct kernel_param *param)
{
	struct test_call *call = kzalloc(sizeof(*call), GFP_KERNEL);
	int err;

	if (!call)
		return -ENOMEM;

	result[0] = '\0';
	call->net = current->nsproxy->net_ns;
	err = read_parameters(&call->parameters);
	if (err) {
		strscpy(result, "a parameter cannot be read", sizeof(result));
	} else {
		mutex_lock(&calls_lock);
		err = make_call(call, name);
		mutex_unlock(&calls_lock);
	}
	if (err && call->extack._msg)
		strscpy(result, call->extack._msg, sizeof(result));
	kfree_sensitive(call);
	return err;
}

static const struct kernel_param_ops action_ops = { .set = set_action };
module_param_cb(action, &action_ops, NULL, 0200);
MODULE_PARM_DESC(action, "the call to make");

static int __net_init test_net_init(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);
	int err;

	err = pqike_esp_spis_init(&pn->spis);
	if (err)
		return err;
	err = pqike_policy_registry_init(&pn->policies);
	if (err)
		goto destroy_spis;
	err = pqike_policy_sets_init(&pn->policy_sets);
	if (err)
		goto destroy_policies;
	pqike_esp_retirement_init(&pn->retirement);
	pqike_traps_init(&pn->traps);
	pn->quota.traps = U32_MAX;
	pn->quota.policies = U32_MAX;
	return 0;

destroy_policies:
	pqike_policy_registry_destroy(&pn->policies);
destroy_spis:
	pqike_esp_spis_destroy(&pn->spis);
	return err;
}

static void __net_exit test_net_exit(struct net *net)
{
	struct pqike_net *pn = pqike_pernet(net);

	mutex_lock(&calls_lock);
	child_free_all_of(net);
	mutex_unlock(&calls_lock);
	pqike_trap_del_all(net);
	pqike_esp_retire_flush(net);
	pqike_esp_spis_destroy(&pn->spis);
	WARN_ON(pqike_policy_registry_count(&pn->policies));
	WARN_ON(atomic_read(&pn->policies.bins.nelems));
	WARN_ON(atomic_read(&pn->policy_sets.by_selectors.ht.nelems));
	pqike_policy_sets_destroy(&pn->policy_sets);
	pqike_policy_registry_destroy(&pn->policies);
	pqike_traps_destroy(&pn->traps);
}

static struct pernet_operations test_net_ops = {
	.init = test_net_init,
	.exit = test_net_exit,
	.id = &pqike_net_id,
	.size = sizeof(struct pqike_net),
};

static int __init esp_test_init(void)
{
	return register_pernet_subsys(&test_net_ops);
}

static void __exit esp_test_exit(void)
{
	unregister_pernet_subsys(&test_net_ops);
}

module_init(esp_test_init);
module_exit(esp_test_exit);

MODULE_DESCRIPTION("Calls pqike's ESP functions for a test");
MODULE_LICENSE("GPL");
