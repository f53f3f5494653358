// SPDX-License-Identifier: GPL-2.0
/* Pre-shared keys in the kernel's keyring. */
#include <errno.h>
#include <fcntl.h>
#include <keyutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/waiting_for.h"
#include "config/secret_name.h"
#include "kernel/psk.h"
#include "kernel/secrets.h"

#define ERROR_MAX 256

bool secrets_join_keyring(char *error, size_t error_size)
{
	if (keyctl_join_session_keyring("pqike") >= 0)
		return true;
	snprintf(error, error_size, "cannot make a session keyring: %s",
		 strerror(errno));
	return false;
}

/* Of two keyrings of one name in a session keyring the older one is lost. */
static void name_keyring(char *name, size_t size)
{
	static unsigned int number;

	snprintf(name, size, "pqike-secrets-%u", ++number);
}

int32_t secrets_keyring_new(char *error, size_t error_size)
{
	char name[32];
	int32_t keyring;

	name_keyring(name, sizeof(name));
	keyring = add_key("keyring", name, NULL, 0, KEY_SPEC_SESSION_KEYRING);
	if (keyring < 0) {
		snprintf(error, error_size, "cannot make a keyring: %s",
			 strerror(errno));
		return -1;
	}
	if (keyctl_link(KEY_SPEC_USER_KEYRING, keyring) >= 0)
		return keyring;
	snprintf(error, error_size, "cannot link the user keyring into that of the secrets: %s",
		 strerror(errno));
	secrets_drop(keyring);
	return -1;
}

int32_t secrets_keyring_give(char *error, size_t error_size)
{
	int32_t keyring = add_key("keyring", "pqike-secrets", NULL, 0,
				  KEY_SPEC_PROCESS_KEYRING);

	if (keyring >= 0 &&
	    keyctl_setperm(keyring, KEY_POS_ALL | KEY_USR_VIEW | KEY_GRP_VIEW |
					    KEY_GRP_SEARCH | KEY_GRP_LINK) >= 0)
		return keyring;
	snprintf(error, error_size, "cannot make a keyring: %s",
		 strerror(errno));
	return -1;
}

bool secrets_keyring_take(int32_t keyring, char *error, size_t error_size)
{
	if (keyctl_link(keyring, KEY_SPEC_SESSION_KEYRING) >= 0)
		return true;
	snprintf(error, error_size, "cannot have the keyring of the secrets: %s",
		 strerror(errno));
	return false;
}

/* The kernel searches the process keyring before the session keyring. */
bool secrets_use(int32_t keyring)
{
	return !keyring ||
	       keyctl_link(keyring, KEY_SPEC_PROCESS_KEYRING) >= 0;
}

bool secrets_put_by(int32_t keyring)
{
	return !keyring ||
	       keyctl_unlink(keyring, KEY_SPEC_PROCESS_KEYRING) >= 0;
}

void secrets_drop(int32_t keyring)
{
	if (!keyring)
		return;
	keyctl_unlink(keyring, KEY_SPEC_PROCESS_KEYRING);
	keyctl_unlink(keyring, KEY_SPEC_SESSION_KEYRING);
}

static bool add_file(const struct secret_config *secret,
		     const char *description, int32_t keyring, char *error,
		     size_t error_size)
{
	char what[ERROR_MAX];
	bool ok;
	int fd;

	waiting_for(secret->file);
	fd = open(secret->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s: %s", secret->place,
			 secret->file, strerror(errno));
		return false;
	}
	ok = psk_add(fd, description, keyring, what, sizeof(what));
	close(fd);
	if (!ok)
		snprintf(error, error_size, "%s: %s: %s", secret->place,
			 secret->file, what);
	return ok;
}

bool secrets_find(const struct secret_config *secret, int32_t keyring,
		  char *error, size_t error_size)
{
	if (keyctl_search(KEY_SPEC_USER_KEYRING, "logon",
			  secret->description, keyring) >= 0)
		return true;
	snprintf(error, error_size, "%s: no logon key %s in the keyring (%s): "
		 "run `pqike psk %s`, or give the secret a file", secret->place,
		 secret->description, strerror(errno),
		 secret->description + strlen(SECRET_DESCRIPTION_PREFIX));
	return false;
}

bool secrets_fill(const struct secret_config *secrets, int32_t keyring,
		  char *error, size_t error_size)
{
	const struct secret_config *secret;

	for (secret = secrets; secret; secret = secret->next) {
		bool ok = secret->file ?
			  add_file(secret, secret->description, keyring, error,
				   error_size) :
			  secrets_find(secret, keyring, error, error_size);

		if (!ok)
			return false;
	}
	return true;
}

/* All keys take turns as one, of a keyring that ends with this process. */
bool secrets_try(const struct secret_config *secret, char *error,
		 size_t error_size)
{
	return secret->file ?
	       add_file(secret, SECRET_DESCRIPTION_PREFIX "tried",
			KEY_SPEC_PROCESS_KEYRING, error, error_size) :
	       secrets_find(secret, 0, error, error_size);
}
