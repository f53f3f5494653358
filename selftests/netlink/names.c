// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/keyctl.h>

/**
 * connection_name() - the name of a connection
 * @connection: what it asks for
 * @thread: number of the thread whose it is, below %THREADS_MAX
 *
 * Return: the name, which is distinct from all others.
 */
const char *connection_name(enum connection connection, unsigned int thread)
{
	static const char *const names[THREADS_MAX][CONNECTIONS] = {
		{ "pq", "plain", "ppk", "required" },
		{ "pq 1", "plain 1", "ppk 1", "required 1" },
		{ "pq 2", "plain 2", "ppk 2", "required 2" },
		{ "pq 3", "plain 3", "ppk 3", "required 3" },
	};

	return names[thread][connection];
}

/**
 * name_identity() - body of the Identification payload of a side
 * @side: which side
 * @octets: receives at most IDENTITY_LEN_MAX
 *
 * Return: octets in @octets.
 */
size_t name_identity(unsigned int side, uint8_t *octets)
{
	const uint8_t header[4] = { 2 };
	const char *name = side ? "b.example" : "a.example";

	memcpy(octets, header, sizeof(header));
	memcpy(octets + sizeof(header), name, strlen(name));
	return sizeof(header) + strlen(name);
}

/**
 * name_ppk_id() - the PPK_ID that all PPKs have, or another one
 * @chance: what decides; NULL for that of all
 * @octets: receives at most IDENTITY_LEN_MAX
 *
 * Return: octets in @octets.
 */
size_t name_ppk_id(struct chance *chance, uint8_t *octets)
{
	const char *id = chance && chance_one_in(chance, 4) ? "\2another" :
		"\2fuzz";

	memcpy(octets, id, strlen(id));
	return strlen(id);
}

/**
 * name_for() - a string for an attribute
 * @attribute: its name
 * @chance: what decides which
 *
 * Return: the string.
 */
const char *name_for(const char *attribute, struct chance *chance)
{
	static const char *const keys[] = {
		PSK_NAME, PSK_NAME, PPK_NAME, MORTAL_NAME, "pqike:none", "other",
		"",
	};
	static const char *const children[] = {
		"reqid0", "none0", "reqid4", "none5", "a",
	};
	static const char *const others[] = { "a", "none", "", "pq " };

	if (!strcmp(attribute, "psk") || !strcmp(attribute, "ppk"))
		return chance_of(chance, keys);
	if (chance_one_in(chance, 4))
		return chance_of(chance, others);
	if (!strcmp(attribute, "child"))
		return chance_of(chance, children);
	return connection_name((enum connection)chance_below(chance, CONNECTIONS),
			       chance_below(chance, THREADS_MAX));
}

static long add_key(const char *description)
{
	return syscall(SYS_add_key, "logon", description, description,
		       strlen(description), KEY_SPEC_SESSION_KEYRING);
}

/**
 * names_add_keys() - put the keys into the keyring of the session
 *
 * Return: whether that could be done.
 */
int names_add_keys(void)
{
	return add_key(PSK_NAME) > 0 && add_key(PPK_NAME) > 0 &&
	       add_key(MORTAL_NAME) > 0;
}

/**
 * names_end_mortal_key() - revoke a key or let it expire; another takes its place
 * @chance: what decides which
 */
void names_end_mortal_key(struct chance *chance)
{
	const long key = add_key(MORTAL_NAME);

	if (key < 0)
		return;
	if (chance_one_in(chance, 2))
		syscall(SYS_keyctl, KEYCTL_REVOKE, key);
	else
		syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, 1);
}
