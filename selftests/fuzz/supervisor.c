// SPDX-License-Identifier: GPL-2.0
/*
 * A supervisor, and helpers that an attacker has: each says and asks what it likes when it
 * likes, and ends or is followed by another one, while configurations are read, or cannot be.
 * What is looked up is of a configuration that there is, with the keys of that one; what the
 * kernel has is of the one in force, and of that which a helper has not answered.
 */
#include <errno.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "config/config.h"
#include "draw.h"
#include "fake_helper.h"
#include "fake_kernel.h"
#include "fake_secrets.h"

#define STEPS_MAX 64

/* No two looks at the clock are at the same moment; so many are taken when a reload begins. */
#define CLOCK_STEPS 8

enum step { RECORD, ASK, READ, PASS, END, RELOAD, STEPS };

/* What is to be in force, and with the helper; FAKE_CONFIGS: none */
static size_t now, next;

/* What the supervisor has said to the helper. */
static void hear(void)
{
	unsigned int loaded = fake_helper_heard[SUPERVISION_LOADED];

	fake_helper_hear();
	if (fake_helper_heard[SUPERVISION_LOADED] != loaded)
		next = fake_config_taken;
	if (fake_helper_channel < 0)
		next = FAKE_CONFIGS;
}

/* Return: whether the kernel has it as @index has it. */
static bool is_of(const struct config_index *index,
		  const struct fake_connection *connection)
{
	const struct connection_config *config =
		config_index_find(index, connection->name);

	return config && prefix_equal(&config->children[0].remote_ts[0],
				      &connection->remote_ts);
}

/* Without an ask of the helper what differs from the one that has ended is set. */
static void check_enforced(void)
{
	const struct config *config = fake_supervisor.reload.service.configs.now;
	const struct connection_config *each = config->connections;

	for (; each; each = each->next)
		require(fake_kernel_connection(fake_supervisor.policy.kernel,
					       each->name));
}

static void say(uint16_t type)
{
	bool loading = fake_config_loads;
	bool other = next < FAKE_CONFIGS && next != now;

	if (fake_helper_channel < 0)
		return;
	fake_helper_say(type);
	if (type == SUPERVISION_TAKEN && next < FAKE_CONFIGS)
		now = next;
	if (type == SUPERVISION_TAKEN || type == SUPERVISION_KEPT ||
	    (type == SUPERVISION_LOAD && fake_supervisor.keeper.ready &&
	     !loading)) {
		next = FAKE_CONFIGS;
		if (other)
			check_enforced();
	}
}

static struct policy_ask ask_of(uint16_t type, uint8_t name, bool of_next)
{
	struct policy_ask ask = {
		.type = (uint16_t)(1 + type % (POLICY_ASKS - 1)),
	};
	const char *connection = name < FAKE_CONFIGS ? fake_names[name] :
							   FAKE_NAME_OF_ALL;

	switch (ask.type) {
	case POLICY_TRAP_SET:
		ask.family = AF_INET;
		strcpy(ask.child, "net");
		strcpy(ask.connection, connection);
		break;
	case POLICY_CONNECTION_SET:
		ask.next = of_next;
		/* fall through */
	case POLICY_CONNECTION_DEL:
		strcpy(ask.connection, connection);
		break;
	case POLICY_LINK_RENUMBER:
		ask.index = 1;
		ask.if_id = 42;
		break;
	case POLICY_LINK_MAKE:
		strcpy(ask.interface, "ipsec0");
		ask.if_id = 42;
		break;
	case POLICY_LINK_REMOVE:
		ask.index = 1;
		break;
	case POLICY_TRAP_DEL:
		ask.reqid = 1;
		break;
	case POLICY_NAME:
		snprintf(ask.name, sizeof(ask.name), "%s.example", connection);
		break;
	default:
		break;
	}
	return ask;
}

static bool has(size_t config, uint8_t name)
{
	return config < FAKE_CONFIGS && (name >= FAKE_CONFIGS || name == config);
}

/* The kernel has a trap of another connection yet, whose child has the same selectors. */
static bool meets_other_trap(const struct policy_ask *ask,
			     const struct policy_answer *answer)
{
	return ask->type == POLICY_TRAP_SET && answer->result == -EEXIST;
}

/* It has the right result, and the kernel the right keys. */
static void check_answer(const struct policy_ask *ask, uint8_t name,
			 const struct policy_answer *answer)
{
	const struct config_pair *pair = &fake_supervisor.reload.service.configs;

	if (ask->type == POLICY_CONNECTION_SET) {
		require(!answer->result == has(ask->next ? next : now, name));
		require(answer->result ||
			fake_keyring_used == (ask->next ? pair->next :
							  pair->now)->keyring);
	} else if (ask->type == POLICY_CONNECTION_DEL ||
		   ask->type == POLICY_TRAP_SET) {
		require((!answer->result || meets_other_trap(ask, answer)) ==
			(has(now, name) || has(next, name)));
	}
}

static void ask(struct draw *in)
{
	uint16_t type = draw_u8(in);
	uint8_t name = draw_u8(in) % (FAKE_CONFIGS + 1);
	const struct policy_ask sent = ask_of(type, name, draw_u8(in) & 1);
	struct policy_answer answer;

	/* With the end of a process that there is not no answer leaves. */
	if (fake_helper_ask(&sent, &answer))
		check_answer(&sent, name, &answer);
	else
		require(sent.type == POLICY_NAME || fake_helper_asks < 0);
}

static void read_on(struct draw *in)
{
	uint8_t how = draw_u8(in);

	if (config_service_fd(&fake_supervisor.reload.service) < 0)
		return;
	fake_config_state = how % FAKE_LOAD_STATES;
	fake_config_which = how / FAKE_LOAD_STATES % FAKE_CONFIGS;
	config_reload_serve(&fake_supervisor.reload);
}

static void end_helper(void)
{
	fake_helper_end();
	next = FAKE_CONFIGS;
}

static void step(struct draw *in)
{
	switch (draw_u8(in) % STEPS) {
	case RECORD:
		say(1 + draw_u8(in) % (SUPERVISION_TYPES - 1));
		break;
	case ASK:
		ask(in);
		break;
	case READ:
		read_on(in);
		break;
	case PASS:
		fake_supervisor_wait(draw_u8(in) * SECOND);
		break;
	case END:
		end_helper();
		break;
	default:
		helper_keeper_reload(&fake_supervisor.keeper);
	}
	hear();
}

/* Each connection that the kernel has is as a configuration says that there is. */
static void check_kernel(const struct config_pair *pair)
{
	const struct kernel *kernel = fake_supervisor.policy.kernel;

	for (size_t i = 0; i < FAKE_CONNECTIONS_MAX; i++) {
		const struct fake_connection *each = &kernel->connection_list[i];

		require(!*each->name || is_of(&pair->by_name, each) ||
			(pair->next && is_of(&pair->next_by_name, each)));
	}
}

/* What there is of configurations and their keyrings is what there is to be. */
static void check(void)
{
	const struct config_pair *pair = &fake_supervisor.reload.service.configs;

	require(pair->now && config_index_find(&pair->by_name, fake_names[now]));
	require(!pair->next == (next == FAKE_CONFIGS));
	require(!pair->next ||
		config_index_find(&pair->next_by_name, fake_names[next]));
	require(fake_keyrings == 1 + !!pair->next + fake_config_loads);
	require(!fake_keyring_used ||
		fake_keyring_used == pair->now->keyring ||
		(pair->next && fake_keyring_used == pair->next->keyring));
	require(fake_config_loads <= 1);
	require(!fake_config_loads ||
		clock_now() < fake_config_begun + CONFIG_LOAD_SECONDS * SECOND);
	require(fake_config_pause > CONFIG_RELOAD_PAUSE - CLOCK_STEPS);
	require(fake_permitted == (pair->next ? pair->next : pair->now)->control.mode);
	check_kernel(pair);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw in = { data, size };

	fake_supervisor_begin();
	now = 0;
	next = FAKE_CONFIGS;
	for (unsigned int i = 0; i < STEPS_MAX && in.left; i++) {
		step(&in);
		check();
	}
	fake_supervisor_end();
	return 0;
}
