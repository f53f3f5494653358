// SPDX-License-Identifier: GPL-2.0
#include "fake_helper.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/config.h"
#include "config_text.h"
#include "draw.h"
#include "fake_authorise.h"
#include "fake_kernel.h"
#include "fake_secrets.h"
#include "fake_xfrm_link.h"
#include "helper/activation.h"
#include "kernel/xfrm_events.h"

const char *const fake_names[FAKE_CONFIGS] = { "a", "b", "c" };
struct fake_supervisor fake_supervisor;
int fake_helper_channel, fake_helper_asks;
unsigned int fake_helpers;
unsigned int fake_helper_heard[SUPERVISION_TYPES];
unsigned int fake_permitted;

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
	require(fake_helper_channel < 0);
	require(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	*lifeline = dup(any_fd());
	fake_helper_channel = ends[1];
	fake_helpers++;
	return ends[0];
}

int control_socket_fd(const struct control_socket *socket)
{
	(void)socket;
	return any_fd();
}

bool control_socket_permit(struct control_socket *socket,
			   const struct control_config *config, char *error,
			   size_t error_size)
{
	(void)socket;
	(void)error;
	(void)error_size;
	fake_permitted = config->mode;
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

/* Return: false where nothing waits. */
static bool hear_one(void)
{
	struct supervision_record record;
	int fds[SUPERVISION_FDS_MAX];
	enum supervision_state state;
	size_t n;

	state = supervision_receive(fake_helper_channel, &record, fds, &n);
	/* One that is killed ends. */
	if (state == SUPERVISION_CLOSED)
		fake_helper_end();
	if (state == SUPERVISION_NOTHING || state == SUPERVISION_CLOSED)
		return false;
	require(state == SUPERVISION_RECORD);
	for (size_t i = 0; i < n; i++) {
		if (record.type == SUPERVISION_BEGIN &&
		    i == SUPERVISION_FD_POLICY)
			fake_helper_asks = fds[i];
		else
			close(fds[i]);
	}
	fake_helper_heard[record.type]++;
	return true;
}

void fake_helper_hear(void)
{
	while (fake_helper_channel >= 0 && hear_one())
		;
}

void fake_helper_say(uint16_t type)
{
	const struct supervision_record record = { .type = type };

	if (fake_helper_channel < 0)
		return;
	require(supervision_send(fake_helper_channel, &record, NULL, 0));
	helper_keeper_serve(&fake_supervisor.keeper);
}

bool fake_helper_ask(const struct policy_ask *ask, struct policy_answer *answer)
{
	struct policy_ask sent = *ask;

	if (fake_helper_asks < 0)
		return false;
	sent.version = POLICY_ASK_VERSION;
	require(send(fake_helper_asks, &sent, sizeof(sent), 0) == sizeof(sent));
	helper_keeper_serve_asks(&fake_supervisor.keeper);
	return recv(fake_helper_asks, answer, sizeof(*answer), MSG_DONTWAIT) ==
	       sizeof(*answer);
}

void fake_helper_end(void)
{
	close_end(&fake_helper_channel);
	close_end(&fake_helper_asks);
	helper_keeper_serve(&fake_supervisor.keeper);
}

void fake_supervisor_wait(int64_t milliseconds)
{
	fake_clock_advance(milliseconds);
	timers_run(&fake_supervisor.timers, NULL, clock_now());
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
			i ? FAKE_NAME_OF_ALL : name, i ? FAKE_NAME_OF_ALL : name,
			i ? FAKE_NAME_OF_ALL : name, i ? name[0] : 0,
			i ? "" : "xfrm_interface = ipsec0\nif_id_in = 42\nif_id_out = 42\n");
	snprintf(text + len, sizeof(text) - len,
		 "}\nsecrets {\nike {\nfile = /nowhere\n}\n}\n"
		 "quota {\nike_sas = %d\n}\ncontrol {\nmode = 06%d0\n}\n", name[0],
		 2 * (name[0] - 'a'));
	return text;
}

static void read_texts(void)
{
	static bool have_texts;

	for (size_t i = 0; !have_texts && i < FAKE_CONFIGS; i++) {
		struct config *config = config_of_text(text_of(fake_names[i]));

		fake_config_set(i, config);
		config_free(config);
	}
	have_texts = true;
}

static void connect_parts(void)
{
	struct helper_keeper *keeper = &fake_supervisor.keeper;
	struct config_reload *reload = &fake_supervisor.reload;
	struct policy *policy = &fake_supervisor.policy;
	char error[256];

	policy->socket = -1;
	policy->lookups.timers = &fake_supervisor.timers;
	policy->kernel = fake_kernel_new(1);
	policy->links = xfrm_links_open(error, sizeof(error));
	policy->configs = &reload->service.configs;
	fake_supervisor.sockets.n = 1;
	fake_supervisor.sockets.list[0].fd = any_fd();
	reload->policy = policy;
	reload->helper = &keeper->process;
	reload->timers = &fake_supervisor.timers;
	config_reload_init(reload);
	keeper->activation = "played";
	keeper->sockets = &fake_supervisor.sockets;
	keeper->policy = policy;
	keeper->reload = reload;
	keeper->timers = &fake_supervisor.timers;
	helper_keeper_init(keeper);
	keeper->user = 1;
	keeper->group = 1;
	keeper->root = any_fd();
	/* Else the ports are said. */
	keeper->was_ready = true;
}

void fake_supervisor_begin(void)
{
	struct config_pair *configs = &fake_supervisor.reload.service.configs;

	read_texts();
	memset(&fake_supervisor, 0, sizeof(fake_supervisor));
	memset(fake_helper_heard, 0, sizeof(fake_helper_heard));
	fake_clock_begin();
	connect_parts();
	fake_config_begun = 0;
	fake_config_pause = INT64_MAX;
	fake_helpers = 0;
	fake_helper_channel = -1;
	fake_helper_asks = -1;
	require(config_pair_begin(configs, fake_config_new(0)));
	control_socket_permit(NULL, &configs->now->control, NULL, 0);
	helper_keeper_start(&fake_supervisor.keeper);
	fake_helper_hear();
	fake_helper_say(SUPERVISION_READY);
}

void fake_supervisor_end(void)
{
	fake_helper_end();
	config_service_end(&fake_supervisor.reload.service);
	require(!fake_keyrings && !fake_keyring_used && !fake_config_loads);
	require(!fake_lookups);
	fake_kernel_free(fake_supervisor.policy.kernel);
	policy_close(&fake_supervisor.policy);
}
