// SPDX-License-Identifier: GPL-2.0
/*
 * The process that asks for a name, in a mount namespace where /etc/hosts and what
 * says whom to ask are the test's own.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/name_lookup.h"
#include "kselftest.h"

static char directory[] = "/tmp/pqike-names-XXXXXX";
static char hosts[64], resolv[64], nsswitch[64];

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	if (!out || fputs(text, out) < 0 || fclose(out))
		ksft_exit_fail_msg("cannot write %s\n", path);
}

static void put(const char *file, const char *place)
{
	if (mount(file, place, NULL, MS_BIND, NULL))
		ksft_exit_fail_perror(place);
}

static void set_up(void)
{
	if (!mkdtemp(directory))
		ksft_exit_fail_perror("mkdtemp");
	snprintf(hosts, sizeof(hosts), "%s/hosts", directory);
	snprintf(resolv, sizeof(resolv), "%s/resolv", directory);
	snprintf(nsswitch, sizeof(nsswitch), "%s/nsswitch", directory);
	write_file(hosts,
		   "192.0.2.1 one.example.org two.example.org\n"
		   "2001:db8::2 two.example.org\n"
		   "0.0.0.0 blocked.example.org\n"
		   "fe80::1 near.example.org\n"
		   "224.0.0.1 many.example.org\n");
	write_file(nsswitch, "hosts: files\n");
	write_file(resolv, "nameserver 127.0.0.1\n");
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		ksft_exit_fail_perror("mount namespace");
	put(nsswitch, "/etc/nsswitch.conf");
	put(hosts, "/etc/hosts");
	put(resolv, "/etc/resolv.conf");
}

static void clean_up(void)
{
	umount("/etc/resolv.conf");
	umount("/etc/hosts");
	umount("/etc/nsswitch.conf");
	unlink(hosts);
	unlink(resolv);
	unlink(nsswitch);
	rmdir(directory);
}

static void begin(struct name_lookup *lookup, const char *name)
{
	char error[NAME_ERROR_SIZE];

	if (!name_lookup_begin(lookup, name, error, sizeof(error)))
		ksft_exit_fail_msg("%s\n", error);
}

/* Wait for the answer of one that was begun. */
static void take(struct name_lookup *lookup)
{
	do {
		struct pollfd fd = {
			.fd = name_lookup_fd(lookup), .events = POLLIN,
		};

		poll(&fd, 1, -1);
	} while (!name_lookup_serve(lookup));
	name_lookup_end(lookup);
}

/* "192.0.2.1 2001:db8::2 " or what the resolver says. */
static const char *print(const struct name_answer *answer)
{
	static char text[NAME_ADDRESSES_MAX * (INET6_ADDRSTRLEN + 1) +
			 NAME_ERROR_SIZE];
	char address[INET6_ADDRSTRLEN];

	text[0] = '\0';
	for (size_t i = 0; i < answer->n; i++) {
		const struct sockaddr_in6 *in6 = (const void *)&answer->list[i];
		const struct sockaddr_in *in = (const void *)&answer->list[i];
		bool is_ipv4 = in->sin_family == AF_INET;

		inet_ntop(in->sin_family, is_ipv4 ? (const void *)&in->sin_addr :
						    (const void *)&in6->sin6_addr,
			  address, sizeof(address));
		strcat(strcat(text, address), " ");
	}
	return answer->n ? text : answer->error;
}

/* @other is as good where two addresses have no order of their own. */
static void expect(const char *name, const char *answer, const char *other)
{
	struct name_lookup lookup;
	const char *text;

	begin(&lookup, name);
	take(&lookup);
	text = print(&lookup.answer);
	if (strcmp(text, answer) != 0 && (!other || strcmp(text, other) != 0))
		ksft_print_msg("%s: %s\n", name, text);
	ksft_test_result(!strcmp(text, answer) || (other && !strcmp(text, other)),
			 "%s: %s\n", name, answer);
}

/* A name server of this host that is asked and says nothing. */
static int listen_silently(void)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(53),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (const void *)&address, sizeof(address)))
		ksft_exit_fail_perror("127.0.0.1:53");
	return fd;
}

/* Return: whether the kernel says each of @n lines of a process. */
static bool says(const char *pid, const char *const *lines, size_t n)
{
	char path[64], line[256];
	size_t found = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%.20s/status", pid);
	in = fopen(path, "r");
	while (in && fgets(line, sizeof(line), in))
		for (size_t i = 0; i < n; i++)
			found += !strncmp(line, lines[i], strlen(lines[i]));
	if (in)
		fclose(in);
	return found == n;
}

/* Return: whether a process that this one has begun may do nothing but ask. */
static bool is_confined(void)
{
	char parent[32];
	const char *const lines[] = {
		parent, "NoNewPrivs:\t1", "Seccomp:\t2",
		"CapEff:\t0000000000000000", "Uid:\t65534\t65534\t65534\t65534",
	};
	const struct dirent *entry;
	DIR *processes = opendir("/proc");
	bool found = false;

	snprintf(parent, sizeof(parent), "PPid:\t%d\n", getpid());
	while (processes && !found && (entry = readdir(processes)))
		found = says(entry->d_name, lines, geteuid() ? 4 : 5);
	if (processes)
		closedir(processes);
	return found;
}

static void test_waits(void)
{
	struct name_lookup lookup;
	char question[512];
	int server = listen_silently();

	write_file(nsswitch, "hosts: dns\n");
	begin(&lookup, "late.example.org");
	ksft_test_result(recv(server, question, sizeof(question), 0) > 0 &&
				 !name_lookup_serve(&lookup),
			 "a resolver that waits keeps nobody else waiting\n");
	ksft_test_result(is_confined(), "the process that asks is confined\n");
	name_lookup_end(&lookup);
	ksft_test_result_pass("one that is given up is not waited for\n");
	close(server);
}

/* As a name server of which each name has one address, of IPv4. */
static void answer(int server)
{
	static const uint8_t record[] = {
		0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7,
	};
	uint8_t message[512] = { 0 };
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	size_t at = 12;
	bool is_ipv4;

	if (recvfrom(server, message, sizeof(message) - sizeof(record), 0,
		     (struct sockaddr *)&from, &size) < 17)
		return;
	while (message[at])
		at += message[at] + 1U;
	is_ipv4 = message[at + 2] == 1;
	at += 5;
	message[2] = 0x84;
	message[3] = 0;
	memset(message + 6, 0, 6);
	message[7] = is_ipv4;
	if (is_ipv4)
		memcpy(message + at, record, sizeof(record));
	sendto(server, message, at + (is_ipv4 ? sizeof(record) : 0), 0,
	       (struct sockaddr *)&from, size);
}

/* What confines the process lets it ask. */
static void test_server(void)
{
	int server = listen_silently();
	struct name_lookup lookup;
	const char *text;

	write_file(nsswitch, "hosts: dns\n");
	begin(&lookup, "there.example.org");
	do {
		struct pollfd fds[] = {
			{ .fd = name_lookup_fd(&lookup), .events = POLLIN },
			{ .fd = server, .events = POLLIN },
		};

		poll(fds, 2, -1);
		if (fds[1].revents)
			answer(server);
	} while (!name_lookup_serve(&lookup));
	name_lookup_end(&lookup);
	text = print(&lookup.answer);
	ksft_test_result(!strcmp(text, "192.0.2.7 "), "a name server: %s\n", text);
	close(server);
}

static void test_as_nobody(void)
{
	const struct lookup_account nobody = { 65534, 65534 };

	if (geteuid()) {
		ksft_test_result_skip("only root can become somebody else\n");
		return;
	}
	chmod(directory, 0755);
	name_lookups_as(&nobody);
	expect("one.example.org", "192.0.2.1 ", NULL);
}

static void test_waiting(void)
{
	struct name_answer answer;

	name_lookup_wait("one.example.org", &answer);
	ksft_test_result(!strcmp(print(&answer), "192.0.2.1 "),
			 "who waits has the answer\n");
}

int main(void)
{
	ksft_print_header();
	ksft_set_plan(12);
	set_up();
	expect("one.example.org", "192.0.2.1 ", NULL);
	expect("two.example.org", "192.0.2.1 2001:db8::2 ",
	       "2001:db8::2 192.0.2.1 ");
	expect("none.example.org", "Name or service not known", NULL);
	expect("blocked.example.org", "it has no address of a host", NULL);
	expect("near.example.org", "it has no address of a host", NULL);
	expect("many.example.org", "it has no address of a host", NULL);
	test_waiting();
	test_as_nobody();
	test_waits();
	test_server();
	clean_up();
	ksft_finished();
}
