// SPDX-License-Identifier: GPL-2.0
/*
 * Pre-shared keys stay where the administrator put them: a connection holds the
 * key, and its octets are read in place, for one computation.
 */
#include <keys/user-type.h>
#include <linux/err.h>
#include <linux/key.h>
#include <linux/netlink.h>
#include <linux/rwsem.h>

#include "logon_key.h"

/**
 * pqike_logon_key_find() - a key in the keyrings of the current process
 * @description: its description
 * @extack: says that it cannot be used
 *
 * Context: process context of who names the key; may sleep.
 * Return: the key, to be given back with key_put(); or ERR_PTR() of -ENOKEY,
 * -EKEYREVOKED, -EKEYEXPIRED, -EACCES.
 */
struct key *pqike_logon_key_find(const char *description,
				 struct netlink_ext_ack *extack)
{
	struct key *key = request_key(&key_type_logon, description, NULL);

	if (IS_ERR(key))
		NL_SET_ERR_MSG(extack,
			       "no usable logon key of this description in the caller's keyrings");
	return key;
}

/**
 * pqike_logon_key_lock() - read a key
 * @key: the key
 * @extack: says why it cannot be used any more
 *
 * Context: may sleep.
 * Return: what is valid until pqike_logon_key_unlock(); or, with nothing locked,
 * ERR_PTR() of -EKEYREVOKED or -EKEYEXPIRED.
 */
const struct user_key_payload *
pqike_logon_key_lock(struct key *key, struct netlink_ext_ack *extack)
{
	const struct user_key_payload *payload;
	int err;

	down_read(&key->sem);
	err = key_validate(key);
	payload = err ? NULL : user_key_payload_locked(key);
	if (payload)
		return payload;
	up_read(&key->sem);
	NL_SET_ERR_MSG(extack, "the pre-shared key cannot be used: revoked or expired?");
	return ERR_PTR(err ?: -EKEYREVOKED);
}

/**
 * pqike_logon_key_unlock() - end the reading of a key
 * @key: locked with pqike_logon_key_lock()
 *
 * Context: may sleep.
 */
void pqike_logon_key_unlock(struct key *key)
{
	up_read(&key->sem);
}
