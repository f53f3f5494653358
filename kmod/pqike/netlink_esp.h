/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink attributes of what xfrm is told. */
#ifndef PQIKE_NETLINK_ESP_H
#define PQIKE_NETLINK_ESP_H

#include <linux/types.h>
#include <linux/xfrm.h>
#include <net/netlink.h>

#include "netlink.h"

struct netlink_ext_ack;
struct pqike_esp;
struct pqike_esp_lifetime;
struct pqike_ts;

/* What is 0 or false is not put. */
static inline int pqike_put_u32(struct sk_buff *skb, int attribute, u32 value)
{
	return value ? nla_put_u32(skb, attribute, value) : 0;
}

static inline int pqike_put_flag(struct sk_buff *skb, int attribute, bool value)
{
	return value ? nla_put_flag(skb, attribute) : 0;
}

static inline int pqike_put_limit(struct sk_buff *skb, int attribute, u64 value)
{
	return value ? nla_put(skb, attribute, sizeof(value), &value) : 0;
}

int pqike_read_child_name(struct nlattr **attrs, const char **name,
			  struct netlink_ext_ack *extack);
int pqike_read_endpoints(struct nlattr **attrs, u16 *family,
			 xfrm_address_t *local, xfrm_address_t *remote,
			 struct netlink_ext_ack *extack);
int pqike_read_ts(const struct nlattr *nest, struct pqike_ts *ts,
		  struct netlink_ext_ack *extack);
bool pqike_read_transport(const struct nlattr *mode);
int pqike_put_endpoints(struct sk_buff *skb, const struct pqike_esp *esp);
int pqike_put_ts_list(struct sk_buff *skb, int attribute,
		      const struct pqike_ts *ts, unsigned int n);
int pqike_put_mark(struct sk_buff *skb, int attribute,
		   const struct xfrm_mark *mark);
int pqike_put_mode(struct sk_buff *skb, int attribute, bool transport);
int pqike_put_limits(struct sk_buff *skb, const struct pqike_esp_lifetime *l);
int pqike_put_lifetime(struct sk_buff *skb,
		       const struct pqike_esp_lifetime *lifetime);
size_t pqike_room_for_policies(const struct pqike_esp *esp);
int pqike_put_policies(struct sk_buff *skb, const struct pqike_esp *esp);
int pqike_put_states(struct sk_buff *skb, const struct pqike_esp *esp);

/* Octets of a traffic selector, a mark and a lifetime, at most. */
#define PQIKE_ROOM_TS	(PQIKE_ROOM(0) + PQIKE_ROOM(16) + 2 * PQIKE_ROOM_U8 +	\
			 2 * PQIKE_ROOM_U16)
#define PQIKE_ROOM_MARK	(PQIKE_ROOM(0) + 2 * PQIKE_ROOM_U32)
#define PQIKE_ROOM_LIFETIME	(PQIKE_ROOM(0) + 6 * PQIKE_ROOM(sizeof(u64)))

/* What pqike_put_endpoints() and pqike_put_states() put, at most. */
#define PQIKE_ROOM_ENDPOINTS	(2 * PQIKE_ROOM(16))
#define PQIKE_ROOM_STATES	(5 * PQIKE_ROOM_U16 + PQIKE_ROOM_U32 +	\
				 5 * PQIKE_ROOM(0) + 2 * PQIKE_ROOM_MARK +	\
				 PQIKE_ROOM_LIFETIME)

#endif /* PQIKE_NETLINK_ESP_H */
