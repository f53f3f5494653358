// SPDX-License-Identifier: GPL-2.0
#include "kernel/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/udp.h>
#include <linux/xfrm.h>

#define NON_ESP_MARKER_SIZE 4

/*
 * Octets of messages that wait for us, as the kernel counts them. Hundreds of peers
 * begin at once where a gateway comes back, each with fragments of ML-KEM; with the
 * kernel's usual 200 KB most are lost and sent again and again.
 */
#define RECEIVE_BUFFER (4 << 20)

static const uint8_t non_esp_marker[NON_ESP_MARKER_SIZE];

static int set_option(int fd, int level, int option, const void *value,
		      socklen_t size)
{
	return setsockopt(fd, level, option, value, size);
}

/* IKE itself goes past every IPsec policy of the host. */
static int bypass_policies(int fd, int family)
{
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int option = family == AF_INET ? IP_XFRM_POLICY : IPV6_XFRM_POLICY;
	struct xfrm_userpolicy_info policy = {
		.action = XFRM_POLICY_ALLOW,
		.sel.family = (uint16_t)family,
		.dir = XFRM_POLICY_OUT,
	};

	if (set_option(fd, level, option, &policy, sizeof(policy)) < 0)
		return -1;
	policy.dir = XFRM_POLICY_IN;
	return set_option(fd, level, option, &policy, sizeof(policy));
}

/* Large messages may leave as IP fragments; none is to be lost to the MTU. */
static int set_up_ipv4(int fd)
{
	int never = IP_PMTUDISC_DONT;
	int on = 1;

	if (set_option(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0)
		return -1;
	return set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, &never, sizeof(never));
}

static int set_up_ipv6(int fd)
{
	int never = IPV6_PMTUDISC_DONT;
	int on = 1;

	if (set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0 ||
	    set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) < 0)
		return -1;
	return set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &never,
			  sizeof(never));
}

/* Without the privilege it is as large as the administrator lets it be. */
static void set_receive_buffer(int fd)
{
	int size = RECEIVE_BUFFER;

	if (set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		set_option(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/* The kernel takes ESP in UDP and keepalives out of what comes (RFC 3948). */
static int take_esp(int fd)
{
	int type = UDP_ENCAP_ESPINUDP;

	return set_option(fd, IPPROTO_UDP, UDP_ENCAP, &type, sizeof(type));
}

static int share_port(int fd)
{
	int on = 1;

	return set_option(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

/*
 * The first of a port shares it once it has it, so that another daemon's is noticed; the
 * others join it.
 */
static int bind_socket(int fd, const struct sockaddr_storage *local,
		       enum arrival arrival)
{
	uint16_t port = endpoint_port(local);

	if (arrival != ARRIVAL_IKE_SA && share_port(fd) < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)local, endpoint_size(local)) < 0)
		return -1;
	if (arrival == ARRIVAL_IKE_SA)
		return share_port(fd);
	if (arrival == ARRIVALS - 1)
		return arrival_sort(fd, port == IKE_NAT_PORT ?
						NON_ESP_MARKER_SIZE : 0);
	return 0;
}

/* Return: a bound socket, or -1 with errno set. */
static int open_socket(const struct sockaddr_storage *local, enum arrival arrival)
{
	int family = local->ss_family;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -1;
	set_receive_buffer(fd);
	if ((family == AF_INET ? set_up_ipv4(fd) : set_up_ipv6(fd)) < 0 ||
	    bypass_policies(fd, family) < 0 ||
	    (endpoint_port(local) == IKE_NAT_PORT && take_esp(fd) < 0) ||
	    bind_socket(fd, local, arrival) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static void explain(const struct sockaddr_storage *local, char *error,
		    size_t error_size)
{
	const char *hint = "";
	int number = errno;
	char text[ENDPOINT_TEXT_SIZE];

	endpoint_print(local, text, sizeof(text));
	if (number == EADDRINUSE)
		hint = " (another IKE daemon?)";
	else if (number == EPERM || number == EACCES)
		hint = " (another IKE daemon has it, or run as root)";
	snprintf(error, error_size, "%s: %s%s", text,
		 number == EADDRINUSE ? "address in use" : strerror(number), hint);
	errno = number;
}

/* Return: whether the port has all of its sockets, or the host not this family. */
static bool open_port(struct sockets *sockets, struct sockaddr_storage *local)
{
	for (int arrival = 0; arrival < ARRIVALS; arrival++) {
		struct ike_socket *opened = &sockets->list[sockets->n];

		opened->fd = open_socket(local, arrival);
		if (opened->fd < 0)
			return local->ss_family == AF_INET6 &&
			       (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
		opened->local = *local;
		opened->arrival = arrival;
		sockets->n++;
	}
	return true;
}

bool sockets_open(struct sockets *sockets, char *error, size_t error_size)
{
	static const struct {
		int family;
		uint16_t port;
	} wanted[PORTS_MAX] = {
		{ AF_INET, IKE_PORT },
		{ AF_INET, IKE_NAT_PORT },
		{ AF_INET6, IKE_PORT },
		{ AF_INET6, IKE_NAT_PORT },
	};

	sockets->n = 0;
	for (size_t i = 0; i < PORTS_MAX; i++) {
		struct sockaddr_storage local = {
			.ss_family = (sa_family_t)wanted[i].family,
		};

		endpoint_set_port(&local, wanted[i].port);
		if (!open_port(sockets, &local)) {
			explain(&local, error, error_size);
			return false;
		}
	}
	return true;
}

/* One that somebody has connected hears that peer only. */
static bool is_connected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);

	return !getpeername(fd, (struct sockaddr *)&peer, &size);
}

/* All arrivals of a port stand together. */
bool sockets_adopt(struct sockets *sockets, const int *fds, size_t n)
{
	const size_t room = sizeof(sockets->list) / sizeof(sockets->list[0]);
	bool ok = n <= room && !(n % ARRIVALS);

	sockets->n = 0;
	for (size_t i = 0; i < n && i < room; i++) {
		struct ike_socket *socket = &sockets->list[sockets->n++];
		socklen_t size = sizeof(socket->local);

		*socket = (struct ike_socket){
			.fd = fds[i], .arrival = (enum arrival)(i % ARRIVALS),
		};
		if (getsockname(fds[i], (struct sockaddr *)&socket->local,
				&size) < 0 ||
		    (socket->local.ss_family != AF_INET &&
		     socket->local.ss_family != AF_INET6) ||
		    is_connected(fds[i]))
			ok = false;
	}
	return ok;
}

void sockets_close(struct sockets *sockets)
{
	for (size_t i = 0; i < sockets->n; i++)
		close(sockets->list[i].fd);
	sockets->n = 0;
}

/* Room for the one control message of either family. */
union control {
	struct cmsghdr align;
	char ipv4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char ipv6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

static bool read_destination(struct msghdr *msg, struct sockaddr_storage *local)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			((struct sockaddr_in *)local)->sin_addr = info.ipi_addr;
			return true;
		}
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			((struct sockaddr_in6 *)local)->sin6_addr = info.ipi6_addr;
			return true;
		}
	}
	return false;
}

static bool has_marker(const struct ike_socket *socket)
{
	return endpoint_port(&socket->local) == IKE_NAT_PORT;
}

ssize_t sockets_receive(const struct ike_socket *socket, uint8_t *buffer,
			size_t size, struct path *path)
{
	uint8_t marker[NON_ESP_MARKER_SIZE] = { 0 };
	size_t marker_size = has_marker(socket) ? sizeof(marker) : 0;
	struct iovec parts[] = {
		{ .iov_base = marker, .iov_len = marker_size },
		{ .iov_base = buffer, .iov_len = size },
	};
	union control control;
	struct msghdr msg = {
		.msg_name = &path->remote,
		.msg_namelen = sizeof(path->remote),
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len = recvmsg(socket->fd, &msg, 0);

	if (len < 0)
		return -1;
	path->local = socket->local;
	if ((size_t)len <= marker_size || msg.msg_flags & MSG_TRUNC ||
	    memcmp(marker, non_esp_marker, marker_size) != 0 ||
	    !read_destination(&msg, &path->local))
		return 0;
	return len - (ssize_t)marker_size;
}

static const struct ike_socket *find_socket(const struct sockets *sockets,
					    const struct sockaddr_storage *local)
{
	for (size_t i = 0; i < sockets->n; i++)
		if (sockets->list[i].local.ss_family == local->ss_family &&
		    endpoint_port(&sockets->list[i].local) == endpoint_port(local))
			return &sockets->list[i];
	return NULL;
}

/* Send from the address that the path says, not the one routing prefers. */
static void write_source(struct msghdr *msg, const struct sockaddr_storage *local)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);

	if (local->ss_family == AF_INET) {
		struct in_pktinfo info = {
			.ipi_spec_dst = ((const struct sockaddr_in *)local)->sin_addr,
		};

		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		msg->msg_controllen = CMSG_SPACE(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	} else {
		struct in6_pktinfo info = {
			.ipi6_addr = ((const struct sockaddr_in6 *)local)->sin6_addr,
		};

		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		msg->msg_controllen = CMSG_SPACE(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	}
}

/* Send a datagram of two parts; of the first one only to port 4500. */
static int send_parts(const struct sockets *sockets, const struct path *path,
		      struct iovec parts[2])
{
	const struct ike_socket *socket = find_socket(sockets, &path->local);
	union control control = { 0 };
	struct msghdr msg = {
		.msg_name = (void *)&path->remote,
		.msg_namelen = endpoint_size(&path->remote),
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	if (!socket)
		return -EADDRNOTAVAIL;
	if (!has_marker(socket))
		parts[0].iov_len = 0;
	write_source(&msg, &path->local);
	return sendmsg(socket->fd, &msg, 0) < 0 ? -errno : 0;
}

int sockets_send(const struct sockets *sockets, const struct path *path,
		 const uint8_t *message, size_t len)
{
	struct iovec parts[] = {
		{ .iov_base = (void *)non_esp_marker,
		  .iov_len = NON_ESP_MARKER_SIZE },
		{ .iov_base = (void *)message, .iov_len = len },
	};

	return send_parts(sockets, path, parts);
}

int sockets_send_keepalive(const struct sockets *sockets,
			   const struct path *path)
{
	uint8_t keepalive = 0xff;
	struct iovec parts[] = {
		{ .iov_base = &keepalive, .iov_len = sizeof(keepalive) },
		{ 0 },
	};

	return send_parts(sockets, path, parts);
}
