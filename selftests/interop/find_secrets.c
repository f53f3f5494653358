// SPDX-License-Identifier: GPL-2.0
/*
 * Save a process's memory, or search files for secrets.
 *
 *	find_secrets save PID FILE
 *	find_secrets SECRETS file FILE...
 *	find_secrets SECRETS places FILE
 *
 * Each line of the file SECRETS is "NAME HEX".  A run of 16 octets out of a
 * secret counts as found, raw, as hexadecimal digits of either case, and as
 * base64 at any of its three alignments.
 *
 * Prints one line for each secret, form and file in which it was found, never
 * the secret.  With "places", that is each offset in the file where a part begins.
 * Exits 0 when nothing was found, 1 when something was, and 2 when it could not
 * save or search everything.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_FOUND 1
#define EXIT_TROUBLE 2

#define RUN 16 /* octets of a secret that count as the secret */
#define HEX_WINDOW (2 * RUN)
#define BASE64_WINDOW 20 /* characters that 16 octets fill at any alignment */
#define WINDOW_MAX HEX_WINDOW

#define SECRET_MAX 256
#define NAME_MAX_OCTETS 64
#define CHUNK 1048576
#define STOP_MILLISECONDS 10000

/* Windows are filed under a hash of their first 8 octets. */
#define BUCKET_BITS 16
#define BUCKETS 65536

/* A secret in one form, of which all windows are told together. */
struct secret {
	const char *name;
	const char *form;
	unsigned int found_in; /* number of the place in which it was reported */
	uint64_t told_until; /* the offset behind the last part of it */
};

struct window {
	struct window *next; /* in the same bucket */
	struct secret *secret;
	size_t len;
	uint8_t octets[WINDOW_MAX];
};

static struct window *buckets[BUCKETS];
static size_t n_secrets;
static unsigned int n_places;
static bool found;
static bool each_place;
static pid_t stopped;
static long page_size;

static void go_on(void)
{
	if (stopped)
		kill(stopped, SIGCONT);
}

__attribute__((noreturn, format(printf, 1, 2)))
static void give_up(const char *format, ...)
{
	va_list arguments;

	fputs("find_secrets: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_TROUBLE);
}

static size_t bucket(const uint8_t *octets)
{
	uint64_t head;

	memcpy(&head, octets, sizeof(head));
	return head * 0x9e3779b97f4a7c15u >> (64 - BUCKET_BITS);
}

static struct secret *new_secret(const char *name, const char *form)
{
	struct secret *secret = calloc(1, sizeof(*secret));

	if (!secret)
		give_up("out of memory");
	secret->name = name;
	secret->form = form;
	return secret;
}

static void add_window(struct secret *secret, const uint8_t *octets, size_t len)
{
	struct window *window = calloc(1, sizeof(*window));
	struct window **head = &buckets[bucket(octets)];

	if (!window)
		give_up("out of memory");
	window->secret = secret;
	window->len = len;
	memcpy(window->octets, octets, len);
	window->next = *head;
	*head = window;
}

static void add_hex(struct secret *secret, const uint8_t *run,
		    const char *format)
{
	char text[HEX_WINDOW + 1];

	for (size_t i = 0; i < RUN; i++)
		sprintf(text + 2 * i, format, run[i]);
	add_window(secret, (uint8_t *)text, HEX_WINDOW);
}

/* The @index-th group of six bits behind @skip octets that are not ours. */
static char base64_digit(const uint8_t *secret, size_t skip, size_t index)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bit = 6 * index - 8 * skip;
	unsigned int value = 0;

	for (size_t i = bit; i < bit + 6; i++)
		value = value << 1 | (secret[i / 8] >> (7 - i % 8) & 1);
	return digits[value];
}

static void add_base64(struct secret *told, const uint8_t *secret, size_t len,
		       size_t skip)
{
	size_t first = (8 * skip + 5) / 6;
	size_t end = 8 * (skip + len) / 6;

	for (size_t start = first; start + BASE64_WINDOW <= end; start++) {
		uint8_t text[BASE64_WINDOW];

		for (size_t i = 0; i < BASE64_WINDOW; i++)
			text[i] = base64_digit(secret, skip, start + i);
		add_window(told, text, sizeof(text));
	}
}

static void add_secret(const char *name, const uint8_t *secret, size_t len)
{
	struct secret *raw = new_secret(name, "raw");
	struct secret *hex = new_secret(name, "hexadecimal");
	struct secret *base64 = new_secret(name, "base64");

	if (len < RUN)
		give_up("%s has %zu octets, fewer than %d", name, len, RUN);
	for (size_t i = 0; i + RUN <= len; i++) {
		add_window(raw, secret + i, RUN);
		add_hex(hex, secret + i, "%02x");
		add_hex(hex, secret + i, "%02X");
	}
	for (size_t skip = 0; skip < 3; skip++)
		add_base64(base64, secret, len, skip);
	n_secrets++;
}

static size_t parse_hex(const char *hex, uint8_t *octets)
{
	size_t len = 0;
	unsigned int octet;

	for (; *hex; hex += 2) {
		if (!isxdigit((unsigned char)hex[0]) ||
		    !isxdigit((unsigned char)hex[1]) ||
		    len == SECRET_MAX || sscanf(hex, "%2x", &octet) != 1)
			give_up("not an even number of hexadecimal digits, at "
				"most %d octets", SECRET_MAX);
		octets[len++] = octet;
	}
	return len;
}

static void read_secrets(const char *path)
{
	char name[NAME_MAX_OCTETS], hex[2 * SECRET_MAX + 2];
	uint8_t secret[SECRET_MAX];
	FILE *file = fopen(path, "r");
	int fields;

	if (!file)
		give_up("%s: %s", path, strerror(errno));
	while ((fields = fscanf(file, "%63s %513s", name, hex)) == 2) {
		char *kept = strdup(name);

		if (!kept)
			give_up("out of memory");
		add_secret(kept, secret, parse_hex(hex, secret));
	}
	if (fields != EOF || !n_secrets)
		give_up("%s: expected lines of NAME HEX", path);
	fclose(file);
}

/* Parts that overlap, or that two chunks have, are told once. */
static bool is_told(const struct secret *secret, uint64_t at)
{
	return each_place ? at < secret->told_until :
			    secret->found_in == n_places;
}

static void report(const struct window *window, const char *place, uint64_t at)
{
	struct secret *secret = window->secret;
	bool told = is_told(secret, at);

	found = true;
	secret->found_in = n_places;
	if (secret->told_until < at + window->len)
		secret->told_until = at + window->len;
	if (told)
		return;
	if (each_place)
		printf("%s %s %#jx\n", secret->name, secret->form,
		       (uintmax_t)at);
	else
		printf("%s %s %s\n", secret->name, secret->form, place);
}

/* @at: offset of @octets in what is searched */
static void search(const uint8_t *octets, size_t len, const char *place,
		   uint64_t at)
{
	for (size_t i = 0; i + RUN <= len; i++) {
		struct window *window = buckets[bucket(octets + i)];

		for (; window; window = window->next)
			if (i + window->len <= len &&
			    !memcmp(octets + i, window->octets, window->len))
				report(window, place, at + i);
	}
}

/*
 * Search @len octets of @fd from @start on; consecutive chunks overlap, so no
 * window falls between them.  Returns how many octets could be read in one go.
 */
static uint64_t search_range(int fd, uint64_t start, uint64_t len,
			     const char *place)
{
	static uint8_t chunk[WINDOW_MAX + CHUNK];
	uint64_t done = 0;
	size_t kept = 0;

	while (done < len) {
		size_t want = len - done < CHUNK ? len - done : CHUNK;
		ssize_t n = pread(fd, chunk + kept, want, start + done);

		if (n <= 0)
			break;
		search(chunk, kept + n, place, start + done - kept);
		done += n;
		n += kept;
		kept = n < WINDOW_MAX - 1 ? n : WINDOW_MAX - 1;
		memmove(chunk, chunk + n - kept, kept);
	}
	return done;
}

/* Mappings of the kernel's own into every process, which cannot be read. */
static bool is_kernel_mapping(const char *name)
{
	return !strncmp(name, "[vvar", 5) || !strcmp(name, "[vsyscall]");
}

/* A mapping that the process can read. */
struct mapping {
	uint64_t start, end;
	uint64_t inode; /* 0: of no file */
	char name[256];
};

static bool parse_mapping(const char *line, struct mapping *mapping)
{
	char permissions[5];

	snprintf(mapping->name, sizeof(mapping->name), "[anonymous]");
	if (sscanf(line, "%jx-%jx %4s %*s %*s %ju %255[^\n]",
		   (uintmax_t *)&mapping->start, (uintmax_t *)&mapping->end,
		   permissions, (uintmax_t *)&mapping->inode,
		   mapping->name) < 4)
		give_up("cannot make out the mapping %s", line);
	return permissions[0] == 'r' && !is_kernel_mapping(mapping->name);
}

/* Bits of a page's entry in pagemap */
#define PAGE_PRESENT 63
#define PAGE_SWAPPED 62
#define PAGE_GUARD 58 /* of a thread's stack; since Linux 6.15 */

/*
 * Whether memory of no file was ever written to. Reading the rest would take
 * long and find zeros, and guard pages cannot be read.
 */
static bool is_populated(int pagemap, uint64_t address)
{
	uint64_t entry;

	if (pread(pagemap, &entry, sizeof(entry),
		  address / page_size * sizeof(entry)) != sizeof(entry))
		give_up("cannot read pagemap: %s", strerror(errno));
	return (entry >> PAGE_PRESENT & 1 || entry >> PAGE_SWAPPED & 1) &&
	       !(entry >> PAGE_GUARD & 1);
}

static uint64_t end_of_populated(int pagemap, const struct mapping *mapping,
				 uint64_t start)
{
	if (mapping->inode)
		return mapping->end;
	while (start < mapping->end && is_populated(pagemap, start))
		start += page_size;
	return start;
}

/* Returns how many octets could be copied. */
static uint64_t copy_range(int from, uint64_t start, uint64_t len, FILE *to)
{
	static uint8_t chunk[CHUNK];
	uint64_t done = 0;

	while (done < len) {
		size_t want = len - done < CHUNK ? len - done : CHUNK;
		ssize_t n = pread(from, chunk, want, start + done);

		if (n <= 0 || fwrite(chunk, 1, n, to) != (size_t)n)
			break;
		done += n;
	}
	return done;
}

static void save_mapping(int mem, int pagemap, const struct mapping *mapping,
			 FILE *to)
{
	uint64_t start = mapping->start;

	while (start < mapping->end) {
		uint64_t end = end_of_populated(pagemap, mapping, start);

		if (copy_range(mem, start, end - start, to) != end - start)
			give_up("%s: cannot copy all of %#jx-%#jx: %s",
				mapping->name, (uintmax_t)start, (uintmax_t)end,
				strerror(errno));
		start = end;
		if (start < mapping->end)
			start += page_size;
	}
}

static bool is_stopped(const char *pid, const char *thread)
{
	char path[300], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", pid, thread);
	file = fopen(path, "r");
	if (!file)
		return false;
	/* The name in parentheses may hold anything but ") ". */
	if (fscanf(file, "%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(file);
	return state == 'T';
}

static bool all_stopped(const char *pid)
{
	const struct dirent *entry;
	bool all = true;
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	if (!tasks)
		give_up("%s: %s", path, strerror(errno));
	while ((entry = readdir(tasks)))
		if (entry->d_name[0] != '.' && !is_stopped(pid, entry->d_name))
			all = false;
	closedir(tasks);
	return all;
}

static void stop(const char *pid)
{
	stopped = atoi(pid);
	atexit(go_on);
	if (stopped <= 1 || kill(stopped, SIGSTOP))
		give_up("cannot stop process %s", pid);
	for (unsigned int i = 0; i < STOP_MILLISECONDS; i++) {
		if (all_stopped(pid))
			return;
		usleep(1000);
	}
	give_up("process %s does not stop", pid);
}

static int open_of_process(const char *pid, const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		give_up("%s: %s", path, strerror(errno));
	return fd;
}

static void save_process(const char *pid, const char *path)
{
	FILE *to = fopen(path, "w");
	int mem, pagemap;
	struct mapping mapping;
	char line[512];
	FILE *maps;

	stop(pid);
	mem = open_of_process(pid, "mem");
	pagemap = open_of_process(pid, "pagemap");
	maps = fdopen(open_of_process(pid, "maps"), "r");
	if (!maps || !to)
		give_up("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), maps))
		if (parse_mapping(line, &mapping))
			save_mapping(mem, pagemap, &mapping, to);
	if (fclose(to))
		give_up("%s: %s", path, strerror(errno));
	fclose(maps);
	close(pagemap);
	close(mem);
}

/* Holes, which memory that was never used is, have nothing to be found. */
static uint64_t search_file(const char *path)
{
	uint64_t searched = 0;
	off_t start, end = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		give_up("%s: %s", path, strerror(errno));
	n_places++;
	while ((start = lseek(fd, end, SEEK_DATA)) >= 0) {
		end = lseek(fd, start, SEEK_HOLE);
		if (end < start ||
		    search_range(fd, start, end - start, path) !=
			    (uint64_t)(end - start))
			give_up("%s: cannot read all of it", path);
		searched += end - start;
	}
	if (errno != ENXIO)
		give_up("%s: %s", path, strerror(errno));
	close(fd);
	return searched;
}

int main(int argc, char **argv)
{
	uint64_t searched = 0;

	page_size = sysconf(_SC_PAGESIZE);
	if (argc == 4 && !strcmp(argv[1], "save")) {
		save_process(argv[2], argv[3]);
		return EXIT_SUCCESS;
	}
	if (argc == 4 && !strcmp(argv[2], "places")) {
		each_place = true;
		read_secrets(argv[1]);
		searched = search_file(argv[3]);
	} else if (argc >= 4 && !strcmp(argv[2], "file")) {
		read_secrets(argv[1]);
		for (int i = 3; i < argc; i++)
			searched += search_file(argv[i]);
	} else {
		give_up("usage: find_secrets save PID FILE | "
			"SECRETS file FILE... | SECRETS places FILE");
	}
	if (!searched)
		give_up("there was nothing to search");
	fprintf(stderr, "%ju octets searched for %zu secrets\n",
		(uintmax_t)searched, n_secrets);
	return found ? EXIT_FOUND : EXIT_SUCCESS;
}
