// SPDX-License-Identifier: GPL-2.0
/* Pre-shared keys in the kernel's keyring. */
#include <errno.h>
#include <fcntl.h>
#include <keyutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "psk.h"
#include "secrets.h"

#define CHILD_ERROR_MAX 512

bool secret_description(const char *name,
			char description[PSK_DESCRIPTION_SIZE])
{
	size_t len = strlen(name);

	if (!len || len > SECRET_NAME_MAX)
		return false;
	snprintf(description, PSK_DESCRIPTION_SIZE, "%s%s",
		 SECRET_DESCRIPTION_PREFIX, name);
	return true;
}

bool secrets_join_keyring(char *error, size_t error_size)
{
	if (keyctl_join_session_keyring("pqike") < 0) {
		snprintf(error, error_size, "cannot make a session keyring: %s",
			 strerror(errno));
		return false;
	}
	if (keyctl_link(KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) < 0) {
		snprintf(error, error_size, "cannot link the user keyring into "
			 "the session keyring: %s", strerror(errno));
		return false;
	}
	return true;
}

static bool add_file(const struct secret_config *secret, int32_t keyring,
		     char *error, size_t error_size)
{
	char what[CHILD_ERROR_MAX / 2];
	bool ok;
	int fd;

	fd = open(secret->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s", secret->file,
			 strerror(errno));
		return false;
	}
	ok = psk_add(fd, secret->description, keyring, what, sizeof(what));
	close(fd);
	if (!ok)
		snprintf(error, error_size, "%s: %s", secret->file, what);
	return ok;
}

/* Never returns; what went wrong goes to @report. */
__attribute__((noreturn))
static void child(const struct secret_config *secret, int32_t keyring,
		  int report)
{
	char error[CHILD_ERROR_MAX];

	/* neither a core dump nor a debugger of the same user sees the key */
	if (prctl(PR_SET_DUMPABLE, 0))
		snprintf(error, sizeof(error), "cannot forbid core dumps: %s",
			 strerror(errno));
	else if (add_file(secret, keyring, error, sizeof(error)))
		_exit(EXIT_SUCCESS);
	dprintf(report, "%s", error);
	_exit(EXIT_FAILURE);
}

/* What the child reports until it closes its end. */
static void read_report(int fd, char *error, size_t error_size)
{
	size_t len = 0;

	while (len < error_size - 1) {
		ssize_t n = read(fd, error + len, error_size - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	error[len] = '\0';
}

static bool wait_for_child(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

static bool load_file(const struct secret_config *secret, int32_t keyring,
		      char *error, size_t error_size)
{
	int report[2];
	pid_t pid;

	if (pipe2(report, O_CLOEXEC)) {
		snprintf(error, error_size, "cannot make a pipe: %s",
			 strerror(errno));
		return false;
	}
	pid = fork();
	if (pid < 0) {
		snprintf(error, error_size, "cannot start the process that "
			 "reads %s: %s", secret->file, strerror(errno));
		close(report[0]);
		close(report[1]);
		return false;
	}
	if (!pid)
		child(secret, keyring, report[1]);
	close(report[1]);
	read_report(report[0], error, error_size);
	close(report[0]);
	if (wait_for_child(pid))
		return true;
	if (!*error)
		snprintf(error, error_size, "the process that reads %s failed",
			 secret->file);
	return false;
}

static bool find_key(const struct secret_config *secret, char *error,
		     size_t error_size)
{
	if (keyctl_search(KEY_SPEC_SESSION_KEYRING, "logon",
			  secret->description, 0) >= 0)
		return true;
	snprintf(error, error_size, "no logon key %s in the keyring (%s): run "
		 "`pqike psk %s`, or give the secret a file",
		 secret->description, strerror(errno),
		 secret->description + strlen(SECRET_DESCRIPTION_PREFIX));
	return false;
}

static bool load(const struct secret_config *secrets, int32_t keyring,
		 char *error, size_t error_size)
{
	const struct secret_config *secret;

	for (secret = secrets; secret; secret = secret->next) {
		bool ok = secret->file ?
			  load_file(secret, keyring, error, error_size) :
			  find_key(secret, error, error_size);

		if (!ok)
			return false;
	}
	return true;
}

bool secrets_load(const struct secret_config *secrets, char *error,
		  size_t error_size)
{
	return load(secrets, KEY_SPEC_SESSION_KEYRING, error, error_size);
}

bool secrets_check(const struct secret_config *secrets, char *error,
		   size_t error_size)
{
	/* That of the process that reads the file, which ends right away. */
	return load(secrets, KEY_SPEC_PROCESS_KEYRING, error, error_size);
}
