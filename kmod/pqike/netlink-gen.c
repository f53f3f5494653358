// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	uapi/pqike.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: make uapi */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/pqike.h>

/* Integer value ranges */
static const struct netlink_range_validation pqike_a_ike_sa_fragment_size_range = {
	.min	= 256ULL,
	.max	= PQIKE_MESSAGE_MAX,
};

/* Common nested types */
const struct nla_policy pqike_child_nl_policy[PQIKE_A_CHILD_TRAP + 1] = {
	[PQIKE_A_CHILD_NAME] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
	[PQIKE_A_CHILD_LOCAL_TS] = NLA_POLICY_NESTED(pqike_traffic_selector_nl_policy),
	[PQIKE_A_CHILD_REMOTE_TS] = NLA_POLICY_NESTED(pqike_traffic_selector_nl_policy),
	[PQIKE_A_CHILD_ESP_PROPOSALS] = NLA_POLICY_MAX_LEN(PQIKE_ESP_PROPOSALS_MAX),
	[PQIKE_A_CHILD_MODE] = NLA_POLICY_MAX(NLA_U32, 1),
	[PQIKE_A_CHILD_REQID] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_REPLAY_WINDOW] = NLA_POLICY_MAX(NLA_U32, 4096),
	[PQIKE_A_CHILD_IF_ID_IN] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_IF_ID_OUT] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_MARK_IN] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_MARK_OUT] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SET_MARK_IN] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SET_MARK_OUT] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_DONT_ENCAP_DSCP] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_DECAP_DSCP] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_NOPMTUDISC] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_NOECN] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_LIFETIME] = NLA_POLICY_NESTED(pqike_lifetime_nl_policy),
	[PQIKE_A_CHILD_TRAP] = { .type = NLA_FLAG, },
};

const struct nla_policy pqike_child_sa_nl_policy[PQIKE_A_CHILD_SA_INSTALLED_AT + 1] = {
	[PQIKE_A_CHILD_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_CHILD] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
	[PQIKE_A_CHILD_SA_SPI_IN] = { .type = NLA_BE32, },
	[PQIKE_A_CHILD_SA_SPI_OUT] = { .type = NLA_BE32, },
	[PQIKE_A_CHILD_SA_LOCAL_ADDRESS] = NLA_POLICY_MAX_LEN(16),
	[PQIKE_A_CHILD_SA_REMOTE_ADDRESS] = NLA_POLICY_MAX_LEN(16),
	[PQIKE_A_CHILD_SA_ENCR] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_ENCR_KEY_BITS] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_LOCAL_TS] = NLA_POLICY_NESTED(pqike_traffic_selector_nl_policy),
	[PQIKE_A_CHILD_SA_REMOTE_TS] = NLA_POLICY_NESTED(pqike_traffic_selector_nl_policy),
	[PQIKE_A_CHILD_SA_INSTALLED] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_BYTES_IN] = { .type = NLA_U64, },
	[PQIKE_A_CHILD_SA_PACKETS_IN] = { .type = NLA_U64, },
	[PQIKE_A_CHILD_SA_BYTES_OUT] = { .type = NLA_U64, },
	[PQIKE_A_CHILD_SA_PACKETS_OUT] = { .type = NLA_U64, },
	[PQIKE_A_CHILD_SA_ROLE] = NLA_POLICY_MAX(NLA_U32, 1),
	[PQIKE_A_CHILD_SA_NONCE] = { .type = NLA_BINARY, },
	[PQIKE_A_CHILD_SA_KE_METHOD] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_KE_DATA] = { .type = NLA_BINARY, },
	[PQIKE_A_CHILD_SA_ADDITIONAL_KE] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_ADDITIONAL_KE_DONE] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_INTEG] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_ESN] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_REQID] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_MODE] = NLA_POLICY_MAX(NLA_U32, 1),
	[PQIKE_A_CHILD_SA_DIRECTION] = NLA_POLICY_MAX(NLA_U32, 2),
	[PQIKE_A_CHILD_SA_REPLAY_WINDOW] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT] = { .type = NLA_U16, },
	[PQIKE_A_CHILD_SA_IF_ID_IN] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_IF_ID_OUT] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_MARK_IN] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SA_MARK_OUT] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SA_SET_MARK_IN] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SA_SET_MARK_OUT] = NLA_POLICY_NESTED(pqike_mark_nl_policy),
	[PQIKE_A_CHILD_SA_DONT_ENCAP_DSCP] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_DECAP_DSCP] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_NOPMTUDISC] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_NOECN] = { .type = NLA_FLAG, },
	[PQIKE_A_CHILD_SA_LIFETIME] = NLA_POLICY_NESTED(pqike_lifetime_nl_policy),
	[PQIKE_A_CHILD_SA_CHILD_REQID] = { .type = NLA_U32, },
	[PQIKE_A_CHILD_SA_INSTALLED_AT] = { .type = NLA_U32, },
};

const struct nla_policy pqike_lifetime_nl_policy[PQIKE_A_LIFETIME_RAND_SECONDS + 1] = {
	[PQIKE_A_LIFETIME_SOFT_BYTES] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_HARD_BYTES] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_SOFT_PACKETS] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_HARD_PACKETS] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_SOFT_SECONDS] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_HARD_SECONDS] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_RAND_BYTES] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_RAND_PACKETS] = { .type = NLA_U64, },
	[PQIKE_A_LIFETIME_RAND_SECONDS] = { .type = NLA_U64, },
};

const struct nla_policy pqike_mark_nl_policy[PQIKE_A_MARK_MASK + 1] = {
	[PQIKE_A_MARK_VALUE] = { .type = NLA_U32, },
	[PQIKE_A_MARK_MASK] = { .type = NLA_U32, },
};

const struct nla_policy pqike_network_nl_policy[PQIKE_A_NETWORK_PREFIX_LENGTH + 1] = {
	[PQIKE_A_NETWORK_ADDRESS] = NLA_POLICY_MAX_LEN(16),
	[PQIKE_A_NETWORK_PREFIX_LENGTH] = { .type = NLA_U8, },
};

const struct nla_policy pqike_quota_nl_policy[PQIKE_A_QUOTA_POLICIES + 1] = {
	[PQIKE_A_QUOTA_IKE_SAS] = { .type = NLA_U32, },
	[PQIKE_A_QUOTA_HALF_OPEN] = { .type = NLA_U32, },
	[PQIKE_A_QUOTA_CHILD_SAS] = { .type = NLA_U32, },
	[PQIKE_A_QUOTA_CONNECTIONS] = { .type = NLA_U32, },
	[PQIKE_A_QUOTA_TRAPS] = { .type = NLA_U32, },
	[PQIKE_A_QUOTA_POLICIES] = { .type = NLA_U32, },
};

const struct nla_policy pqike_traffic_selector_nl_policy[PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC + 1] = {
	[PQIKE_A_TRAFFIC_SELECTOR_ADDRESS] = NLA_POLICY_MAX_LEN(16),
	[PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH] = { .type = NLA_U8, },
	[PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL] = { .type = NLA_U8, },
	[PQIKE_A_TRAFFIC_SELECTOR_PORT] = { .type = NLA_U16, },
	[PQIKE_A_TRAFFIC_SELECTOR_PORT_MASK] = { .type = NLA_U16, },
	[PQIKE_A_TRAFFIC_SELECTOR_DYNAMIC] = { .type = NLA_FLAG, },
};

/* PQIKE_CMD_CONNECTION_SET - do */
const struct nla_policy pqike_connection_set_nl_policy[PQIKE_A_CONNECTION_LIFETIME + 1] = {
	[PQIKE_A_CONNECTION_NAME] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
	[PQIKE_A_CONNECTION_LOCAL_ID] = NLA_POLICY_MAX_LEN(PQIKE_ID_MAX),
	[PQIKE_A_CONNECTION_REMOTE_ID] = NLA_POLICY_MAX_LEN(PQIKE_ID_MAX),
	[PQIKE_A_CONNECTION_PSK] = { .type = NLA_NUL_STRING, .len = PQIKE_KEY_DESCRIPTION_MAX, },
	[PQIKE_A_CONNECTION_ALLOW_CLASSICAL] = { .type = NLA_FLAG, },
	[PQIKE_A_CONNECTION_PPK] = { .type = NLA_NUL_STRING, .len = PQIKE_KEY_DESCRIPTION_MAX, },
	[PQIKE_A_CONNECTION_PPK_ID] = NLA_POLICY_MAX_LEN(PQIKE_PPK_ID_MAX),
	[PQIKE_A_CONNECTION_PPK_REQUIRED] = { .type = NLA_FLAG, },
	[PQIKE_A_CONNECTION_IKE_PROPOSALS] = NLA_POLICY_MAX_LEN(PQIKE_IKE_PROPOSALS_MAX),
	[PQIKE_A_CONNECTION_LOCAL_NETWORK] = NLA_POLICY_NESTED(pqike_network_nl_policy),
	[PQIKE_A_CONNECTION_REMOTE_NETWORK] = NLA_POLICY_NESTED(pqike_network_nl_policy),
	[PQIKE_A_CONNECTION_CHILD] = NLA_POLICY_NESTED(pqike_child_nl_policy),
	[PQIKE_A_CONNECTION_LIFETIME] = { .type = NLA_U32, },
};

/* PQIKE_CMD_CONNECTION_DEL - do */
const struct nla_policy pqike_connection_del_nl_policy[PQIKE_A_CONNECTION_NAME + 1] = {
	[PQIKE_A_CONNECTION_NAME] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
};

/* PQIKE_CMD_CONNECTION_GET - do */
const struct nla_policy pqike_connection_get_nl_policy[PQIKE_A_CONNECTION_NAME + 1] = {
	[PQIKE_A_CONNECTION_NAME] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
};

/* PQIKE_CMD_IKE_SA_NEW - do */
const struct nla_policy pqike_ike_sa_new_nl_policy[PQIKE_A_IKE_SA_REKEYS + 1] = {
	[PQIKE_A_IKE_SA_ROLE] = NLA_POLICY_MAX(NLA_U32, 1),
	[PQIKE_A_IKE_SA_CONNECTION] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
	[PQIKE_A_IKE_SA_KE_METHOD] = { .type = NLA_U16, },
	[PQIKE_A_IKE_SA_REQUEST] = { .type = NLA_BINARY, },
	[PQIKE_A_IKE_SA_REKEYS] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_INIT - do */
const struct nla_policy pqike_ike_sa_init_nl_policy[PQIKE_A_IKE_SA_RESPONSE + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_REQUEST] = { .type = NLA_BINARY, },
	[PQIKE_A_IKE_SA_RESPONSE] = { .type = NLA_BINARY, },
};

/* PQIKE_CMD_IKE_SA_ADDITIONAL_KE - do */
const struct nla_policy pqike_ike_sa_additional_ke_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_SEAL - do */
const struct nla_policy pqike_ike_sa_seal_nl_policy[PQIKE_A_IKE_SA_PLAINTEXT + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_EXCHANGE_TYPE] = { .type = NLA_U8, },
	[PQIKE_A_IKE_SA_RESPONSE_FLAG] = { .type = NLA_FLAG, },
	[PQIKE_A_IKE_SA_MESSAGE_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_FIRST_PAYLOAD] = { .type = NLA_U8, },
	[PQIKE_A_IKE_SA_PLAINTEXT] = { .type = NLA_BINARY, },
	[PQIKE_A_IKE_SA_FRAGMENT_SIZE] = NLA_POLICY_FULL_RANGE(NLA_U32, &pqike_a_ike_sa_fragment_size_range),
};

/* PQIKE_CMD_IKE_SA_OPEN - do */
const struct nla_policy pqike_ike_sa_open_nl_policy[PQIKE_A_IKE_SA_MESSAGE + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_MESSAGE] = { .type = NLA_BINARY, },
};

/* PQIKE_CMD_IKE_SA_AUTH_MAKE - do */
const struct nla_policy pqike_ike_sa_auth_make_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_AUTH_VERIFY - do */
const struct nla_policy pqike_ike_sa_auth_verify_nl_policy[PQIKE_A_IKE_SA_CONNECTION + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CONNECTION] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
};

/* PQIKE_CMD_IKE_SA_DEL - do */
const struct nla_policy pqike_ike_sa_del_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_GET - do */
const struct nla_policy pqike_ike_sa_get_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_INHERIT - do */
const struct nla_policy pqike_ike_sa_inherit_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_CHILD_SA_NEW - do */
const struct nla_policy pqike_child_sa_new_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_CHILD_SA_KE - do */
const struct nla_policy pqike_child_sa_ke_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_CHILD_SA_INSTALL - do */
const struct nla_policy pqike_child_sa_install_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
	[PQIKE_A_IKE_SA_FIRST_PAYLOAD] = { .type = NLA_U8, },
	[PQIKE_A_IKE_SA_PLAINTEXT] = { .type = NLA_BINARY, },
};

/* PQIKE_CMD_CHILD_SA_DEL - do */
const struct nla_policy pqike_child_sa_del_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_CHILD_SA_UPDATE - do */
const struct nla_policy pqike_child_sa_update_nl_policy[PQIKE_A_IKE_SA_CHILD_SA + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_TRAP_SET - do */
const struct nla_policy pqike_trap_set_nl_policy[PQIKE_A_TRAP_CONNECTION + 1] = {
	[PQIKE_A_TRAP_CONNECTION] = { .type = NLA_NUL_STRING, .len = PQIKE_NAME_MAX, },
	[PQIKE_A_TRAP_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_TRAP_DEL - do */
const struct nla_policy pqike_trap_del_nl_policy[PQIKE_A_TRAP_CHILD_SA + 1] = {
	[PQIKE_A_TRAP_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_TRAP_GET - do */
const struct nla_policy pqike_trap_get_nl_policy[PQIKE_A_TRAP_CHILD_SA + 1] = {
	[PQIKE_A_TRAP_CHILD_SA] = NLA_POLICY_NESTED(pqike_child_sa_nl_policy),
};

/* PQIKE_CMD_BENCH_KEM - do */
const struct nla_policy pqike_bench_kem_nl_policy[PQIKE_A_BENCH_ROUNDS + 1] = {
	[PQIKE_A_BENCH_KE_METHOD] = { .type = NLA_U16, },
	[PQIKE_A_BENCH_ROUNDS] = NLA_POLICY_RANGE(NLA_U32, 1, PQIKE_BENCH_ROUNDS_MAX),
};

/* PQIKE_CMD_AUTHORISE - do */
const struct nla_policy pqike_authorise_nl_policy[PQIKE_A_SOCKET_QUOTA + 1] = {
	[PQIKE_A_SOCKET_FD] = { .type = NLA_U32, },
	[PQIKE_A_SOCKET_QUOTA] = NLA_POLICY_NESTED(pqike_quota_nl_policy),
};

/* PQIKE_CMD_QUOTA_SET - do */
const struct nla_policy pqike_quota_set_nl_policy[PQIKE_A_USAGE_QUOTA + 1] = {
	[PQIKE_A_USAGE_QUOTA] = NLA_POLICY_NESTED(pqike_quota_nl_policy),
};

/* PQIKE_CMD_IKE_SA_NOTE - do */
const struct nla_policy pqike_ike_sa_note_nl_policy[PQIKE_A_IKE_SA_LIFETIME + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
	[PQIKE_A_IKE_SA_NOTE] = NLA_POLICY_MAX_LEN(PQIKE_NOTE_MAX),
	[PQIKE_A_IKE_SA_LIFETIME] = { .type = NLA_U32, },
};

/* PQIKE_CMD_IKE_SA_ADOPT - do */
const struct nla_policy pqike_ike_sa_adopt_nl_policy[PQIKE_A_IKE_SA_ID + 1] = {
	[PQIKE_A_IKE_SA_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_STATS_GET - do */
const struct nla_policy pqike_stats_get_nl_policy[PQIKE_A_STATS_ID + 1] = {
	[PQIKE_A_STATS_ID] = { .type = NLA_U32, },
};

/* PQIKE_CMD_REVOKE - do */
const struct nla_policy pqike_revoke_nl_policy[PQIKE_A_SOCKET_FD + 1] = {
	[PQIKE_A_SOCKET_FD] = { .type = NLA_U32, },
};

/* Ops table for pqike */
const struct genl_ops pqike_nl_ops[28] = {
	{
		.cmd		= PQIKE_CMD_CONNECTION_SET,
		.doit		= pqike_nl_connection_set_doit,
		.policy		= pqike_connection_set_nl_policy,
		.maxattr	= PQIKE_A_CONNECTION_LIFETIME,
	},
	{
		.cmd		= PQIKE_CMD_CONNECTION_DEL,
		.doit		= pqike_nl_connection_del_doit,
		.policy		= pqike_connection_del_nl_policy,
		.maxattr	= PQIKE_A_CONNECTION_NAME,
	},
	{
		.cmd		= PQIKE_CMD_CONNECTION_GET,
		.doit		= pqike_nl_connection_get_doit,
		.dumpit		= pqike_nl_connection_get_dumpit,
		.policy		= pqike_connection_get_nl_policy,
		.maxattr	= PQIKE_A_CONNECTION_NAME,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_NEW,
		.doit		= pqike_nl_ike_sa_new_doit,
		.policy		= pqike_ike_sa_new_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_REKEYS,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_INIT,
		.doit		= pqike_nl_ike_sa_init_doit,
		.policy		= pqike_ike_sa_init_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_RESPONSE,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_ADDITIONAL_KE,
		.doit		= pqike_nl_ike_sa_additional_ke_doit,
		.policy		= pqike_ike_sa_additional_ke_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_SEAL,
		.doit		= pqike_nl_ike_sa_seal_doit,
		.policy		= pqike_ike_sa_seal_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_PLAINTEXT,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_OPEN,
		.doit		= pqike_nl_ike_sa_open_doit,
		.policy		= pqike_ike_sa_open_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_MESSAGE,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_AUTH_MAKE,
		.doit		= pqike_nl_ike_sa_auth_make_doit,
		.policy		= pqike_ike_sa_auth_make_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_AUTH_VERIFY,
		.doit		= pqike_nl_ike_sa_auth_verify_doit,
		.policy		= pqike_ike_sa_auth_verify_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CONNECTION,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_DEL,
		.doit		= pqike_nl_ike_sa_del_doit,
		.policy		= pqike_ike_sa_del_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_GET,
		.doit		= pqike_nl_ike_sa_get_doit,
		.dumpit		= pqike_nl_ike_sa_get_dumpit,
		.policy		= pqike_ike_sa_get_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_INHERIT,
		.doit		= pqike_nl_ike_sa_inherit_doit,
		.policy		= pqike_ike_sa_inherit_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_CHILD_SA_NEW,
		.doit		= pqike_nl_child_sa_new_doit,
		.policy		= pqike_child_sa_new_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_CHILD_SA_KE,
		.doit		= pqike_nl_child_sa_ke_doit,
		.policy		= pqike_child_sa_ke_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_CHILD_SA_INSTALL,
		.doit		= pqike_nl_child_sa_install_doit,
		.policy		= pqike_child_sa_install_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_CHILD_SA_DEL,
		.doit		= pqike_nl_child_sa_del_doit,
		.policy		= pqike_child_sa_del_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_CHILD_SA_UPDATE,
		.doit		= pqike_nl_child_sa_update_doit,
		.policy		= pqike_child_sa_update_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_TRAP_SET,
		.doit		= pqike_nl_trap_set_doit,
		.policy		= pqike_trap_set_nl_policy,
		.maxattr	= PQIKE_A_TRAP_CONNECTION,
	},
	{
		.cmd		= PQIKE_CMD_TRAP_DEL,
		.doit		= pqike_nl_trap_del_doit,
		.policy		= pqike_trap_del_nl_policy,
		.maxattr	= PQIKE_A_TRAP_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_TRAP_GET,
		.doit		= pqike_nl_trap_get_doit,
		.dumpit		= pqike_nl_trap_get_dumpit,
		.policy		= pqike_trap_get_nl_policy,
		.maxattr	= PQIKE_A_TRAP_CHILD_SA,
	},
	{
		.cmd		= PQIKE_CMD_BENCH_KEM,
		.doit		= pqike_nl_bench_kem_doit,
		.policy		= pqike_bench_kem_nl_policy,
		.maxattr	= PQIKE_A_BENCH_ROUNDS,
	},
	{
		.cmd		= PQIKE_CMD_AUTHORISE,
		.doit		= pqike_nl_authorise_doit,
		.policy		= pqike_authorise_nl_policy,
		.maxattr	= PQIKE_A_SOCKET_QUOTA,
	},
	{
		.cmd		= PQIKE_CMD_QUOTA_SET,
		.doit		= pqike_nl_quota_set_doit,
		.policy		= pqike_quota_set_nl_policy,
		.maxattr	= PQIKE_A_USAGE_QUOTA,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_NOTE,
		.doit		= pqike_nl_ike_sa_note_doit,
		.policy		= pqike_ike_sa_note_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_LIFETIME,
	},
	{
		.cmd		= PQIKE_CMD_IKE_SA_ADOPT,
		.doit		= pqike_nl_ike_sa_adopt_doit,
		.policy		= pqike_ike_sa_adopt_nl_policy,
		.maxattr	= PQIKE_A_IKE_SA_ID,
	},
	{
		.cmd		= PQIKE_CMD_STATS_GET,
		.doit		= pqike_nl_stats_get_doit,
		.dumpit		= pqike_nl_stats_get_dumpit,
		.policy		= pqike_stats_get_nl_policy,
		.maxattr	= PQIKE_A_STATS_ID,
	},
	{
		.cmd		= PQIKE_CMD_REVOKE,
		.doit		= pqike_nl_revoke_doit,
		.policy		= pqike_revoke_nl_policy,
		.maxattr	= PQIKE_A_SOCKET_FD,
	},
};
