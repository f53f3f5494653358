// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of `pqike bench handshake -j`.  "version" changes when a member changes its
 * meaning or goes away; members may be added.
 */
#include <json-c/json.h>

#include "base/json_write.h"
#include "cli/handshake_record.h"

#define HANDSHAKE_JSON_VERSION 1

static struct json_object *latency_json(const struct handshake_record *record)
{
	struct json_object *object = json_object_new_object();

	if (object &&
	    json_add_number(object, "min", handshake_percentile(record, 0)) &&
	    json_add_number(object, "median", handshake_percentile(record, 50)) &&
	    json_add_number(object, "p90", handshake_percentile(record, 90)) &&
	    json_add_number(object, "p99", handshake_percentile(record, 99)) &&
	    json_add_number(object, "max", handshake_percentile(record, 100)))
		return object;
	json_object_put(object);
	return NULL;
}

static struct json_object *cause_json(const char *text, uint32_t n)
{
	struct json_object *object = json_object_new_object();

	if (object && json_add_string(object, "text", text) &&
	    json_add_number(object, "count", n))
		return object;
	json_object_put(object);
	return NULL;
}

static bool append_causes(struct json_object *causes,
			  const struct handshake_record *record)
{
	for (size_t i = 0; i < record->n_causes; i++)
		if (!json_append(causes, cause_json(record->causes[i].text,
						    record->causes[i].n)))
			return false;
	return !record->other_causes ||
	       json_append(causes, cause_json("other failures",
					      record->other_causes));
}

static bool add_counts(struct json_object *object,
		       const struct handshake_record *record)
{
	return json_add_number(object, "version", HANDSHAKE_JSON_VERSION) &&
	       json_add_number(object, "connections", record->connections) &&
	       json_add_number(object, "in_flight", record->in_flight) &&
	       json_add_number(object, "elapsed_ns", record->elapsed) &&
	       json_add_boolean(object, "interrupted", record->interrupted) &&
	       json_add_number(object, "established", record->established) &&
	       json_add_number(object, "failed", record->failed) &&
	       json_add_number(object, "not_deleted", record->not_deleted) &&
	       json_add_number(object, "sent_again", record->sent_again) &&
	       json_add(object, "rate",
			json_object_new_double(handshake_rate(record)));
}

bool handshake_json(const struct handshake_record *record, FILE *out)
{
	struct json_object *object = json_object_new_object();
	struct json_object *causes = json_object_new_array();

	if (!object || !json_add(object, "failures", causes)) {
		json_object_put(object);
		return false;
	}
	if (add_counts(object, record) && append_causes(causes, record) &&
	    (!record->established ||
	     json_add(object, "latency_ns", latency_json(record))))
		return json_print(object, out);
	json_object_put(object);
	return false;
}
