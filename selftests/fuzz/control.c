// SPDX-License-Identifier: GPL-2.0
/*
 * Clients of the control socket that say anything, come and go, in any order.
 * Each request is handled as the helper does, but there is no kernel and no
 * connection: all are refused.
 */
#include "helper/control.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "draw.h"
#include "helper/command.h"
#include "supervisor/control_socket.h"
#include "tunnel/tunnel.h"

#define CLIENTS		20	/* more than there is room for */
#define STEPS_MAX	40

static char directory[] = "/tmp/pqike-fuzz.XXXXXX";
static char path[sizeof(directory) + 8];
static int clients[CLIENTS];
static struct control *control;

static void remove_directory(void)
{
	rmdir(directory);
}

static void on_progress(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	control_progress(control, client, line);
}

static void on_ok(void *arg, uint64_t client)
{
	(void)arg;
	control_ok(control, client);
}

static void on_fail(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	control_fail(control, client, line);
}

static void on_request(void *arg, uint64_t client, const char *text)
{
	const struct command_context context = { .control = control };
	static const struct config none;
	struct ike ike = {
		.config = &none,
		.events = { .progress = on_progress, .ok = on_ok,
			    .fail = on_fail },
	};

	(void)arg;
	tunnel_attach(&ike);
	require(client);
	require(strlen(text) < CONTROL_RECORD_MAX);
	on_progress(NULL, client, text);
	/* A monitor is another's part, the files of a reload another process's. */
	if (strncmp(text, "monitor", strlen("monitor")) != 0 &&
	    strncmp(text, "reload", strlen("reload")) != 0)
		command(&ike, &context, client, text);
}

static void open_client(int *fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (*fd >= 0)
		return;
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	require(*fd >= 0);
	if (connect(*fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(*fd);
		*fd = -1;
	}
}

static void close_client(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void serve(void)
{
	struct pollfd fds[CONTROL_POLL_MAX];
	size_t n = control_poll_fds(control, fds);

	require(n <= CONTROL_POLL_MAX);
	if (poll(fds, n, 0) > 0)
		control_serve(control, fds, n);
}

/* A client is told in one line, which ends. */
static void receive(int fd)
{
	char record[CONTROL_RECORD_MAX + 1];
	ssize_t len = recv(fd, record, sizeof(record), 0);

	if (len <= 0)
		return;
	require(len < CONTROL_RECORD_MAX);
	require(!strncmp(record, "progress ", 9) ||
		!strncmp(record, "answer ", 7) || !strncmp(record, "error ", 6) ||
		(len == 5 && !strncmp(record, "wrong", 5)) ||
		(len == 2 && !strncmp(record, "ok", 2)));
}

/* A word, a run of one octet, and a few more at its beginning */
static void say(struct draw *in, int fd)
{
	static const char *const words[] = { "", "up ", "down ", "up" };
	const char *word = words[draw_u8(in) % 4];
	char record[2 * CONTROL_RECORD_MAX];
	size_t len = draw_u16(in) % sizeof(record);
	const uint8_t *octets;
	size_t n;

	memset(record, draw_u8(in), len);
	n = draw_octets(in, draw_u8(in) % 64, &octets);
	if (n && n <= len)
		memcpy(record, octets, n);
	if (len > strlen(word))
		memcpy(record, word, strlen(word));
	/* That nobody reads any more is one of the cases. */
	(void)!send(fd, record, len, MSG_NOSIGNAL);
}

static void step(struct draw *in)
{
	uint8_t what = draw_u8(in);
	int *fd = &clients[what / 8 % CLIENTS];

	switch (what % 8) {
	case 0:
		open_client(fd);
		break;
	case 1:
		close_client(fd);
		break;
	case 2 ... 3:
		serve();
		break;
	case 4:
		receive(*fd);
		break;
	default:
		open_client(fd);
		say(in, *fd);
		serve();
		serve();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };
	struct control_socket *listener;
	char error[256];

	if (!path[0]) {
		require(mkdtemp(directory));
		atexit(remove_directory);
		snprintf(path, sizeof(path), "%s/control", directory);
	}
	listener = control_socket_open(path, error, sizeof(error));
	require(listener);
	control = control_new(dup(control_socket_fd(listener)), on_request, NULL);
	require(control);
	for (unsigned int i = 0; i < CLIENTS; i++)
		clients[i] = -1;
	for (unsigned int i = 0; i < STEPS_MAX && in.left; i++)
		step(&in);
	for (unsigned int i = 0; i < CLIENTS; i++)
		close_client(&clients[i]);
	control_free(control);
	control_socket_close(listener);
	return 0;
}
