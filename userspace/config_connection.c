// SPDX-License-Identifier: GPL-2.0
/*
 * connections.NAME: addresses, identities, proposals and children, with
 * swanctl.conf's keys and defaults where they are safe ones.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_connection.h"

#define IKE_PORT 500
#define FRAGMENT_SIZE_DEFAULT 1280
#define FRAGMENT_SIZE_MIN 256
#define FRAGMENT_SIZE_MAX 65000

#define N_KEYS(keys) (sizeof(keys) / sizeof((keys)[0]))

static const char ike_default[] =
	"aes256gcm16-prfsha384-x25519-ke1_mlkem768";
static const char ike_default_nist[] =
	"aes256gcm16-prfsha384-ecp384-ke1_mlkem768";
static const char esp_default[] = "aes256gcm16";

/* Where the proposals of a list go. */
struct proposal_list {
	uint8_t protocol;
	struct proposal **proposals;
	size_t *n;
};

static bool add_proposal(struct config_reader *reader,
			 const struct conf_node *node, const char *text,
			 void *target)
{
	const struct proposal_list *list = target;
	struct proposal *proposals;
	char error[256];

	proposals = realloc(*list->proposals,
			    (*list->n + 1) * sizeof(*proposals));
	if (!proposals)
		return config_refuse(reader, node, "out of memory");
	*list->proposals = proposals;
	if (!proposal_parse(list->protocol, text, &proposals[*list->n], error,
			    sizeof(error)))
		return config_refuse(reader, node, "%s: %s", text, error);
	++*list->n;
	return true;
}

static bool add_default_proposals(struct config_reader *reader,
				  const struct conf_node *node,
				  struct proposal_list *list)
{
	if (list->protocol == PROTOCOL_ESP)
		return add_proposal(reader, node, esp_default, list);
	return add_proposal(reader, node, ike_default, list) &&
	       add_proposal(reader, node, ike_default_nist, list);
}

static bool add_proposal_or_default(struct config_reader *reader,
				    const struct conf_node *node,
				    const char *text, void *target)
{
	if (!strcmp(text, "default"))
		return add_default_proposals(reader, node, target);
	return add_proposal(reader, node, text, target);
}

static bool is_ml_kem(const struct transform *transform)
{
	bool key_exchange = transform->type == TRANSFORM_KE ||
			    (transform->type >= TRANSFORM_ADDKE1 &&
			     transform->type <= TRANSFORM_ADDKE7);

	/* ML-KEM-512, -768 and -1024 */
	return key_exchange && transform->id >= 35 && transform->id <= 37;
}

static bool can_use_ml_kem(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->n_transforms; i++)
		if (is_ml_kem(&proposal->transforms[i]))
			return true;
	return false;
}

static bool read_esp_proposals(struct config_reader *reader,
			       const struct conf_node *node, void *target)
{
	struct child_config *child = target;
	struct proposal_list list = { PROTOCOL_ESP, &child->esp_proposals,
				      &child->n_esp_proposals };

	return config_read_list(reader, node, add_proposal_or_default, &list);
}

static bool read_selector(struct config_reader *reader,
			  const struct conf_node *node, struct prefix *prefix)
{
	char error[128];

	if (prefix_parse(node->value, prefix, error, sizeof(error)))
		return true;
	return config_refuse(reader, node, "%s", error);
}

static bool read_local_ts(struct config_reader *reader,
			  const struct conf_node *node, void *target)
{
	struct child_config *child = target;

	child->n_local_ts = 1;
	return read_selector(reader, node, &child->local_ts[0]);
}

static bool read_remote_ts(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	struct child_config *child = target;

	child->n_remote_ts = 1;
	return read_selector(reader, node, &child->remote_ts[0]);
}

static bool read_mode(struct config_reader *reader,
		      const struct conf_node *node, void *target)
{
	(void)target;
	if (!strcmp(node->value, "tunnel"))
		return true;
	return config_refuse(reader, node, "expected tunnel: %s is not "
			     "supported", node->value);
}

static bool read_start_action(struct config_reader *reader,
			      const struct conf_node *node, void *target)
{
	(void)target;
	if (!strcmp(node->value, "none"))
		return true;
	return config_refuse(reader, node, "expected none: %s is not "
			     "supported, use `pqike up`", node->value);
}

static bool read_name(struct config_reader *reader,
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

static const struct config_key child_keys[] = {
	{ "local_ts", KEY_VALUE, read_local_ts },
	{ "remote_ts", KEY_VALUE, read_remote_ts },
	{ "esp_proposals", KEY_VALUE, read_esp_proposals },
	{ "mode", KEY_VALUE, read_mode },
	{ "start_action", KEY_VALUE, read_start_action },
};

static bool read_child(struct config_reader *reader,
		       const struct conf_node *node, struct child_config *child)
{
	struct proposal_list list = { PROTOCOL_ESP, &child->esp_proposals,
				      &child->n_esp_proposals };
	const char *network = "a network such as 10.1.0.0/16";
	static uint32_t last_reqid;

	child->reqid = ++last_reqid;
	child->replay_window = 32;
	child->copy_df = true;
	child->copy_ecn = true;
	if (!read_name(reader, node, child->name) ||
	    !config_read_section(reader, node, child_keys, N_KEYS(child_keys),
				 child) ||
	    !config_require(reader, node, "local_ts", network) ||
	    !config_require(reader, node, "remote_ts", network))
		return false;
	if (child->local_ts[0].family != child->remote_ts[0].family)
		return config_refuse(reader, node, "expected local_ts and "
				     "remote_ts both IPv4 or both IPv6");
	return child->n_esp_proposals ||
	       add_default_proposals(reader, node, &list);
}

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
		children = realloc(connection->children,
				   (connection->n_children + 1) *
				   sizeof(*children));
		if (!children)
			return config_refuse(reader, node, "out of memory");
		connection->children = children;
		children += connection->n_children++;
		memset(children, 0, sizeof(*children));
		if (!read_child(reader, node, children))
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

static bool read_id(struct config_reader *reader, const struct conf_node *node,
		    void *target)
{
	char error[128];

	if (identity_parse(node->value, target, error, sizeof(error)))
		return true;
	return config_refuse(reader, node, "%s", error);
}

static const struct config_key side_keys[] = {
	{ "auth", KEY_VALUE, read_auth },
	{ "id", KEY_VALUE, read_id },
};

static bool read_side(struct config_reader *reader,
		      const struct conf_node *node, struct identity *id)
{
	return config_read_section(reader, node, side_keys, N_KEYS(side_keys),
				   id) &&
	       config_require(reader, node, "auth", "psk") &&
	       config_require(reader, node, "id", "an address, a name, "
			      "name@domain or keyid:text");
}

static bool read_local(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return read_side(reader, node, &connection->local_id);
}

static bool read_remote(struct config_reader *reader,
			const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return read_side(reader, node, &connection->remote_id);
}

static bool read_version(struct config_reader *reader,
			 const struct conf_node *node, void *target)
{
	(void)target;
	if (!strcmp(node->value, "2"))
		return true;
	return config_refuse(reader, node, "expected 2, not %s", node->value);
}

static bool read_address(struct config_reader *reader,
			 const struct conf_node *node,
			 struct sockaddr_storage *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (!strcmp(node->value, "%any"))
		address->ss_family = AF_UNSPEC;
	else if (inet_pton(AF_INET, node->value, &in->sin_addr) == 1)
		address->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, node->value, &in6->sin6_addr) == 1)
		address->ss_family = AF_INET6;
	else
		return config_refuse(reader, node, "expected one IPv4 or IPv6 "
				     "address or %%any, not %s", node->value);
	return true;
}

static bool read_local_addrs(struct config_reader *reader,
			     const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return read_address(reader, node, &connection->local_addr);
}

static bool read_remote_addrs(struct config_reader *reader,
			      const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	if (!read_address(reader, node, &connection->remote_addrs[0]))
		return false;
	connection->n_remote_addrs =
		connection->remote_addrs[0].ss_family != AF_UNSPEC;
	return true;
}

static bool read_port(struct config_reader *reader,
		      const struct conf_node *node, uint16_t *port)
{
	unsigned long number;

	if (!config_read_number(reader, node, 1, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

static bool read_local_port(struct config_reader *reader,
			    const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return read_port(reader, node, &connection->local_port);
}

static bool read_remote_port(struct config_reader *reader,
			     const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return read_port(reader, node, &connection->remote_port);
}

static bool read_proposals(struct config_reader *reader,
			   const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;
	struct proposal_list list = { PROTOCOL_IKE, &connection->proposals,
				      &connection->n_proposals };

	return config_read_list(reader, node, add_proposal_or_default, &list);
}

static bool read_fragment_size(struct config_reader *reader,
			       const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;
	unsigned long size;

	if (!config_read_number(reader, node, FRAGMENT_SIZE_MIN,
				FRAGMENT_SIZE_MAX, &size))
		return false;
	connection->fragment_size = (uint32_t)size;
	return true;
}

static bool read_require_pq(struct config_reader *reader,
			    const struct conf_node *node, void *target)
{
	struct connection_config *connection = target;

	return config_read_boolean(reader, node, &connection->require_pq);
}

static const struct config_key connection_keys[] = {
	{ "version", KEY_VALUE, read_version },
	{ "local_addrs", KEY_VALUE, read_local_addrs },
	{ "remote_addrs", KEY_VALUE, read_remote_addrs },
	{ "local_port", KEY_VALUE, read_local_port },
	{ "remote_port", KEY_VALUE, read_remote_port },
	{ "proposals", KEY_VALUE, read_proposals },
	{ "fragment_size", KEY_VALUE, read_fragment_size },
	{ "require_pq", KEY_VALUE, read_require_pq },
	{ "local", KEY_SECTION, read_local },
	{ "remote", KEY_SECTION, read_remote },
	{ "children", KEY_SECTION, read_children },
};

/* A proposal that the connection's own policy rules out is a mistake. */
static bool check_require_pq(struct config_reader *reader,
			     const struct conf_node *section,
			     const struct connection_config *connection)
{
	const struct conf_node *node = conf_child(section, "proposals");

	if (!connection->require_pq)
		return true;
	for (size_t i = 0; i < connection->n_proposals; i++)
		if (!can_use_ml_kem(&connection->proposals[i]))
			return config_refuse(reader, node, "proposal %zu has "
					     "no ML-KEM: expected a word such "
					     "as ke1_mlkem768, or require_pq = "
					     "no", i + 1);
	return true;
}

static bool check_families(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct connection_config *connection)
{
	sa_family_t local = connection->local_addr.ss_family;
	sa_family_t remote = connection->remote_addrs[0].ss_family;

	if (local == AF_UNSPEC || remote == AF_UNSPEC || local == remote)
		return true;
	return config_refuse(reader, node, "expected local_addrs and "
			     "remote_addrs both IPv4 or both IPv6");
}

static bool check_children(struct config_reader *reader,
			   const struct conf_node *node,
			   const struct connection_config *connection)
{
	if (connection->n_children)
		return true;
	return config_refuse(reader, node, "expected a child in children { }");
}

bool config_read_connection(struct config_reader *reader,
			    const struct conf_node *node,
			    struct connection_config *connection)
{
	struct proposal_list list = { PROTOCOL_IKE, &connection->proposals,
				      &connection->n_proposals };

	connection->local_port = IKE_PORT;
	connection->remote_port = IKE_PORT;
	connection->fragment_size = FRAGMENT_SIZE_DEFAULT;
	connection->require_pq = true;
	if (!read_name(reader, node, connection->name) ||
	    !config_read_section(reader, node, connection_keys,
				 N_KEYS(connection_keys), connection) ||
	    !config_require(reader, node, "local", "a section with auth and "
			    "id") ||
	    !config_require(reader, node, "remote", "a section with auth and "
			    "id"))
		return false;
	if (!connection->n_proposals &&
	    !add_default_proposals(reader, node, &list))
		return false;
	return check_require_pq(reader, node, connection) &&
	       check_families(reader, node, connection) &&
	       check_children(reader, node, connection);
}

void config_free_connection(struct connection_config *connection)
{
	for (size_t i = 0; i < connection->n_children; i++)
		free(connection->children[i].esp_proposals);
	free(connection->children);
	free(connection->proposals);
	free(connection);
}
