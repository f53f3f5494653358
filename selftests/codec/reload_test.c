// SPDX-License-Identifier: GPL-2.0
/* Another configuration is taken into use while tunnels stand. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_read.h"
#include "config/config_reqid.h"
#include "config/config_use.h"
#include "config/connection.h"
#include "fake_kernel.h"
#include "fake_xfrm_link.h"
#include "helper/reload.h"
#include "ike/child_sa.h"
#include "ike/create_child.h"
#include "ike/ike_sa_end.h"
#include "ike/task.h"
#include "kselftest_harness.h"
#include "supervisor/config_load.h"
#include "tunnel/config_apply.h"
#include "tunnel/tunnel.h"
#include "tunnel/xfrm_interface.h"

FIXTURE(reload)
{
	char directory[64];
	char file[96];
	char psk[96];
	struct kernel *kernel;
	struct config *config;
	struct ike ike;
	unsigned int outcomes; /* that CLIENT was told */
	bool failed;
	char error[512];
};

typedef FIXTURE_DATA(reload) fixture;

/* Whoever asks for a reload. */
#define CLIENT 77

static void write_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	fchmod(fd, mode);
	close(fd);
}

/* A connection with the keys of @more, children with those of @children. */
static char *connection(const char *name, int network, const char *more,
			const char *children)
{
	char *text;

	if (asprintf(&text,
		     "%s {\n"
		     "remote_addrs = 198.51.100.%d\n%s\n"
		     "local {\nauth = psk\nid = moon.example.org\n}\n"
		     "remote {\nauth = psk\nid = %s.example.org\n}\n"
		     "children {\nnet {\nlocal_ts = 10.1.0.0/16\n"
		     "remote_ts = 10.%d.0.0/16\n}\n%s\n}\n"
		     "}\n", name, network, more, name, network, children) < 0)
		abort();
	return text;
}

/* The file holds these connections; NULL ends them, each is freed. */
static void write_config(const fixture *self, char *first, ...)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	va_list args;

	fprintf(out, "connections {\n");
	va_start(args, first);
	for (char *each = first; each; each = va_arg(args, char *)) {
		fprintf(out, "%s", each);
		free(each);
	}
	va_end(args);
	fprintf(out, "}\nsecrets {\nike {\nfile = %s\n}\n}\n", self->psk);
	fclose(out);
	write_file(self->file, 0644, text);
	free(text);
}

static void no_word(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	(void)client;
	(void)line;
}

static void take_ok(void *arg, uint64_t client)
{
	fixture *self = arg;

	if (client != CLIENT)
		return;
	self->outcomes++;
	self->failed = false;
}

static void take_failure(void *arg, uint64_t client, const char *line)
{
	fixture *self = arg;

	if (client != CLIENT)
		return;
	self->outcomes++;
	self->failed = true;
	snprintf(self->error, sizeof(self->error), "%s", line);
}

FIXTURE_SETUP(reload)
{
	snprintf(self->directory, sizeof(self->directory), "/tmp/pqike.XXXXXX");
	ASSERT_NE(mkdtemp(self->directory), NULL);
	snprintf(self->file, sizeof(self->file), "%s/pqike.conf",
		 self->directory);
	snprintf(self->psk, sizeof(self->psk), "%s/psk", self->directory);
	write_file(self->psk, 0600, "a key of this test\n");
	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "", "second {\nif_id_in = 7\nif_id_out = 7\n}"),
		     NULL);
	self->config = config_read(self->file, self->error, sizeof(self->error));
	if (self->config)
		connections_index(self->config);
	ASSERT_NE(self->config, NULL);
	self->kernel = fake_kernel_new(1);
	tunnel_attach(&self->ike);
	self->ike.config = self->config;
	self->ike.kernel = self->kernel;
	self->ike.interfaces = xfrm_interfaces_open(self->error,
						    sizeof(self->error));
	self->ike.events = (struct ike_events){
		.progress = no_word, .ok = take_ok, .fail = take_failure,
		.arg = self,
	};
}

FIXTURE_TEARDOWN(reload)
{
	while (self->ike.ike_sas)
		ike_sa_free(&self->ike, self->ike.ike_sas);
	ike_sas_release(&self->ike);
	xfrm_interfaces_close(self->ike.interfaces);
	config_free(self->config);
	fake_kernel_free(self->kernel);
	unlink(self->file);
	unlink(self->psk);
	rmdir(self->directory);
}

/* What the supervisor does. */
static void answer(fixture *self, struct reload *reload)
{
	struct config *next = NULL;
	char error[512];

	if (config_load(self->file, CONFIG_LOAD_SECONDS, &next, error,
			sizeof(error)) != CONFIG_LOAD_DONE) {
		reload_refused(reload, error);
		return;
	}
	if (!config_give_reqids(next, self->config))
		abort();
	reload_loaded(reload, next);
}

static bool take(fixture *self)
{
	struct reload *reload = reload_new(&self->ike, self->config, NULL);

	self->outcomes = 0;
	reload_request(reload, CLIENT);
	answer(self, reload);
	reload_free(reload);
	return !self->failed;
}

static bool load(fixture *self)
{
	bool ok = take(self);

	ike_sas_release(&self->ike);
	config_release(&self->ike, self->config);
	return ok;
}

static const struct connection_config *find(const fixture *self,
					    const char *name)
{
	return connection_find(self->config, name);
}

/* An IKE SA that is being made. */
static struct ike_sa *add_ike_sa(fixture *self, const char *name)
{
	const struct path path = { .local = { .ss_family = AF_INET },
				   .remote = { .ss_family = AF_INET } };
	struct ike_sa *sa = ike_sa_add(&self->ike, &path);

	ike_sa_set_connection(&self->ike, sa, find(self, name));
	return sa;
}

/* Whoever has left is told, too, and nobody knows: what waits is bounded. */
TEST_F(reload, each_who_asks_is_told)
{
	const unsigned int asked = 2 * CONTROL_CLIENTS_MAX + 2;
	struct reload *reload = reload_new(&self->ike, self->config, NULL);

	self->outcomes = 0;
	for (unsigned int i = 0; i < asked; i++)
		reload_request(reload, CLIENT);
	EXPECT_EQ(self->outcomes, asked - CONTROL_CLIENTS_MAX - 1);
	EXPECT_TRUE(self->failed);
	EXPECT_STREQ(self->error, "too many wait for the next reload");
	answer(self, reload);
	EXPECT_LT(self->outcomes, asked);
	answer(self, reload);
	EXPECT_EQ(self->outcomes, asked);
	EXPECT_FALSE(self->failed);
	/* Nobody has asked for this one. */
	answer(self, reload);
	reload_refused(reload, "as little for this");
	EXPECT_EQ(self->outcomes, asked);
	reload_free(reload);
	config_release(&self->ike, self->config);
}

static struct control_config permitted;

void __wrap_control_permit(struct control *control,
			   const struct control_config *config);

void __wrap_control_permit(struct control *control,
			   const struct control_config *config)
{
	(void)control;
	permitted = *config;
}

static void no_request(void *arg, uint64_t client, const char *text)
{
	(void)arg;
	(void)client;
	(void)text;
}

/* The connection a, and a section control. */
static void write_control(const fixture *self, const char *control)
{
	FILE *out;

	write_config(self, connection("a", 2, "", ""), NULL);
	out = fopen(self->file, "a");
	fprintf(out, "control {\n%s\n}\n", control);
	fclose(out);
}

static void load_with(fixture *self, struct reload *reload)
{
	reload_request(reload, CLIENT);
	answer(self, reload);
	ike_sas_release(&self->ike);
	config_release(&self->ike, self->config);
}

/* Whom the control socket serves is what was reloaded, where that was taken. */
TEST_F(reload, who_may_use_the_control_socket)
{
	struct control *control = control_new(dup(STDIN_FILENO), no_request, NULL);
	struct reload *reload = reload_new(&self->ike, self->config, control);

	permitted = (struct control_config){ 0 };
	write_control(self, "mode = 0660\ngroup = 4711");
	load_with(self, reload);
	EXPECT_EQ(permitted.mode, 0660);
	EXPECT_TRUE(permitted.group_said);
	EXPECT_EQ(permitted.group, 4711);
	write_control(self, "mode = 0999");
	load_with(self, reload);
	EXPECT_EQ(permitted.mode, 0660);
	write_control(self, "");
	load_with(self, reload);
	EXPECT_EQ(permitted.mode, 0600);
	EXPECT_FALSE(permitted.group_said);
	reload_free(reload);
	control_free(control);
}

TEST_F(reload, what_is_the_same_is_not_touched)
{
	const struct connection_config *a = find(self, "a");
	const struct connection_config *b = find(self, "b");

	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(find(self, "a"), a);
	EXPECT_EQ(find(self, "b"), b);
	EXPECT_EQ(self->config->retired, NULL);
	EXPECT_EQ(self->kernel->connections_set, 0);
	EXPECT_EQ(self->kernel->connections_deleted, 0);
}

TEST_F(reload, what_has_changed_holds_from_then_on)
{
	const struct connection_config *a = find(self, "a");
	const struct connection_config *b = find(self, "b");
	struct ike_sa *sa = add_ike_sa(self, "b");

	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "dpd_delay = 9s", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(find(self, "a"), a);
	EXPECT_NE(find(self, "b"), b);
	EXPECT_EQ(find(self, "b")->dpd_delay, 9);
	EXPECT_EQ(sa->connection, find(self, "b"));
	EXPECT_NE(sa->phase, PHASE_GONE);
	EXPECT_EQ(self->config->retired, NULL);
	EXPECT_EQ(self->kernel->connections_set, 1);
	EXPECT_EQ(self->kernel->connections_deleted, 0);
}

TEST_F(reload, what_is_no_more_is_taken_down)
{
	add_ike_sa(self, "b");
	write_config(self, connection("a", 2, "", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(find(self, "b"), NULL);
	EXPECT_EQ(self->ike.ike_sas, NULL);
	EXPECT_EQ(self->config->retired, NULL);
	EXPECT_EQ(self->kernel->connections_deleted, 1);
}

TEST_F(reload, another_peer_is_another_connection)
{
	char *other = connection("b", 3, "", "");

	add_ike_sa(self, "b");
	memcpy(strstr(other, "id = b"), "id = c", 6);
	write_config(self, connection("a", 2, "", ""), other, NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	ASSERT_NE(find(self, "b"), NULL);
	EXPECT_EQ(self->ike.ike_sas, NULL);
	EXPECT_EQ(self->kernel->connections_set, 1);
	EXPECT_EQ(self->kernel->connections_deleted, 0);
}

TEST_F(reload, order_and_new_ones)
{
	const struct connection_config *a = find(self, "a");

	write_config(self, connection("c", 4, "", ""),
		     connection("b", 3, "", "second {\nif_id_in = 7\nif_id_out = 7\n}"),
		     connection("a", 2, "", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_STREQ(self->config->connections->name, "c");
	EXPECT_EQ(self->config->connections->next->next, a);
	EXPECT_EQ(a->next, NULL);
	EXPECT_EQ(a->children[0].reqid, 1);
	EXPECT_EQ(find(self, "b")->children[0].reqid, 2);
	EXPECT_EQ(find(self, "b")->children[1].reqid, 3);
	EXPECT_EQ(find(self, "c")->children[0].reqid, 4);
}

TEST_F(reload, traps_follow_the_children)
{
	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "local_addrs = 127.0.0.1",
				"second {\nif_id_in = 7\nif_id_out = 7\n"
				"start_action = trap\n}"), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->kernel->traps, 1);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->kernel->traps, 1);
	write_config(self, connection("a", 2, "", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->kernel->traps, 0);
}

static const char interface_0[] =
	"own {\nxfrm_interface = ipsec0\nif_id_in = 42\nif_id_out = 42\n}";

TEST_F(reload, interfaces_follow_the_children)
{
	struct xfrm_links *links = fake_links();
	struct ike_sa *sa;
	int index;

	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "", interface_0), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	ASSERT_NE(fake_link_find(links, "ipsec0"), NULL);
	index = fake_link_find(links, "ipsec0")->index;
	/* A reload that changes others leaves it, and so does one of its own. */
	write_config(self, connection("a", 2, "dpd_delay = 9s", ""),
		     connection("b", 3, "dpd_delay = 9s", interface_0), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	ASSERT_NE(fake_link_find(links, "ipsec0"), NULL);
	EXPECT_EQ(fake_link_find(links, "ipsec0")->index, index);
	/* What is being deleted has it still. */
	sa = add_ike_sa(self, "b");
	sa->phase = PHASE_RETIRED;
	write_config(self, connection("a", 2, "", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_NE(fake_link_find(links, "ipsec0"), NULL);
	ike_sa_free(&self->ike, sa);
	ike_sas_release(&self->ike);
	config_release(&self->ike, self->config);
	EXPECT_EQ(links->n, 0);
}

TEST_F(reload, an_interface_keeps_its_chosen_number)
{
	struct xfrm_links *links = fake_links();
	const struct connection_config *b;

	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "xfrm_interface = ipsec0", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	b = find(self, "b");
	EXPECT_EQ(b->children[0].if_id_out, 0x10000);
	write_config(self, connection("c", 4, "xfrm_interface = ipsec1", ""),
		     connection("b", 3, "xfrm_interface = ipsec0", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(find(self, "b"), b);
	EXPECT_EQ(find(self, "c")->children[0].if_id_out, 0x10001);
	EXPECT_EQ(links->n, 2);
}

static struct child_sa *add_child_sa(struct ike_sa *sa)
{
	struct child_sa *child = calloc(1, sizeof(*child));

	child->ike_sa = sa;
	child_use(&child->config, &sa->connection->children[1]);
	child->state = CHILD_INSTALLED;
	child->next = sa->children;
	sa->children = child;
	return child;
}

/* Its ESP SAs have the old number; the new one would be for nothing. */
TEST_F(reload, a_child_whose_interface_changes_is_deleted)
{
	struct child_sa *child;
	struct ike_sa *sa;

	write_config(self, connection("b", 3, "", interface_0), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	sa = add_ike_sa(self, "b");
	child = add_child_sa(sa);
	write_config(self, connection("b", 3, "dpd_delay = 9s", interface_0),
		     NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(child->config, &find(self, "b")->children[1]);
	EXPECT_EQ(sa->tasks, NULL);
	write_config(self, connection("b", 3, "", "own {\nxfrm_interface = ipsec0\n"
				      "if_id_in = 43\nif_id_out = 43\n}"),
		     NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_NE(child->config, &find(self, "b")->children[1]);
	EXPECT_NE(sa->tasks, NULL);
	EXPECT_EQ(fake_link_find(fake_links(), "ipsec0")->if_id, 43);
}

/* It waits because the peer has refused it for a while. */
TEST_F(reload, a_child_that_waits_is_not_made_any_more)
{
	struct ike_sa *sa = add_ike_sa(self, "b");

	create_child(&self->ike, sa, &sa->connection->children[0], 0);
	create_child(&self->ike, sa, &sa->connection->children[1], 0);
	sa->phase = PHASE_ESTABLISHED;
	write_config(self, connection("b", 3, "", ""), NULL);
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	ASSERT_NE(sa->tasks, NULL);
	EXPECT_EQ(sa->tasks->config, &find(self, "b")->children[0]);
	EXPECT_EQ(sa->tasks->next, NULL);
}

static void expect_unchanged(struct __test_metadata *_metadata, fixture *self,
			     const char *words)
{
	const struct connection_config *a = find(self, "a");
	const struct connection_config *b = find(self, "b");
	struct ike_sa *sa = add_ike_sa(self, "b");

	EXPECT_FALSE(load(self));
	EXPECT_NE(strstr(self->error, words), NULL) TH_LOG("%s", self->error);
	EXPECT_EQ(find(self, "a"), a);
	EXPECT_EQ(find(self, "b"), b);
	EXPECT_EQ(sa->connection, b);
	EXPECT_NE(sa->phase, PHASE_GONE);
	EXPECT_EQ(self->config->retired, NULL);
}

TEST_F(reload, a_file_that_is_wrong_changes_nothing)
{
	write_config(self, connection("a", 2, "colour = red", ""), NULL);
	expect_unchanged(_metadata, self, "connections.a.colour: unknown key");
	EXPECT_EQ(self->kernel->connections_set, 0);
}

/* As an editor or a full disk leaves it. */
TEST_F(reload, a_file_without_connections_ends_no_tunnel)
{
	write_file(self->file, 0644, "");
	expect_unchanged(_metadata, self, "connections is missing");
	write_file(self->file, 0644, "secrets {\n}\n");
	expect_unchanged(_metadata, self, "connections { } for none");
	write_file(self->file, 0644, "connections {\n");
	expect_unchanged(_metadata, self, "expected }");
	write_file(self->file, 0644, "connections {\ninclude nothing-*\n}\n");
	expect_unchanged(_metadata, self, "what it includes has no connection");
}

TEST_F(reload, no_connection_on_purpose_ends_all)
{
	add_ike_sa(self, "b");
	write_file(self->file, 0644, "connections {\n}\n");
	ASSERT_TRUE(load(self)) TH_LOG("%s", self->error);
	EXPECT_EQ(self->ike.ike_sas, NULL);
	EXPECT_EQ(self->kernel->connections_deleted, 2);
}

TEST_F(reload, a_secret_that_is_missing_changes_nothing)
{
	write_config(self, connection("a", 2, "", ""), NULL);
	unlink(self->psk);
	expect_unchanged(_metadata, self, "No such file or directory");
	EXPECT_EQ(self->kernel->connections_set, 0);
}

TEST_F(reload, a_secret_that_is_replaced_reaches_the_kernel)
{
	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "", "second {\nif_id_in = 7\nif_id_out = 7\n}"),
		     NULL);
	EXPECT_TRUE(load(self));
	EXPECT_EQ(self->kernel->connections_set, 0);
	write_file(self->psk, 0600, "another key of this test\n");
	EXPECT_TRUE(load(self));
	EXPECT_EQ(self->kernel->connections_set, 2);
	EXPECT_TRUE(load(self));
	EXPECT_EQ(self->kernel->connections_set, 2);
}

TEST_F(reload, a_refusal_of_the_kernel_changes_nothing)
{
	write_config(self, connection("a", 2, "encap = yes", ""),
		     connection("c", 4, "", ""), connection("d", 5, "", ""),
		     NULL);
	self->kernel->refuse_connection = "d";
	expect_unchanged(_metadata, self, "connection d: refused by the test");
	/* a as it was to be, c, and a as it had been */
	EXPECT_EQ(self->kernel->connections_set, 3);
	EXPECT_EQ(self->kernel->connections_deleted, 1);
}

TEST_F(reload, a_refusal_of_the_kernel_makes_no_interface)
{
	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "", interface_0),
		     connection("d", 5, "", ""), NULL);
	self->kernel->refuse_connection = "d";
	expect_unchanged(_metadata, self, "connection d: refused by the test");
	EXPECT_EQ(fake_links()->n, 0);
}

TEST_F(reload, an_interface_that_cannot_be_made_changes_nothing)
{
	fake_link_add(fake_links(), "ipsec0", "bridge", 0, false);
	write_config(self, connection("a", 2, "", ""),
		     connection("b", 3, "", interface_0),
		     connection("c", 4, "", ""), NULL);
	expect_unchanged(_metadata, self, "ipsec0: there is an interface of this name, of kind bridge");
	/* b as it was to be, c, and b as it had been */
	EXPECT_EQ(self->kernel->connections_set, 3);
	EXPECT_EQ(self->kernel->connections_deleted, 1);
	EXPECT_EQ(fake_links()->n, 1);
}

static unsigned long comparisons;

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b)
{
	comparisons++;
	return __real_strcmp(a, b);
}

/* A configuration of @n connections, each with another peer. */
static struct config *read_many(fixture *self, unsigned int n,
				const char *more)
{
	FILE *out = fopen(self->file, "we");
	struct config *config;

	fprintf(out, "secrets {\nike {\nfile = %s\n}\n}\n", self->psk);
	fprintf(out, "connections {\n");
	for (unsigned int i = 0; i < n; i++)
		fprintf(out, "c%u {\nremote_addrs = 10.%u.%u.1\n%s\n"
			"local {\nauth = psk\nid = moon\n}\n"
			"remote {\nauth = psk\nid = sun%u\n}\n"
			"children {\nnet {\nlocal_ts = 192.168.0.0/16\n"
			"remote_ts = 172.%u.%u.0/24\n}\n}\n}\n", i, i / 250,
			i % 250, more, i, 16 + i / 250, i % 250);
	fprintf(out, "}\n");
	fclose(out);
	config = config_read(self->file, self->error, sizeof(self->error));
	if (config)
		config_give_reqids(config, self->config);
	return config;
}

/* Comparisons that it takes to put @n connections in the place of others. */
static unsigned long count_apply(struct __test_metadata *_metadata,
				 fixture *self, unsigned int n, const char *more)
{
	struct config *next = read_many(self, n, more);

	EXPECT_NE(next, NULL) TH_LOG("%s", self->error);
	if (!next)
		return 0;
	comparisons = 0;
	EXPECT_TRUE(config_apply(&self->ike, self->config, next, self->error,
				 sizeof(self->error)));
	config_release(&self->ike, self->config);
	return comparisons;
}

/* Eight times as many, and the logarithm of a sort. */
TEST_F(reload, what_very_many_cost_is_not_quadratic)
{
	unsigned long few, many;

	count_apply(_metadata, self, 250, "");
	few = count_apply(_metadata, self, 250, "dpd_delay = 7s");
	count_apply(_metadata, self, 2000, "");
	self->kernel->connections_set = 0;
	many = count_apply(_metadata, self, 2000, "dpd_delay = 7s");
	EXPECT_EQ(self->kernel->connections_set, 2000);
	EXPECT_GT(few, 0);
	EXPECT_LE(many, 16 * few) TH_LOG("%lu and %lu comparisons", few, many);
	TH_LOG("%lu comparisons for 250 connections, %lu for 2000", few, many);
}

TEST_HARNESS_MAIN
