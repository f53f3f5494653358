// SPDX-License-Identifier: GPL-2.0
/* The configuration as a whole. */
#include "config/config_read.h"

#include <stdlib.h>

#include "config/config_check.h"
#include "config/config_connection.h"
#include "config/config_control.h"
#include "config/config_interface.h"
#include "config/config_peers.h"
#include "config/config_quota.h"
#include "config/config_reqid.h"
#include "config/config_secret.h"
#include "config/config_slips.h"

/* What is being read; the sections end with the reading. */
struct reading {
	struct config *config;
	struct connection_config **last_connection;
	struct secret_config **last_secret;
	struct secret_section *secrets; /* array of n_secrets */
	size_t n_secrets;
};

static bool read_connections(struct config_reader *reader,
			     const struct conf_node *section, void *target)
{
	struct reading *reading = target;
	const struct conf_node *node;

	for (node = section->children; node; node = node->next) {
		struct connection_config *connection;

		if (node->value)
			return config_refuse(reader, node, "expected the "
					     "section of a connection in "
					     "braces");
		connection = calloc(1, sizeof(*connection));
		if (!connection)
			return config_refuse(reader, node, "out of memory");
		*reading->last_connection = connection;
		reading->last_connection = &connection->next;
		if (!config_read_connection(reader, node, connection))
			return false;
	}
	return true;
}

static bool read_secret(struct config_reader *reader,
			const struct conf_node *node, struct reading *reading,
			bool ppk)
{
	struct secret_section *sections;
	struct secret_config *secret;

	sections = realloc(reading->secrets,
			   (reading->n_secrets + 1) * sizeof(*sections));
	if (!sections)
		return config_refuse(reader, node, "out of memory");
	reading->secrets = sections;
	secret = calloc(1, sizeof(*secret));
	if (!secret)
		return config_refuse(reader, node, "out of memory");
	*reading->last_secret = secret;
	reading->last_secret = &secret->next;
	sections += reading->n_secrets++;
	*sections = (struct secret_section){ .secret = secret, .ppk = ppk };
	return config_read_secret(reader, node, sections);
}

static bool read_ike_secret(struct config_reader *reader,
			    const struct conf_node *node, void *target)
{
	return read_secret(reader, node, target, false);
}

static bool read_ppk_secret(struct config_reader *reader,
			    const struct conf_node *node, void *target)
{
	return read_secret(reader, node, target, true);
}

static const struct config_key secrets_keys[] = {
	{ "ike*", KEY_SECTION, read_ike_secret, 0, NULL },
	{ "ppk*", KEY_SECTION, read_ppk_secret, 0, NULL },
	{ "eap*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "xauth*", KEY_SECTION, NULL, 0, "it is of IKEv1" },
	{ "ntlm*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "private*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "rsa*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "ecdsa*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "pkcs8*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "pkcs12*", KEY_SECTION, NULL, 0, "authentication is by psk" },
	{ "token*", KEY_SECTION, NULL, 0, "authentication is by psk" },
};

static bool read_secrets(struct config_reader *reader,
			 const struct conf_node *node, void *target)
{
	return config_read_section(reader, node, secrets_keys,
				   sizeof(secrets_keys) / sizeof(secrets_keys[0]),
				   target);
}

static bool read_control(struct config_reader *reader,
			 const struct conf_node *node, void *target)
{
	struct reading *reading = target;

	return config_read_control(reader, node, &reading->config->control);
}

static bool read_quota(struct config_reader *reader,
		       const struct conf_node *node, void *target)
{
	struct reading *reading = target;

	return config_read_quota(reader, node, reading->config);
}

static const struct config_key file_keys[] = {
	{ "connections", KEY_SECTION, read_connections, 0, NULL },
	{ "secrets", KEY_SECTION, read_secrets, 0, NULL },
	{ "control", KEY_SECTION, read_control, 0, NULL },
	{ "quota", KEY_SECTION, read_quota, 0, NULL },
	{ "pools", KEY_SECTION, NULL, 0, "addresses are not assigned" },
	{ "authorities", KEY_SECTION, NULL, 0, "authentication is by psk" },
};

/*
 * None is a configuration, too, and ends all tunnels: it must be meant.  A file
 * that is empty by mistake, or a pattern that fits none, is not.
 */
static bool require_connections(struct config_reader *reader,
				const struct conf_node *root)
{
	const struct conf_node *section = conf_child(root, "connections");

	if (!section)
		return config_refuse(reader, root, "connections is missing: "
				     "expected a section with a section for "
				     "each connection, or connections { } for "
				     "none");
	return section->children || !section->includes ||
	       config_refuse(reader, section, "what it includes has no "
			     "connection: expected one, or connections { } for "
			     "none");
}

static bool bind_secrets(struct config_reader *reader,
			 const struct conf_node *root,
			 const struct reading *reading)
{
	struct connection_config *connection = reading->config->connections;
	const struct conf_node *node = conf_child(root, "connections")->children;
	struct secret_index *index = config_index_secrets(reading->secrets,
							  reading->n_secrets);
	bool ok = true;

	if (!index)
		return config_refuse(reader, root, "out of memory");
	for (; ok && connection; connection = connection->next, node = node->next)
		ok = config_bind_secrets(reader, node, connection, index);
	config_free_secret_index(index);
	return ok;
}

static bool read_tree(struct config_reader *reader,
		      const struct conf_node *root, struct config *config)
{
	struct reading reading = {
		.config = config,
		.last_connection = &config->connections,
		.last_secret = &config->secrets,
	};
	bool ok;

	ok = config_read_section(reader, root, file_keys,
				 sizeof(file_keys) / sizeof(file_keys[0]),
				 &reading) &&
	     require_connections(reader, root) &&
	     config_check_quota(reader, root, config) &&
	     bind_secrets(reader, root, &reading);
	if (ok && (!config_share_if_ids(config) ||
		   !config_give_reqids(config, NULL)))
		ok = config_refuse(reader, root, "out of memory");
	ok = ok && config_check(reader, conf_child(root, "connections"), config);
	if (ok && reader->note)
		config_look_for_slips(reader, conf_child(root, "connections"),
				      config);
	for (size_t i = 0; i < reading.n_secrets; i++)
		free(reading.secrets[i].ids);
	free(reading.secrets);
	return ok;
}

struct config *config_read(const char *path, char *error, size_t error_size)
{
	return config_read_noting(path, NULL, NULL, error, error_size);
}

struct config *config_read_noting(const char *path,
				  void (*note)(const char *line, void *arg),
				  void *arg, char *error, size_t error_size)
{
	struct config_reader reader = {
		.error = error, .error_size = error_size,
		.note = note, .arg = arg,
	};
	struct config *config;
	struct conf_node *root;

	root = conf_tree_read(path, error, error_size);
	if (!root)
		return NULL;
	config = calloc(1, sizeof(*config));
	if (!config) {
		config_refuse(&reader, root, "out of memory");
		conf_tree_free(root);
		return NULL;
	}
	config->control.mode = CONTROL_MODE_DEFAULT;
	if (!config_expand_peers(&reader, root) ||
	    !read_tree(&reader, root, config)) {
		config_free(config);
		config = NULL;
	}
	conf_tree_free(root);
	return config;
}
