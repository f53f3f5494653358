/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether this machine is ready: pre-shared keys, modules, algorithms, ports, key
 * exposure, MTU, clock; and whether packets go past the tunnels, or into them
 * without an end.
 * Each check says what it saw, and what to do where that is wrong.
 */
#ifndef PQIKE_CHECK_H
#define PQIKE_CHECK_H

#include "config/config.h"

enum check_verdict {
	CHECK_OK,
	CHECK_NOTHING, /* there is nothing to look at */
	CHECK_WARNING,
	CHECK_FAILED,
};

struct check_result {
	enum check_verdict verdict;
	char seen[1152];
	char remedy[384]; /* "": none is needed, or that of the next is its own */
};

/* What the checks know of this machine's configuration. */
struct check_context {
	const struct config *config; /* NULL: it cannot be read */
	const char *config_error;
	const char *control_path;
	/* Say another result before the one that a check ends with. */
	void (*also)(const struct check_result *result, void *arg);
	void *arg;
};

struct check {
	const char *name;
	void (*run)(const struct check_context *context,
		    struct check_result *result);
};

/* In the order in which they are printed; the last has no name. */
extern const struct check checks[];

/* Set what a check says; return nothing else. */
__attribute__((format(printf, 3, 4)))
void check_say(struct check_result *result, enum check_verdict verdict,
	       const char *format, ...);
__attribute__((format(printf, 2, 3)))
void check_remedy(struct check_result *result, const char *format, ...);

/* Say of how many more than the one that is named the same holds. */
void check_more(struct check_result *result, size_t n);

void check_config(const struct check_context *context,
		  struct check_result *result);
void check_secrets(const struct check_context *context,
		   struct check_result *result);
void check_modules(const struct check_context *context,
		   struct check_result *result);
void check_algorithms(const struct check_context *context,
		      struct check_result *result);
void check_ports(const struct check_context *context,
		 struct check_result *result);
void check_keys(const struct check_context *context,
		struct check_result *result);
void check_interfaces(const struct check_context *context,
		      struct check_result *result);
void check_policies(const struct check_context *context,
		    struct check_result *result);
void check_addresses(const struct check_context *context,
		     struct check_result *result);
/* Those that come after it have the addresses that it has found. */
void check_names(const struct check_context *context,
		 struct check_result *result);
void check_routes(const struct check_context *context,
		  struct check_result *result);
void check_forwarding(const struct check_context *context,
		      struct check_result *result);
void check_flowtables(const struct check_context *context,
		      struct check_result *result);
void check_silence(const struct check_context *context,
		   struct check_result *result);
void check_mtu(const struct check_context *context,
	       struct check_result *result);
void check_clock(const struct check_context *context,
		 struct check_result *result);

#endif
