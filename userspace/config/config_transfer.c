// SPDX-License-Identifier: GPL-2.0
#include "config/config_transfer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd_status.h"

static bool put(FILE *out, const void *data, size_t size, size_t n)
{
	return fwrite(data, size, n, out) == n;
}

/*
 * Of a pointer that says whether another one of a list follows it says no more than that;
 * the others say nothing: where anything is in this process is no concern of another one's.
 */
static void *only_whether(const void *pointer)
{
	/* cppcheck-suppress intToPointerCast; it is never followed */
	return pointer ? (void *)1 : NULL;
}

static bool put_children(FILE *out, const struct connection_config *connection)
{
	bool ok = true;

	for (size_t i = 0; ok && i < connection->n_children; i++) {
		struct child_config child = connection->children[i];

		child.connection = NULL;
		child.esp_proposals = NULL;
		child.starting = (struct index_link){ 0 };
		ok = put(out, &child, sizeof(child), 1);
	}
	for (size_t i = 0; ok && i < connection->n_children; i++) {
		const struct child_config *child = &connection->children[i];

		ok = put(out, child->esp_proposals,
			 sizeof(*child->esp_proposals), child->n_esp_proposals);
	}
	return ok;
}

static bool put_connection(FILE *out,
			   const struct connection_config *connection)
{
	struct connection_config copy = *connection;

	copy.remote_names = NULL;
	copy.proposals = NULL;
	copy.children = NULL;
	copy.users = 0;
	copy.by_name = (struct index_link){ 0 };
	memset(copy.by_remote, 0, sizeof(copy.by_remote));
	copy.elsewhere = (struct index_link){ 0 };
	copy.next = only_whether(connection->next);
	return put(out, &copy, sizeof(copy), 1) &&
	       put(out, connection->proposals, sizeof(*connection->proposals),
		   connection->n_proposals) &&
	       put(out, connection->remote_names,
		   sizeof(*connection->remote_names),
		   connection->n_remote_names) &&
	       put_children(out, connection);
}

static bool put_string(FILE *out, const char *string)
{
	return put(out, string, strlen(string) + 1, 1);
}

static bool put_secret(FILE *out, const struct secret_config *secret)
{
	struct secret_config copy = *secret;

	copy.file = only_whether(secret->file);
	copy.place = NULL;
	copy.next = only_whether(secret->next);
	return put(out, &copy, sizeof(copy), 1) &&
	       (!secret->file || put_string(out, secret->file));
}

bool config_transfer_write(const struct config *config, FILE *out)
{
	const struct connection_config *connection = config->connections;
	const struct secret_config *secret = config->secrets;
	const struct config copy = {
		.connections = only_whether(connection),
		.secrets = only_whether(secret),
		.keyring = config->keyring,
		.control = config->control,
		.quota = config->quota,
		.quota_place = only_whether(config->quota_place),
	};
	bool ok = put(out, &copy, sizeof(copy), 1) &&
		  (!config->quota_place ||
		   put_string(out, config->quota_place));

	for (; ok && connection; connection = connection->next)
		ok = put_connection(out, connection);
	for (; ok && secret; secret = secret->next)
		ok = put_secret(out, secret);
	return ok && !fflush(out);
}

struct input {
	const char *at;
	const char *end;
};

static bool take(struct input *in, void *data, size_t size)
{
	if ((size_t)(in->end - in->at) < size)
		return false;
	memcpy(data, in->at, size);
	in->at += size;
	return true;
}

/* Return: an array of @n; NULL without memory, or where the input ends. */
static void *take_array(struct input *in, size_t n, size_t size)
{
	void *array;

	if (n > (size_t)(in->end - in->at) / size)
		return NULL;
	array = calloc(n + 1, size);
	if (array)
		take(in, array, n * size);
	return array;
}

/* Return: false without memory, or where the input ends. */
static bool take_string(struct input *in, char **string)
{
	*string = strndup(in->at, (size_t)(in->end - in->at));
	if (!*string)
		return false;
	in->at += strlen(*string) + 1;
	return in->at <= in->end;
}

/* Each pointer is of this process, or NULL, whatever fails. */
static bool take_children(struct input *in,
			  struct connection_config *connection, size_t n)
{
	connection->children = take_array(in, n, sizeof(*connection->children));
	if (!connection->children)
		return false;
	connection->n_children = n;
	for (size_t i = 0; i < n; i++) {
		connection->children[i].connection = connection;
		connection->children[i].esp_proposals = NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct child_config *child = &connection->children[i];

		child->esp_proposals =
			take_array(in, child->n_esp_proposals,
				   sizeof(*child->esp_proposals));
		if (!child->esp_proposals)
			return false;
	}
	return true;
}

static bool take_connection(struct input *in, struct connection_config **place,
			    bool *any)
{
	struct connection_config *connection = calloc(1, sizeof(*connection));
	size_t n_children;
	bool ok;

	*place = connection;
	if (!connection)
		return false;
	ok = take(in, connection, sizeof(*connection));
	n_children = connection->n_children;
	*any = connection->next;
	connection->next = NULL;
	connection->proposals = NULL;
	connection->remote_names = NULL;
	connection->children = NULL;
	connection->n_children = 0;
	if (!ok)
		return false;
	connection->proposals = take_array(in, connection->n_proposals,
					   sizeof(*connection->proposals));
	if (connection->n_remote_names)
		connection->remote_names =
			take_array(in, connection->n_remote_names,
				   sizeof(*connection->remote_names));
	return connection->proposals &&
	       (connection->remote_names || !connection->n_remote_names) &&
	       take_children(in, connection, n_children);
}

static bool take_secret(struct input *in, struct secret_config **place,
			bool *any)
{
	struct secret_config *secret = calloc(1, sizeof(*secret));
	bool ok, has_file;

	*place = secret;
	if (!secret)
		return false;
	ok = take(in, secret, sizeof(*secret));
	has_file = secret->file;
	*any = secret->next;
	secret->file = NULL;
	secret->place = NULL;
	secret->next = NULL;
	return ok && (!has_file || take_string(in, &secret->file));
}

struct config *config_transfer_read(const void *data, size_t size)
{
	struct input in = { data, (const char *)data + size };
	struct config *config = calloc(1, sizeof(*config));
	struct connection_config **connection;
	struct secret_config **secret;
	struct config written = { 0 };
	bool connections, secrets, ok;

	if (!config)
		return NULL;
	ok = take(&in, &written, sizeof(written));
	connections = written.connections;
	secrets = written.secrets;
	config->keyring = written.keyring;
	config->control = written.control;
	config->quota = written.quota;
	if (ok && written.quota_place)
		ok = take_string(&in, &config->quota_place);
	for (connection = &config->connections; ok && connections;
	     connection = &(*connection)->next)
		ok = take_connection(&in, connection, &connections);
	for (secret = &config->secrets; ok && secrets;
	     secret = &(*secret)->next)
		ok = take_secret(&in, secret, &secrets);
	if (ok)
		return config;
	config_free(config);
	return NULL;
}

static bool write_to(int fd, const struct config *config)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
	bool ok;

	if (!out) {
		if (copy >= 0)
			close(copy);
		return false;
	}
	ok = config_transfer_write(config, out);
	return !fclose(out) && ok;
}

int config_transfer_give(const struct config *config)
{
	struct config without = *config;
	int fd = memfd_create("configuration", MFD_CLOEXEC);

	without.secrets = NULL;
	without.keyring = 0;
	without.quota = (struct quota){ 0 };
	without.quota_place = NULL;
	if (fd < 0 || write_to(fd, &without))
		return fd;
	close(fd);
	return -1;
}

struct config *config_transfer_take(int fd)
{
	struct config *config = NULL;
	void *data = MAP_FAILED;
	struct stat st;

	if (!fd_status(fd, &st) && st.st_size)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			    0);
	if (data != MAP_FAILED) {
		config = config_transfer_read(data, (size_t)st.st_size);
		munmap(data, (size_t)st.st_size);
	}
	return config;
}
