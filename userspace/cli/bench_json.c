// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of `pqike bench kem -j`.  "version" changes when a member changes its
 * meaning or goes away; members may be added.
 */
#include <json-c/json.h>

#include "base/json_write.h"
#include "cli/bench.h"

#define BENCH_JSON_VERSION 1

static struct json_object *operation_json(const struct bench *bench,
					  enum kernel_bench_operation operation)
{
	const struct kernel_bench_time *time = &bench->kernel.times[operation];
	struct json_object *object = json_object_new_object();

	if (object &&
	    json_add_string(object, "implementation",
			    bench->kernel.implementation) &&
	    json_add_string(object, "set", bench->set) &&
	    json_add_string(object, "operation", bench_operation(operation)) &&
	    json_add_number(object, "rounds", bench->rounds) &&
	    json_add_number(object, "median_ns", time->median) &&
	    json_add_number(object, "min_ns", time->min) &&
	    json_add_number(object, "max_ns", time->max))
		return object;
	json_object_put(object);
	return NULL;
}

static bool append_operations(struct json_object *results,
			      const struct bench *bench)
{
	for (size_t i = 0; i < BENCH_OPERATIONS; i++)
		if (!json_append(results, operation_json(bench, i)))
			return false;
	return true;
}

bool bench_json(const struct bench *benches, size_t n, FILE *out)
{
	struct json_object *object = json_object_new_object();
	struct json_object *results = json_object_new_array();
	bool ok;

	if (!object || !json_add(object, "results", results)) {
		json_object_put(object);
		return false;
	}
	ok = json_add_number(object, "version", BENCH_JSON_VERSION);
	for (size_t i = 0; ok && i < n; i++)
		ok = append_operations(results, &benches[i]);
	if (ok)
		return json_print(object, out);
	json_object_put(object);
	return false;
}
