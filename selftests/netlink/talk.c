// SPDX-License-Identifier: GPL-2.0
#include "talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/pqike.h>

#include "ledger.h"

#define SMALL_BUFFER	1
#define LARGE_BUFFER	(1 << 20)
/* More than the smallest buffer has room for */
#define FILLERS		16

static uint16_t pqike_family;

static const void *after_headers(const struct nlmsghdr *message)
{
	return (const uint8_t *)message + NLMSG_HDRLEN + GENL_HDRLEN;
}

/* In a range of attributes the first of this type, or NULL */
static const struct nlattr *find(const void *begin, size_t len, uint16_t type)
{
	const uint8_t *at = begin;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *attribute = (const void *)at;
		const size_t step = NLA_ALIGN(attribute->nla_len);

		if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > len)
			return NULL;
		if ((attribute->nla_type & NLA_TYPE_MASK) == type)
			return attribute;
		if (step >= len)
			return NULL;
		at += step;
		len -= step;
	}
	return NULL;
}

/**
 * message_attribute() - an attribute of a message
 * @message: the message, of the family
 * @type: its number
 *
 * Return: the first of this number, or NULL.
 */
const struct nlattr *message_attribute(const struct nlmsghdr *message,
				       uint16_t type)
{
	if (message->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return NULL;
	return find(after_headers(message),
		    message->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

/**
 * reply_attribute() - an attribute of the last message of a reply
 * @reply: the reply
 * @type: its number
 *
 * Return: the first of this number, or NULL.
 */
const struct nlattr *reply_attribute(const struct reply *reply, uint16_t type)
{
	return reply->len ?
		message_attribute((const void *)reply->octets, type) : NULL;
}

/**
 * nested_attribute() - an attribute in a nest
 * @nest: the nest, or NULL
 * @type: its number
 *
 * Return: the first of this number, or NULL.
 */
const struct nlattr *nested_attribute(const struct nlattr *nest, uint16_t type)
{
	return nest ? find(attribute_octets(nest), attribute_len(nest), type) :
		NULL;
}

/**
 * next_attribute() - the next attribute of a number
 * @attribute: the one before, of @message
 * @message: the message
 * @type: the number
 *
 * Return: the next one, or NULL.
 */
const struct nlattr *next_attribute(const struct nlattr *attribute,
				    const struct nlmsghdr *message,
				    uint16_t type)
{
	const uint8_t *at = (const uint8_t *)attribute +
			    NLA_ALIGN(attribute->nla_len);
	const uint8_t *end = (const uint8_t *)message + message->nlmsg_len;

	return at < end ? find(at, (size_t)(end - at), type) : NULL;
}

const void *attribute_octets(const struct nlattr *attribute)
{
	return (const uint8_t *)attribute + NLA_HDRLEN;
}

size_t attribute_len(const struct nlattr *attribute)
{
	return attribute ? attribute->nla_len - NLA_HDRLEN : 0;
}

uint32_t attribute_u32(const struct nlattr *attribute)
{
	uint32_t value = 0;

	if (attribute_len(attribute) == sizeof(value))
		memcpy(&value, attribute_octets(attribute), sizeof(value));
	return value;
}

uint16_t attribute_u16(const struct nlattr *attribute)
{
	uint16_t value = 0;

	if (attribute_len(attribute) == sizeof(value))
		memcpy(&value, attribute_octets(attribute), sizeof(value));
	return value;
}

/**
 * talk_find_family() - learn the number that the family has
 *
 * Return: whether it is there.
 */
bool talk_find_family(void)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr operation;
		struct nlattr name;
		char text[8];
	} ask = {
		.header = { sizeof(ask), GENL_ID_CTRL, NLM_F_REQUEST, 1, 0 },
		.operation = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.name = { NLA_HDRLEN + sizeof(PQIKE_GENL_NAME),
			  CTRL_ATTR_FAMILY_NAME },
		.text = PQIKE_GENL_NAME,
	};
	_Alignas(struct nlmsghdr) uint8_t answer[8192];
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	ssize_t len = -1;

	if (fd >= 0 && send(fd, &ask, sizeof(ask), 0) == sizeof(ask))
		len = recv(fd, answer, sizeof(answer), 0);
	if (fd >= 0)
		close(fd);
	if (len < NLMSG_HDRLEN)
		return false;
	pqike_family = attribute_u16(message_attribute((void *)answer,
						       CTRL_ATTR_FAMILY_ID));
	return pqike_family;
}

/**
 * talker_open() - open a socket in the network namespace of this thread
 * @talker: receives it
 *
 * Return: whether that could be done.
 */
bool talker_open(struct talker *talker)
{
	const int yes = 1, size = LARGE_BUFFER;

	talker->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			    NETLINK_GENERIC);
	if (talker->fd < 0)
		return false;
	if (setsockopt(talker->fd, SOL_NETLINK, NETLINK_EXT_ACK, &yes,
		       sizeof(yes)) ||
	    setsockopt(talker->fd, SOL_NETLINK, NETLINK_CAP_ACK, &yes,
		       sizeof(yes)) ||
	    setsockopt(talker->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &yes,
		       sizeof(yes)) ||
	    setsockopt(talker->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size))) {
		talker_close(talker);
		return false;
	}
	return true;
}

void talker_close(struct talker *talker)
{
	if (talker->fd >= 0)
		close(talker->fd);
	talker->fd = -1;
}

/* What has come so far for the request whose number this is */
struct answer {
	uint32_t sequence;
	unsigned int n;
	int error;
	bool explained;
};

/* The last message of a dump has the error in place of a header. */
static void take_end(struct answer *answer, struct reply *reply,
		     const struct nlmsghdr *message)
{
	const bool dump = message->nlmsg_type == NLMSG_DONE;
	const size_t head = dump ? sizeof(int) : sizeof(struct nlmsgerr);
	const struct nlattr *said;
	int error;

	answer->n++;
	if (message->nlmsg_len < NLMSG_HDRLEN + head)
		return;
	memcpy(&error, (const uint8_t *)message + NLMSG_HDRLEN, sizeof(error));
	answer->error = error;
	said = find((const uint8_t *)message + NLMSG_HDRLEN + head,
		    message->nlmsg_len - NLMSG_HDRLEN - head, NLMSGERR_ATTR_MSG);
	answer->explained = said;
	snprintf(reply->said, sizeof(reply->said), "%.*s",
		 (int)attribute_len(said),
		 said ? (const char *)attribute_octets(said) : "");
}

static void take_message(struct answer *answer, struct reply *reply,
			 const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != answer->sequence)
		return;
	if (message->nlmsg_type == NLMSG_ERROR ||
	    message->nlmsg_type == NLMSG_DONE) {
		take_end(answer, reply, message);
		return;
	}
	if (answer->n)
		ledger_find(FINDING_ANSWER, "a message behind the last one");
	if (message->nlmsg_type != pqike_family)
		ledger_find(FINDING_ANSWER, "a message of type %u",
			    message->nlmsg_type);
	memcpy(reply->octets, message, message->nlmsg_len);
	reply->len = message->nlmsg_len;
	if (reply->each)
		reply->each(reply->context, message);
}

static void take_datagram(struct answer *answer, struct reply *reply,
			  const uint8_t *octets, size_t len)
{
	while (len >= NLMSG_HDRLEN) {
		const struct nlmsghdr *message = (const void *)octets;
		const size_t step = NLMSG_ALIGN(message->nlmsg_len);

		if (message->nlmsg_len < NLMSG_HDRLEN ||
		    message->nlmsg_len > len) {
			ledger_find(FINDING_ANSWER, "a message of %u octets in %zu",
				    message->nlmsg_len, len);
			return;
		}
		take_message(answer, reply, message);
		if (step >= len)
			return;
		octets += step;
		len -= step;
	}
}

/* All is there when sending returns; a dump goes on while it is read. */
static bool receive(struct talker *talker, struct answer *answer,
		    struct reply *reply)
{
	bool lost = false;
	ssize_t len;

	for (;;) {
		len = recv(talker->fd, talker->received, sizeof(talker->received),
			   MSG_DONTWAIT);
		if (len < 0 && errno == ENOBUFS)
			lost = true;
		else if (len < 0)
			return lost;
		else
			take_datagram(answer, reply, talker->received,
				      (size_t)len);
	}
}

static bool send_request(struct talker *talker, const struct request *request,
			 uint32_t sequence, uint16_t version)
{
	const size_t len = request_encode(request, pqike_family, sequence,
					  version, talker->encoded);

	if (send(talker->fd, talker->encoded, len, 0) == (ssize_t)len)
		return true;
	ledger_find(FINDING_ANSWER, "%s: not sent: %s",
		    request_operation(request)->name, strerror(errno));
	return false;
}

static int ask(struct talker *talker, const struct request *request,
	       uint16_t version, struct reply *reply)
{
	struct answer answer = { .sequence = ++talker->sequence };
	bool lost;

	reply->len = 0;
	reply->said[0] = '\0';
	if (!send_request(talker, request, answer.sequence, version))
		return -ENOBUFS;
	lost = receive(talker, &answer, reply);
	if (lost || answer.n != 1)
		ledger_find(FINDING_ANSWER, "%s: %u answers%s",
			    request_operation(request)->name, answer.n,
			    lost ? ", and some lost" : "");
	ledger_count(request, -answer.error, answer.explained);
	return answer.error;
}

/**
 * talk() - ask, and hear the answer
 * @talker: the socket
 * @request: the request
 * @reply: receives what comes back
 *
 * Return: 0 or a negative error.
 */
int talk(struct talker *talker, const struct request *request,
	 struct reply *reply)
{
	return ask(talker, request, PQIKE_GENL_VERSION, reply);
}

/**
 * talk_with_reserved_bits() - ask with what the header reserves set
 * @talker: the socket
 * @request: the request
 * @reply: receives what comes back
 *
 * Return: 0 or a negative error.
 */
int talk_with_reserved_bits(struct talker *talker, const struct request *request,
			    struct reply *reply)
{
	return ask(talker, request, PQIKE_GENL_VERSION | 1 << 8, reply);
}

/**
 * talk_unheard() - ask while there is no room for the answer, then once more
 * @talker: the socket
 * @request: the request, for an operation that has a reply
 * @reply: receives what comes back
 *
 * Return: 0 or a negative error.
 */
int talk_unheard(struct talker *talker, const struct request *request,
		 struct reply *reply)
{
	const int small = SMALL_BUFFER, large = LARGE_BUFFER;
	struct answer answer = {};
	struct request filler;

	request_begin(&filler, PQIKE_CMD_CONNECTION_GET);
	setsockopt(talker->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (unsigned int i = 0; i < FILLERS; i++) {
		send_request(talker, &filler, ++talker->sequence,
			     PQIKE_GENL_VERSION);
		ledger_count_lost();
	}
	answer.sequence = ++talker->sequence;
	reply->len = 0;
	send_request(talker, request, answer.sequence, PQIKE_GENL_VERSION);
	receive(talker, &answer, reply);
	setsockopt(talker->fd, SOL_SOCKET, SO_RCVBUFFORCE, &large,
		   sizeof(large));
	if (answer.n) {
		ledger_count(request, -answer.error, answer.explained);
		return answer.error;
	}
	ledger_count_lost();
	return talk(talker, request, reply);
}

static bool ask_of_socket(struct talker *talker, uint8_t command)
{
	struct request request;
	struct reply reply = {};

	request_begin(&request, command);
	request_put_u32(&request, PQIKE_A_SOCKET_FD, (uint32_t)talker->fd);
	return !talk(talker, &request, &reply);
}

/**
 * talker_authorise() - let a socket drive IKE SAs, after one that was taken back
 * @talker: the socket, which has a receive buffer of the usual size
 *
 * Return: whether the kernel has allowed it.
 */
bool talker_authorise(struct talker *talker)
{
	return ask_of_socket(talker, PQIKE_CMD_AUTHORISE) &&
	       ask_of_socket(talker, PQIKE_CMD_REVOKE) &&
	       ask_of_socket(talker, PQIKE_CMD_AUTHORISE);
}
