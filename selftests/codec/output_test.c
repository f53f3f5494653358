// SPDX-License-Identifier: GPL-2.0
/* What is typed where a supervisor was started is for nobody who has its output. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/plain_text.h"
#include "kselftest_harness.h"
#include "supervisor/output.h"

FIXTURE(terminal)
{
	int typist;
	int opened;
};

FIXTURE_SETUP(terminal)
{
	self->typist = posix_openpt(O_RDWR | O_NOCTTY);
	ASSERT_GE(self->typist, 0);
	ASSERT_EQ(grantpt(self->typist), 0);
	ASSERT_EQ(unlockpt(self->typist), 0);
	self->opened = open(ptsname(self->typist), O_RDWR | O_NOCTTY);
	ASSERT_GE(self->opened, 0);
}

FIXTURE_TEARDOWN(terminal)
{
	close(self->opened);
	close(self->typist);
}

/* With @fd as standard output and error. Return: how many of them can be read. */
static int readable(int fd, bool write_only)
{
	int status, n = 0;
	pid_t pid = fork();

	if (pid)
		return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ?
			       WEXITSTATUS(status) : -1;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (write_only)
		output_write_only();
	for (int out = STDOUT_FILENO; out <= STDERR_FILENO; out++) {
		char octet;

		if (write(out, "x", 1) != 1)
			_exit(100);
		n += read(out, &octet, 1) == 1;
	}
	_exit(n);
}

TEST_F(terminal, what_is_typed_is_not_read)
{
	static const char typed[] = "abcdef\n";

	ASSERT_EQ(write(self->typist, typed, strlen(typed)), strlen(typed));
	/* Else the test would show nothing. */
	EXPECT_EQ(readable(self->opened, false), 2);
	EXPECT_EQ(readable(self->opened, true), 0);
}

TEST(files_and_what_is_written_only_stay)
{
	int file = open("/tmp", O_TMPFILE | O_RDWR, 0600), ends[2];

	ASSERT_GE(file, 0);
	ASSERT_EQ(pipe(ends), 0);
	EXPECT_EQ(readable(file, true), 0);
	EXPECT_EQ(lseek(file, 0, SEEK_END), 2);
	EXPECT_EQ(readable(ends[1], true), 0);
	close(ends[0]);
	close(ends[1]);
	close(file);
}

TEST(texts_of_others_are_plain)
{
	char text[] = "a\033[2Jb\tc\177d\302\233e\302\240f\303\251g\342\202\254h\302";

	plain_text(text);
	EXPECT_STREQ(text, "a?[2Jb?c?d??e\302\240f\303\251g\342\202\254h\302");
}

TEST_HARNESS_MAIN
