// SPDX-License-Identifier: GPL-2.0
/*
 * Pre-shared keys come from the keyring and are copied when a connection is set.
 * Whoever changes, adds or revokes a key afterwards changes no connection.
 */
#include <crypto/algapi.h>
#include <keys/user-type.h>
#include <linux/err.h>
#include <linux/key.h>
#include <linux/netlink.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "shared_secret.h"

/* Keys of others, as those of file systems, are none of a peer's business. */
#define DESCRIPTION_PREFIX "pqike:"

static struct key *find_key(const char *description,
			    struct netlink_ext_ack *extack)
{
	struct key *key;

	if (strncmp(description, DESCRIPTION_PREFIX,
		    strlen(DESCRIPTION_PREFIX))) {
		NL_SET_ERR_MSG(extack,
			       "the description of a logon key for pqike begins with pqike:");
		return ERR_PTR(-EINVAL);
	}
	key = request_key(&key_type_logon, description, NULL);
	if (IS_ERR(key))
		NL_SET_ERR_MSG(extack,
			       "no usable logon key of this description in the caller's keyrings");
	return key;
}

static struct pqike_shared_secret *
copy_payload(const struct user_key_payload *payload,
	     struct netlink_ext_ack *extack)
{
	struct pqike_shared_secret *secret;

	if (!payload) {
		NL_SET_ERR_MSG(extack, "the logon key is revoked");
		return ERR_PTR(-EKEYREVOKED);
	}
	if (payload->datalen < PQIKE_SHARED_SECRET_MIN ||
	    payload->datalen > PQIKE_SHARED_SECRET_MAX) {
		NL_SET_ERR_MSG(extack,
			       "the secret of a logon key is shorter than 8 or longer than 4096 octets");
		return ERR_PTR(-EINVAL);
	}
	secret = kzalloc(struct_size(secret, octets, payload->datalen),
			 GFP_KERNEL_ACCOUNT);
	if (!secret)
		return ERR_PTR(-ENOMEM);
	kref_init(&secret->ref);
	secret->len = payload->datalen;
	memcpy(secret->octets, payload->data, payload->datalen);
	return secret;
}

/**
 * pqike_shared_secret_copy() - the secret of a logon key, as it is now
 * @description: of the key, which is in the keyrings of the current process
 * @extack: says why it cannot be used
 *
 * Context: process context of who names the key; may sleep.
 * Return: the secret with one reference; or ERR_PTR() of -EINVAL for a description
 * or a length that is refused, -ENOKEY, -EKEYREVOKED, -EKEYEXPIRED, -EACCES, -ENOMEM.
 */
struct pqike_shared_secret *
pqike_shared_secret_copy(const char *description,
			 struct netlink_ext_ack *extack)
{
	struct pqike_shared_secret *secret;
	struct key *key;

	key = find_key(description, extack);
	if (IS_ERR(key))
		return ERR_CAST(key);
	down_read(&key->sem);
	secret = copy_payload(user_key_payload_locked(key), extack);
	up_read(&key->sem);
	key_put(key);
	if (!IS_ERR(secret))
		strscpy(secret->description, description,
			sizeof(secret->description));
	return secret;
}

/**
 * pqike_shared_secret_get() - take a reference
 * @secret: the secret, or NULL
 *
 * Context: any.
 * Return: @secret.
 */
struct pqike_shared_secret *
pqike_shared_secret_get(struct pqike_shared_secret *secret)
{
	if (secret)
		kref_get(&secret->ref);
	return secret;
}

static void secret_free(struct kref *ref)
{
	kfree_sensitive(container_of(ref, struct pqike_shared_secret, ref));
}

/**
 * pqike_shared_secret_put() - give back a reference; the last one wipes the secret
 * @secret: the secret, or NULL
 *
 * Context: any.
 */
void pqike_shared_secret_put(struct pqike_shared_secret *secret)
{
	if (secret)
		kref_put(&secret->ref, secret_free);
}

/**
 * pqike_shared_secret_equal() - is it the same secret?
 * @a: a secret, or NULL
 * @b: likewise
 *
 * Takes the same time wherever secrets of one length differ.
 *
 * Context: any.
 * Return: whether both have the same octets, or both are NULL.
 */
bool pqike_shared_secret_equal(const struct pqike_shared_secret *a,
			       const struct pqike_shared_secret *b)
{
	if (!a || !b)
		return a == b;
	return a->len == b->len && !crypto_memneq(a->octets, b->octets, a->len);
}
