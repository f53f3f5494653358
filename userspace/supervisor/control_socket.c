// SPDX-License-Identifier: GPL-2.0
#include "supervisor/control_socket.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/directory_watch.h"
#include "base/log.h"
#include "config/config_control.h"
#include "helper/control.h"
#include "supervisor/file_group.h"

#define ERROR_MAX 256

struct control_socket {
	int fd;
	struct sockaddr_un address;
	dev_t device; /* of the socket's file */
	ino_t inode;
	struct directory_watch watch; /* of its directory */
	bool lost; /* it was said that it could not be made again */
	struct control_config config;
};

static bool set_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return false;
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return true;
}

#define PATH_SIZE sizeof(((struct sockaddr_un *)NULL)->sun_path)

static const char *directory_of(const char *path, char copy[PATH_SIZE])
{
	snprintf(copy, PATH_SIZE, "%s", path);
	return dirname(copy);
}

static int bind_and_listen(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0177);
	int result = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	umask(mask);
	return result < 0 ? result : listen(fd, CONTROL_CLIENTS_MAX);
}

static int open_listener(const struct sockaddr_un *address, char *error,
			 size_t error_size)
{
	const char *path = address->sun_path;
	char copy[PATH_SIZE];
	int fd;

	if (control_is_served(path)) {
		snprintf(error, error_size, "%s: another pqike serves this socket",
			 path);
		return -1;
	}
	/* Whether it worked is seen when the socket is bound. */
	mkdir(directory_of(path, copy), 0755);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind_and_listen(fd, address) < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/*
 * Return: whether the socket's file is the one that was made here. While the socket is
 * open its inode is nobody else's.
 */
static bool is_in_place(const struct control_socket *control)
{
	struct stat status;

	return control->fd >= 0 &&
	       !lstat(control->address.sun_path, &status) &&
	       status.st_dev == control->device &&
	       status.st_ino == control->inode;
}

static bool permit(const struct control_socket *control, char *error,
		   size_t error_size)
{
	const char *path = control->address.sun_path;

	if (control->config.group_said ?
		    file_group_let_in(path, control->config.mode,
				      control->config.group) :
		    !chmod(path, control->config.mode))
		return true;
	snprintf(error, error_size, "%s: %s", path, strerror(errno));
	return false;
}

/* The one before is closed only when there is another. */
static bool open_here(struct control_socket *control, char *error,
		      size_t error_size)
{
	const char *path = control->address.sun_path;
	int fd = open_listener(&control->address, error, error_size);
	struct stat status;
	char copy[PATH_SIZE];

	if (fd < 0)
		return false;
	directory_watch_set(&control->watch, directory_of(path, copy));
	if (lstat(path, &status)) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		close(fd);
		return false;
	}
	if (control->fd >= 0)
		close(control->fd);
	control->fd = fd;
	control->device = status.st_dev;
	control->inode = status.st_ino;
	return permit(control, error, error_size);
}

struct control_socket *control_socket_open(const char *path, char *error,
					   size_t error_size)
{
	struct control_socket *control = calloc(1, sizeof(*control));

	if (!control) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	control->fd = -1;
	control->config.mode = CONTROL_MODE_DEFAULT;
	if (!set_address(&control->address, path)) {
		snprintf(error, error_size, "%s: too long a path", path);
		free(control);
		return NULL;
	}
	directory_watch_open(&control->watch);
	if (open_here(control, error, error_size))
		return control;
	control_socket_close(control);
	return NULL;
}

void control_socket_close(struct control_socket *control)
{
	if (!control)
		return;
	if (is_in_place(control))
		unlink(control->address.sun_path);
	if (control->fd >= 0)
		close(control->fd);
	directory_watch_close(&control->watch);
	free(control);
}

int control_socket_fd(const struct control_socket *control)
{
	return control->fd;
}

bool control_socket_permit(struct control_socket *control,
			   const struct control_config *config, char *error,
			   size_t error_size)
{
	control->config = *config;
	return permit(control, error, error_size);
}

int control_socket_watch(const struct control_socket *control)
{
	return control->watch.fd;
}

static void say_restored(struct control_socket *control)
{
	control->lost = false;
	log_line("the control socket %s is there again",
		 control->address.sun_path);
}

bool control_socket_restore(struct control_socket *control)
{
	char error[ERROR_MAX];

	directory_watch_drain(&control->watch);
	if (is_in_place(control)) {
		if (control->lost)
			say_restored(control);
		return true;
	}
	if (!control->lost)
		log_warning("the control socket %s was deleted or replaced",
			    control->address.sun_path);
	if (open_here(control, error, sizeof(error))) {
		say_restored(control);
		return true;
	}
	if (!control->lost)
		log_warning("the control socket is not there: %s", error);
	control->lost = true;
	return false;
}
