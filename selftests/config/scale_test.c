// SPDX-License-Identifier: GPL-2.0
/*
 * What very many connections cost.  Comparisons are counted, of strings, of
 * octets and of identities: eight times as many connections may take sixteen
 * times as many, which the logarithm of a sort and a tree needs, and not the 64
 * times of each with each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_read.h"
#include "config/config_reqid.h"
#include "kselftest.h"
#include "tunnel/config_if_id.h"

#define FEW 250
#define MANY (8 * FEW)
#define RATIO_MAX 16

static unsigned long steps;

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);
int __real_strncmp(const char *a, const char *b, size_t n);
int __wrap_strncmp(const char *a, const char *b, size_t n);
int __real_memcmp(const void *a, const void *b, size_t n);
int __wrap_memcmp(const void *a, const void *b, size_t n);
int __real_identity_compare(const struct identity *a, const struct identity *b);
int __wrap_identity_compare(const struct identity *a, const struct identity *b);

int __wrap_strcmp(const char *a, const char *b)
{
	steps++;
	return __real_strcmp(a, b);
}

int __wrap_strncmp(const char *a, const char *b, size_t n)
{
	steps++;
	return __real_strncmp(a, b, n);
}

int __wrap_memcmp(const void *a, const void *b, size_t n)
{
	steps++;
	return __real_memcmp(a, b, n);
}

int __wrap_identity_compare(const struct identity *a, const struct identity *b)
{
	steps++;
	return __real_identity_compare(a, b);
}

static void write_secret(FILE *out, unsigned int i, const char *id)
{
	fprintf(out, "secrets {\n ike-%u {\n id = %s\n file = /nowhere\n }\n}\n",
		i, id);
}

static void write_connection(FILE *out, unsigned int i, const char *more,
			     const char *peer, const char *selectors,
			     const char *interface)
{
	fprintf(out, "connections {\n c%u%s {\n remote_addrs = 10.%u.%u.1\n"
		" local {\n auth = psk\n id = me\n }\n"
		" remote {\n auth = psk\n id = %s\n }\n"
		" children {\n net {\n %s\n %s\n }\n }\n }\n}\n", i, more,
		i / 250, i % 250, peer, selectors, interface);
}

static void write_selectors(char *text, size_t size, unsigned int i)
{
	snprintf(text, size, "local_ts = 192.168.0.0/16\n"
		 "remote_ts = 172.%u.%u.0/24", 16 + i / 250, i % 250);
}

/* Each with another peer, and a secret for each. */
static void write_peers(FILE *out, unsigned int n)
{
	char peer[32], selectors[128];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(peer, sizeof(peer), "peer%u.example.org", i);
		write_selectors(selectors, sizeof(selectors), i);
		write_connection(out, i, "", peer, selectors, "");
		write_secret(out, i, peer);
	}
}

/* The same identities, which addresses tell apart. */
static void write_addresses(FILE *out, unsigned int n)
{
	char selectors[128];

	for (unsigned int i = 0; i < n; i++) {
		write_selectors(selectors, sizeof(selectors), i);
		write_connection(out, i, "", "peer", selectors, "");
	}
	write_secret(out, 0, "peer");
}

static void write_interfaces(FILE *out, unsigned int n, const char *format)
{
	char peer[32], interface[64];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(peer, sizeof(peer), "peer%u.example.org", i);
		snprintf(interface, sizeof(interface), format, i, i + 1, i + 1);
		write_connection(out, i, "", peer, "local_ts = 0.0.0.0/0\n"
				 "remote_ts = 0.0.0.0/0", interface);
		write_secret(out, i, peer);
	}
}

/* Everything, through an interface of each connection's own. */
static void write_named(FILE *out, unsigned int n)
{
	write_interfaces(out, n, "xfrm_interface = ipsec%u");
}

static void write_numbered(FILE *out, unsigned int n)
{
	write_interfaces(out, n, "xfrm_interface = ipsec%u\n if_id_in = %u\n"
			 "if_id_out = %u");
}

/* What all have in common stands once. */
static void write_inheriting(FILE *out, unsigned int n)
{
	char peer[32], selectors[128];

	fprintf(out, "common {\n rekey_time = 1h\n dpd_delay = 30s\n"
		" keyingtries = 0\n}\n");
	for (unsigned int i = 0; i < n; i++) {
		snprintf(peer, sizeof(peer), "peer%u.example.org", i);
		write_selectors(selectors, sizeof(selectors), i);
		write_connection(out, i, " : common", peer, selectors, "");
	}
	fprintf(out, "secrets {\n ike {\n file = /nowhere\n }\n}\n");
}

static void write_own_reqids(FILE *out, unsigned int n)
{
	char peer[32], selectors[160];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(peer, sizeof(peer), "peer%u.example.org", i);
		snprintf(selectors, sizeof(selectors), "reqid = %u\n"
			 "remote_ts = 172.%u.%u.0/24", i + 1, 16 + i / 250,
			 i % 250);
		write_connection(out, i, "", peer, selectors, "");
	}
	fprintf(out, "secrets {\n ike {\n file = /nowhere\n }\n}\n");
}

static const struct kind {
	const char *name;
	void (*write)(FILE *out, unsigned int n);
} kinds[] = {
	{ "a secret for each peer", write_peers },
	{ "one peer at many addresses", write_addresses },
	{ "an interface for each", write_named },
	{ "an interface with an if_id for each", write_numbered },
	{ "a section that all inherit from", write_inheriting },
	{ "a reqid for each", write_own_reqids },
};

static struct config *read_many(const struct kind *kind, unsigned int n)
{
	char path[] = "/tmp/pqike-scale-XXXXXX", error[1024] = "";
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct config *config;

	if (!out)
		ksft_exit_fail_msg("cannot write %s\n", path);
	kind->write(out, n);
	fclose(out);
	steps = 0;
	config = config_read(path, error, sizeof(error));
	unlink(path);
	if (!config)
		ksft_print_msg("%s\n", error);
	return config;
}

static bool few_enough(const char *what, unsigned long few, unsigned long many)
{
	ksft_print_msg("%s: %lu comparisons for %d connections, %lu for %d\n",
		       what, few, FEW, many, MANY);
	return many <= RATIO_MAX * few;
}

/* A reload of what is there already. */
static unsigned long count_numbering(const struct kind *kind, unsigned int n)
{
	struct config *now = read_many(kind, n), *next = read_many(kind, n);
	bool ok = now && next;

	steps = 0;
	ok = ok && config_give_reqids(next, now) &&
	     config_give_if_ids(next, NULL, 0);
	config_free(now);
	config_free(next);
	return ok ? steps : 0;
}

static void test(const struct kind *kind)
{
	struct config *config;
	unsigned long few, many;
	bool ok;

	config = read_many(kind, FEW);
	ok = config;
	few = steps;
	config_free(config);
	config = read_many(kind, MANY);
	many = steps;
	ok = ok && config && few && few_enough("reading", few, many);
	config_free(config);
	ksft_test_result(ok, "%s: reading and checking is not quadratic\n",
			 kind->name);
	few = count_numbering(kind, FEW);
	many = count_numbering(kind, MANY);
	ok = few && few_enough("numbering", few, many);
	ksft_test_result(ok, "%s: numbering for a reload is not quadratic\n",
			 kind->name);
}

int main(void)
{
	size_t n = sizeof(kinds) / sizeof(kinds[0]);

	ksft_print_header();
	ksft_set_plan((unsigned int)(2 * n));
	for (size_t i = 0; i < n; i++)
		test(&kinds[i]);
	ksft_finished();
}
