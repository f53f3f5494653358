// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/xfrm.h>

static int open_namespace(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY);
}

/* Other threads are in others. */
static int make_namespace(void)
{
	return unshare(CLONE_NEWNET) ? -1 : open_namespace();
}

static bool write_setting(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fputs(value, file);
	return !fclose(file);
}

/* An ip command to each line, in the namespace of this thread */
static bool run_ip(const char *lines)
{
	FILE *ip = popen("ip -batch -", "w");

	if (!ip)
		return false;
	fputs(lines, ip);
	return !pclose(ip);
}

/* All addresses in 10.SIDE.0.0/16 and fd00:SIDE::/32 are this side's own. */
static bool configure(unsigned int side)
{
	const unsigned int own = side + 1, peer = SIDES - side;
	char lines[1024];

	snprintf(lines, sizeof(lines),
		 "link set lo up\n"
		 "address add 192.0.2.%u/24 dev veth0\n"
		 "address add fd00::%u/64 dev veth0 nodad\n"
		 "link set veth0 up\n"
		 "route add local 10.%u.0.0/16 dev lo\n"
		 "route add 10.%u.0.0/16 via 192.0.2.%u\n"
		 "route add local fd00:%u::/32 dev lo\n"
		 "route add fd00:%u::/32 via fd00::%u\n",
		 own, own, own, peer, peer, own, peer, peer);
	return write_setting("/proc/sys/net/core/xfrm_acq_expires", "1") &&
	       run_ip(lines);
}

/* The namespace of the process, which its first thread never leaves */
static int home(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

/**
 * world_leave() - go back to the network namespace of the process
 *
 * Return: whether that could be done.
 */
bool world_leave(void)
{
	const int namespace = home();
	const bool left = namespace >= 0 && !setns(namespace, CLONE_NEWNET);

	if (namespace >= 0)
		close(namespace);
	return left;
}

static bool connect_sides(const struct world *world)
{
	char line[128];

	snprintf(line, sizeof(line),
		 "link add veth0 type veth peer name veth0 netns /proc/self/fd/%d\n",
		 world->namespaces[0]);
	return run_ip(line);
}

/**
 * world_make() - make both sides
 * @world: receives them
 * @calm: see there
 *
 * It is this thread that is in other network namespaces meanwhile.
 *
 * Return: whether that could be done; with nothing left otherwise.
 */
bool world_make(struct world *world, bool calm)
{
	bool made = true;

	memset(world, 0, sizeof(*world));
	world->calm = calm;
	pthread_mutex_init(&world->lock, NULL);
	for (unsigned int side = 0; side < SIDES; side++) {
		world->namespaces[side] = make_namespace();
		made = made && world->namespaces[side] >= 0;
	}
	made = made && connect_sides(world);
	for (unsigned int side = 0; made && side < SIDES; side++)
		made = world_enter(world, side) && configure(side);
	made = world_leave() && made;
	if (!made)
		world_end(world);
	return made;
}

/**
 * world_enter() - take this thread to a side
 * @world: the world
 * @side: which
 *
 * Return: whether that could be done.
 */
bool world_enter(const struct world *world, unsigned int side)
{
	return !setns(world->namespaces[side], CLONE_NEWNET);
}

/**
 * world_end() - give the namespaces back, which end with the last socket in them
 * @world: the world
 */
void world_end(struct world *world)
{
	for (unsigned int side = 0; side < SIDES; side++)
		if (world->namespaces[side] >= 0)
			close(world->namespaces[side]);
	pthread_mutex_destroy(&world->lock);
}

/**
 * world_record() - keep a message for other threads to try
 * @world: the world
 * @octets: the message
 * @len: octets in @octets; long ones are not kept
 */
void world_record(struct world *world, const uint8_t *octets, size_t len)
{
	struct recorded *recorded;

	if (!len || len > RECORDED_LEN_MAX)
		return;
	pthread_mutex_lock(&world->lock);
	recorded = &world->recorded[world->n_recorded++ % RECORDED_MAX];
	memcpy(recorded->octets, octets, len);
	recorded->len = len;
	pthread_mutex_unlock(&world->lock);
}

/**
 * world_recall() - one of the messages that were recorded
 * @world: the world
 * @chance: what decides which
 * @octets: receives at most RECORDED_LEN_MAX
 *
 * Return: octets in @octets, 0 where there is none.
 */
size_t world_recall(struct world *world, struct chance *chance, uint8_t *octets)
{
	const struct recorded *recorded =
		&world->recorded[chance_below(chance, RECORDED_MAX)];
	size_t len;

	pthread_mutex_lock(&world->lock);
	len = recorded->len;
	memcpy(octets, recorded->octets, len);
	pthread_mutex_unlock(&world->lock);
	return len;
}

/* The answer's attribute of this number, as xfrm sends it; 0 octets: none */
static bool ask_xfrm(int fd, uint16_t what, uint16_t attribute, void *octets,
		     size_t len)
{
	struct {
		struct nlmsghdr header;
		uint32_t flags;
	} ask = {
		.header = { sizeof(ask), what, NLM_F_REQUEST, 1, 0 },
		.flags = ~0U,
	};
	_Alignas(struct nlmsghdr) uint8_t answer[1024];
	const size_t head = sizeof(ask);
	const struct nlattr *found;
	ssize_t received, at;

	if (send(fd, &ask, sizeof(ask), 0) != sizeof(ask))
		return false;
	received = recv(fd, answer, sizeof(answer), 0);
	for (at = (ssize_t)head; at + NLA_HDRLEN <= received;
	     at += NLA_ALIGN(found->nla_len)) {
		found = (const void *)(answer + at);
		if (found->nla_len < NLA_HDRLEN)
			return false;
		if (found->nla_type != attribute)
			continue;
		memcpy(octets, found + 1, len);
		return true;
	}
	return false;
}

/**
 * world_count_xfrm() - how many ESP SAs and policies a side has
 * @world: the world
 * @side: which; this thread is there afterwards
 * @states: receives how many
 * @policies: receives how many
 *
 * Return: whether xfrm has said so.
 */
bool world_count_xfrm(const struct world *world, unsigned int side,
		      uint32_t *states, uint32_t *policies)
{
	struct xfrmu_spdinfo info;
	bool said = false;
	int fd = -1;

	if (world_enter(world, side))
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);
	if (fd < 0)
		return false;
	if (ask_xfrm(fd, XFRM_MSG_GETSADINFO, XFRMA_SAD_CNT, states,
		     sizeof(*states)) &&
	    ask_xfrm(fd, XFRM_MSG_GETSPDINFO, XFRMA_SPD_INFO, &info,
		     sizeof(info))) {
		*policies = info.incnt + info.outcnt + info.fwdcnt;
		said = true;
	}
	close(fd);
	return said;
}
