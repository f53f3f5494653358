// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the syntax of swanctl.conf, as strongswan.conf(5) describes it:
 *
 *	settings := (section|keyvalue)*
 *	section  := name { settings }
 *	keyvalue := key = value\n
 *
 * A value goes to the end of its line, or to a "#" or "}" that is not in
 * quotes.  In double quotes \" \\ \n \r \t are escapes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_tree.h"

#define FILE_SIZE_MAX ((size_t)1024 * 1024)
#define DEPTH_MAX 16

struct parser {
	const char *file;
	const char *at; /* next character; the text ends with a NUL */
	unsigned int line;
	unsigned int depth;
	struct conf_node *section; /* the innermost open one */
	char *error;
	size_t error_size;
};

__attribute__((format(printf, 3, 4)))
static bool syntax_error(struct parser *p, unsigned int line,
			 const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(p->error, p->error_size, "%s:%u: %s", p->file, line, what);
	return false;
}

static bool is_name_character(char c)
{
	return c > ' ' && c < 0x7f && !strchr(".,:{}=\"#", c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct parser *p)
{
	while (is_blank(*p->at))
		p->at++;
}

static void skip_blanks_and_comments(struct parser *p)
{
	for (;;) {
		skip_blanks(p);
		if (*p->at == '#')
			p->at += strcspn(p->at, "\n");
		if (*p->at != '\n')
			return;
		p->line++;
		p->at++;
	}
}

static void append_node(struct conf_node *section, struct conf_node *node)
{
	struct conf_node **end = &section->children;

	while (*end)
		end = &(*end)->next;
	node->parent = section;
	*end = node;
}

static struct conf_node *node_new(const struct conf_node *section,
				  const char *name, size_t name_len)
{
	struct conf_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	if (asprintf(&node->path, "%s%s%.*s", section->path,
		     section->parent ? "." : "", (int)name_len, name) < 0) {
		free(node);
		return NULL;
	}
	node->name = node->path + strlen(node->path) - name_len;
	return node;
}

/* One character of a quoted string, with its escape undone. */
static bool read_quoted_character(struct parser *p, char *c)
{
	static const char names[] = "nrt\"\\";
	static const char meanings[] = "\n\r\t\"\\";
	const char *name;

	if (*p->at != '\\') {
		*c = *p->at++;
		return true;
	}
	p->at++;
	name = *p->at ? strchr(names, *p->at) : NULL;
	if (!name)
		return syntax_error(p, p->line, "unknown escape: expected "
				    "\\\", \\\\, \\n, \\r or \\t");
	*c = meanings[name - names];
	p->at++;
	return true;
}

static bool read_quoted(struct parser *p, char *value, size_t *len)
{
	p->at++;
	while (*p->at != '"') {
		if (!*p->at || *p->at == '\n')
			return syntax_error(p, p->line, "a quoted value does "
					    "not end: expected \"");
		if (!read_quoted_character(p, &value[*len]))
			return false;
		++*len;
	}
	p->at++;
	return true;
}

/* @value has room for all that is left of the file. */
static bool read_value_into(struct parser *p, char *value)
{
	size_t len = 0, end = 0; /* end: without the blanks that trail */

	while (*p->at && !strchr("\n#}", *p->at)) {
		if (*p->at == '"') {
			if (!read_quoted(p, value, &len))
				return false;
			end = len;
		} else if (*p->at == '{') {
			return syntax_error(p, p->line, "unexpected {: a value "
					    "that holds one needs quotes");
		} else {
			value[len++] = *p->at;
			if (!is_blank(*p->at))
				end = len;
			p->at++;
		}
	}
	value[end] = '\0';
	return true;
}

static bool read_value(struct parser *p, struct conf_node *node)
{
	size_t room;

	p->at++;
	skip_blanks(p);
	room = strcspn(p->at, "\n") + 1;
	node->value = calloc(room, 1);
	if (!node->value)
		return syntax_error(p, p->line, "out of memory");
	if (!read_value_into(p, node->value))
		return false;
	if (!*node->value)
		return syntax_error(p, node->line, "%s: expected a value after =",
				    node->path);
	return true;
}

static bool open_section(struct parser *p, struct conf_node *node)
{
	p->at++;
	if (++p->depth > DEPTH_MAX)
		return syntax_error(p, node->line, "%s: sections stand deeper "
				    "than %d levels", node->path, DEPTH_MAX);
	p->section = node;
	return true;
}

static bool close_section(struct parser *p)
{
	p->at++;
	if (!p->section->parent)
		return syntax_error(p, p->line, "unexpected }: no section is "
				    "open");
	p->section = p->section->parent;
	p->depth--;
	return true;
}

static bool read_node(struct parser *p)
{
	const struct conf_node *same;
	struct conf_node *node;
	const char *name = p->at;

	if (!is_name_character(*name))
		return syntax_error(p, p->line, "expected the name of a section "
				    "or key");
	while (is_name_character(*p->at))
		p->at++;
	node = node_new(p->section, name, (size_t)(p->at - name));
	if (!node)
		return syntax_error(p, p->line, "out of memory");
	node->line = p->line;
	same = conf_child(p->section, node->name);
	append_node(p->section, node);
	if (same)
		return syntax_error(p, node->line, "%s: already given on line "
				    "%u", node->path, same->line);
	skip_blanks(p);
	if (*p->at == '=')
		return read_value(p, node);
	skip_blanks_and_comments(p);
	if (*p->at == '{')
		return open_section(p, node);
	if (*p->at == ':')
		return syntax_error(p, node->line, "%s: references to other "
				    "sections are not supported", node->path);
	if (!strcmp(node->name, "include"))
		return syntax_error(p, node->line, "include is not supported");
	return syntax_error(p, node->line, "%s: expected = or {", node->path);
}

static bool parse(struct parser *p)
{
	for (;;) {
		skip_blanks_and_comments(p);
		if (!*p->at)
			break;
		if (!(*p->at == '}' ? close_section(p) : read_node(p)))
			return false;
	}
	if (p->section->parent)
		return syntax_error(p, p->line, "%s: expected } for the section "
				    "opened on line %u", p->section->path,
				    p->section->line);
	return true;
}

/* Fill @text with a file of at most @size octets and a NUL. */
static const char *read_descriptor(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, size + 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return strerror(errno);
	if (len > size)
		return "expected a file of at most 1 MiB";
	text[len] = '\0';
	if (strlen(text) != len)
		return "expected text, not a NUL octet";
	return NULL;
}

static char *read_text(const char *file, char *error, size_t error_size)
{
	const char *what;
	char *text;
	int fd;

	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s", file, strerror(errno));
		return NULL;
	}
	text = malloc(FILE_SIZE_MAX + 1);
	what = text ? read_descriptor(fd, text, FILE_SIZE_MAX) :
		      "out of memory";
	close(fd);
	if (!what)
		return text;
	snprintf(error, error_size, "%s: %s", file, what);
	free(text);
	return NULL;
}

struct conf_node *conf_tree_read(const char *file, char *error,
				 size_t error_size)
{
	struct parser p = { .file = file, .line = 1, .error = error,
			    .error_size = error_size };
	struct conf_node *root;
	char *text;

	text = read_text(file, error, error_size);
	if (!text)
		return NULL;
	root = calloc(1, sizeof(*root));
	if (root)
		root->path = strdup("");
	if (!root || !root->path) {
		syntax_error(&p, 1, "out of memory");
		goto fail;
	}
	root->name = root->path;
	root->line = 1;
	p.at = text;
	p.section = root;
	if (!parse(&p))
		goto fail;
	free(text);
	return root;

fail:
	conf_tree_free(root);
	free(text);
	return NULL;
}

void conf_tree_free(struct conf_node *root)
{
	struct conf_node *child, *next;

	if (!root)
		return;
	for (child = root->children; child; child = next) {
		next = child->next;
		conf_tree_free(child); /* at most DEPTH_MAX deep */
	}
	free(root->path);
	free(root->value);
	free(root);
}

const struct conf_node *conf_child(const struct conf_node *section,
				   const char *name)
{
	const struct conf_node *child;

	for (child = section->children; child; child = child->next)
		if (!strcmp(child->name, name))
			break;
	return child;
}
