/* SPDX-License-Identifier: GPL-2.0 */
/* Keys of the type logon, which user space cannot read back (R5). */
#ifndef PQIKE_LOGON_KEY_H
#define PQIKE_LOGON_KEY_H

struct key;
struct netlink_ext_ack;
struct user_key_payload;

struct key *pqike_logon_key_find(const char *description,
				 struct netlink_ext_ack *extack);
const struct user_key_payload *
pqike_logon_key_lock(struct key *key, struct netlink_ext_ack *extack);
void pqike_logon_key_unlock(struct key *key);

#endif /* PQIKE_LOGON_KEY_H */
