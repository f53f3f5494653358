/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/pqike.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: make uapi */

#ifndef _LINUX_PQIKE_GEN_H
#define _LINUX_PQIKE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/pqike.h>

/* Common nested types */
extern const struct nla_policy pqike_child_nl_policy[PQIKE_A_CHILD_TRAP + 1];
extern const struct nla_policy pqike_child_sa_nl_policy[PQIKE_A_CHILD_SA_INSTALLED_AT + 1];
extern const struct nla_policy pqike_lifetime_nl_policy[PQIKE_A_LIFETIME_RAND_SECONDS + 1];
extern const struct nla_policy pqike_mark_nl_policy[PQIKE_A_MARK_MASK + 1];
extern const struct nla_policy pqike_network_nl_policy[PQIKE_A_NETWORK_PREFIX_LENGTH + 1];
extern const struct nla_policy pqike_quota_nl_policy[PQIKE_A_QUOTA_POLICIES + 1];
extern const struct nla_policy pqike_traffic_selector_nl_policy[PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC + 1];

extern const struct nla_policy pqike_connection_set_nl_policy[PQIKE_A_CONNECTION_LIFETIME + 1];

extern const struct nla_policy pqike_connection_del_nl_policy[PQIKE_A_CONNECTION_NAME + 1];

extern const struct nla_policy pqike_connection_get_nl_policy[PQIKE_A_CONNECTION_NAME + 1];

extern const struct nla_policy pqike_ike_sa_new_nl_policy[PQIKE_A_IKE_SA_REKEYS + 1];

extern const struct nla_policy pqike_ike_sa_init_nl_policy[PQIKE_A_IKE_SA_RESPONSE + 1];

extern const struct nla_policy pqike_ike_sa_additional_ke_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_ike_sa_seal_nl_policy[PQIKE_A_IKE_SA_PLAINTEXT + 1];

extern const struct nla_policy pqike_ike_sa_open_nl_policy[PQIKE_A_IKE_SA_MESSAGE + 1];

extern const struct nla_policy pqike_ike_sa_auth_make_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_ike_sa_auth_verify_nl_policy[PQIKE_A_IKE_SA_CONNECTION + 1];

extern const struct nla_policy pqike_ike_sa_del_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_ike_sa_get_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_ike_sa_inherit_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_child_sa_new_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1];

extern const struct nla_policy pqike_child_sa_ke_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1];

extern const struct nla_policy pqike_child_sa_install_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1];

extern const struct nla_policy pqike_child_sa_del_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1];

extern const struct nla_policy pqike_child_sa_update_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1];

extern const struct nla_policy pqike_trap_set_nl_policy[PQIKE_A_TRAP_CONNECTION + 1];

extern const struct nla_policy pqike_trap_del_nl_policy[PQIKE_A_TRAP_CHILD_SA + 1];

extern const struct nla_policy pqike_trap_get_nl_policy[PQIKE_A_TRAP_CHILD_SA + 1];

extern const struct nla_policy pqike_bench_kem_nl_policy[PQIKE_A_BENCH_ROUNDS + 1];

extern const struct nla_policy pqike_authorise_nl_policy[PQIKE_A_SOCKET_QUOTA + 1];

extern const struct nla_policy pqike_quota_set_nl_policy[PQIKE_A_USAGE_QUOTA + 1];

extern const struct nla_policy pqike_ike_sa_note_nl_policy[PQIKE_A_IKE_SA_LIFETIME + 1];

extern const struct nla_policy pqike_ike_sa_adopt_nl_policy[PQIKE_A_IKE_SA_ID + 1];

extern const struct nla_policy pqike_stats_get_nl_policy[PQIKE_A_STATS_ID + 1];

extern const struct nla_policy pqike_revoke_nl_policy[PQIKE_A_SOCKET_FD + 1];

/* Ops table for pqike */
extern const struct genl_ops pqike_nl_ops[28];

int pqike_nl_connection_set_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_connection_del_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_connection_get_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_connection_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int pqike_nl_ike_sa_new_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_init_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_additional_ke_doit(struct sk_buff *skb,
				       struct genl_info *info);
int pqike_nl_ike_sa_seal_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_open_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_auth_make_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_auth_verify_doit(struct sk_buff *skb,
				     struct genl_info *info);
int pqike_nl_ike_sa_del_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_get_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int pqike_nl_ike_sa_inherit_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_child_sa_new_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_child_sa_ke_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_child_sa_install_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_child_sa_del_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_child_sa_update_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_trap_set_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_trap_del_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_trap_get_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_trap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int pqike_nl_bench_kem_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_authorise_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_quota_set_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_note_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_ike_sa_adopt_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int pqike_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int pqike_nl_revoke_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_PQIKE_GEN_H */
