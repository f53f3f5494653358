// SPDX-License-Identifier: GPL-2.0
#include "config/config_use.h"

/* To its users a connection is const, but for their number. */
static void count(const struct connection_config *connection, int change)
{
	if (connection)
		((struct connection_config *)connection)->users +=
			(unsigned int)change;
}

void connection_use(const struct connection_config **place,
		    const struct connection_config *connection)
{
	count(connection, 1);
	count(*place, -1);
	*place = connection;
}

void child_use(const struct child_config **place,
	       const struct child_config *child)
{
	count(child ? child->connection : NULL, 1);
	count(*place ? (*place)->connection : NULL, -1);
	*place = child;
}
