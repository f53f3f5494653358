// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of `pqike show -j`.  "version" changes when a member changes its
 * meaning or goes away; members may be added.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/json_write.h"
#include "cli/show.h"
#include "cli/show_stats.h"

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

static struct json_object *child_json(const struct status_configured *child)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_string(object, "name", child->name) &&
	    json_add_string(object, "state", status_state_name(child->state)))
		return object;
	json_object_put(object);
	return NULL;
}

static bool add_children(struct json_object *object,
			 const struct show_connection *told)
{
	struct json_object *array;

	if (!told || !told->told)
		return true;
	array = json_object_new_array();
	if (!json_add(object, "children", array))
		return false;
	for (size_t i = 0; i < told->n_children; i++)
		if (!json_append(array, child_json(&told->children[i])))
			return false;
	return true;
}

static struct json_object *connection_json(const struct kernel_connection *c,
					   const struct show_connection *told)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_string(object, "name", c->name) &&
	    add_identity(object, "local_id", &c->local_id) &&
	    add_identity(object, "remote_id", &c->remote_id) &&
	    json_add_string(object, "psk", c->psk) &&
	    json_add_boolean(object, "require_pq", !c->allow_classical) &&
	    add_children(object, told))
		return object;
	json_object_put(object);
	return NULL;
}

static bool add_integ(struct json_object *object, uint16_t integ)
{
	return !integ ||
	       json_add_string(object, "integrity",
			       transform_name(TRANSFORM_INTEG, integ));
}

static bool add_methods(struct json_object *object, const uint16_t *methods,
			size_t n)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "key_exchanges", array))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *name = transform_name(TRANSFORM_KE, methods[i]);

		if (!json_append(array, json_object_new_string(name)))
			return false;
	}
	return true;
}

/* "0x2a/0xffffffff", as ip-xfrm has it; left out where there is none. */
static bool add_mark(struct json_object *object, const char *key,
		     const struct mark *mark)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx32 "/0x%" PRIx32, mark->value,
		 mark->mask);
	return !mark->mask || json_add_string(object, key, text);
}

static bool add_seconds(struct json_object *object, const char *key,
			bool known, uint64_t seconds)
{
	return !known || json_add_number(object, key, seconds);
}

static bool add_udp(struct json_object *object, const struct xfrm_state *out)
{
	return !out->source_port ||
	       (json_add_number(object, "udp_local_port", out->source_port) &&
		json_add_number(object, "udp_remote_port",
				out->destination_port));
}

static bool add_xfrm(struct json_object *object, const struct show *show,
		     const struct xfrm_state *in, const struct xfrm_state *out)
{
	if (!in->found)
		return true;
	return json_add_number(object, "replay_window", in->replay_window) &&
	       add_mark(object, "set_mark_in", &in->set_mark) &&
	       add_mark(object, "mark_out", &out->mark) &&
	       add_mark(object, "set_mark_out", &out->set_mark) &&
	       add_udp(object, out) &&
	       add_seconds(object, "age", true, show_since(show, in->added)) &&
	       add_seconds(object, "rekey_in", in->rekey,
			   show_until(show, in->added, in->rekey)) &&
	       add_seconds(object, "ends_in", in->end,
			   show_until(show, in->added, in->end)) &&
	       add_seconds(object, "idle_in", in->used,
			   show_since(show, in->used)) &&
	       add_seconds(object, "idle_out", out->used,
			   show_since(show, out->used));
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
	       json_add_string(object, "mode",
			       child->transport ? "transport" : "tunnel") &&
	       add_encr(object, child->encr, child->encr_key_bits) &&
	       add_integ(object, child->integ) &&
	       json_add_boolean(object, "esn", child->esn) &&
	       json_add_number(object, "reqid", child->reqid) &&
	       add_selectors(object, "local_ts", &child->local_ts) &&
	       add_selectors(object, "remote_ts", &child->remote_ts) &&
	       add_interface(object, show, child) &&
	       json_add_number(object, "packets_in", child->packets_in) &&
	       json_add_number(object, "bytes_in", child->bytes_in) &&
	       json_add_number(object, "packets_out", child->packets_out) &&
	       json_add_number(object, "bytes_out", child->bytes_out);
}

static bool add_told_child(struct json_object *object,
			   const struct status_child_sa *told)
{
	return !*told->name ||
	       (json_add_string(object, "name", told->name) &&
		add_methods(object, told->methods, told->n_methods));
}

static struct json_object *child_sa_json(const struct show *show,
					 const struct kernel_child_sa *child,
					 const struct show_child_sa *more)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_number(object, "id", child->id) &&
	    add_told_child(object, &more->told) &&
	    json_add_boolean(object, "installed", child->installed) &&
	    add_address(object, "local_address", &child->local_address) &&
	    add_address(object, "remote_address", &child->remote_address) &&
	    json_add_esp_spi(object, "spi_in", child->spi_in) &&
	    (!child->installed ||
	     (add_installed(object, show, child) &&
	      add_xfrm(object, show, &more->in, &more->out))))
		return object;
	json_object_put(object);
	return NULL;
}

static bool add_key_exchanges(struct json_object *object,
			      const struct kernel_suite *suite)
{
	uint16_t methods[STATUS_METHODS_MAX] = { suite->ke_method };

	memcpy(methods + 1, suite->additional_ke, sizeof(suite->additional_ke));
	return add_methods(object, methods, 1 + suite->n_additional_ke);
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
	       add_integ(object, sa->suite.integ) &&
	       json_add_string(object, "prf",
			       transform_name(TRANSFORM_PRF, sa->suite.prf));
}

static bool add_time(struct json_object *object, const char *key,
		     int64_t seconds)
{
	return seconds < 0 || json_add_number(object, key, (uint64_t)seconds);
}

static bool add_told(struct json_object *object, const struct status_ike_sa *told)
{
	return !*told->remote ||
	       (json_add_string(object, "local", told->local) &&
		json_add_string(object, "remote", told->remote) &&
		(!*told->remote_name ||
		 json_add_string(object, "remote_name", told->remote_name)) &&
		json_add_boolean(object, "nat_local", told->nat_here) &&
		json_add_boolean(object, "nat_remote", told->nat_there) &&
		add_time(object, "age", told->times.age) &&
		add_time(object, "rekey_in", told->times.rekey) &&
		add_time(object, "ends_in", told->times.end));
}

static bool add_child_sas(struct json_object *object, const struct show *show,
			  const struct kernel_ike_sa *sa,
			  const struct show_ike_sa *more)
{
	static const struct show_child_sa nothing;
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "child_sas", array))
		return false;
	for (size_t i = 0; i < sa->n_child_sas; i++)
		if (!json_append(array,
				 child_sa_json(show, &sa->child_sas[i],
					       more->children ?
					       &more->children[i] : &nothing)))
			return false;
	return true;
}

static struct json_object *ike_sa_json(const struct show *show, size_t n)
{
	static const struct show_ike_sa nothing;
	const struct show_ike_sa *more = show->more ? &show->more[n] : &nothing;
	const struct kernel_ike_sa *sa = &show->ike_sas[n];
	struct json_object *object = json_object_new_object();

	if (object && json_add_number(object, "id", sa->id) &&
	    json_add_string(object, "connection", sa->connection) &&
	    json_add_string(object, "role", show_role(sa->role)) &&
	    json_add_string(object, "state", show_state(sa->state)) &&
	    json_add_ike_spi(object, "spi_i", sa->spi_i) &&
	    json_add_ike_spi(object, "spi_r", sa->spi_r) &&
	    (!sa->suite.encr || add_suite(object, sa)) &&
	    add_told(object, &more->told) &&
	    (!more->stats || show_stats_json(object, more->stats)) &&
	    add_child_sas(object, show, sa, more))
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
		if (!json_append(array,
				 connection_json(&show->connections[i],
						 show->configured ?
						 &show->configured[i] : NULL)))
			return false;
	return true;
}

static bool add_ike_sas(struct json_object *object, const struct show *show)
{
	struct json_object *array = json_object_new_array();

	if (!json_add(object, "ike_sas", array))
		return false;
	for (size_t i = 0; i < show->n_ike_sas; i++)
		if (!json_append(array, ike_sa_json(show, i)))
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
		if (errors->list[i].packets &&
		    !json_add_number(counts, errors->list[i].name,
				     errors->list[i].packets))
			return false;
	return true;
}

static bool add_usage(struct json_object *object,
		      const struct kernel_usage *usage)
{
	struct json_object *all = json_object_new_object();
	struct show_quota quotas[SHOW_QUOTAS];

	if (!json_add(object, "quota", all))
		return false;
	show_quotas(usage, quotas);
	for (size_t i = 0; i < SHOW_QUOTAS; i++) {
		struct json_object *one = json_object_new_object();

		if (!json_add(all, quotas[i].name, one) ||
		    !json_add_number(one, "used", quotas[i].used) ||
		    !json_add_number(one, "max", quotas[i].max))
			return false;
	}
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
	    (!show->statistics || (add_usage(object, &show->usage) &&
				   show_stats_json(object, &show->stats) &&
				   add_errors(object, &show->errors))) &&
	    (!show->helper_runs || add_refused(object, &show->refused)))
		return object;
	json_object_put(object);
	return NULL;
}

bool show_json(const struct show *show, FILE *out)
{
	return json_print(show_object(show), out);
}
