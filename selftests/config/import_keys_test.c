// SPDX-License-Identifier: GPL-2.0
/*
 * Each line of import_keys.table, a key of swanctl.conf(5) with a value: config
 * import lets it come out with the same meaning, as a blank, or with a note that
 * names it.  What has no blank is read as a configuration.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_read.h"
#include "config/import.h"
#include "kselftest.h"

#define LINE_MAX_OCTETS 512
#define ERROR_SIZE 2048

struct row {
	char section[32];
	char key[32];
	char result[16];
	char value[256];
};

/* "# SECTION" stands where the keys of that section begin, and ends that before. */
static const char *const base[] = {
	"connections {", "home {",
	"# connection",
	"remote_addrs = 198.51.100.1",
	"proposals = aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	"local {",
	"# local",
	"auth = psk", "id = moon.example.org", "}", "remote {",
	"# remote",
	"auth = psk", "id = sun.example.org", "}", "children {", "net {",
	"# child",
	"esp_proposals = aes256gcm16", "}",
	"# end",
	"other {", "local_ts = 10.101.0.0/16", "remote_ts = 10.102.0.0/16",
	"esp_proposals = aes256gcm16", "}", "}", "}", "away {",
	"remote_addrs = 198.51.100.99",
	"proposals = aes256gcm16-prfsha384-x25519-ke1_mlkem768",
	"local {", "auth = psk", "id = moon.example.org", "}",
	"remote {", "auth = psk", "id = mars.example.org", "}",
	"children {", "net {", "local_ts = 10.103.0.0/16",
	"remote_ts = 10.104.0.0/16", "esp_proposals = aes256gcm16", "}", "}",
	"}", "}", "secrets {",
	"ike-away {", "id-away = mars.example.org", "secret = none", "}",
	"ike-home {",
	"# secret",
	"id-home = sun.example.org", "id-here = moon.example.org",
	"secret = none", "}", "}",
};

static bool is_key(const char *line, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(line, key, len) && !strncmp(line + len, " = ", 3);
}

/* The base, in which the row's key has the row's value and no other. */
static void write_swanctl(FILE *out, const struct row *row)
{
	bool within = false;

	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		if (base[i][0] == '#') {
			within = !strcmp(base[i] + 2, row->section);
			if (within)
				fprintf(out, "%s = %s\n", row->key, row->value);
		} else if (!within || !is_key(base[i], row->key)) {
			fprintf(out, "%s\n", base[i]);
		}
	}
}

static void add_note(const char *line, void *notes)
{
	fprintf(notes, "%s\n", line);
}

/* Whether what came out has "KEY = VALUE", or "KEY = <VALUE>" for a blank. */
static bool kept(const char *text, const struct row *row, bool blank)
{
	char line[LINE_MAX_OCTETS];

	snprintf(line, sizeof(line), "\t%s = %s%s%s\n", row->key,
		 blank ? "<" : "", row->value, blank ? ">" : "");
	return strstr(text, line);
}

/* Whether a note about the key says @what; "": anything. */
static bool said(const char *notes, const struct row *row, const char *what)
{
	char path[LINE_MAX_OCTETS];

	snprintf(path, sizeof(path), ".%s: %s", row->key, what);
	return strstr(notes, path);
}

static bool as_expected(const struct row *row, const char *text,
			const char *notes)
{
	if (!strcmp(row->result, "same"))
		return kept(text, row, false) && !said(notes, row, "");
	if (!strcmp(row->result, "blank"))
		return kept(text, row, true) &&
		       said(notes, row, "left to be filled in: ");
	if (!strcmp(row->result, "note"))
		return !kept(text, row, false) && !kept(text, row, true) &&
		       said(notes, row, "dropped: ");
	return !strcmp(row->result, "lost") && !kept(text, row, false) &&
	       (said(notes, row, "the connection is dropped: ") ||
		said(notes, row, "the child is dropped: "));
}

static bool is_good(const char *path, const char *text, char *error)
{
	struct config *config;
	FILE *out = fopen(path, "w");

	if (!out || fputs(text, out) < 0 || fclose(out))
		ksft_exit_fail_msg("cannot write %s\n", path);
	config = config_read(path, error, ERROR_SIZE);
	config_free(config);
	return config;
}

static void test_row(const struct row *row, const char *path)
{
	char *text = NULL, *notes = NULL, error[ERROR_SIZE] = "";
	FILE *in = fopen(path, "w");
	FILE *out, *said_to;
	size_t size;
	bool ok;

	if (!in)
		ksft_exit_fail_msg("cannot write %s\n", path);
	write_swanctl(in, row);
	fclose(in);
	out = open_memstream(&text, &size);
	said_to = open_memstream(&notes, &size);
	ok = import_file(path, out, add_note, said_to, error, sizeof(error));
	fclose(out);
	fclose(said_to);
	ok = ok && as_expected(row, text, notes) &&
	     (!strcmp(row->result, "blank") || is_good(path, text, error));
	if (!ok)
		ksft_print_msg("%s\n%s\n%s\n", error, notes, text);
	ksft_test_result(ok, "%s.%s = %s: %s\n", row->section, row->key,
			 row->value, row->result);
	free(text);
	free(notes);
}

/* Return: false at the end; comments and empty lines are none. */
static bool next_row(FILE *table, struct row *row)
{
	char line[LINE_MAX_OCTETS];

	while (fgets(line, sizeof(line), table)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (sscanf(line, "%31s %31s %15s %255[^\n]", row->section,
			   row->key, row->result, row->value) == 4)
			return true;
		ksft_exit_fail_msg("not a row: %s", line);
	}
	return false;
}

int main(void)
{
	char path[] = "/tmp/pqike-import-XXXXXX";
	FILE *table = fopen("import_keys.table", "r");
	int fd = mkstemp(path);
	unsigned int n = 0;
	struct row row;

	ksft_print_header();
	if (!table || fd < 0)
		ksft_exit_fail_msg("cannot read import_keys.table\n");
	close(fd);
	while (next_row(table, &row))
		n++;
	ksft_set_plan(n);
	rewind(table);
	while (next_row(table, &row))
		test_row(&row, path);
	fclose(table);
	unlink(path);
	ksft_finished();
}
