// SPDX-License-Identifier: GPL-2.0
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "log.h"
#include "operate.h"

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void refuse(struct ike *ike, uint64_t client, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ike->events.fail(ike->events.arg, client, line);
}

static void up(struct ike *ike, uint64_t client,
	       const struct connection_config *connection)
{
	operate_up(ike, connection, NULL, client);
}

static void down(struct ike *ike, uint64_t client,
		 const struct connection_config *connection)
{
	operate_down(ike, connection, NULL, client);
}

void command(struct ike *ike, uint64_t client, const char *text)
{
	static const struct {
		const char *verb;
		void (*act)(struct ike *ike, uint64_t client,
			    const struct connection_config *connection);
	} verbs[] = { { "up ", up }, { "down ", down } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		const struct connection_config *connection;
		size_t len = strlen(verbs[i].verb);

		if (strncmp(text, verbs[i].verb, len) != 0)
			continue;
		connection = connection_find(ike->config, text + len);
		if (connection)
			verbs[i].act(ike, client, connection);
		else
			refuse(ike, client, "no connection %s is configured",
			       text + len);
		return;
	}
	refuse(ike, client, "unknown request \"%s\"", text);
}
