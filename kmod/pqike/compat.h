/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One way to call what differs between the kernels from 6.1 on. The HAVE_
 * names come from Kbuild.probe, which looks into the headers: a distribution's
 * kernel may have a prototype that its version number does not tell.
 */
#ifndef PQIKE_COMPAT_H
#define PQIKE_COMPAT_H

#include <linux/in.h>
#include <linux/limits.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/xfrm.h>

#ifndef kmalloc_obj
#define kmalloc_obj(object, gfp) kmalloc(sizeof(object), gfp)
#endif

#ifndef kzalloc_obj
#define kzalloc_obj(object, gfp) kzalloc(sizeof(object), gfp)
#endif

/* What pre_doit() of a family is given. */
#ifdef HAVE_GENL_SPLIT_OPS
#define pqike_genl_op genl_split_ops
#else
#define pqike_genl_op genl_ops
#endif

/* For what waits, or takes long: it keeps no processor's workers. */
#ifdef HAVE_SYSTEM_DFL_WQ
#define pqike_unbound_wq system_dfl_wq
#else
#define pqike_unbound_wq system_unbound_wq
#endif

#ifndef NLA_POLICY_MAX_LEN
#define NLA_POLICY_MAX_LEN(max_len) { .type = NLA_BINARY, .len = (max_len) }
#endif

#ifndef HAVE_NLA_CONST_RANGE
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(_range),		\
}
#endif

#ifndef HAVE_NLA_GET_DEFAULT
static inline u8 nla_get_u8_default(const struct nlattr *nla, u8 without)
{
	return nla ? nla_get_u8(nla) : without;
}

static inline u16 nla_get_u16_default(const struct nlattr *nla, u16 without)
{
	return nla ? nla_get_u16(nla) : without;
}

static inline u32 nla_get_u32_default(const struct nlattr *nla, u32 without)
{
	return nla ? nla_get_u32(nla) : without;
}
#endif

#ifndef NL_SET_ERR_MSG_FMT_MOD
/*
 * An extack that holds only constant text: it has the words without the values.  These
 * are not for the kernel's log, which anybody with a network namespace could fill.
 */
static inline void pqike_leave_out(int first, ...)
{
}

#define NL_SET_ERR_MSG_FMT_MOD(extack, fmt, args...) do {		\
	NL_SET_ERR_MSG_MOD(extack, fmt);				\
	pqike_leave_out(0, ##args);					\
} while (0)
#endif

static inline int pqike_xfrm_init_state(struct xfrm_state *x,
					struct netlink_ext_ack *extack)
{
#ifdef HAVE_XFRM_INIT_STATE_EXTACK
	return xfrm_init_state(x, extack);
#else
	return xfrm_init_state(x);
#endif
}

/* Where xfrm_init_state() does not do this itself, throughput halves. */
static inline void pqike_xfrm_set_type_offload(struct xfrm_state *x)
{
#ifdef HAVE_XFRM_SET_TYPE_OFFLOAD
	xfrm_set_type_offload(x, false);
#endif
}

static inline void pqike_xfrm_set_dir(struct xfrm_state *x, bool inbound)
{
#ifdef HAVE_XFRM_SA_DIR
	x->dir = inbound ? XFRM_SA_DIR_IN : XFRM_SA_DIR_OUT;
#endif
}

/* Without a direction, xfrm asks for a window also where nothing is received. */
static inline u32 pqike_xfrm_outbound_window(bool esn)
{
#ifdef HAVE_XFRM_SA_DIR
	return 0;
#else
	return esn ? 1 : 0;
#endif
}

/* Under net->xfrm.xfrm_state_lock: no policy remembers this state any more. */
static inline void pqike_xfrm_uncache_state(struct xfrm_state *x)
{
#ifdef HAVE_XFRM_STATE_CACHE
	if (!hlist_unhashed(&x->state_cache))
		hlist_del_init_rcu(&x->state_cache);
#endif
}

/* The state of an acquire that no key manager has answered, held; or NULL. */
static inline struct xfrm_state *
pqike_xfrm_find_acq(struct net *net, const struct xfrm_mark *mark, u8 mode,
		    u32 reqid, u32 if_id, const xfrm_address_t *daddr,
		    const xfrm_address_t *saddr, unsigned short family)
{
#ifdef HAVE_XFRM_FIND_ACQ_PCPU
	return xfrm_find_acq(net, mark, mode, reqid, if_id, UINT_MAX,
			     IPPROTO_ESP, daddr, saddr, 0, family);
#else
	return xfrm_find_acq(net, mark, mode, reqid, if_id, IPPROTO_ESP, daddr,
			     saddr, 0, family);
#endif
}

#endif /* PQIKE_COMPAT_H */
