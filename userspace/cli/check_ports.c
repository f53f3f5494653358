// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/check.h"
#include "helper/control.h"
#include "kernel/socket.h"

/* Return: 0, or the errno of taking the port. */
static int try_port(uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		error = errno;
	close(fd);
	return error;
}

#define INODE_FIELD 9 /* of a line of /proc/net/udp */

/* "SLOT: ADDRESS:PORT ...". Return: the inode of a socket at @port, else 0. */
static unsigned long parse_socket(char *line, uint16_t port)
{
	char *rest = line, *field = NULL, *colon = NULL;

	for (unsigned int i = 0; i <= INODE_FIELD; i++) {
		field = strtok_r(rest, " ", &rest);
		if (!field)
			return 0;
		if (i == 1)
			colon = strchr(field, ':');
		if (i == 1 && (!colon || strtoul(colon + 1, NULL, 16) != port))
			return 0;
	}
	return strtoul(field, NULL, 10);
}

/* Return: the inode of a socket at the port, 0: none was found. */
static unsigned long find_inode(const char *table, uint16_t port)
{
	unsigned long inode = 0;
	char line[512];
	FILE *file = fopen(table, "re");

	while (file && !inode && fgets(line, sizeof(line), file))
		inode = parse_socket(line, port);
	if (file)
		fclose(file);
	return inode;
}

static bool has_socket(const char *pid, unsigned long inode)
{
	char path[600], wanted[64], is[64];
	const struct dirent *entry;
	bool found = false;
	DIR *directory;

	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	directory = opendir(path);
	while (directory && !found && (entry = readdir(directory))) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid,
			 entry->d_name);
		len = readlink(path, is, sizeof(is));
		found = len == (ssize_t)strlen(wanted) &&
			!memcmp(is, wanted, (size_t)len);
	}
	if (directory)
		closedir(directory);
	return found;
}

static void read_name(const char *pid, char *name, size_t size)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(name, (int)size, file))
		strtok(name, "\n"); /* to the end of the line */
	if (file)
		fclose(file);
}

/* "charon (1234)", or "another program". */
static void name_holder(uint16_t port, char *name, size_t size)
{
	unsigned long inode = find_inode("/proc/net/udp", port);
	const struct dirent *entry;
	char comm[64] = "?";
	DIR *proc = opendir("/proc");

	snprintf(name, size, "another program");
	if (!inode)
		inode = find_inode("/proc/net/udp6", port);
	while (proc && inode && (entry = readdir(proc))) {
		if (*entry->d_name < '0' || *entry->d_name > '9' ||
		    !has_socket(entry->d_name, inode))
			continue;
		read_name(entry->d_name, comm, sizeof(comm));
		snprintf(name, size, "%s (%.16s)", comm, entry->d_name);
		break;
	}
	if (proc)
		closedir(proc);
}

static bool check_port(uint16_t port, struct check_result *result)
{
	int error = try_port(port);
	char holder[128];

	if (!error)
		return true;
	if (error == EADDRINUSE) {
		name_holder(port, holder, sizeof(holder));
		check_say(result, CHECK_FAILED, "UDP port %u is taken by %s",
			  port, holder);
		check_remedy(result, "stop it; two IKE daemons cannot serve one "
			     "address");
	} else {
		check_say(result, CHECK_FAILED, "UDP port %u: %s", port,
			  strerror(error));
		check_remedy(result, "run this as root");
	}
	return false;
}

void check_ports(const struct check_context *context,
		 struct check_result *result)
{
	if (control_is_served(context->control_path))
		check_say(result, CHECK_OK, "the running helper has UDP ports "
			  "%u and %u", IKE_PORT, IKE_NAT_PORT);
	else if (check_port(IKE_PORT, result) &&
		 check_port(IKE_NAT_PORT, result))
		check_say(result, CHECK_OK, "UDP ports %u and %u are free",
			  IKE_PORT, IKE_NAT_PORT);
}
