// SPDX-License-Identifier: GPL-2.0
#include "config/config_child.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_interface.h"
#include "config/config_proposals.h"
#include "config/config_value.h"

#define REKEY_TIME_DEFAULT 3600

#define REPLAY_WINDOW_DEFAULT 32
#define REPLAY_WINDOW_MAX 4096 /* of xfrm */

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))

bool config_read_name(struct config_reader *reader,
		      const struct conf_node *node,
		      char name[CONNECTION_NAME_MAX + 1])
{
	size_t len = strlen(node->name);

	if (len > CONNECTION_NAME_MAX)
		return config_refuse(reader, node, "expected a name of at most "
				     "%d octets", CONNECTION_NAME_MAX);
	memcpy(name, node->name, len + 1);
	return true;
}

static bool read_esp_proposals(struct config_reader *reader,
			       const struct conf_node *node, void *target)
{
	struct child_config *child = target;
	struct proposal_list list = { PROTOCOL_ESP, &child->esp_proposals,
				      &child->n_esp_proposals };

	return config_read_proposals(reader, node, &list);
}

/* The selectors of one side. */
struct ts_list {
	struct prefix *list;
	size_t *n;
};

static bool add_selector(struct config_reader *reader,
			 const struct conf_node *node, const char *item,
			 void *target)
{
	struct ts_list *ts = target;
	char error[128];

	if (*ts->n == TS_MAX)
		return config_refuse(reader, node, "expected at most %d "
				     "selectors", TS_MAX);
	if (!prefix_parse(item, &ts->list[*ts->n], error, sizeof(error)))
		return config_refuse(reader, node, "%s, not %s", error, item);
	++*ts->n;
	return true;
}

static bool read_local_ts(struct config_reader *reader,
			  const struct conf_node *node, void *target)
{
	struct child_config *child = target;
	struct ts_list ts = { child->local_ts, &child->n_local_ts };

	return config_read_list(reader, node, add_selector, &ts);
}

static bool read_remote_ts(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	struct child_config *child = target;
	struct ts_list ts = { child->remote_ts, &child->n_remote_ts };

	return config_read_list(reader, node, add_selector, &ts);
}

static bool read_mode(struct config_reader *reader,
		      const struct conf_node *node, void *target)
{
	static const struct config_word words[] = {
		{ "tunnel", MODE_TUNNEL }, { "transport", MODE_TRANSPORT },
	};
	struct child_config *child = target;
	int mode;

	if (!config_read_word(reader, node, words, N_KEYS(words), &mode))
		return false;
	child->mode = (enum child_mode)mode;
	return true;
}

/* The words of strongSwan, of which each key takes all. */
static bool read_action(struct config_reader *reader,
			const struct conf_node *node, void *action)
{
	static const struct config_word words[] = {
		{ "none", ACTION_NONE },
		{ "trap", ACTION_TRAP },
		{ "start", ACTION_START },
		{ "trap|start", ACTION_TRAP_AND_START },
		{ "start|trap", ACTION_TRAP_AND_START },
		{ "clear", ACTION_NONE },
		{ "route", ACTION_TRAP },
		{ "hold", ACTION_TRAP },
		{ "restart", ACTION_START },
	};
	int value;

	if (!config_read_word(reader, node, words, N_KEYS(words), &value))
		return false;
	*(enum child_action *)action = (enum child_action)value;
	return true;
}

static bool read_reqid(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	struct child_config *child = target;

	if (!config_read_uint32(reader, node, &child->reqid))
		return false;
	child->reqid_said = child->reqid;
	return true;
}

static bool read_replay_window(struct config_reader *reader,
			       const struct conf_node *node, void *target)
{
	unsigned long window;

	if (!config_read_number(reader, node, 0, REPLAY_WINDOW_MAX, &window))
		return false;
	*(uint32_t *)target = (uint32_t)window;
	return true;
}

static bool read_copy_dscp(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	static const struct config_word words[] = {
		{ "out", COPY_DSCP_OUT }, { "in", COPY_DSCP_IN },
		{ "yes", COPY_DSCP_YES }, { "no", COPY_DSCP_NO },
	};
	struct child_config *child = target;
	int copy;

	if (!config_read_word(reader, node, words, N_KEYS(words), &copy))
		return false;
	child->copy_dscp = (enum copy_dscp)copy;
	return true;
}

#define AT(member) offsetof(struct child_config, member)

static const struct config_key child_keys[] = {
	{ "local_ts", KEY_VALUE, read_local_ts, 0, NULL },
	{ "remote_ts", KEY_VALUE, read_remote_ts, 0, NULL },
	{ "esp_proposals", KEY_VALUE, read_esp_proposals, 0, NULL },
	{ "mode", KEY_VALUE, read_mode, 0, NULL },
	{ "start_action", KEY_VALUE, read_action, AT(start_action), NULL },
	{ "dpd_action", KEY_VALUE, read_action, AT(dpd_action), NULL },
	{ "close_action", KEY_VALUE, read_action, AT(close_action), NULL },
	{ "rekey_time", KEY_VALUE, config_read_time, AT(time.rekey), NULL },
	{ "life_time", KEY_VALUE, config_read_time, AT(time.life), NULL },
	{ "rand_time", KEY_VALUE, config_read_time, AT(time.rand), NULL },
	{ "rekey_bytes", KEY_VALUE, config_read_size, AT(bytes.rekey), NULL },
	{ "life_bytes", KEY_VALUE, config_read_size, AT(bytes.life), NULL },
	{ "rand_bytes", KEY_VALUE, config_read_size, AT(bytes.rand), NULL },
	{ "rekey_packets", KEY_VALUE, config_read_size, AT(packets.rekey), NULL },
	{ "life_packets", KEY_VALUE, config_read_size, AT(packets.life), NULL },
	{ "rand_packets", KEY_VALUE, config_read_size, AT(packets.rand), NULL },
	{ "reqid", KEY_VALUE, read_reqid, 0, NULL },
	{ "replay_window", KEY_VALUE, read_replay_window, AT(replay_window),
	  NULL },
	{ "if_id_in", KEY_VALUE, config_read_if_id, AT(if_id_in), NULL },
	{ "if_id_out", KEY_VALUE, config_read_if_id, AT(if_id_out), NULL },
	{ "xfrm_interface", KEY_VALUE, config_read_interface,
	  AT(xfrm_interface), NULL },
	{ "mark_in", KEY_VALUE, config_read_mark, AT(mark_in), NULL },
	{ "mark_out", KEY_VALUE, config_read_mark, AT(mark_out), NULL },
	{ "set_mark_in", KEY_VALUE, config_read_mark, AT(set_mark_in), NULL },
	{ "set_mark_out", KEY_VALUE, config_read_mark, AT(set_mark_out), NULL },
	{ "copy_df", KEY_VALUE, config_read_boolean, AT(copy_df), NULL },
	{ "copy_ecn", KEY_VALUE, config_read_boolean, AT(copy_ecn), NULL },
	{ "copy_dscp", KEY_VALUE, read_copy_dscp, 0, NULL },
	{ "hw_offload", KEY_VALUE, config_require_no, 0,
	  "a network card would be given the keys" },
	{ "policies", KEY_VALUE, config_require_yes, 0,
	  "an ESP SA without policies protects nothing; for routes use "
	  "xfrm_interface" },
	{ "ipcomp", KEY_VALUE, config_require_no, 0,
	  "compression before encryption gives plaintext away" },
	{ "sha256_96", KEY_VALUE, config_require_no, 0,
	  "the truncation of an old draft is not RFC 4868" },
	{ "inactivity", KEY_VALUE, config_require_zero, 0,
	  "this is not supported" },
	{ "tfc_padding", KEY_VALUE, config_require_zero, 0,
	  "this is not supported" },
	{ "ah_proposals", KEY_VALUE, NULL, 0, "AH hides nothing, ESP is what "
	  "there is" },
	{ "updown", KEY_VALUE, NULL, 0, "no script runs in this process; "
	  "`pqike monitor -j` tells another of events" },
	{ "hostaccess", KEY_VALUE, config_require_no, 0,
	  "it is about updown, which is not there" },
	{ "policies_fwd_out", KEY_VALUE, config_require_no, 0,
	  "no policy is needed there" },
	{ "priority", KEY_VALUE, config_require_zero, 0,
	  "the narrower selector goes first" },
	{ "interface", KEY_VALUE, NULL, 0, "use xfrm_interface" },
	{ "mark_in_sa", KEY_VALUE, config_require_no, 0,
	  "mark_in is that of the policies" },
	{ "label", KEY_VALUE, NULL, 0, "security labels are not negotiated" },
	{ "label_mode", KEY_VALUE, NULL, 0, "security labels are not "
	  "negotiated" },
	{ "per_cpu_sas", KEY_VALUE, config_require_no, 0,
	  "there is one ESP SA for all CPUs" },
};

const struct config_key *config_child_keys(size_t *n)
{
	*n = N_KEYS(child_keys);
	return child_keys;
}

static void not_said(struct limits *limits)
{
	limits->rekey = VALUE_NOT_SAID;
	limits->life = VALUE_NOT_SAID;
	limits->rand = VALUE_NOT_SAID;
}

/*
 * What the file does not say follows from what it says, as in swanctl.conf:
 * a life alone makes a rekey at 10/11 of it, a rekey alone a life of 11/10.
 */
static bool complete(struct config_reader *reader, const struct conf_node *node,
		     const char *what, struct limits *limits,
		     uint64_t rekey_default)
{
	bool life_said = limits->life != VALUE_NOT_SAID && limits->life;

	if (limits->rekey == VALUE_NOT_SAID)
		limits->rekey = life_said ? limits->life - limits->life / 11 :
					    rekey_default;
	if (limits->life == VALUE_NOT_SAID)
		limits->life = limits->rekey + limits->rekey / 10;
	if (limits->life && limits->life < limits->rekey)
		return config_refuse(reader, node, "expected life_%s of at "
				     "least rekey_%s", what, what);
	if (limits->rand == VALUE_NOT_SAID) {
		limits->rand = limits->life ? limits->life - limits->rekey : 0;
		if (limits->rand > limits->rekey)
			limits->rand = limits->rekey;
	}
	if (limits->rand > limits->rekey)
		return config_refuse(reader, node, "expected rand_%s of at most "
				     "rekey_%s", what, what);
	return true;
}

/* What is dynamic is seen when the addresses are known. */
static bool has_family(const struct prefix *list, size_t n, int family)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].family == family || prefix_is_dynamic(&list[i]))
			return true;
	return family == AF_UNSPEC;
}

static bool check_families(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct child_config *child)
{
	bool ok = true;

	for (size_t i = 0; i < child->n_local_ts; i++)
		ok &= has_family(child->remote_ts, child->n_remote_ts,
				 child->local_ts[i].family);
	for (size_t i = 0; i < child->n_remote_ts; i++)
		ok &= has_family(child->local_ts, child->n_local_ts,
				 child->remote_ts[i].family);
	if (ok)
		return true;
	return config_refuse(reader, node, "expected local_ts and remote_ts "
			     "both IPv4 or both IPv6, or both of both");
}

static bool check_pairs(struct config_reader *reader,
			const struct conf_node *node,
			const struct child_config *child)
{
	size_t pairs = child->n_local_ts * child->n_remote_ts;

	return pairs <= PREFIX_PAIRS_MAX ||
	       config_refuse(reader, node, "%zu of local_ts and %zu of "
			     "remote_ts make %zu pairs: expected at most %d, "
			     "or several children", child->n_local_ts,
			     child->n_remote_ts, pairs, PREFIX_PAIRS_MAX);
}

/* A receiver infers the high half of the number from the window (RFC 4303). */
static bool check_esn(struct config_reader *reader,
		      const struct conf_node *node,
		      const struct child_config *child)
{
	if (child->replay_window)
		return true;
	for (size_t i = 0; i < child->n_esp_proposals; i++)
		if (proposal_has_esn(&child->esp_proposals[i]))
			return config_refuse(reader,
					     conf_child(node, "replay_window"),
					     "expected more than 0: proposal %zu "
					     "of esp_proposals has esn, which "
					     "needs a window", i + 1);
	return true;
}

/* The address of a side whose networks the file does not say. */
static void add_default_ts(struct prefix *list, size_t *n)
{
	if (*n)
		return;
	list[0] = (struct prefix){ .family = AF_UNSPEC };
	*n = 1;
}

bool config_read_child(struct config_reader *reader,
		       const struct conf_node *node, struct child_config *child)
{
	struct proposal_list list = { PROTOCOL_ESP, &child->esp_proposals,
				      &child->n_esp_proposals };

	not_said(&child->time);
	not_said(&child->bytes);
	not_said(&child->packets);
	child->line = node->line;
	child->replay_window = REPLAY_WINDOW_DEFAULT;
	child->copy_df = true;
	child->copy_ecn = true;
	if (!config_read_name(reader, node, child->name) ||
	    !config_read_section(reader, node, child_keys, N_KEYS(child_keys),
				 child))
		return false;
	add_default_ts(child->local_ts, &child->n_local_ts);
	add_default_ts(child->remote_ts, &child->n_remote_ts);
	if (!check_families(reader, node, child) ||
	    !check_pairs(reader, node, child) ||
	    !check_esn(reader, node, child) ||
	    !complete(reader, node, "time", &child->time, REKEY_TIME_DEFAULT) ||
	    !complete(reader, node, "bytes", &child->bytes, 0) ||
	    !complete(reader, node, "packets", &child->packets, 0))
		return false;
	return child->n_esp_proposals ||
	       config_default_proposals(reader, node, &list);
}
