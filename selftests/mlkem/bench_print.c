// SPDX-License-Identifier: GPL-2.0
/*
 * What bench prints: tables, and at their end a line for each implementation and
 * parameter set; or JSON.
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "openssl.h"

typedef unsigned long long ticks;	/* a u64, for printf() */

static const char *const operation_names[OPERATIONS] = {
	"keygen", "encaps", "decaps", "ephemeral keygen", "ephemeral decaps",
};

static ticks sum(const struct result *r)
{
	return r->times[KEYGEN].median + r->times[ENCAPS].median +
	       r->times[DECAPS].median;
}

/* OpenSSL's result for the set of @r, NULL when it was not measured */
static const struct result *openssl_result(const struct measurement *m,
					   const struct result *r)
{
	for (unsigned int i = 0; i < m->n; i++) {
		if (!strcmp(m->results[i].implementation, "openssl") &&
		    !strcmp(m->results[i].set, r->set))
			return &m->results[i];
	}
	return NULL;
}

struct ratio {
	char text[16];
};

/* @missing where there is nothing to compare with */
static struct ratio ratio(u64 of, u64 to, const char *missing)
{
	struct ratio r;

	if (to)
		snprintf(r.text, sizeof(r.text), "%.3f", (double)of / to);
	else
		snprintf(r.text, sizeof(r.text), "%s", missing);
	return r;
}

static struct ratio sum_ratio(const struct measurement *m,
			      const struct result *r, const char *missing)
{
	const struct result *openssl = openssl_result(m, r);

	return ratio(sum(r), openssl ? sum(openssl) : 0, missing);
}

/* OpenSSL has no ephemeral operations: the plain ones stand for them. */
static struct ratio operation_ratio(const struct measurement *m,
				    const struct result *r, enum operation o,
				    const char *missing)
{
	static const enum operation counterpart[OPERATIONS] = {
		KEYGEN, ENCAPS, DECAPS, KEYGEN, DECAPS,
	};
	const struct result *openssl = openssl_result(m, r);

	return ratio(r->times[o].median,
		     openssl ? openssl->times[counterpart[o]].median : 0,
		     missing);
}

static void print_row(const struct measurement *m, const struct result *r,
		      enum operation o)
{
	const struct times *t = &r->times[o];

	printf("  %-9s %-16s %9llu %9llu %9llu %10.0f %8s\n",
	       r->implementation, operation_names[o], (ticks)t->median,
	       (ticks)t->min, (ticks)t->max, m->ticks_per_second / t->median,
	       operation_ratio(m, r, o, "-").text);
}

static void print_rows(const struct measurement *m, const struct result *r)
{
	for (unsigned int o = 0; o < OPERATIONS; o++) {
		if (r->times[o].median)
			print_row(m, r, o);
	}
}

void print_text(const struct measurement *m)
{
	const char *set = "";

	printf("%s; %u rounds; %.0f MHz time stamp counter\n"
	       "ratio: to OpenSSL's median\n",
	       openssl_version(), m->rounds, m->ticks_per_second / 1e6);
	for (unsigned int i = 0; i < m->n; i++) {
		if (strcmp(set, m->results[i].set)) {
			set = m->results[i].set;
			printf("\n%s\n  %-26s %9s %9s %9s %10s %8s\n", set,
			       "ticks", "median", "min", "max", "per second",
			       "ratio");
		}
		print_rows(m, &m->results[i]);
	}

	printf("\n# ephemeral IMPL SET keygen decaps ratio-to-decaps\n");
	for (unsigned int i = 0; i < m->n; i++) {
		const struct result *r = &m->results[i];
		const u64 median = r->times[EPHEMERAL_DECAPS].median;

		if (median)
			printf("ephemeral %s %s %llu %llu %s\n",
			       r->implementation, r->set,
			       (ticks)r->times[EPHEMERAL_KEYGEN].median,
			       (ticks)median,
			       ratio(median, r->times[DECAPS].median, "-").text);
	}

	printf("\n# bench IMPL SET keygen encaps decaps sum ratio-to-openssl\n");
	for (unsigned int i = 0; i < m->n; i++) {
		const struct result *r = &m->results[i];

		printf("bench %s %s %llu %llu %llu %llu %s\n",
		       r->implementation, r->set,
		       (ticks)r->times[KEYGEN].median,
		       (ticks)r->times[ENCAPS].median,
		       (ticks)r->times[DECAPS].median, sum(r),
		       sum_ratio(m, r, "-").text);
	}
}

static void print_json_operation(const struct measurement *m,
				 const struct result *r, enum operation o)
{
	const struct times *t = &r->times[o];

	printf("\"%s\":{\"median\":%llu,\"min\":%llu,\"max\":%llu,",
	       operation_names[o], (ticks)t->median, (ticks)t->min,
	       (ticks)t->max);
	printf("\"per_second\":%.0f,\"ratio_to_openssl\":%s},\n",
	       m->ticks_per_second / t->median,
	       operation_ratio(m, r, o, "null").text);
}

void print_json(const struct measurement *m)
{
	printf("{\"ticks_per_second\":%.0f,\"rounds\":%u,\"openssl\":\"%s\",\n",
	       m->ticks_per_second, m->rounds, openssl_version());
	printf("\"results\":[");
	for (unsigned int i = 0; i < m->n; i++) {
		const struct result *r = &m->results[i];

		printf("%s\n{\"implementation\":\"%s\",\"set\":\"%s\",\n",
		       i ? "," : "", r->implementation, r->set);
		for (unsigned int o = 0; o < OPERATIONS; o++) {
			if (r->times[o].median)
				print_json_operation(m, r, o);
		}
		printf("\"sum\":%llu,\"ratio_to_openssl\":%s}", sum(r),
		       sum_ratio(m, r, "null").text);
	}
	printf("]}\n");
}
