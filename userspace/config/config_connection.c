// SPDX-License-Identifier: GPL-2.0
/*
 * connections.NAME: addresses, identities, proposals and children, with
 * swanctl.conf's keys and defaults where they are safe ones.
 */
#include <arpa/inet.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_child.h"
#include "config/config_connection.h"
#include "config/config_interface.h"
#include "config/config_proposals.h"
#include "config/config_value.h"
#include "config/remote_name.h"
#include "wire/path.h"

#define IKE_PORT 500
#define FRAGMENT_SIZE_DEFAULT 1280
#define FRAGMENT_SIZE_MIN 256
#define FRAGMENT_SIZE_MAX 65000
#define REKEY_TIME_DEFAULT 14400
#define RETRANSMIT_TRIES_MAX 100
#define RETRANSMIT_TIMEOUT_MIN 100 /* ms */
#define RETRANSMIT_BASE_MIN 1000 /* thousandths */
#define PPK_IDENTITY_MAX (PQIKE_PPK_ID_MAX - 1) /* its type goes with it */

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))

static bool read_children(struct config_reader *reader,
			  const struct conf_node *section, void *target)
{
	struct connection_config *connection = target;
	const struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		struct child_config *children;

		if (node->value)
			return config_refuse(reader, node, "expected the "
					     "section of a child in braces");
		if (connection->n_children == CHILDREN_MAX)
			return config_refuse(reader, node, "expected at most %d "
					     "children", CHILDREN_MAX);
		children = realloc(connection->children,
				   (connection->n_children + 1) *
				   sizeof(*children));
		if (!children)
			return config_refuse(reader, node, "out of memory");
		connection->children = children;
		children += connection->n_children++;
		memset(children, 0, sizeof(*children));
		if (!config_read_child(reader, node, children))
			return false;
	}
	return true;
}

static bool read_auth(struct config_reader *reader,
		      const struct conf_node *node, void *target)
{
	(void)target;
	if (!strcmp(node->value, "psk"))
		return true;
	return config_refuse(reader, node, "expected psk, not %s", node->value);
}

static const struct config_key side_keys[] = {
	{ "auth", KEY_VALUE, read_auth, 0, NULL },
	{ "id", KEY_VALUE, config_read_identity, 0, NULL },
};

static bool read_side(struct config_reader *reader,
		      const struct conf_node *node, void *id)
{
	return config_read_section(reader, node, side_keys, N_KEYS(side_keys),
				   id) &&
	       config_require(reader, node, "auth", "psk") &&
	       config_require(reader, node, "id", "an address, a name, "
			      "name@domain or keyid:text");
}

static bool read_version(struct config_reader *reader,
			 const struct conf_node *node, void *target)
{
	(void)target;
	if (!strcmp(node->value, "2"))
		return true;
	return config_refuse(reader, node, "expected 2, not %s%s", node->value,
			     strcmp(node->value, "0") ? "" :
			     ", which stands for IKEv1 and IKEv2 in swanctl.conf");
}

static bool parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1)
		address->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1)
		address->ss_family = AF_INET6;
	return address->ss_family != AF_UNSPEC;
}

/* It means a host only together with an interface. */
static bool check_not_link_local(struct config_reader *reader,
				 const struct conf_node *node,
				 const struct sockaddr_storage *address)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

	if (address->ss_family != AF_INET6 ||
	    !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
		return true;
	return config_refuse(reader, node, "expected an address that is not "
			     "link-local");
}

static bool is_any(const char *text)
{
	return !strcmp(text, "%any") || !strcmp(text, "0.0.0.0") ||
	       !strcmp(text, "::");
}

/* @list has room for @max addresses, of which *n are there. */
static bool add_address(struct config_reader *reader,
			const struct conf_node *node, const char *item,
			struct sockaddr_storage *list, size_t *n, size_t max,
			const char *expected)
{
	if (is_any(item) && strcmp(item, node->value) != 0)
		return config_refuse(reader, node, "expected %%any to stand "
				     "alone");
	if (is_any(item))
		return true;
	if (*n == max)
		return config_refuse(reader, node, "expected at most %zu "
				     "addresses", max);
	if (!parse_address(item, &list[*n]))
		return config_refuse(reader, node, "expected %s or %%any, not "
				     "%s", expected, item);
	return check_not_link_local(reader, node, &list[(*n)++]);
}

static bool add_local_addr(struct config_reader *reader,
			   const struct conf_node *node, const char *item,
			   void *target)
{
	struct connection_config *connection = target;

	return add_address(reader, node, item, connection->local_addrs,
			   &connection->n_local_addrs, LOCAL_ADDRS_MAX,
			   "IPv4 or IPv6 addresses");
}

static bool read_local_addrs(struct config_reader *reader,
			     const struct conf_node *node, void *target)
{
	return config_read_list(reader, node, add_local_addr, target);
}

/* Not one that a selector may have: its protocol and ports say nothing of IKE. */
static bool add_remote_network(struct config_reader *reader,
			       const struct conf_node *node, const char *item,
			       struct connection_config *connection)
{
	size_t *n = &connection->n_remote_networks;
	struct prefix network;
	char error[128];

	if (*n == REMOTE_NETWORKS_MAX)
		return config_refuse(reader, node, "expected at most %d "
				     "networks", REMOTE_NETWORKS_MAX);
	if (strchr(item, '['))
		return config_refuse(reader, node, "expected a network such as "
				     "192.0.2.0/24, not %s", item);
	if (!prefix_parse(item, &network, error, sizeof(error)))
		return config_refuse(reader, node, "%s, not %s", error, item);
	if (network.family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)network.address))
		return config_refuse(reader, node, "expected addresses that are "
				     "not link-local");
	connection->remote_networks[(*n)++] = network;
	return true;
}

/* It is resolved at each attempt. */
static bool add_remote_name(struct config_reader *reader,
			    const struct conf_node *node, const char *item,
			    struct connection_config *connection)
{
	struct remote_name *names, *name;

	if (connection->n_remote_addrs == REMOTE_ADDRS_MAX)
		return config_refuse(reader, node, "expected at most %d "
				     "addresses", REMOTE_ADDRS_MAX);
	names = reallocarray(connection->remote_names,
			     connection->n_remote_names + 1, sizeof(*names));
	if (!names)
		return config_refuse(reader, node, "out of memory");
	connection->remote_names = names;
	name = &names[connection->n_remote_names++];
	*name = (struct remote_name){ .entry = connection->n_remote_addrs++ };
	snprintf(name->text, sizeof(name->text), "%s", item);
	return true;
}

static bool add_remote_addr(struct config_reader *reader,
			    const struct conf_node *node, const char *item,
			    void *target)
{
	struct connection_config *connection = target;

	if (is_any(item)) {
		connection->remote_any = true;
		return true;
	}
	if (strchr(item, '/'))
		return add_remote_network(reader, node, item, connection);
	if (dns_name_is_valid(item))
		return add_remote_name(reader, node, item, connection);
	return add_address(reader, node, item, connection->remote_addrs,
			   &connection->n_remote_addrs, REMOTE_ADDRS_MAX,
			   "IPv4 or IPv6 addresses, DNS names");
}

static bool read_remote_addrs(struct config_reader *reader,
			      const struct conf_node *node, void *target)
{
	return config_read_list(reader, node, add_remote_addr, target);
}

static bool read_proposals(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;
	struct proposal_list list = { PROTOCOL_IKE, &connection->proposals,
				      &connection->n_proposals };

	return config_read_proposals(reader, node, &list);
}

static bool read_fragment_size(struct config_reader *reader,
			       const struct conf_node *node, void *target)
{
	unsigned long size;

	if (!config_read_number(reader, node, FRAGMENT_SIZE_MIN,
				FRAGMENT_SIZE_MAX, &size))
		return false;
	*(uint32_t *)target = (uint32_t)size;
	return true;
}

static bool read_keyingtries(struct config_reader *reader,
			     const struct conf_node *node, void *tries)
{
	unsigned long number;

	if (!config_read_number(reader, node, 0, UINT16_MAX, &number))
		return false;
	*(unsigned int *)tries = (unsigned int)number;
	return true;
}

static bool read_retransmit_tries(struct config_reader *reader,
				  const struct conf_node *node, void *tries)
{
	unsigned long number;

	if (!config_read_number(reader, node, 0, RETRANSMIT_TRIES_MAX, &number))
		return false;
	*(unsigned int *)tries = (unsigned int)number;
	return true;
}

static bool read_retransmit_timeout(struct config_reader *reader,
				    const struct conf_node *node, void *timeout)
{
	uint32_t *milliseconds = timeout;

	if (!config_read_decimal(reader, node, timeout))
		return false;
	return *milliseconds >= RETRANSMIT_TIMEOUT_MIN ||
	       config_refuse(reader, node, "expected at least 0.1, not %s",
			     node->value);
}

static bool read_retransmit_base(struct config_reader *reader,
				 const struct conf_node *node, void *base)
{
	uint32_t *thousandths = base;

	if (!config_read_decimal(reader, node, base))
		return false;
	return *thousandths >= RETRANSMIT_BASE_MIN ||
	       config_refuse(reader, node, "expected at least 1.0, not %s",
			     node->value);
}

static bool read_unique(struct config_reader *reader,
			const struct conf_node *node, void *unique)
{
	static const struct config_word words[] = {
		{ "no", UNIQUE_NO }, { "never", UNIQUE_NEVER },
		{ "keep", UNIQUE_KEEP }, { "replace", UNIQUE_REPLACE },
	};
	int value;

	if (!config_read_word(reader, node, words, N_KEYS(words), &value))
		return false;
	*(enum unique_policy *)unique = (enum unique_policy)value;
	return true;
}

/* A default for those children that say none. */
static bool read_if_id(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	uint32_t if_id;

	(void)target; /* see config_inherit_interfaces() */
	return config_read_if_id(reader, node, &if_id);
}

static bool read_interface(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	char name[IFNAMSIZ];

	(void)target; /* likewise */
	return config_read_interface(reader, node, name);
}

#define AT(member) offsetof(struct connection_config, member)

static const struct config_key connection_keys[] = {
	{ "version", KEY_VALUE, read_version, 0, NULL },
	{ "local_addrs", KEY_VALUE, read_local_addrs, 0, NULL },
	{ "remote_addrs", KEY_VALUE, read_remote_addrs, 0, NULL },
	{ "local_port", KEY_VALUE, config_read_port, AT(local_port), NULL },
	{ "remote_port", KEY_VALUE, config_read_port, AT(remote_port), NULL },
	{ "proposals", KEY_VALUE, read_proposals, 0, NULL },
	{ "encap", KEY_VALUE, config_read_boolean, AT(encap), NULL },
	{ "dpd_delay", KEY_VALUE, config_read_time, AT(dpd_delay), NULL },
	{ "dpd_esp", KEY_VALUE, config_read_boolean, AT(dpd_esp), NULL },
	{ "retransmit_tries", KEY_VALUE, read_retransmit_tries,
	  AT(retransmission.tries), NULL },
	{ "retransmit_timeout", KEY_VALUE, read_retransmit_timeout,
	  AT(retransmission.timeout), NULL },
	{ "retransmit_base", KEY_VALUE, read_retransmit_base,
	  AT(retransmission.base), NULL },
	{ "keyingtries", KEY_VALUE, read_keyingtries, AT(keyingtries), NULL },
	{ "unique", KEY_VALUE, read_unique, AT(unique), NULL },
	{ "rekey_time", KEY_VALUE, config_read_time, AT(time.rekey), NULL },
	{ "over_time", KEY_VALUE, config_read_time, AT(time.life), NULL },
	{ "rand_time", KEY_VALUE, config_read_time, AT(time.rand), NULL },
	{ "reauth_time", KEY_VALUE, config_require_zero, 0,
	  "rekey_time makes new keys without a gap" },
	{ "ppk_id", KEY_VALUE, config_read_identity, AT(ppk.id), NULL },
	{ "ppk_required", KEY_VALUE, config_read_boolean, AT(ppk.required),
	  NULL },
	{ "if_id_in", KEY_VALUE, read_if_id, 0, NULL },
	{ "if_id_out", KEY_VALUE, read_if_id, 0, NULL },
	{ "xfrm_interface", KEY_VALUE, read_interface, 0, NULL },
	{ "mobike", KEY_VALUE, config_require_no, 0,
	  "MOBIKE is not supported" },
	{ "fragmentation", KEY_VALUE, config_require_yes, 0,
	  "ML-KEM needs it; fragment_size says how large" },
	{ "fragment_size", KEY_VALUE, read_fragment_size, AT(fragment_size),
	  NULL },
	{ "require_pq", KEY_VALUE, config_read_boolean, AT(require_pq), NULL },
	{ "local", KEY_SECTION, read_side, AT(local_id), NULL },
	{ "remote", KEY_SECTION, read_side, AT(remote_id), NULL },
	{ "children", KEY_SECTION, read_children, 0, NULL },
	{ "vips", KEY_VALUE, NULL, 0, "addresses are not assigned" },
	{ "pools", KEY_VALUE, NULL, 0, "addresses are not assigned" },
	{ "aggressive", KEY_VALUE, config_require_no, 0, "it is of IKEv1" },
	{ "pull", KEY_VALUE, NULL, 0, "it is of IKEv1" },
	{ "dpd_timeout", KEY_VALUE, NULL, 0, "it is of IKEv1; retransmissions "
	  "say when a peer is dead" },
	{ "dscp", KEY_VALUE, config_require_zero, 0,
	  "IKE packets are not marked" },
	{ "childless", KEY_VALUE, config_require_never, 0,
	  "an IKE SA is made with a child" },
	{ "send_certreq", KEY_VALUE, config_require_no, 0,
	  "authentication is by psk" },
	{ "send_cert", KEY_VALUE, config_require_never, 0,
	  "authentication is by psk" },
	{ "ocsp", KEY_VALUE, config_require_never, 0,
	  "authentication is by psk" },
	{ "mediation", KEY_VALUE, config_require_no, 0,
	  "mediation is not supported" },
	{ "mediated_by", KEY_VALUE, NULL, 0, "mediation is not supported" },
	{ "mediation_peer", KEY_VALUE, NULL, 0, "mediation is not supported" },
};

const struct config_key *config_connection_keys(size_t *n)
{
	*n = N_KEYS(connection_keys);
	return connection_keys;
}

/* A proposal that the connection's own policy rules out is a mistake. */
static bool check_require_pq(struct config_reader *reader,
			     const struct conf_node *section,
			     const struct connection_config *connection)
{
	const struct conf_node *node = conf_child(section, "proposals");

	if (!connection->require_pq)
		return true;
	for (size_t i = 0; i < connection->n_proposals; i++)
		if (!proposal_has_ml_kem(&connection->proposals[i]))
			return config_refuse(reader, node, "proposal %zu has "
					     "no ML-KEM: expected a word such "
					     "as ke1_mlkem768, or require_pq = "
					     "no", i + 1);
	return true;
}

static bool refuse_family(struct config_reader *reader,
			  const struct conf_node *node, int family,
			  const char *remote)
{
	return config_refuse(reader, node, "expected an %s address in "
			     "local_addrs, for %s of remote_addrs",
			     family == AF_INET6 ? "IPv6" : "IPv4", remote);
}

static bool check_families(struct config_reader *reader,
			   const struct conf_node *section,
			   const struct connection_config *connection)
{
	const struct conf_node *node = conf_child(section, "local_addrs");

	for (size_t i = 0; i < connection->n_remote_addrs; i++) {
		const struct sockaddr_storage *remote =
			&connection->remote_addrs[i];
		char text[INET6_ADDRSTRLEN];

		if (remote_name_at(connection, i) ||
		    config_has_local(connection, remote->ss_family))
			continue;
		endpoint_print_address(remote, text, sizeof(text));
		return refuse_family(reader, node, remote->ss_family, text);
	}
	for (size_t i = 0; i < connection->n_remote_networks; i++) {
		const struct prefix *network = &connection->remote_networks[i];
		char text[PREFIX_TEXT_SIZE];

		if (config_has_local(connection, (sa_family_t)network->family))
			continue;
		prefix_print(network, text, sizeof(text));
		return refuse_family(reader, node, network->family, text);
	}
	return true;
}

static bool check_children(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct connection_config *connection)
{
	if (connection->n_children)
		return true;
	return config_refuse(reader, node, "expected a child in children { }");
}

static bool check_ppk(struct config_reader *reader,
		      const struct conf_node *node,
		      const struct connection_config *connection)
{
	if (connection->ppk.id.len > PPK_IDENTITY_MAX)
		return config_refuse(reader, conf_child(node, "ppk_id"),
				     "expected an identity of at most %d octets",
				     PPK_IDENTITY_MAX);
	if (connection->ppk.id.len || !connection->ppk.required)
		return true;
	return config_refuse(reader, conf_child(node, "ppk_required"),
			     "expected ppk_id beside it");
}

/* Until here time->life is what over_time says. */
static bool complete_times(struct config_reader *reader,
			   const struct conf_node *node, struct limits *time)
{
	if (time->life == VALUE_NOT_SAID)
		time->life = time->rekey / 10;
	if (time->rand == VALUE_NOT_SAID)
		time->rand = time->life < time->rekey ? time->life :
			     time->rekey;
	if (time->rand > time->rekey)
		return config_refuse(reader, node, "expected rand_time of at "
				     "most rekey_time");
	time->life = time->rekey ? time->rekey + time->life : 0;
	return true;
}

static void set_defaults(struct connection_config *connection)
{
	connection->local_port = IKE_PORT;
	connection->remote_port = IKE_PORT;
	connection->fragment_size = FRAGMENT_SIZE_DEFAULT;
	connection->require_pq = true;
	connection->unique = UNIQUE_REPLACE;
	connection->keyingtries = 1;
	connection->retransmission =
		(struct retransmission)RETRANSMISSION_DEFAULT;
	connection->time = (struct limits){
		.rekey = REKEY_TIME_DEFAULT, .life = VALUE_NOT_SAID,
		.rand = VALUE_NOT_SAID,
	};
}

bool config_read_connection(struct config_reader *reader,
			    const struct conf_node *node,
			    struct connection_config *connection)
{
	struct proposal_list list = { PROTOCOL_IKE, &connection->proposals,
				      &connection->n_proposals };

	set_defaults(connection);
	connection->line = node->line;
	if (!config_read_name(reader, node, connection->name) ||
	    !config_read_section(reader, node, connection_keys,
				 N_KEYS(connection_keys), connection) ||
	    !config_require(reader, node, "local", "a section with auth and "
			    "id") ||
	    !config_require(reader, node, "remote", "a section with auth and "
			    "id") ||
	    !complete_times(reader, node, &connection->time))
		return false;
	if (!connection->n_proposals &&
	    !config_default_proposals(reader, node, &list))
		return false;
	for (size_t i = 0; i < connection->n_children; i++)
		connection->children[i].connection = connection;
	return check_require_pq(reader, node, connection) &&
	       check_families(reader, node, connection) &&
	       check_children(reader, node, connection) &&
	       check_ppk(reader, node, connection) &&
	       config_inherit_interfaces(reader, node, connection);
}
