// SPDX-License-Identifier: GPL-2.0
/* Both halves of the control socket. */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/control.h"
#include "kselftest_harness.h"
#include "supervisor/control_socket.h"

#define STRANGER 65534
#define MEMBERS 4711

FIXTURE(control)
{
	char directory[64];
	char path[96];
	struct control_socket *socket;
	struct control *control;
	uint64_t client;
	char text[CONTROL_RECORD_MAX];
};

static void take(void *arg, uint64_t client, const char *text)
{
	FIXTURE_DATA(control) *self = arg;

	self->client = client;
	snprintf(self->text, sizeof(self->text), "%s", text);
}

/* Served by the process that made it, too. */
static bool begin(FIXTURE_DATA(control) *self)
{
	char error[256];

	self->socket = control_socket_open(self->path, error, sizeof(error));
	if (!self->socket)
		return false;
	self->control = control_new(dup(control_socket_fd(self->socket)), take,
				    self);
	return self->control;
}

FIXTURE_SETUP(control)
{

	snprintf(self->directory, sizeof(self->directory), "/tmp/pqike.XXXXXX");
	ASSERT_NE(mkdtemp(self->directory), NULL);
	snprintf(self->path, sizeof(self->path), "%s/run/control",
		 self->directory);
	ASSERT_TRUE(begin(self));
}

FIXTURE_TEARDOWN(control)
{
	char run[80];

	control_free(self->control);
	control_socket_close(self->socket);
	snprintf(run, sizeof(run), "%s/run", self->directory);
	rmdir(run);
	rmdir(self->directory);
}

typedef FIXTURE_DATA(control) fixture;

/* Serve until a request came. */
static void serve_request(fixture *self)
{
	struct pollfd fds[CONTROL_POLL_MAX];

	self->client = 0;
	while (!self->client) {
		size_t n = control_poll_fds(self->control, fds);

		if (poll(fds, n, -1) > 0)
			control_serve(self->control, fds, n);
	}
}

struct seen {
	char lines[256];
};

static void note(const char *line, void *arg)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->lines);

	snprintf(seen->lines + len, sizeof(seen->lines) - len, "%s;", line);
}

/*
 * A client in a process of its own: exits with 0 when the outcome is as
 * expected; @expected is "" for ok.
 */
static pid_t start_client(const char *path, const char *request,
			  const char *lines, const char *expected)
{
	char error[256] = "";
	struct seen seen = { "" };
	const struct control_listener listener = {
		.progress = note, .answer = note,
		.event = strcmp(request, "monitor") ? NULL : note, .arg = &seen,
	};
	pid_t pid = fork();
	int result;

	if (pid)
		return pid;
	result = control_request(path, request, &listener, error,
				 sizeof(error));
	_exit(strcmp(seen.lines, lines) != 0 || strcmp(error, expected) != 0 ||
	      (result == 0) != !expected[0]);
}

static int exit_code(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(control, only_the_owner_may_open_it)
{
	struct stat status;

	ASSERT_EQ(stat(self->path, &status), 0);
	EXPECT_EQ(status.st_mode & 0777, 0600);
}

TEST_F(control, a_wrong_word_is_told_from_a_failure)
{
	const struct control_listener nobody = { 0 };
	char error[256];
	pid_t pid = fork();

	if (!pid)
		_exit(control_request(self->path, "up x", &nobody, error,
				      sizeof(error)) != -EINVAL ||
		      strcmp(error, "no connection x") != 0);
	serve_request(self);
	control_send(self->control, self->client, "wrong", NULL);
	control_fail(self->control, self->client, "no connection x");
	EXPECT_EQ(exit_code(pid), 0);
}

TEST_F(control, progress_and_ok)
{
	pid_t pid = start_client(self->path, "up tunnel", "one;two words;", "");

	serve_request(self);
	EXPECT_STREQ(self->text, "up tunnel");
	control_progress(self->control, self->client, "one");
	control_progress(self->control, self->client, "two words");
	control_ok(self->control, self->client);
	EXPECT_EQ(exit_code(pid), 0);
}

TEST_F(control, error)
{
	pid_t pid = start_client(self->path, "down tunnel", "", "it is not up");

	serve_request(self);
	EXPECT_STREQ(self->text, "down tunnel");
	control_fail(self->control, self->client, "it is not up");
	EXPECT_EQ(exit_code(pid), 0);
}

/* A helper that an attacker has says what a terminal would obey. */
TEST_F(control, control_characters_are_not_passed_on)
{
	pid_t pid = start_client(self->path, "monitor", "a?[2Jb;c?d;e??f;",
				 "no?[2J");

	serve_request(self);
	control_send(self->control, self->client, "answer", "a\033[2Jb");
	control_send(self->control, self->client, "event", "c\177d");
	control_send(self->control, self->client, "event", "e\302\233f");
	control_fail(self->control, self->client, "no\033[2J");
	EXPECT_EQ(exit_code(pid), 0);
}

TEST_F(control, helper_ends_while_events_are_awaited)
{
	pid_t pid = start_client(self->path, "monitor", "", "the helper ended");

	serve_request(self);
	control_free(self->control);
	self->control = NULL;
	EXPECT_EQ(exit_code(pid), 0);
}

TEST_F(control, helper_ends_first)
{
	pid_t pid = start_client(self->path, "up tunnel", "",
				 "the helper ended before the outcome was known");

	serve_request(self);
	control_free(self->control);
	self->control = NULL;
	EXPECT_EQ(exit_code(pid), 0);
}

TEST_F(control, helper_hangs)
{
	const struct control_listener listener = { .seconds = 1 };
	char error[256] = "";

	EXPECT_EQ(control_request(self->path, "sa 1", &listener, error,
				  sizeof(error)), -1);
	EXPECT_STREQ(error, "the helper does not answer");
}

TEST_F(control, each_client_has_its_own_outcome)
{
	pid_t first = start_client(self->path, "up a", "", "no");
	uint64_t first_client;
	pid_t second;

	serve_request(self);
	first_client = self->client;
	second = start_client(self->path, "up b", "", "");
	serve_request(self);
	EXPECT_NE(first_client, self->client);
	control_ok(self->control, self->client);
	control_fail(self->control, first_client, "no");
	EXPECT_EQ(exit_code(first), 0);
	EXPECT_EQ(exit_code(second), 0);
}

TEST_F(control, answers_and_events)
{
	pid_t pid = start_client(self->path, "monitor",
				 "time now;it is up;", "");

	serve_request(self);
	EXPECT_TRUE(control_send(self->control, self->client, "answer",
				 "time now"));
	EXPECT_TRUE(control_send(self->control, self->client, "event",
				 "it is up"));
	EXPECT_TRUE(control_send(self->control, self->client, "else", "no"));
	control_ok(self->control, self->client);
	EXPECT_FALSE(control_send(self->control, self->client, "event", "no"));
	EXPECT_EQ(exit_code(pid), 0);
}

/* A client of user and group 65534, with or without a supplementary group. */
static pid_t start_stranger(const char *path, bool member)
{
	static const struct control_listener nobody;
	const gid_t group = MEMBERS;
	char error[256] = "";
	pid_t pid = fork();

	if (pid)
		return pid;
	if (setgroups(member, &group) || setgid(STRANGER) || setuid(STRANGER))
		_exit(100);
	if (!control_request(path, "up x", &nobody, error, sizeof(error)))
		_exit(0);
	_exit(strstr(error, "may not use") ? 2 :
	      strstr(error, "Permission denied") ? 3 : 4);
}

static bool permit(fixture *self, mode_t mode, const gid_t *group)
{
	const struct control_config config = {
		.mode = mode, .group_said = group, .group = group ? *group : 0,
	};
	char error[256];

	control_permit(self->control, &config);
	return control_socket_permit(self->socket, &config, error,
				     sizeof(error));
}

/* Serve until the client has ended. Return: its exit code. */
static int serve_stranger(fixture *self, pid_t pid)
{
	struct pollfd fds[CONTROL_POLL_MAX];
	int status;

	self->client = 0;
	while (waitpid(pid, &status, WNOHANG) != pid) {
		size_t n = control_poll_fds(self->control, fds);

		if (poll(fds, n, 10) > 0)
			control_serve(self->control, fds, n);
		if (self->client)
			control_ok(self->control, self->client);
		self->client = 0;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void open_directories(const fixture *self)
{
	char run[80];

	snprintf(run, sizeof(run), "%s/run", self->directory);
	chmod(self->directory, 0755);
	chmod(run, 0755);
}

TEST_F(control, strangers_are_refused)
{
	const gid_t group = MEMBERS;

	if (geteuid())
		SKIP(return, "only root can become somebody else");
	open_directories(self);
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, true)), 3);
	ASSERT_TRUE(permit(self, 0660, &group));
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, true)), 0);
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, false)), 3);
	/* Where the mode of the file does not help, the credentials do. */
	ASSERT_EQ(chmod(self->path, 0666), 0);
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, true)), 0);
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, false)), 2);
	ASSERT_TRUE(permit(self, 0666, NULL));
	EXPECT_EQ(serve_stranger(self, start_stranger(self->path, false)), 0);
}

/* Whoever is let in no more has to leave, be the socket open or not. */
TEST_F(control, strangers_that_were_let_in_before)
{
	const gid_t group = MEMBERS;
	pid_t pid;

	if (geteuid())
		SKIP(return, "only root can become somebody else");
	open_directories(self);
	ASSERT_TRUE(permit(self, 0660, &group));
	pid = start_stranger(self->path, true);
	serve_request(self);
	ASSERT_TRUE(permit(self, 0660, &group));
	EXPECT_TRUE(control_send(self->control, self->client, "answer", "x"));
	ASSERT_TRUE(permit(self, 0600, NULL));
	EXPECT_FALSE(control_send(self->control, self->client, "answer", "x"));
	control_ok(self->control, self->client);
	EXPECT_EQ(exit_code(pid), 4);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) ? -1 :
									   fd;
}

/* An IKE SA may have 512 Child SAs, of which all is told in one go. */
TEST_F(control, a_client_may_be_slow)
{
	int fd = connect_to(self->path);
	char line[130];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	ASSERT_EQ(send(fd, "sa 1", 4, 0), 4);
	serve_request(self);
	for (int i = 0; i < 1 + 512; i++) {
		ASSERT_TRUE(control_send(self->control, self->client, "answer",
					 line)) TH_LOG("line %d", i);
	}
	control_ok(self->control, self->client);
	close(fd);
}

TEST_F(control, a_client_that_has_gone)
{
	int fd = connect_to(self->path);

	ASSERT_EQ(send(fd, "up x", 4, 0), 4);
	serve_request(self);
	close(fd);
	control_progress(self->control, self->client, "still here");
	control_ok(self->control, self->client);
	control_ok(self->control, self->client);
	control_ok(self->control, 12345);
}

TEST_F(control, one_helper_a_socket)
{
	char error[256] = "";

	EXPECT_EQ(control_socket_open(self->path, error, sizeof(error)), NULL);
	EXPECT_NE(strstr(error, "another pqike"), NULL);
}

/* Return: whether the socket is at its path; who serves it has the one that is. */
static bool restore(fixture *self)
{
	int before = control_socket_fd(self->socket);
	bool there = control_socket_restore(self->socket);

	if (control_socket_fd(self->socket) != before)
		control_move(self->control,
			     dup(control_socket_fd(self->socket)));
	return there;
}

/*
 * Act on what has happened so far: the kernel tells of it at once.
 * Return: whether the socket is at its path, or nothing was told of it.
 */
static bool serve_changes(fixture *self)
{
	struct pollfd fds[1 + CONTROL_POLL_MAX];
	bool there = true;
	size_t n;

	fds[0] = (struct pollfd){ .fd = control_socket_watch(self->socket),
				  .events = POLLIN };
	n = control_poll_fds(self->control, fds + 1);
	while (poll(fds, 1 + n, 0) > 0) {
		if (fds[0].revents)
			there = restore(self);
		control_serve(self->control, fds + 1, n);
		n = control_poll_fds(self->control, fds + 1);
	}
	return there;
}

/* Whether a request comes through, and its outcome back. */
static bool is_of_use(fixture *self)
{
	pid_t pid = start_client(self->path, "up tunnel", "", "");

	serve_request(self);
	control_ok(self->control, self->client);
	return exit_code(pid) == 0;
}

static void run_directory(const fixture *self, char name[80])
{
	snprintf(name, 80, "%s/run", self->directory);
}

TEST_F(control, the_socket_is_deleted)
{
	const gid_t group = getegid();
	struct stat status;

	ASSERT_TRUE(permit(self, 0660, &group));
	ASSERT_EQ(unlink(self->path), 0);
	EXPECT_TRUE(serve_changes(self));
	ASSERT_EQ(stat(self->path, &status), 0);
	EXPECT_EQ(status.st_mode & 0777, 0660);
	EXPECT_TRUE(is_of_use(self));
	/* And once more. */
	ASSERT_EQ(unlink(self->path), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
}

TEST_F(control, the_socket_is_replaced)
{
	char other[96];
	FILE *file;

	snprintf(other, sizeof(other), "%s/other", self->directory);
	file = fopen(other, "w");
	ASSERT_NE(file, NULL);
	fclose(file);
	ASSERT_EQ(rename(other, self->path), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
}

/* What was asked before the socket went is still answered. */
TEST_F(control, the_socket_is_deleted_behind_a_client)
{
	int fd = connect_to(self->path);
	char text[16] = "";

	ASSERT_EQ(send(fd, "up x", 4, 0), 4);
	ASSERT_EQ(unlink(self->path), 0);
	serve_changes(self);
	EXPECT_STREQ(self->text, "up x");
	control_ok(self->control, self->client);
	EXPECT_EQ(recv(fd, text, sizeof(text) - 1, 0), 2);
	EXPECT_STREQ(text, "ok");
	close(fd);
}

TEST_F(control, the_directory_is_deleted)
{
	char run[80];

	run_directory(self, run);
	ASSERT_EQ(unlink(self->path), 0);
	ASSERT_EQ(rmdir(run), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
	ASSERT_EQ(unlink(self->path), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
}

TEST_F(control, the_directory_is_moved_away)
{
	char run[80];
	char other[80];
	char old[96];

	run_directory(self, run);
	snprintf(other, sizeof(other), "%s/other", self->directory);
	snprintf(old, sizeof(old), "%s/other/control", self->directory);
	ASSERT_EQ(rename(run, other), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
	ASSERT_EQ(unlink(self->path), 0);
	serve_changes(self);
	EXPECT_TRUE(is_of_use(self));
	unlink(old);
	rmdir(other);
}

TEST_F(control, there_is_no_place_for_it)
{
	char run[80];
	char away[80];

	run_directory(self, run);
	snprintf(away, sizeof(away), "%s.away", self->directory);
	ASSERT_EQ(unlink(self->path), 0);
	ASSERT_EQ(rmdir(run), 0);
	ASSERT_EQ(rename(self->directory, away), 0);
	EXPECT_FALSE(serve_changes(self));
	EXPECT_FALSE(restore(self));
	ASSERT_EQ(rename(away, self->directory), 0);
	EXPECT_TRUE(restore(self));
	EXPECT_TRUE(is_of_use(self));
}

/* What was moved away with its directory, and back, is the one that is served. */
TEST_F(control, it_comes_back)
{
	char away[80];

	snprintf(away, sizeof(away), "%s.away", self->directory);
	ASSERT_EQ(rename(self->directory, away), 0);
	EXPECT_FALSE(restore(self));
	ASSERT_EQ(rename(away, self->directory), 0);
	EXPECT_TRUE(restore(self));
	EXPECT_TRUE(is_of_use(self));
}

/* Two helpers do not take the path from each other. */
TEST_F(control, another_helper_takes_its_place)
{
	struct control_socket *other;
	struct stat before;
	struct stat after;
	char error[256];

	ASSERT_EQ(unlink(self->path), 0);
	other = control_socket_open(self->path, error, sizeof(error));
	ASSERT_NE(other, NULL);
	ASSERT_EQ(stat(self->path, &before), 0);
	EXPECT_FALSE(serve_changes(self));
	ASSERT_EQ(stat(self->path, &after), 0);
	EXPECT_EQ(before.st_ino, after.st_ino);
	control_socket_close(other);
	EXPECT_TRUE(restore(self));
	EXPECT_TRUE(is_of_use(self));
}

/* What stands at the path in the end is not this helper's to delete. */
TEST_F(control, it_leaves_the_socket_of_another)
{
	struct control_socket *own = self->socket;

	ASSERT_EQ(unlink(self->path), 0);
	control_free(self->control);
	ASSERT_TRUE(begin(self));
	control_socket_close(own);
	EXPECT_EQ(access(self->path, F_OK), 0);
	EXPECT_TRUE(is_of_use(self));
}

static const struct control_listener deaf;

TEST(nobody_serves)
{
	char error[256] = "";

	EXPECT_EQ(control_request("/nonexistent/control", "up x", &deaf, error,
				  sizeof(error)), -1);
	EXPECT_NE(strstr(error, "pqike run"), NULL);
}

TEST(path_too_long)
{
	char path[200];
	char error[256] = "";

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	EXPECT_EQ(control_request(path, "up x", &deaf, error, sizeof(error)),
		  -1);
	EXPECT_NE(strstr(error, "too long"), NULL);
	EXPECT_EQ(control_socket_open(path, error, sizeof(error)), NULL);
	EXPECT_NE(strstr(error, "too long"), NULL);
}

TEST_HARNESS_MAIN
