// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of `pqike show -j`.  "version" changes when a member changes its
 * meaning or goes away; members may be added.
 */
#include <arpa/inet.h>
#include <json-c/json.h>

#include "json_write.h"
#include "show.h"

#define SHOW_JSON_VERSION 2

static bool add_identity(struct json_object *object, const char *key,
			 const struct identity *id)
{
	char text[IDENTITY_TEXT_SIZE];

	identity_print(id, text, sizeof(text));
	return json_add_string(object, key, text);
}

static bool add_address(struct json_object *object, const char *key,
			const struct address *address)
{
	char text[INET6_ADDRSTRLEN];

	show_address(address, text, sizeof(text));
	return json_add_string(object, key, text);
}

static bool add_selectors(struct json_object *object, const char *key,
			  const struct prefixes *prefixes)
{
	struct json_object *array = json_object_new_array();
	char text[PREFIX_TEXT_SIZE];

	if (!json_add(object, key, array))
		return false;
	for (size_t i = 0; i < prefixes->n; i++) {
		prefix_print(&prefixes->list[i], text, sizeof(text));
		if (!json_append(array, json_object_new_string(text)))
			return false;
	}
	return true;
}

static bool add_encr(struct json_object *object, uint16_t id, uint16_t key_bits)
{
	char text[64];

	show_encr(id, key_bits, text, sizeof(text));
	return json_add_string(object, "encryption", text);
}

static struct json_object *connection_json(const struct kernel_connection *c)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_string(object, "name", c->name) &&
	    add_identity(object, "local_id", &c->local_id) &&
	    add_identity(object, "remote_id", &c->remote_id) &&
	    json_add_string(object, "psk", c->psk) &&
	    json_add_boolean(object, "require_pq", !c->allow_classical))
		return object;
	json_object_put(object);
	return NULL;
}

/* The interface is the one that packets go out by. */
static bool add_interface(struct json_object *object, const struct show *show,
			  const struct kernel_child_sa *child)
{
	const char *name = show_interface(show, child->if_id_out);

	return (!child->if_id_in ||
		json_add_number(object, "if_id_in", child->if_id_in)) &&
	       (!child->if_id_out ||
		json_add_number(object, "if_id_out", child->if_id_out)) &&
	       (!name || json_add_string(object, "interface", name));
}

static bool add_installed(struct json_object *object, const struct show *show,
			  const struct kernel_child_sa *child)
{
	return json_add_esp_spi(object, "spi_out", child->spi_out) &&
	       add_encr(object, child->encr, child->encr_key_bits) &&
	       add_selectors(object, "local_ts", &child->local_ts) &&
	       add_selectors(object, "remote_ts", &child->remote_ts) &&
	       add_interface(object, show, child) &&
	       json_add_number(object, "packets_in", child->packets_in) &&
	       json_add_number(object, "bytes_in", child->bytes_in) &&
	       json_add_number(object, "packets_out", child->packets_out) &&
	       json_add_number(object, "bytes_out", child->bytes_out);
}

static struct json_object *child_sa_json(const struct show *show,
					 const struct kernel_child_sa *child)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_number(object, "id", child->id) &&
	    json_add_boolean(object, "installed", child->installed) &&
	    add_address(object, "local_address", &child->local_address) &&
	    add_address(object, "remote_address", &child->remote_address) &&
	    json_add_esp_spi(object, "spi_in", child->spi_in) &&
	    (!child->installed || add_installed(object, show, child)))
		return object;
	json_object_put(object);
	return NULL;
}

static bool append_method(struct json_object *array, uint16_t method)
{
	const char *name = transform_name(TRANSFORM_KE, method);

	return json_append(array, json_object_new_string(name));
}

static bool add_key_exchanges(struct json_object *object,
			      const struct kernel_suite *suite)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "key_exchanges", array))
		return false;
	if (!append_method(array, suite->ke_method))
		return false;
	for (size_t i = 0; i < suite->n_additional_ke; i++)
		if (!append_method(array, suite->additional_ke[i]))
			return false;
	return true;
}

static bool add_suite(struct json_object *object,
		      const struct kernel_ike_sa *sa)
{
	return add_key_exchanges(object, &sa->suite) &&
	       json_add_number(object, "additional_key_exchanges_done",
			       sa->additional_ke_done) &&
	       json_add_boolean(object, "ppk_mixed", sa->ppk_mixed) &&
	       json_add_boolean(object, "full_transcript_auth",
				sa->full_transcript_auth) &&
	       add_encr(object, sa->suite.encr, sa->suite.encr_key_bits) &&
	       json_add_string(object, "prf",
			       transform_name(TRANSFORM_PRF, sa->suite.prf));
}

static bool add_child_sas(struct json_object *object, const struct show *show,
			  const struct kernel_ike_sa *sa)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "child_sas", array))
		return false;
	for (size_t i = 0; i < sa->n_child_sas; i++)
		if (!json_append(array, child_sa_json(show,
						     &sa->child_sas[i])))
			return false;
	return true;
}

static struct json_object *ike_sa_json(const struct show *show,
				       const struct kernel_ike_sa *sa)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_number(object, "id", sa->id) &&
	    json_add_string(object, "connection", sa->connection) &&
	    json_add_string(object, "role", show_role(sa->role)) &&
	    json_add_string(object, "state", show_state(sa->state)) &&
	    json_add_ike_spi(object, "spi_i", sa->spi_i) &&
	    json_add_ike_spi(object, "spi_r", sa->spi_r) &&
	    (!sa->suite.encr || add_suite(object, sa)) &&
	    add_child_sas(object, show, sa))
		return object;
	json_object_put(object);
	return NULL;
}

static bool add_connections(struct json_object *object, const struct show *show)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "connections", array))
		return false;
	for (size_t i = 0; i < show->n_connections; i++)
		if (!json_append(array, connection_json(&show->connections[i])))
			return false;
	return true;
}

static bool add_ike_sas(struct json_object *object, const struct show *show)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "ike_sas", array))
		return false;
	for (size_t i = 0; i < show->n_ike_sas; i++)
		if (!json_append(array, ike_sa_json(show, &show->ike_sas[i])))
			return false;
	return true;
}

static bool add_errors(struct json_object *object,
		       const struct xfrm_errors *errors)
{
	struct json_object *counts = json_object_new_object();

	if (!json_add(object, "packets_dropped", counts))
		return false;
	for (size_t i = 0; i < errors->n; i++)
		if (!json_add_number(counts, errors->list[i].name,
				     errors->list[i].packets))
			return false;
	return true;
}

static bool add_refused(struct json_object *object,
			const struct message_counters *refused)
{
	struct json_object *counts = json_object_new_object();

	if (!json_add(object, "messages_refused", counts))
		return false;
	for (int i = 0; i < MESSAGE_CAUSES; i++)
		if (!json_add_number(counts,
				     message_cause_name((enum message_cause)i),
				     refused->n[i]))
			return false;
	return true;
}

static struct json_object *show_object(const struct show *show)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_number(object, "version", SHOW_JSON_VERSION) &&
	    add_connections(object, show) && add_ike_sas(object, show) &&
	    (!show->statistics || add_errors(object, &show->errors)) &&
	    (!show->helper_runs || add_refused(object, &show->refused)))
		return object;
	json_object_put(object);
	return NULL;
}

bool show_json(const struct show *show, FILE *out)
{
	return json_print(show_object(show), out);
}
