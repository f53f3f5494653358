// SPDX-License-Identifier: GPL-2.0
/*
 * A reader of the log that stalls: the writer goes on, what waits is bounded,
 * and each line has been written or is counted as lost.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "kselftest_harness.h"

#define LINES 20000

/* What the reader has seen. */
struct seen {
	unsigned int lines; /* of those that are numbered */
	unsigned int lost; /* of which the log says that they were */
	unsigned int garbled;
	unsigned int last; /* number */
};

/* In a process of its own: nobody reads while @LINES lines are written. */
static void write_lines(int log, int command)
{
	char go;

	dup2(log, STDERR_FILENO);
	close(log);
	for (unsigned int i = 1; i <= LINES; i++)
		log_line("line %u, which is as long as many lines of the log are", i);
	if (log_fd() < 0)
		_exit(3);
	if (write(command, "w", 1) != 1 || read(command, &go, 1) != 1)
		_exit(4);
	log_finish(60000);
	log_line("the end");
	log_finish(60000);
	_exit(log_fd() < 0 ? 0 : 5);
}

static void take_line(struct seen *seen, const char *line)
{
	unsigned int number;

	if (sscanf(line, "pqike: line %u, which is as long as many", &number) == 1 &&
	    number > seen->last) {
		seen->last = number;
		seen->lines++;
	} else if (sscanf(line, "pqike: %u lines of the log could not be written",
			  &number) == 1) {
		seen->lost += number;
	} else if (strcmp(line, "pqike: the end\n") != 0) {
		seen->garbled++;
	}
}

static void run(struct __test_metadata *_metadata, int ends[2],
		struct seen *seen)
{
	int command[2], status;
	char line[1024], word;
	FILE *in;
	pid_t pid;

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, command), 0);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		close(command[0]);
		write_lines(ends[1], command[1]);
	}
	close(ends[1]);
	close(command[1]);
	/* A writer that waits for its reader never comes to this. */
	ASSERT_EQ(read(command[0], &word, 1), 1);
	ASSERT_EQ(write(command[0], &word, 1), 1);
	in = fdopen(ends[0], "r");
	while (fgets(line, sizeof(line), in))
		take_line(seen, line);
	fclose(in);
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	close(command[0]);
}

static void check(struct __test_metadata *_metadata, const struct seen *seen)
{
	EXPECT_EQ(seen->garbled, 0);
	EXPECT_GT(seen->lost, 0);
	EXPECT_EQ(seen->lines + seen->lost, LINES);
	EXPECT_EQ(seen->last, seen->lines) TH_LOG("the oldest are kept");
}

TEST(a_stalled_reader_of_a_pipe_stops_nobody)
{
	struct seen seen = { 0 };
	int ends[2];

	ASSERT_EQ(pipe(ends), 0);
	run(_metadata, ends, &seen);
	check(_metadata, &seen);
}

/* As the journal of systemd is connected. */
TEST(a_stalled_reader_of_a_socket_stops_nobody)
{
	struct seen seen = { 0 };
	int ends[2];

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	run(_metadata, ends, &seen);
	check(_metadata, &seen);
}

TEST(others_on_standard_error_still_wait)
{
	int ends[2], before = dup(STDERR_FILENO), flags;

	ASSERT_EQ(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_line("a line");
	flags = fcntl(STDERR_FILENO, F_GETFL);
	dup2(before, STDERR_FILENO);
	EXPECT_EQ(flags & O_NONBLOCK, 0);
}

TEST_HARNESS_MAIN
