// SPDX-License-Identifier: GPL-2.0
#include "base/json_write.h"
#include "cli/show_stats.h"
#include "cli/stats_words.h"
#include "wire/transform.h"

static bool add_methods(struct json_object *object,
			const struct kernel_handshake_stats *stats)
{
	struct json_object *methods = json_object_new_object();

	if (!json_add(object, "key_exchanges", methods))
		return false;
	for (size_t i = 0; i < stats->n_methods; i++)
		if (!json_add_number(methods,
				     transform_name(TRANSFORM_KE,
						    stats->methods[i].ke_method),
				     stats->methods[i].count))
			return false;
	return true;
}

static bool add_handshakes(struct json_object *object,
			   const struct kernel_stats *stats)
{
	struct json_object *all = json_object_new_object();

	if (!json_add(object, "handshakes", all))
		return false;
	for (int i = 0; i < KERNEL_HANDSHAKES; i++) {
		const struct kernel_handshake_stats *of = &stats->handshakes[i];
		struct json_object *one = json_object_new_object();

		if (!json_add(all, stats_handshake_name((enum pqike_handshake)i),
			      one) ||
		    !json_add_number(one, "count", of->count) ||
		    !json_add_number(one, "without_ml_kem", of->without_ml_kem) ||
		    !json_add_number(one, "dropped_ml_kem", of->dropped_ml_kem) ||
		    !add_methods(one, of))
			return false;
	}
	return true;
}

static bool add_failures(struct json_object *object,
			 const struct kernel_stats *stats)
{
	struct json_object *all = json_object_new_object();

	if (!json_add(object, "failures", all))
		return false;
	for (int i = 0; i < KERNEL_FAILURE_CAUSES; i++)
		if (!json_add_number(all,
				     stats_failure_name((enum pqike_failure_cause)i),
				     stats->failures[i]))
			return false;
	return true;
}

static bool add_operations(struct json_object *object,
			   const struct kernel_stats *stats)
{
	struct json_object *all = json_object_new_object();

	if (!json_add(object, "operations", all))
		return false;
	for (int i = 0; i < KERNEL_OPERATIONS; i++) {
		const struct kernel_operation_stats *of = &stats->operations[i];
		struct json_object *one = json_object_new_object();

		if (!json_add(all, stats_operation_name((enum pqike_operation)i),
			      one) ||
		    !json_add_number(one, "count", of->count) ||
		    !json_add_number(one, "failed", of->failed) ||
		    !json_add_number(one, "nanoseconds", of->ns))
			return false;
	}
	return true;
}

bool show_stats_json(struct json_object *object, const struct kernel_stats *stats)
{
	struct json_object *all = json_object_new_object();

	return json_add(object, "statistics", all) &&
	       add_handshakes(all, stats) && add_failures(all, stats) &&
	       add_operations(all, stats);
}
