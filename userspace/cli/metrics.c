// SPDX-License-Identifier: GPL-2.0
#include "cli/metrics.h"

#include <inttypes.h>
#include <linux/pqike.h>
#include <stdlib.h>
#include <string.h>

#include "cli/stats_words.h"
#include "wire/transform.h"

#define PREFIX "pqike"
#define LABELS_MAX 3
#define NS_PER_SECOND 1000000000

enum type { COUNTER, GAUGE, SUMMARY, INFO, STATESET };

struct printer {
	FILE *out;
	enum metrics_format format;
};

struct label {
	const char *name;
	const char *value;
};

/*
 * What stands behind the name of a family in its samples. In the text format it is part
 * of the name.
 */
static const char *suffix_of(enum type type)
{
	return type == COUNTER ? "_total" : type == INFO ? "_info" : "";
}

static const char *type_name(enum type type, enum metrics_format format)
{
	static const char *const names[] = {
		[COUNTER] = "counter", [GAUGE] = "gauge", [SUMMARY] = "summary",
		[INFO] = "info", [STATESET] = "stateset",
	};

	if (format == METRICS_TEXT && (type == INFO || type == STATESET))
		type = GAUGE;
	return names[type];
}

/* @help has neither a backslash nor a new line, @unit is at the end of @name or "". */
static void print_family(const struct printer *p, enum type type,
			 const char *name, const char *unit, const char *help)
{
	const char *suffix = p->format == METRICS_TEXT ? suffix_of(type) : "";

	fprintf(p->out, "# TYPE " PREFIX "%s%s %s\n", name, suffix,
		type_name(type, p->format));
	if (*unit && p->format == METRICS_OPEN)
		fprintf(p->out, "# UNIT " PREFIX "%s %s\n", name, unit);
	fprintf(p->out, "# HELP " PREFIX "%s%s %s\n", name, suffix, help);
}

static void print_escaped(const struct printer *p, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", p->out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			fputc('\\', p->out);
		fputc(*value, p->out);
	}
}

/* The labels end with one that has no name, or with LABELS_MAX. */
static void print_labels(const struct printer *p, const struct label *labels)
{
	for (size_t i = 0; i < LABELS_MAX && labels[i].name; i++) {
		fprintf(p->out, "%s%s=\"", i ? "," : "{", labels[i].name);
		print_escaped(p, labels[i].value);
		fputc('"', p->out);
	}
	if (labels[0].name)
		fputc('}', p->out);
}

static void print_sample(const struct printer *p, const char *name,
			 const char *suffix, const struct label labels[LABELS_MAX],
			 uint64_t value)
{
	fprintf(p->out, PREFIX "%s%s", name, suffix);
	print_labels(p, labels);
	fprintf(p->out, " %" PRIu64 "\n", value);
}

static void print_seconds(const struct printer *p, const char *name,
			  const char *suffix, const struct label labels[LABELS_MAX],
			  uint64_t ns)
{
	fprintf(p->out, PREFIX "%s%s", name, suffix);
	print_labels(p, labels);
	fprintf(p->out, " %" PRIu64 ".%09" PRIu64 "\n", ns / NS_PER_SECOND,
		ns % NS_PER_SECOND);
}

static void print_general(const struct printer *p, const struct show *show,
			  const char *version)
{
	const struct label labels[LABELS_MAX] = { { "version", version } };
	const struct label none[LABELS_MAX] = { { NULL, NULL } };

	print_family(p, INFO, "", "", "The version of pqike that collects this.");
	print_sample(p, "", suffix_of(INFO), labels, 1);
	print_family(p, GAUGE, "_helper_up", "",
		     "Whether a helper serves the control socket.");
	print_sample(p, "_helper_up", "", none, show->helper_runs);
}

static void print_quota(const struct printer *p, const struct kernel_usage *usage)
{
	struct show_quota quotas[SHOW_QUOTAS];

	show_quotas(usage, quotas);
	print_family(p, GAUGE, "_quota_used", "",
		     "Objects that the network namespace has.");
	for (size_t i = 0; i < SHOW_QUOTAS; i++)
		print_sample(p, "_quota_used", "",
			     (struct label[LABELS_MAX]){
				     { "kind", quotas[i].name } },
			     quotas[i].used);
	print_family(p, GAUGE, "_quota_max", "",
		     "Objects that the network namespace may have.");
	for (size_t i = 0; i < SHOW_QUOTAS; i++)
		print_sample(p, "_quota_max", "",
			     (struct label[LABELS_MAX]){
				     { "kind", quotas[i].name } },
			     quotas[i].max);
}

/* @member: where in a struct kernel_handshake_stats the number is */
static void print_handshake_counts(const struct printer *p, const char *name,
				   const char *help,
				   const struct kernel_stats *stats, size_t member)
{
	print_family(p, COUNTER, name, "", help);
	for (int i = 0; i < KERNEL_HANDSHAKES; i++) {
		const struct label labels[LABELS_MAX] = {
			{ "kind",
			  stats_handshake_name((enum pqike_handshake)i) },
		};
		uint64_t count;

		memcpy(&count, (const char *)&stats->handshakes[i] + member,
		       sizeof(count));
		print_sample(p, name, suffix_of(COUNTER), labels, count);
	}
}

static void print_methods(const struct printer *p, int handshake,
			  const struct kernel_handshake_stats *stats)
{
	for (size_t i = 0; i < stats->n_methods; i++) {
		const struct label labels[LABELS_MAX] = {
			{ "kind",
			  stats_handshake_name((enum pqike_handshake)handshake) },
			{ "method",
			  transform_name(TRANSFORM_KE,
					 stats->methods[i].ke_method) },
		};

		print_sample(p, "_key_exchanges", suffix_of(COUNTER), labels,
			     stats->methods[i].count);
	}
}

static void print_handshakes(const struct printer *p,
			     const struct kernel_stats *stats)
{
	print_handshake_counts(p, "_handshakes",
			       "Handshakes that were completed.", stats,
			       offsetof(struct kernel_handshake_stats, count));
	print_handshake_counts(p, "_handshakes_without_ml_kem",
			       "Those without ML-KEM among their own key exchanges.",
			       stats, offsetof(struct kernel_handshake_stats,
					       without_ml_kem));
	print_handshake_counts(p, "_handshakes_dropped_ml_kem",
			       "Those without ML-KEM that replaced one with it.",
			       stats, offsetof(struct kernel_handshake_stats,
					       dropped_ml_kem));
	print_family(p, COUNTER, "_key_exchanges", "",
		     "Key exchanges of completed handshakes, by method.");
	for (int i = 0; i < KERNEL_HANDSHAKES; i++)
		print_methods(p, i, &stats->handshakes[i]);
}

static void print_operations(const struct printer *p,
			     const struct kernel_stats *stats)
{
	static const char name[] = "_operation_duration_seconds";

	print_family(p, SUMMARY, name, "seconds",
		     "Time that the kernel took for an operation on an IKE SA.");
	for (int i = 0; i < KERNEL_OPERATIONS; i++) {
		const struct label labels[LABELS_MAX] = {
			{ "operation",
			  stats_operation_name((enum pqike_operation)i) },
		};

		print_sample(p, name, "_count", labels,
			     stats->operations[i].count);
		print_seconds(p, name, "_sum", labels, stats->operations[i].ns);
	}
	print_family(p, COUNTER, "_operations_failed", "",
		     "Operations on an IKE SA that the kernel refused.");
	for (int i = 0; i < KERNEL_OPERATIONS; i++)
		print_sample(p, "_operations_failed", suffix_of(COUNTER),
			     (struct label[LABELS_MAX]){
				     { "operation",
				       stats_operation_name((enum pqike_operation)i) } },
			     stats->operations[i].failed);
	print_family(p, COUNTER, "_failures", "",
		     "Operations on an IKE SA that the kernel refused, by cause.");
	for (int i = 0; i < KERNEL_FAILURE_CAUSES; i++)
		print_sample(p, "_failures", suffix_of(COUNTER),
			     (struct label[LABELS_MAX]){
				     { "cause",
				       stats_failure_name((enum pqike_failure_cause)i) } },
			     stats->failures[i]);
}

static void print_refused(const struct printer *p, const struct show *show)
{
	print_family(p, COUNTER, "_messages_refused", "",
		     "IKE messages that the helper refused or ignored since it was started.");
	for (int i = 0; show->helper_runs && i < MESSAGE_CAUSES; i++)
		print_sample(p, "_messages_refused", suffix_of(COUNTER),
			     (struct label[LABELS_MAX]){
				     { "cause",
				       message_cause_name((enum message_cause)i) } },
			     show->refused.n[i]);
}

static void print_dropped(const struct printer *p,
			  const struct xfrm_errors *errors)
{
	print_family(p, COUNTER, "_packets_dropped", "",
		     "Packets that xfrm dropped, by its name of the cause.");
	for (size_t i = 0; i < errors->n; i++)
		print_sample(p, "_packets_dropped", suffix_of(COUNTER),
			     (struct label[LABELS_MAX]){
				     { "cause", errors->list[i].name } },
			     errors->list[i].packets);
}

/* What there is of one connection. */
struct of_connection {
	const struct kernel_connection *connection;
	const struct show_connection *configured; /* NULL: not known */
	uint64_t with_ml_kem; /* IKE SAs that are established */
	uint64_t without_ml_kem;
	uint64_t child_sas; /* installed */
	uint64_t dropped_ml_kem;
};

static int compare_names(const void *a, const void *b)
{
	const struct of_connection *first = a, *second = b;

	return strcmp(first->connection->name, second->connection->name);
}

static bool has_ml_kem(const struct kernel_suite *suite)
{
	bool has = transform_is_ml_kem(suite->ke_method);

	for (size_t i = 0; i < suite->n_additional_ke; i++)
		has = has || transform_is_ml_kem(suite->additional_ke[i]);
	return has;
}

static void add_ike_sa(struct of_connection *sum, const struct kernel_ike_sa *sa,
		       const struct kernel_stats *stats)
{
	if (has_ml_kem(&sa->suite))
		sum->with_ml_kem++;
	else
		sum->without_ml_kem++;
	for (size_t i = 0; i < sa->n_child_sas; i++)
		sum->child_sas += sa->child_sas[i].installed;
	for (size_t i = 0; stats && i < KERNEL_HANDSHAKES; i++)
		sum->dropped_ml_kem += stats->handshakes[i].dropped_ml_kem;
}

/* An IKE SA whose connection was removed is of none. */
static void add_ike_sas(struct of_connection *sums, const struct show *show)
{
	for (size_t i = 0; i < show->n_ike_sas; i++) {
		const struct kernel_ike_sa *sa = &show->ike_sas[i];
		struct kernel_connection sought;
		const struct of_connection key = { .connection = &sought };
		struct of_connection *sum;

		memcpy(sought.name, sa->connection, sizeof(sought.name));
		sum = bsearch(&key, sums, show->n_connections, sizeof(*sums),
			      compare_names);
		if (sum && sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED)
			add_ike_sa(sum, sa,
				   show->more ? show->more[i].stats : NULL);
	}
}

/* Return: array of n_connections by their names, to be freed; NULL without memory. */
static struct of_connection *sum_up(const struct show *show)
{
	struct of_connection *sums = calloc(show->n_connections + 1, sizeof(*sums));

	if (!sums)
		return NULL;
	for (size_t i = 0; i < show->n_connections; i++) {
		sums[i].connection = &show->connections[i];
		if (show->configured && show->configured[i].told)
			sums[i].configured = &show->configured[i];
	}
	qsort(sums, show->n_connections, sizeof(*sums), compare_names);
	add_ike_sas(sums, show);
	return sums;
}

static void print_ike_sas(const struct printer *p, const struct of_connection *sums,
			  size_t n)
{
	print_family(p, GAUGE, "_ike_sas", "",
		     "IKE SAs that are established, by whether they have ML-KEM.");
	for (size_t i = 0; i < n; i++) {
		const char *name = sums[i].connection->name;

		print_sample(p, "_ike_sas", "",
			     (struct label[LABELS_MAX]){ { "connection", name },
							 { "ml_kem", "yes" } },
			     sums[i].with_ml_kem);
		print_sample(p, "_ike_sas", "",
			     (struct label[LABELS_MAX]){ { "connection", name },
							 { "ml_kem", "no" } },
			     sums[i].without_ml_kem);
	}
}

/* @member: where in a struct of_connection the number is */
static void print_of_connections(const struct printer *p, const char *name,
				 const char *help, const struct of_connection *sums,
				 size_t n, size_t member)
{
	print_family(p, GAUGE, name, "", help);
	for (size_t i = 0; i < n; i++) {
		const struct label labels[LABELS_MAX] = {
			{ "connection", sums[i].connection->name },
		};
		uint64_t number;

		memcpy(&number, (const char *)&sums[i] + member, sizeof(number));
		print_sample(p, name, "", labels, number);
	}
}

static void print_required(const struct printer *p,
			   const struct of_connection *sums, size_t n)
{
	print_family(p, GAUGE, "_ml_kem_required", "",
		     "Whether a connection takes no IKE SA without ML-KEM.");
	for (size_t i = 0; i < n; i++)
		print_sample(p, "_ml_kem_required", "",
			     (struct label[LABELS_MAX]){
				     { "connection", sums[i].connection->name } },
			     !sums[i].connection->allow_classical);
}

static void print_state(const struct printer *p, const char *connection,
			const struct status_configured *child)
{
	for (int i = 0; i < STATUS_STATES; i++) {
		const struct label labels[LABELS_MAX] = {
			{ "connection", connection },
			{ "child", child->name },
			{ PREFIX "_child_state",
			  status_state_name((enum status_state)i) },
		};

		print_sample(p, "_child_state", "", labels,
			     (int)child->state == i);
	}
}

static void print_states(const struct printer *p, const struct of_connection *sums,
			 size_t n)
{
	print_family(p, STATESET, "_child_state", "",
		     "The state of each child that is configured, as the helper has it.");
	for (size_t i = 0; i < n; i++) {
		const struct show_connection *configured = sums[i].configured;

		for (size_t j = 0; configured && j < configured->n_children; j++)
			print_state(p, sums[i].connection->name,
				    &configured->children[j]);
	}
}

static void print_connections(const struct printer *p,
			      const struct of_connection *sums, size_t n)
{
	print_required(p, sums, n);
	print_ike_sas(p, sums, n);
	print_of_connections(p, "_ike_sa_rekeys_dropped_ml_kem",
			     "Rekeys that dropped ML-KEM, of IKE SAs that are established.",
			     sums, n,
			     offsetof(struct of_connection, dropped_ml_kem));
	print_of_connections(p, "_child_sas",
			     "Child SAs that are installed.", sums, n,
			     offsetof(struct of_connection, child_sas));
	print_states(p, sums, n);
}

bool metrics_print(const struct show *show, const char *version,
		   enum metrics_format format, FILE *out)
{
	const struct printer p = { out, format };
	struct of_connection *sums = sum_up(show);

	if (!sums)
		return false;
	print_general(&p, show, version);
	print_quota(&p, &show->usage);
	print_connections(&p, sums, show->n_connections);
	print_handshakes(&p, &show->stats);
	print_operations(&p, &show->stats);
	print_refused(&p, show);
	print_dropped(&p, &show->errors);
	if (format == METRICS_OPEN)
		fputs("# EOF\n", out);
	free(sums);
	return true;
}
