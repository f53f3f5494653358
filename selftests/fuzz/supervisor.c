// SPDX-License-Identifier: GPL-2.0
/*
 * A supervisor, and helpers that an attacker has: each says and asks what it likes when it
 * likes, and ends or is followed by another one, while configurations are read, or cannot be.
 * What is looked up is of a configuration that there is, with the keys of that one.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/config.h"
#include "config/config_transfer.h"
#include "config_text.h"
#include "draw.h"
#include "fake_authorise.h"
#include "fake_config_load.h"
#include "fake_kernel.h"
#include "fake_secrets.h"
#include "fake_xfrm_link.h"
#include "helper/activation.h"
#include "kernel/xfrm_events.h"
#include "supervisor/config_reload.h"
#include "supervisor/helper_keeper.h"

#define STEPS_MAX 64

/* Each has a connection of its own, and one of all */
static const char *const names[FAKE_CONFIGS] = { "a", "b", "c" };
#define NAME_OF_ALL "all"

enum step { RECORD, ASK, READ, PASS, END, RELOAD, STEPS };

static struct {
	struct config_reload reload;
	struct helper_keeper keeper;
	struct policy policy;
	struct sockets sockets;
	struct timers timers;
} supervisor;

/* The end of the helper that there is; -1: there is none */
static int channel, asks;

/* What is to be in force, and with the helper; FAKE_CONFIGS: none */
static size_t now, next;

static int any_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("any", MFD_CLOEXEC);
	require(fd >= 0);
	return fd;
}

int activation_request(const char *path, int *lifeline, char *error,
		       size_t error_size)
{
	int ends[2];

	(void)path;
	(void)error;
	(void)error_size;
	require(channel < 0);
	require(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	*lifeline = dup(any_fd());
	channel = ends[1];
	return ends[0];
}

int control_socket_fd(const struct control_socket *socket)
{
	(void)socket;
	return any_fd();
}

/* As it is said last */
static unsigned int permitted;

bool control_socket_permit(struct control_socket *socket,
			   const struct control_config *config, char *error,
			   size_t error_size)
{
	(void)socket;
	(void)error;
	(void)error_size;
	permitted = config->mode;
	return true;
}

int xfrm_events_open(char *error, size_t error_size)
{
	(void)error;
	(void)error_size;
	return dup(any_fd());
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What the supervisor has said to the helper. */
static void hear(void)
{
	struct supervision_record record;
	int fds[SUPERVISION_FDS_MAX];
	enum supervision_state state;
	size_t n;

	while (channel >= 0) {
		state = supervision_receive(channel, &record, fds, &n);
		require(state == SUPERVISION_RECORD ||
			state == SUPERVISION_NOTHING);
		if (state == SUPERVISION_NOTHING)
			return;
		for (size_t i = 0; i < n; i++) {
			if (record.type == SUPERVISION_BEGIN &&
			    i == SUPERVISION_FD_POLICY)
				asks = fds[i];
			else
				close(fds[i]);
		}
		if (record.type == SUPERVISION_LOADED)
			next = fake_config_taken;
	}
}

static void say(uint16_t type)
{
	const struct supervision_record record = { .type = type };
	bool loading = fake_config_loads;

	if (channel < 0)
		return;
	require(supervision_send(channel, &record, NULL, 0));
	helper_keeper_serve(&supervisor.keeper);
	if (type == SUPERVISION_TAKEN && next < FAKE_CONFIGS)
		now = next;
	if (type == SUPERVISION_TAKEN || type == SUPERVISION_KEPT ||
	    (type == SUPERVISION_LOAD && supervisor.keeper.ready && !loading))
		next = FAKE_CONFIGS;
}

static struct policy_ask ask_of(uint16_t type, uint8_t name, bool of_next)
{
	struct policy_ask ask = {
		.version = POLICY_ASK_VERSION,
		.type = (uint16_t)(1 + type % (POLICY_ASKS - 1)),
	};
	const char *connection = name < FAKE_CONFIGS ? names[name] : NAME_OF_ALL;

	switch (ask.type) {
	case POLICY_TRAP_SET:
		ask.family = AF_INET;
		strcpy(ask.child, "net");
		strcpy(ask.connection, connection);
		break;
	case POLICY_CONNECTION_SET:
		ask.next = of_next;
		/* fall through */
	case POLICY_CONNECTION_DEL:
		strcpy(ask.connection, connection);
		break;
	case POLICY_LINK_RENUMBER:
		ask.index = 1;
		ask.if_id = 42;
		break;
	case POLICY_LINK_MAKE:
		strcpy(ask.interface, "ipsec0");
		ask.if_id = 42;
		break;
	case POLICY_LINK_REMOVE:
		ask.index = 1;
		break;
	case POLICY_TRAP_DEL:
		ask.reqid = 1;
		break;
	case POLICY_NAME:
		snprintf(ask.name, sizeof(ask.name), "%s.example", connection);
		break;
	default:
		break;
	}
	return ask;
}

static bool has(size_t config, uint8_t name)
{
	return config < FAKE_CONFIGS && (name >= FAKE_CONFIGS || name == config);
}

/* It has the right result, and the kernel the right keys. */
static void check_answer(const struct policy_ask *ask, uint8_t name,
			 const struct policy_answer *answer)
{
	const struct config_pair *pair = &supervisor.reload.service.configs;

	if (ask->type == POLICY_CONNECTION_SET) {
		require(!answer->result == has(ask->next ? next : now, name));
		require(answer->result ||
			fake_keyring_used == (ask->next ? pair->next :
							  pair->now)->keyring);
	} else if (ask->type == POLICY_CONNECTION_DEL ||
		   ask->type == POLICY_TRAP_SET) {
		require(!answer->result == (has(now, name) || has(next, name)));
	}
}

static void ask(struct draw *in)
{
	uint16_t type = draw_u8(in);
	uint8_t name = draw_u8(in) % (FAKE_CONFIGS + 1);
	const struct policy_ask sent = ask_of(type, name, draw_u8(in) & 1);
	struct policy_answer answer;

	if (asks < 0)
		return;
	require(send(asks, &sent, sizeof(sent), 0) == sizeof(sent));
	helper_keeper_serve_asks(&supervisor.keeper);
	/* With the end of a process that there is not no answer leaves. */
	if (recv(asks, &answer, sizeof(answer), MSG_DONTWAIT) == sizeof(answer))
		check_answer(&sent, name, &answer);
	else
		require(sent.type == POLICY_NAME);
}

static void read_on(struct draw *in)
{
	uint8_t how = draw_u8(in);

	if (config_service_fd(&supervisor.reload.service) < 0)
		return;
	fake_config_state = how % FAKE_LOAD_STATES;
	fake_config_which = how / FAKE_LOAD_STATES % FAKE_CONFIGS;
	config_reload_serve(&supervisor.reload);
}

static void pass(uint8_t seconds)
{
	fake_clock_advance(seconds * SECOND);
	timers_run(&supervisor.timers, NULL, clock_now());
}

static void end_helper(void)
{
	close_end(&channel);
	close_end(&asks);
	helper_keeper_serve(&supervisor.keeper);
	next = FAKE_CONFIGS;
}

static void step(struct draw *in)
{
	switch (draw_u8(in) % STEPS) {
	case RECORD:
		say(1 + draw_u8(in) % (SUPERVISION_TYPES - 1));
		break;
	case ASK:
		ask(in);
		break;
	case READ:
		read_on(in);
		break;
	case PASS:
		pass(draw_u8(in));
		break;
	case END:
		end_helper();
		break;
	default:
		helper_keeper_reload(&supervisor.keeper);
	}
	hear();
}

/* What there is of configurations and their keyrings is what there is to be. */
static void check(void)
{
	const struct config_pair *pair = &supervisor.reload.service.configs;

	require(pair->now && config_index_find(&pair->by_name, names[now]));
	require(!pair->next == (next == FAKE_CONFIGS));
	require(!pair->next ||
		config_index_find(&pair->next_by_name, names[next]));
	require(fake_keyrings == 1 + !!pair->next + fake_config_loads);
	require(!fake_keyring_used ||
		fake_keyring_used == pair->now->keyring ||
		(pair->next && fake_keyring_used == pair->next->keyring));
	require(fake_config_loads <= 1);
	require(!fake_config_loads ||
		clock_now() < fake_config_begun + CONFIG_LOAD_SECONDS * SECOND);
	require(permitted == (pair->next ? pair->next : pair->now)->control.mode);
}

static char *text_of(const char *name)
{
	static char text[1024];
	size_t len = 0;

	len += (size_t)snprintf(text, sizeof(text), "connections {\n");
	for (int i = 0; i < 2; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"%s {\nremote_addrs = 192.0.2.2, %s.example\n"
			"local {\nauth = psk\nid = moon.example\n}\n"
			"remote {\nauth = psk\nid = %s.example\n}\n"
			"children {\nnet {\nlocal_ts = 10.1.0.0/24\n"
			"remote_ts = 10.2.%d.0/24\n%s}\n}\n}\n",
			i ? NAME_OF_ALL : name, i ? NAME_OF_ALL : name,
			i ? NAME_OF_ALL : name, i,
			i ? "" : "xfrm_interface = ipsec0\nif_id_in = 42\nif_id_out = 42\n");
	snprintf(text + len, sizeof(text) - len,
		 "}\nsecrets {\nike {\nfile = /nowhere\n}\n}\n"
		 "quota {\nike_sas = %d\n}\ncontrol {\nmode = 06%d0\n}\n", name[0],
		 2 * (name[0] - 'a'));
	return text;
}

static void read_texts(void)
{
	for (size_t i = 0; i < FAKE_CONFIGS; i++) {
		struct config *config = config_of_text(text_of(names[i]));

		fake_config_set(i, config);
		config_free(config);
	}
}

static void begin(void)
{
	char error[256];

	memset(&supervisor, 0, sizeof(supervisor));
	fake_clock_begin();
	supervisor.policy.socket = -1;
	supervisor.policy.lookups.timers = &supervisor.timers;
	supervisor.policy.kernel = fake_kernel_new(1);
	supervisor.policy.links = xfrm_links_open(error, sizeof(error));
	supervisor.policy.configs = &supervisor.reload.service.configs;
	supervisor.sockets.n = 1;
	supervisor.sockets.list[0].fd = any_fd();
	supervisor.reload.policy = &supervisor.policy;
	supervisor.reload.helper = &supervisor.keeper.process;
	supervisor.reload.timers = &supervisor.timers;
	config_reload_init(&supervisor.reload);
	supervisor.keeper.activation = "played";
	supervisor.keeper.sockets = &supervisor.sockets;
	supervisor.keeper.policy = &supervisor.policy;
	supervisor.keeper.reload = &supervisor.reload;
	supervisor.keeper.timers = &supervisor.timers;
	helper_keeper_init(&supervisor.keeper);
	supervisor.keeper.user = supervisor.keeper.group = 1;
	supervisor.keeper.root = any_fd();
	/* Else the ports are said. */
	supervisor.keeper.was_ready = true;
	now = 0;
	next = FAKE_CONFIGS;
	channel = asks = -1;
	require(config_pair_begin(&supervisor.reload.service.configs,
				  fake_config_new(now)));
	control_socket_permit(NULL,
			      &supervisor.reload.service.configs.now->control,
			      NULL, 0);
	helper_keeper_start(&supervisor.keeper);
	hear();
	say(SUPERVISION_READY);
}

static void end(void)
{
	end_helper();
	config_service_end(&supervisor.reload.service);
	require(!fake_keyrings && !fake_keyring_used && !fake_config_loads);
	require(!fake_lookups);
	fake_kernel_free(supervisor.policy.kernel);
	policy_close(&supervisor.policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool have_texts;
	struct draw in = { data, size };

	if (!have_texts)
		read_texts();
	have_texts = true;
	begin();
	for (unsigned int i = 0; i < STEPS_MAX && in.left; i++) {
		step(&in);
		check();
	}
	end();
	return 0;
}
