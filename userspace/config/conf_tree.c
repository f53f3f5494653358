// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the syntax of swanctl.conf, as strongswan.conf(5) describes it:
 *
 *	settings := (section|keyvalue)*
 *	section  := name [: references] { settings }
 *	references := absname [, absname]*
 *	absname  := name [. name]*
 *	keyvalue := key = value\n
 *
 * A value goes to the end of its line, or to a "#" or "}" that is not in
 * quotes.  In double quotes \" \\ \n \r \t are escapes.  "include PATTERN"
 * stands for what the files hold that match.
 *
 * A file that strongSwan reads is read as strongSwan does, with a note where a
 * file of our own would be refused: quotes go over lines, and any character may
 * be escaped in them; of a name that is given twice the last value counts; an
 * empty value is none; a file to include may be missing.
 */
#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/waiting_for.h"
#include "config/conf_file.h"
#include "config/conf_reference.h"
#include "config/conf_tree.h"

#define FILES_DEPTH_MAX 10

struct parser {
	const char *file;
	const char *at; /* next character; the text ends with a NUL */
	unsigned int line;
	unsigned int depth; /* of sections */
	unsigned int files_depth; /* of files that include each other */
	struct conf_node *root;
	struct conf_node *base; /* the section that the file is included in */
	struct conf_node *section; /* the innermost open one */
	/* Is told what is passed over in a swanctl.conf; NULL: it is our own. */
	void (*note)(const char *line, void *arg);
	void *note_arg;
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

/* Tell what is passed over in a swanctl.conf. */
__attribute__((format(printf, 3, 4)))
static void pass_over(const struct parser *p, unsigned int line,
		      const char *format, ...)
{
	char what[512], text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(text, sizeof(text), "%s:%u: %s", p->file, line, what);
	p->note(text, p->note_arg);
}

static bool is_name_character(char c)
{
	return c > ' ' && c < 0x7f && !strchr(".,:{}=\"#", c);
}

bool conf_name_is_valid(const char *name)
{
	if (!*name)
		return false;
	while (is_name_character(*name))
		name++;
	return !*name;
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
	if (!name && (!p->note || !*p->at))
		return syntax_error(p, p->line, "unknown escape: expected "
				    "\\\", \\\\, \\n, \\r or \\t");
	*c = name ? meanings[name - names] : *p->at;
	p->at++;
	return true;
}

/* In a swanctl.conf a backslash at the end of a line joins it with the next. */
static bool joins_lines(const struct parser *p)
{
	return p->note && (!strncmp(p->at, "\\\n", 2) ||
			    !strncmp(p->at, "\\\r\n", 3));
}

/* A value that is being read. */
struct value {
	char *text; /* zeroed, of @room octets and a NUL */
	size_t room;
	size_t len;
};

/* room_of_value() is never less than what is read. */
static void append(struct value *value, char c)
{
	if (value->len < value->room)
		value->text[value->len++] = c;
}

static bool read_quoted(struct parser *p, struct value *value)
{
	unsigned int begin = p->line;
	char c = '\0';

	p->at++;
	while (*p->at != '"') {
		if (!*p->at || (*p->at == '\n' && !p->note))
			return syntax_error(p, begin, "a quoted value does "
					    "not end: expected \"");
		if (joins_lines(p)) {
			p->at = strchr(p->at, '\n') + 1;
			p->line++;
			continue;
		}
		p->line += *p->at == '\n';
		if (!read_quoted_character(p, &c))
			return false;
		append(value, c);
	}
	p->at++;
	return true;
}

/* Octets that a value can have, to its line's end, that of its quotes or both. */
static size_t room_of_value(const struct parser *p)
{
	const char *at = p->at;
	bool quoted = false;

	while (*at && (*at != '\n' || (quoted && p->note)) &&
	       (*at != '#' || quoted)) {
		if (quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			quoted = !quoted;
		at++;
	}
	return (size_t)(at - p->at);
}

/*
 * Whether a brace closes the section that a value stands in.  Secrets are put
 * there without quotes, too: a brace with something else after it is of theirs.
 */
static bool brace_closes(const struct parser *p, const char *name)
{
	const char *at = p->at;

	if (!p->note || strcmp(name, "secret") != 0)
		return true;
	while (is_blank(*at) || *at == '}')
		at++;
	return !*at || *at == '\n' || *at == '#';
}

static void strip_blanks(struct value *value, size_t begin)
{
	while (value->len > begin && is_blank(value->text[value->len - 1]))
		value->text[--value->len] = '\0';
}

static bool read_words(struct parser *p, const char *name, struct value *value)
{
	size_t quoted = 0; /* up to where blanks stay */

	while (*p->at && !strchr("\n#", *p->at) &&
	       (*p->at != '}' || !brace_closes(p, name))) {
		if (*p->at == '"') {
			if (!read_quoted(p, value))
				return false;
			quoted = value->len;
		} else if (*p->at == '{' && !p->note) {
			return syntax_error(p, p->line, "unexpected {: a value "
					    "that holds one needs quotes");
		} else {
			append(value, *p->at++);
		}
	}
	strip_blanks(value, quoted);
	return true;
}

/* Return: what stands here, to be freed; NULL after it has said what is wrong. */
static char *read_text(struct parser *p, const char *name)
{
	struct value value = { .room = room_of_value(p) };

	value.text = calloc(value.room + 1, 1);
	if (!value.text) {
		syntax_error(p, p->line, "out of memory");
		return NULL;
	}
	if (read_words(p, name, &value))
		return value.text;
	free(value.text);
	return NULL;
}

static bool read_value(struct parser *p, struct conf_node *node)
{
	p->at++;
	skip_blanks(p);
	free(node->value);
	node->value = read_text(p, node->name);
	return node->value;
}

static bool open_section(struct parser *p, struct conf_node *node)
{
	p->at++;
	if (++p->depth > CONF_DEPTH_MAX)
		return syntax_error(p, node->line, "%s: sections stand deeper "
				    "than %d levels", node->path, CONF_DEPTH_MAX);
	p->section = node;
	return true;
}

static bool close_section(struct parser *p)
{
	p->at++;
	if (p->section == p->base)
		return syntax_error(p, p->line, "unexpected }: no section is "
				    "open");
	p->section = p->section->parent;
	p->depth--;
	return true;
}

static bool refuse_second(struct parser *p, const struct conf_node *first,
			  unsigned int line)
{
	if (!strcmp(first->file, p->file))
		return syntax_error(p, line, "%s: already given on line %u",
				    first->path, first->line);
	return syntax_error(p, line, "%s: already given at %s:%u", first->path,
			    first->file, first->line);
}

/* "a.b" of ": a.b, c", appended to @node's references. */
static bool read_reference(struct parser *p, struct conf_node *node)
{
	const char *name = p->at;
	char *references;

	while (is_name_character(*p->at) || *p->at == '.')
		p->at++;
	if (p->at == name)
		return syntax_error(p, node->line, "%s: expected the name of a "
				    "section to inherit from", node->path);
	if (asprintf(&references, "%s%s%.*s",
		     node->references ? node->references : "",
		     node->references ? "," : "", (int)(p->at - name),
		     name) < 0)
		return syntax_error(p, node->line, "out of memory");
	free(node->references);
	node->references = references;
	skip_blanks_and_comments(p);
	return true;
}

static bool read_references(struct parser *p, struct conf_node *node)
{
	do {
		p->at++;
		skip_blanks_and_comments(p);
		if (!read_reference(p, node))
			return false;
	} while (*p->at == ',');
	return true;
}

static bool include(struct parser *p);

/* In a swanctl.conf the last of two values counts. */
static bool read_value_again(struct parser *p, struct conf_node *same,
			     unsigned int line)
{
	if (!p->note || !same->value)
		return refuse_second(p, same, line);
	pass_over(p, line, "%s: given again: this counts, not what is at %s:%u",
		  same->path, same->file, same->line);
	same->line = line;
	same->file = p->file;
	return read_value(p, same);
}

/* strongSwan's older configuration has lines of words instead of braces. */
static bool is_ipsec_conf(const struct parser *p, const char *name)
{
	return p->section == p->root &&
	       (!strcmp(name, "conn") || !strcmp(name, "config") ||
		!strcmp(name, "ca")) && is_name_character(*p->at);
}

static bool refuse_without_value(struct parser *p, const struct conf_node *node,
				 bool is_ipsec)
{
	/* It may be the second line of a secret. */
	bool may_be_secret = !strncmp(node->path, "secrets.", strlen("secrets."));

	if (is_ipsec)
		return syntax_error(p, node->line, "this is an ipsec.conf: "
				    "expected a swanctl.conf, with connections "
				    "{ }");
	return syntax_error(p, node->line, "%s: expected = or {",
			    may_be_secret ? p->section->path : node->path);
}

/* A name that its section has already: @node goes on where @first began. */
static bool read_second(struct parser *p, struct conf_node *first,
			const struct conf_node *node)
{
	/* Each file has connections { } and secrets { } of its own. */
	if ((p->section != p->root && !p->note) || first->value)
		return refuse_second(p, first, node->line);
	first->line = node->line;
	first->file = node->file;
	if (node->references)
		return syntax_error(p, node->line, "%s: expected a section at "
				    "the top that inherits to stand only once",
				    node->path);
	return open_section(p, first);
}

/* What stands after a name: a value, or a section's opening brace. */
static bool read_after_name(struct parser *p, struct conf_node *node,
			    struct conf_node *same)
{
	bool is_ipsec;

	skip_blanks(p);
	if (*p->at == '=')
		return same ? read_value_again(p, same, node->line) :
			      read_value(p, node);
	is_ipsec = is_ipsec_conf(p, node->name);
	skip_blanks_and_comments(p);
	if (*p->at == ':' && !read_references(p, node))
		return false;
	if (*p->at != '{')
		return refuse_without_value(p, node, is_ipsec);
	return same ? read_second(p, same, node) : open_section(p, node);
}

static bool read_named(struct parser *p, const char *name, size_t len)
{
	struct conf_node *node = conf_node_new(p->section, name, len), *same;
	bool ok;

	if (!node)
		return syntax_error(p, p->line, "out of memory");
	node->line = p->line;
	node->file = p->file;
	same = (struct conf_node *)conf_child(p->section, node->name);
	if (!same && !conf_node_append(p->section, node)) {
		conf_node_free(node);
		return syntax_error(p, p->line, "out of memory");
	}
	ok = read_after_name(p, node, same);
	if (same)
		conf_node_free(node);
	return ok;
}

static bool read_node(struct parser *p)
{
	const char *name = p->at;
	size_t len;

	if (!is_name_character(*name))
		return syntax_error(p, p->line, "expected the name of a section "
				    "or key");
	while (is_name_character(*p->at))
		p->at++;
	len = (size_t)(p->at - name);
	skip_blanks(p);
	if (len == strlen("include") && !strncmp(name, "include", len) &&
	    !strchr("={:", *p->at))
		return include(p);
	return read_named(p, name, len);
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
	if (p->section != p->base)
		return syntax_error(p, p->line, "%s: expected } for the section "
				    "opened on line %u", p->section->path,
				    p->section->line);
	return true;
}

/* Add what @path holds to the section that @includer is in. */
static bool parse_file(const struct parser *includer, const char *path)
{
	struct parser p = *includer;
	char *text;
	bool ok;

	text = conf_files_read(p.root->files, path, &p.file, p.error,
			       p.error_size);
	if (!text)
		return false;
	p.at = text;
	p.line = 1;
	p.base = p.section;
	p.files_depth++;
	ok = parse(&p);
	free(text);
	return ok;
}

static bool parse_files(const struct parser *p, const glob_t *files)
{
	for (size_t i = 0; i < files->gl_pathc; i++)
		if (!parse_file(p, files->gl_pathv[i]))
			return false;
	return true;
}

static bool include_pattern(struct parser *p, const char *pattern)
{
	glob_t files;
	bool ok;

	if (p->files_depth >= FILES_DEPTH_MAX)
		return syntax_error(p, p->line, "files include each other "
				    "deeper than %d levels", FILES_DEPTH_MAX);
	waiting_for(pattern);
	switch (glob(pattern, 0, NULL, &files)) {
	case 0:
		ok = parse_files(p, &files);
		globfree(&files);
		return ok;
	case GLOB_NOMATCH:
		if (strpbrk(pattern, "*?["))
			return true;
		if (p->note) {
			pass_over(p, p->line, "include: there is no file %s",
				  pattern);
			return true;
		}
		return syntax_error(p, p->line, "include: no file %s", pattern);
	default:
		return syntax_error(p, p->line, "include: cannot list %s",
				    pattern);
	}
}

/* A path that does not begin with / is relative to the file that names it. */
static bool include(struct parser *p)
{
	const char *slash = strrchr(p->file, '/');
	char *word, *pattern = NULL;
	int directory_len;
	bool ok = false;

	p->section->includes = true;
	word = read_text(p, "include");
	if (!word)
		return false;
	directory_len = slash && *word != '/' ? (int)(slash + 1 - p->file) : 0;
	if (!*word)
		syntax_error(p, p->line, "include: expected a file or pattern");
	else if (asprintf(&pattern, "%.*s%s", directory_len, p->file, word) < 0)
		syntax_error(p, p->line, "out of memory");
	else
		ok = include_pattern(p, pattern);
	free(pattern);
	free(word);
	return ok;
}

static bool is_directory(const char *path)
{
	struct stat st;

	waiting_for(path);
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Those that @pattern names but for what was included already. */
static bool parse_directory_files(struct parser *p, const char *directory,
				  const char *pattern)
{
	char *path;
	glob_t files;
	bool ok = true;

	if (asprintf(&path, "%s/%s", directory, pattern) < 0)
		return syntax_error(p, 1, "out of memory");
	waiting_for(path);
	if (!glob(path, 0, NULL, &files)) {
		for (size_t i = 0; ok && i < files.gl_pathc; i++)
			ok = conf_files_has(p->root->files,
					    files.gl_pathv[i]) ||
			     parse_file(p, files.gl_pathv[i]);
		globfree(&files);
	}
	free(path);
	return ok;
}

static bool parse_directory(struct parser *p, const char *directory)
{
	if (!parse_directory_files(p, directory, CONF_MAIN_FILE) ||
	    !parse_directory_files(p, directory, CONF_PIECES))
		return false;
	if (!conf_files_none(p->root->files))
		return true;
	snprintf(p->error, p->error_size, "%s: expected " CONF_MAIN_FILE " or "
		 CONF_PIECES " in it", directory);
	return false;
}

static struct conf_node *root_new(const char *path)
{
	struct conf_node *root = calloc(1, sizeof(*root));

	if (!root)
		return NULL;
	root->path = strdup("");
	root->file = path;
	root->name = root->path;
	root->line = 1;
	root->files = conf_files_new();
	if (root->path && root->files)
		return root;
	conf_tree_free(root);
	return NULL;
}

static struct conf_node *read_tree(struct parser *p, const char *path)
{
	p->file = path;
	p->line = 1;
	p->root = root_new(path);
	if (!p->root) {
		syntax_error(p, 1, "out of memory");
		return NULL;
	}
	p->section = p->root;
	p->base = p->root;
	if ((is_directory(path) ? parse_directory(p, path) :
				  parse_file(p, path)) &&
	    conf_references_resolve(p->root, p->note, p->error, p->error_size))
		return p->root;
	conf_tree_free(p->root);
	return NULL;
}

struct conf_node *conf_tree_read(const char *path, char *error,
				 size_t error_size)
{
	struct parser p = { .error = error, .error_size = error_size };

	return read_tree(&p, path);
}

struct conf_node *conf_tree_read_swanctl(const char *path,
					 void (*note)(const char *line,
						      void *arg),
					 void *arg, char *error,
					 size_t error_size)
{
	struct parser p = { .note = note, .note_arg = arg, .error = error,
			    .error_size = error_size };

	return read_tree(&p, path);
}

void conf_tree_free(struct conf_node *root)
{
	if (!root)
		return;
	conf_files_free(root->files);
	conf_node_free(root);
}
