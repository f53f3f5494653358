// SPDX-License-Identifier: GPL-2.0
/* What `ip xfrm state` would show: no key of an ESP SA may be in it. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <string.h>
#include <time.h>

#include "cli/check.h"

struct states {
	unsigned int n;
	unsigned int exposed;
};

static bool has_octets(const void *data, size_t len)
{
	const uint8_t *octets = data;

	for (size_t i = 0; i < len; i++)
		if (octets[i])
			return true;
	return false;
}

/* Each of these attributes ends with the key. */
static size_t key_offset(uint16_t type)
{
	switch (type) {
	case XFRMA_ALG_AUTH:
	case XFRMA_ALG_CRYPT:
		return sizeof(struct xfrm_algo);
	case XFRMA_ALG_AUTH_TRUNC:
		return sizeof(struct xfrm_algo_auth);
	case XFRMA_ALG_AEAD:
		return sizeof(struct xfrm_algo_aead);
	default:
		return 0;
	}
}

static int look_at_state(const struct nlmsghdr *message, void *arg)
{
	struct states *states = arg;
	const struct nlattr *attr;
	bool exposed = false;

	states->n++;
	mnl_attr_for_each(attr, message, sizeof(struct xfrm_usersa_info)) {
		size_t offset = key_offset(mnl_attr_get_type(attr));
		size_t len = mnl_attr_get_payload_len(attr);

		if (offset && len > offset)
			exposed |= has_octets((const uint8_t *)
					      mnl_attr_get_payload(attr) +
					      offset, len - offset);
	}
	states->exposed += exposed;
	return MNL_CB_OK;
}

/* Return: 0 or an errno. */
static int dump_states(struct mnl_socket *socket, struct states *states)
{
	static char buffer[32768];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	unsigned int sequence = (unsigned int)time(NULL);
	ssize_t len;
	int more = MNL_CB_OK;

	request->nlmsg_type = XFRM_MSG_GETSA;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = sequence;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return errno;
	while (more > MNL_CB_STOP) {
		len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (len < 0)
			return errno;
		more = mnl_cb_run(buffer, (size_t)len, sequence,
				  mnl_socket_get_portid(socket), look_at_state,
				  states);
	}
	return more < 0 ? errno : 0;
}

void check_keys(const struct check_context *context,
		struct check_result *result)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_XFRM, SOCK_CLOEXEC);
	struct states states = { 0 };
	int error;

	(void)context;
	error = socket ? dump_states(socket, &states) : errno;
	if (socket)
		mnl_socket_close(socket);
	if (error) {
		check_say(result, CHECK_FAILED, "xfrm cannot be asked: %s",
			  strerror(error));
		check_remedy(result, "run this as root; modprobe xfrm_user");
	} else if (states.exposed) {
		check_say(result, CHECK_FAILED, "%u of %u ESP SAs show their "
			  "keys to root (ip xfrm state)", states.exposed,
			  states.n);
		check_remedy(result, "they are not of pqike: stop what made "
			     "them, and ip xfrm state flush");
	} else if (!states.n) {
		check_say(result, CHECK_NOTHING, "there is no ESP SA whose key ip xfrm state could show");
	} else {
		check_say(result, CHECK_OK, "ip xfrm state shows the key of none of %u ESP SA%s",
			  states.n, states.n == 1 ? "" : "s");
	}
}
