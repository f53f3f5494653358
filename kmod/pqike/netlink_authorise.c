// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operations by which an administrator lets a socket drive IKE SAs, and
 * takes that back (R9).
 */
#include <linux/file.h>
#include <linux/net.h>
#include <net/sock.h>

#include "ike_sa.h"
#include "namespace.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "owner.h"
#include "quota.h"

/* Its port, 0 where it has none. */
static int address_of(struct socket *socket, struct sockaddr_storage *storage,
		      u32 *portid)
{
	int len;

	len = kernel_getsockname(socket, (struct sockaddr *)storage);
	if (len < 0)
		return len;
	*portid = ((struct sockaddr_nl *)storage)->nl_pid;
	return 0;
}

/*
 * Only of a socket that is bound the end is told, and getsockname() does not say whether
 * it is: a bind() that fails leaves the port which it asked for.  To bind a socket once
 * more to the address that it has changes nothing; one that is not bound gets it, or
 * -EADDRINUSE.  A port that is bound does not change.
 */
static int bound_port(struct socket *socket, u32 *portid)
{
	struct sockaddr_storage storage = {};
	int err;

	err = address_of(socket, &storage, portid);
	if (err)
		return err;
	if (!*portid)
		return -EINVAL;
	/* What points to an address has another type on some kernels. */
	return kernel_bind(socket, (void *)&storage, sizeof(struct sockaddr_nl));
}

static bool is_of_family(const struct socket *socket, const struct net *net)
{
	const struct sock *sk = socket->sk;

	return sk && sk->sk_family == AF_NETLINK &&
	       sk->sk_protocol == NETLINK_GENERIC && net_eq(sock_net(sk), net);
}

static int authorise_socket(struct socket *socket, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct pqike_quota quota = pqike_quota_none;
	u32 portid;
	int err;

	err = bound_port(socket, &portid);
	if (err) {
		NL_SET_ERR_MSG(info->extack, "the socket is not bound");
		return err;
	}
	err = pqike_read_quota(info->attrs[PQIKE_A_SOCKET_QUOTA], &quota,
			       info->extack);
	if (err)
		return err;
	err = pqike_owner_authorise(&pqike_pernet(net)->owners, socket->sk,
				    portid, &quota);
	if (err == -EEXIST)
		NL_SET_ERR_MSG(info->extack, "the socket is authorised already");
	return err;
}

static int revoke_socket(struct socket *socket, struct genl_info *info)
{
	struct sockaddr_storage storage = {};
	u32 portid;
	int err;

	err = address_of(socket, &storage, &portid);
	if (!err)
		err = pqike_ike_sa_socket_revoked(genl_info_net(info),
						  socket->sk, portid);
	if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "the socket is not authorised");
	return err;
}

/* Act on the socket that a request names. */
static int with_socket(struct genl_info *info,
		       int (*act)(struct socket *socket, struct genl_info *info))
{
	struct nlattr *fd = info->attrs[PQIKE_A_SOCKET_FD];
	struct socket *socket;
	int err;

	if (!fd) {
		NL_SET_ERR_MSG(info->extack, "the socket's file descriptor is missing");
		return -EINVAL;
	}
	socket = sockfd_lookup(nla_get_u32(fd), &err);
	if (!socket) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd,
				    "not the file descriptor of a socket");
		return err;
	}
	if (is_of_family(socket, genl_info_net(info))) {
		err = act(socket, info);
	} else {
		NL_SET_ERR_MSG(info->extack,
			       "not a generic netlink socket of this network namespace");
		err = -EINVAL;
	}
	sockfd_put(socket);
	return err;
}

int pqike_nl_authorise_doit(struct sk_buff *skb, struct genl_info *info)
{
	return with_socket(info, authorise_socket);
}

int pqike_nl_revoke_doit(struct sk_buff *skb, struct genl_info *info)
{
	return with_socket(info, revoke_socket);
}
