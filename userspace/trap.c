// SPDX-License-Identifier: GPL-2.0
#include "trap.h"

#include <errno.h>
#include <string.h>

#include "child_choice.h"

void trap_set(struct ike *ike, const struct connection_config *connection,
	      const struct child_config *child)
{
	struct kernel_trap trap = { .config = child };
	struct path path;
	int error = path_from_connection(connection, &path);

	if (error) {
		log_line("%s: no trap for child %s: %s", connection->name,
			 child->name, strerror(-error));
		return;
	}
	endpoint_address(&path.local, &trap.local);
	endpoint_address(&path.remote, &trap.remote);
	child_choice_resolve(child, &path, &trap.local_ts, &trap.remote_ts);
	if (kernel_trap_set(ike->kernel, &trap))
		log_line("%s: no trap for child %s: %s", connection->name,
			 child->name, kernel_error(ike->kernel));
}

void trap_del(struct ike *ike, const struct child_config *child)
{
	int error = kernel_trap_del(ike->kernel, child->reqid);

	if (error && error != -ENOENT)
		log_line("the trap of child %s stays: %s", child->name,
			 kernel_error(ike->kernel));
}
