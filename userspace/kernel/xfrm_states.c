// SPDX-License-Identifier: GPL-2.0
/*
 * A question for one SPI has to name the mark: where it is not answered, there
 * is a dump, with a filter that lets through what is between two gateways.
 * Others may have ESP SAs there, whose keys the kernel then tells, too.
 */
#include "kernel/xfrm_states.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <string.h>

#define BUFFER_SIZE 32768

struct search {
	uint32_t spi; /* network byte order */
	struct xfrm_state *state;
};

struct mnl_socket *xfrm_states_open(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_XFRM, SOCK_CLOEXEC);

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) >= 0)
		return socket;
	mnl_socket_close(socket);
	return NULL;
}

static bool has(const struct nlattr *attr, size_t size)
{
	return mnl_attr_get_payload_len(attr) >= size;
}

static void read_attribute(const struct nlattr *attr, struct xfrm_state *state)
{
	const void *payload = mnl_attr_get_payload(attr);
	const struct xfrm_replay_state_esn *replay = payload;
	const struct xfrm_encap_tmpl *encap = payload;
	const struct xfrm_mark *mark = payload;

	switch (mnl_attr_get_type(attr)) {
	case XFRMA_MARK:
		if (has(attr, sizeof(*mark)))
			state->mark = (struct mark){ mark->v, mark->m };
		break;
	case XFRMA_SET_MARK:
		if (has(attr, sizeof(uint32_t)))
			state->set_mark.value = mnl_attr_get_u32(attr);
		break;
	case XFRMA_SET_MARK_MASK:
		if (has(attr, sizeof(uint32_t)))
			state->set_mark.mask = mnl_attr_get_u32(attr);
		break;
	case XFRMA_REPLAY_ESN_VAL:
		if (has(attr, sizeof(*replay)))
			state->replay_window = replay->replay_window;
		break;
	case XFRMA_LASTUSED:
		if (has(attr, sizeof(uint64_t)))
			state->used = mnl_attr_get_u64(attr);
		break;
	case XFRMA_ENCAP:
		if (has(attr, sizeof(*encap))) {
			state->source_port = ntohs(encap->encap_sport);
			state->destination_port = ntohs(encap->encap_dport);
		}
		break;
	default:
		break;
	}
}

static uint64_t limit(uint64_t seconds)
{
	return seconds == XFRM_INF ? 0 : seconds;
}

static int take(const struct nlmsghdr *header, void *arg)
{
	const struct xfrm_usersa_info *info = mnl_nlmsg_get_payload(header);
	const struct search *search = arg;
	struct xfrm_state *state = search->state;
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(header) < sizeof(*info) ||
	    info->id.spi != search->spi)
		return MNL_CB_OK;
	*state = (struct xfrm_state){
		.found = true,
		.replay_window = info->replay_window,
		.added = info->curlft.add_time,
		.packets = info->curlft.packets,
		.rekey = limit(info->lft.soft_add_expires_seconds),
		.end = limit(info->lft.hard_add_expires_seconds),
	};
	mnl_attr_for_each(attr, header, sizeof(*info))
		read_attribute(attr, state);
	return MNL_CB_OK;
}

static void put_filter(struct nlmsghdr *request, const struct address *source,
		       const struct address *destination)
{
	uint8_t bits = source->family == AF_INET ? 32 : 128;
	struct xfrm_address_filter filter = {
		.family = (uint16_t)source->family,
		.splen = bits, .dplen = bits,
	};

	memcpy(&filter.saddr, source->octets, bits / 8);
	memcpy(&filter.daddr, destination->octets, bits / 8);
	mnl_attr_put(request, XFRMA_ADDRESS_FILTER, sizeof(filter), &filter);
	mnl_attr_put_u8(request, XFRMA_PROTO, IPPROTO_ESP);
}

static void put_id(struct nlmsghdr *request, const struct address *destination,
		   uint32_t spi)
{
	struct xfrm_usersa_id *id = mnl_nlmsg_put_extra_header(request,
							       sizeof(*id));

	id->spi = htonl(spi);
	id->family = (uint16_t)destination->family;
	id->proto = IPPROTO_ESP;
	memcpy(&id->daddr, destination->octets,
	       destination->family == AF_INET ? 4 : 16);
}

static struct nlmsghdr *begin(uint8_t buffer[BUFFER_SIZE], uint16_t flags,
			      uint32_t spi)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = XFRM_MSG_GETSA;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = spi;
	return request;
}

/* The answer is read into the buffer of the request, and wiped. */
static void call(struct mnl_socket *socket, struct nlmsghdr *request,
		 uint32_t spi, struct xfrm_state *state)
{
	struct search search = { htonl(spi), state };
	ssize_t len = mnl_socket_sendto(socket, request, request->nlmsg_len);

	while (len > 0) {
		len = mnl_socket_recvfrom(socket, request, BUFFER_SIZE);
		if (len <= 0 || mnl_cb_run(request, (size_t)len, spi,
					   mnl_socket_get_portid(socket), take,
					   &search) <= MNL_CB_STOP)
			break;
	}
	explicit_bzero(request, BUFFER_SIZE);
}

void xfrm_state_read(struct mnl_socket *socket, const struct address *source,
		     const struct address *destination, uint32_t spi,
		     struct xfrm_state *state)
{
	static uint8_t buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = begin(buffer, NLM_F_ACK, spi);

	*state = (struct xfrm_state){ .found = false };
	put_id(request, destination, spi);
	call(socket, request, spi, state);
	if (state->found)
		return;
	request = begin(buffer, NLM_F_DUMP, spi);
	put_filter(request, source, destination);
	call(socket, request, spi, state);
}
