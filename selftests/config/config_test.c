// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration files: those in good/ are read to what the .dump beside each
 * says, those in bad/ are refused with the line that each tells on its own
 * second line, "# expect LINE: MESSAGE", or "# expect-in FILE:LINE: MESSAGE"
 * for one that it includes.  A message that ends in "..." is compared up to
 * there.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_read.h"
#include "config/remote_name.h"
#include "kselftest.h"

#define EXPECTED_MAX 1024

static void dump_address(FILE *out, const char *name,
			 const struct sockaddr_storage *address, uint16_t port)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
	char text[INET6_ADDRSTRLEN] = "any";

	if (address->ss_family == AF_INET)
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	else if (address->ss_family == AF_INET6)
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
	fprintf(out, "  %s %s port %u\n", name, text, port);
}

/* Nothing for the defaults. */
static void dump_retransmission(FILE *out, const struct connection_config *c)
{
	const struct retransmission *how = &c->retransmission;

	if (how->tries != 5 || how->timeout != 4000 || how->base != 1800)
		fprintf(out, "    retransmit tries %u timeout %u ms base %u/1000\n",
			how->tries, how->timeout, how->base);
	if (c->dpd_esp)
		fprintf(out, "    dpd by ESP too\n");
}

static void dump_identity(FILE *out, const char *name,
			  const struct identity *id)
{
	char text[IDENTITY_TEXT_SIZE];

	identity_print(id, text, sizeof(text));
	fprintf(out, "  %s type %u %s\n", name, id->type, text);
}

static void dump_proposals(FILE *out, const struct proposal *proposals,
			   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "    proposal %u:", proposals[i].protocol);
		for (size_t j = 0; j < proposals[i].n_transforms; j++) {
			const struct transform *t = &proposals[i].transforms[j];

			fprintf(out, " %u=%u", t->type, t->id);
			if (t->key_bits)
				fprintf(out, "/%u", t->key_bits);
		}
		fputc('\n', out);
	}
}

static void dump_selectors(FILE *out, const char *name,
			   const struct prefix *list, size_t n)
{
	char text[PREFIX_TEXT_SIZE];

	fprintf(out, "    %s", name);
	for (size_t i = 0; i < n; i++) {
		prefix_print(&list[i], text, sizeof(text));
		fprintf(out, " %s", text);
	}
	fputc('\n', out);
}

static void dump_limits(FILE *out, const char *name, const struct limits *limits)
{
	fprintf(out, "    %s rekey %" PRIu64 " life %" PRIu64 " rand %" PRIu64
		"\n", name, limits->rekey, limits->life, limits->rand);
}

static void dump_mark(FILE *out, const char *name, const struct mark *mark)
{
	if (mark->mask)
		fprintf(out, "    %s %#" PRIx32 "/%#" PRIx32 "\n", name,
			mark->value, mark->mask);
}

static void dump_child(FILE *out, const struct child_config *child)
{
	fprintf(out, "  child %s line %u\n", child->name, child->line);
	dump_selectors(out, "local_ts", child->local_ts, child->n_local_ts);
	dump_selectors(out, "remote_ts", child->remote_ts, child->n_remote_ts);
	fprintf(out, "    mode %d start %d dpd %d close %d\n", child->mode,
		child->start_action, child->dpd_action, child->close_action);
	dump_limits(out, "time", &child->time);
	dump_limits(out, "bytes", &child->bytes);
	dump_limits(out, "packets", &child->packets);
	fprintf(out, "    reqid %" PRIu32 "%s replay %" PRIu32 " if_id %" PRIu32
		" %" PRIu32 " copy df %d ecn %d dscp %d\n", child->reqid,
		child->reqid_said ? " said" : "", child->replay_window,
		child->if_id_in, child->if_id_out, child->copy_df,
		child->copy_ecn, child->copy_dscp);
	if (*child->xfrm_interface)
		fprintf(out, "    interface %s\n", child->xfrm_interface);
	dump_mark(out, "mark_in", &child->mark_in);
	dump_mark(out, "mark_out", &child->mark_out);
	dump_mark(out, "set_mark_in", &child->set_mark_in);
	dump_mark(out, "set_mark_out", &child->set_mark_out);
	dump_proposals(out, child->esp_proposals, child->n_esp_proposals);
}

static void dump_connection(FILE *out, const struct connection_config *c)
{
	static const struct sockaddr_storage any;
	static const char *const unique[] = {
		[UNIQUE_NO] = "no", [UNIQUE_NEVER] = "never",
		[UNIQUE_KEEP] = "keep", [UNIQUE_REPLACE] = "replace",
	};

	fprintf(out, "connection %s line %u\n", c->name, c->line);
	for (size_t i = 0; i < c->n_local_addrs; i++)
		dump_address(out, "local", &c->local_addrs[i], c->local_port);
	if (!c->n_local_addrs)
		dump_address(out, "local", &any, c->local_port);
	for (size_t i = 0; i < c->n_remote_addrs; i++)
		if (remote_name_at(c, i))
			fprintf(out, "  remote %s port %u\n",
				remote_name_at(c, i)->text, c->remote_port);
		else
			dump_address(out, "remote", &c->remote_addrs[i],
				     c->remote_port);
	if (c->n_remote_networks)
		dump_selectors(out, "remote", c->remote_networks,
			       c->n_remote_networks);
	if (c->remote_any || (!c->n_remote_addrs && !c->n_remote_networks))
		dump_address(out, "remote", &any, c->remote_port);
	fprintf(out, "  fragment_size %" PRIu32 " require_pq %d encap %d dpd %"
		PRIu64 " tries %u unique %s\n", c->fragment_size,
		c->require_pq, c->encap, c->dpd_delay, c->keyingtries,
		unique[c->unique]);
	dump_limits(out, "time", &c->time);
	dump_retransmission(out, c);
	dump_identity(out, "local_id", &c->local_id);
	dump_identity(out, "remote_id", &c->remote_id);
	fprintf(out, "  psk %s\n", c->psk);
	if (c->ppk.id.len) {
		dump_identity(out, "ppk_id", &c->ppk.id);
		fprintf(out, "  ppk %s required %d\n", c->ppk.key,
			c->ppk.required);
	}
	dump_proposals(out, c->proposals, c->n_proposals);
	for (size_t i = 0; i < c->n_children; i++)
		dump_child(out, &c->children[i]);
}

/* Nothing for the defaults. */
static void dump_quota(FILE *out, const struct config *config)
{
	const struct quota *quota = &config->quota;

	if (config->quota_place)
		fprintf(out, "%s ike_sas %" PRIu32 " half_open %" PRIu32
			" child_sas %" PRIu32 " connections %" PRIu32 " traps %"
			PRIu32 " policies %" PRIu32 "\n", config->quota_place,
			quota->ike_sas, quota->half_open, quota->child_sas,
			quota->connections, quota->traps, quota->policies);
}

static void dump(FILE *out, const struct config *config)
{
	const struct connection_config *c;
	const struct secret_config *secret;

	for (c = config->connections; c; c = c->next)
		dump_connection(out, c);
	for (secret = config->secrets; secret; secret = secret->next)
		fprintf(out, "secret %s file %s\n", secret->description,
			secret->file ? secret->file : "(none)");
	dump_quota(out, config);
}

static char *read_whole(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "r");

	if (!file || getdelim(&text, &size, '\0', file) < 0)
		ksft_exit_fail_msg("cannot read %s\n", path);
	fclose(file);
	return text;
}

static void test_good(const char *path, const char *dump_path)
{
	char error[EXPECTED_MAX], *dumped = NULL, *expected;
	struct config *config;
	size_t size;
	FILE *out;

	config = config_read(path, error, sizeof(error));
	if (!config) {
		ksft_test_result_fail("%s is read: %s\n", path, error);
		return;
	}
	out = open_memstream(&dumped, &size);
	dump(out, config);
	fclose(out);
	config_free(config);
	expected = read_whole(dump_path);
	if (strcmp(dumped, expected))
		ksft_print_msg("%s is read as\n%s", dump_path, dumped);
	ksft_test_result(!strcmp(dumped, expected), "read as %s\n", dump_path);
	free(expected);
	free(dumped);
}

/* FILE.conf is read as FILE.dump says. */
static void test_good_file(const char *path)
{
	char *dump_path;

	if (asprintf(&dump_path, "%.*s.dump", (int)strlen(path) - 5, path) < 0)
		ksft_exit_fail_msg("out of memory\n");
	test_good(path, dump_path);
	free(dump_path);
}

static bool matches(const char *error, const char *expected)
{
	size_t len = strlen(expected);

	if (len > 3 && !strcmp(expected + len - 3, "..."))
		return !strncmp(error, expected, len - 3) &&
		       strlen(error) > len - 3;
	return !strcmp(error, expected);
}

static void test_bad(const char *path)
{
	static const char mark[] = "\n# expect ", mark_in[] = "\n# expect-in ";
	char error[EXPECTED_MAX] = "", expected[EXPECTED_MAX];
	char *text = read_whole(path), *expect = strstr(text, mark);
	char *expect_in = strstr(text, mark_in);
	struct config *config;

	if (!expect && !expect_in)
		ksft_exit_fail_msg("%s says not what to expect\n", path);
	if (expect)
		snprintf(expected, sizeof(expected), "%s:%s", path,
			 expect + strlen(mark));
	else
		snprintf(expected, sizeof(expected), "%s",
			 expect_in + strlen(mark_in));
	expected[strcspn(expected, "\n")] = '\0';
	config = config_read(path, error, sizeof(error));
	if (config || !matches(error, expected)) {
		ksft_print_msg("expected %s\n", expected);
		ksft_print_msg("got      %s\n", config ? "no error" : error);
	}
	ksft_test_result(!config && matches(error, expected), "%s\n", path);
	config_free(config);
	free(text);
}

static void print_slip(const char *line, void *arg)
{
	ksft_print_msg("%s\n", line);
	++*(unsigned int *)arg;
}

static void test_example(const char *path)
{
	char error[EXPECTED_MAX] = "";
	unsigned int slips = 0;
	struct config *config = config_read_noting(path, print_slip, &slips, error,
						   sizeof(error));

	ksft_test_result(config && !slips, "%s is read, and meant as it is %s\n",
			 path, error);
	config_free(config);
}

static void test_octets(const char *name, const char *octets, size_t len,
			const char *what)
{
	char path[] = "/tmp/pqike-config-XXXXXX";
	char error[EXPECTED_MAX], expected[EXPECTED_MAX];
	int fd = mkstemp(path);
	struct config *config;

	if (fd < 0 || write(fd, octets, len) != (ssize_t)len)
		ksft_exit_fail_msg("cannot write %s\n", path);
	close(fd);
	config = config_read(path, error, sizeof(error));
	snprintf(expected, sizeof(expected), "%s:%s", path, what);
	ksft_test_result(!config && !strcmp(error, expected), "%s\n", name);
	unlink(path);
	config_free(config);
}

#define MIB ((size_t)1024 * 1024)

static void test_too_large(void)
{
	size_t len = 64 * MIB + 1;
	char *text = malloc(len);

	memset(text, '\n', len);
	test_octets("a file of more than 64 MiB is refused", text, len,
		    " expected a file of at most 64 MiB");
	free(text);
}

/* What stands after the first MiB counts, too. */
static void test_large(void)
{
	static const char after[] = "connections {\n";
	char *text = malloc(64 * MIB);

	memset(text, '\n', 64 * MIB);
	memcpy(text + 64 * MIB - strlen(after), after, strlen(after));
	test_octets("a file of 64 MiB is read to its end", text, 64 * MIB,
		    "67108852: connections: expected } for the section opened on line 67108851");
	free(text);
}

static void test_unreadable(const char *path, const char *what)
{
	char error[EXPECTED_MAX], expected[EXPECTED_MAX];
	struct config *config = config_read(path, error, sizeof(error));

	snprintf(expected, sizeof(expected), "%s: %s", path, what);
	ksft_test_result(!config && !strcmp(error, expected), "%s\n", expected);
	config_free(config);
}

/* A short buffer gets a cut message, never more. */
static void test_short_error(void)
{
	char error[16];

	memset(error, 'x', sizeof(error));
	ksft_test_result(!config_read("/nonexistent", error, 8) &&
			 !strcmp(error, "/nonexi") && error[8] == 'x',
			 "a message is cut to its buffer\n");
}

/* No prefix of a good file makes the reader fall over. */
static void test_prefixes(const char *path)
{
	char copy[] = "/tmp/pqike-config-XXXXXX", error[EXPECTED_MAX];
	char *text = read_whole(path);
	int fd = mkstemp(copy);
	bool ok = fd >= 0;

	for (size_t len = 0; ok && text[len]; len++) {
		struct config *config;

		*error = '\0';
		config = config_read(copy, error, sizeof(error));
		ok = (config || *error) && write(fd, text + len, 1) == 1;
		config_free(config);
	}
	ksft_test_result(ok, "every beginning of %s gets an answer\n", path);
	close(fd);
	unlink(copy);
	free(text);
}

/* good/pieces with its parts where a directory has them. */
static void test_directory(void)
{
	char directory[] = "/tmp/pqike-config-XXXXXX", path[256], here[128];

	if (!mkdtemp(directory) || !getcwd(here, sizeof(here)))
		ksft_exit_fail_msg("cannot make a directory\n");
	snprintf(path, sizeof(path), "%s/good/pieces/pqike.conf", here);
	if (chdir(directory) || symlink(path, "pqike.conf"))
		ksft_exit_fail_msg("cannot link %s\n", path);
	snprintf(path, sizeof(path), "%s/good/pieces/parts", here);
	if (symlink(path, "conf.d") || chdir(here))
		ksft_exit_fail_msg("cannot link %s\n", path);
	test_good(directory, "good/pieces.dump");
	snprintf(path, sizeof(path), "%s/pqike.conf", directory);
	unlink(path);
	snprintf(path, sizeof(path), "%s/conf.d", directory);
	unlink(path);
	rmdir(directory);
}

static void find(const char *pattern, glob_t *files)
{
	if (glob(pattern, 0, NULL, files))
		ksft_exit_fail_msg("no %s\n", pattern);
}

int main(void)
{
	static const char nul[] = "connections {\n\0}\n";
	glob_t good, bad, examples;

	ksft_print_header();
	find("good/*.conf", &good);
	find("bad/*.conf", &bad);
	find("../../docs/examples/*.conf", &examples);
	ksft_set_plan(2 * (unsigned int)good.gl_pathc +
		      (unsigned int)bad.gl_pathc +
		      (unsigned int)examples.gl_pathc + 7);
	for (size_t i = 0; i < good.gl_pathc; i++) {
		test_good_file(good.gl_pathv[i]);
		test_prefixes(good.gl_pathv[i]);
	}
	for (size_t i = 0; i < bad.gl_pathc; i++)
		test_bad(bad.gl_pathv[i]);
	for (size_t i = 0; i < examples.gl_pathc; i++)
		test_example(examples.gl_pathv[i]);
	test_directory();
	test_octets("a NUL octet is refused", nul, sizeof(nul) - 1,
		    " expected text, not a NUL octet");
	test_too_large();
	test_large();
	test_unreadable("/nonexistent/pqike.conf", "No such file or directory");
	test_unreadable("/proc/self/fdinfo",
			"expected pqike.conf or conf.d/*.conf in it");
	test_short_error();
	globfree(&good);
	globfree(&bad);
	globfree(&examples);
	ksft_finished();
}
