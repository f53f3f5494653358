// SPDX-License-Identifier: GPL-2.0
/*
 * A flood of IKE_SA_INIT requests, each with an SPI of its own and from an address of
 * its own. AHEAD of them wait for an answer at any time: as fast as they are answered,
 * on whatever machine.
 *
 * usage: init_flood DESTINATION NETWORK SOURCES AHEAD <REQUEST
 *
 * Addresses are of one family; the sources are the first SOURCES of NETWORK, and what
 * is sent to them arrives here. REQUEST is an IKE_SA_INIT request. SIGTERM ends it, and
 * it prints how many packets it sent.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 64
#define PACKET_MAX 2048
#define IKE_PORT 500
#define SOURCE_PORT 1500 /* of the flood, no daemon's */
#define TTL 64
#define ANSWER_MILLISECONDS 200 /* what has none after them was lost */

struct flood {
	bool ipv6;
	struct in6_addr destination; /* or four octets of it */
	struct in6_addr network;
	uint32_t sources;
	uint32_t ahead; /* packets that wait for an answer */
	uint8_t request[PACKET_MAX];
	size_t len;
	size_t headers; /* octets before the request */
};

static volatile sig_atomic_t ended;

static void end(int number)
{
	(void)number;
	ended = 1;
}

static uint32_t add_up(uint32_t sum, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? octets[i] : (uint32_t)octets[i] << 8;
	return sum;
}

/* Of UDP over IPv6; over IPv4 it may be left out (RFC 768). */
static uint16_t checksum(const struct ip6_hdr *ip, const uint8_t *udp, size_t len)
{
	uint32_t sum = (uint32_t)len + IPPROTO_UDP;

	sum = add_up(sum, (const uint8_t *)&ip->ip6_src, sizeof(ip->ip6_src));
	sum = add_up(sum, (const uint8_t *)&ip->ip6_dst, sizeof(ip->ip6_dst));
	sum = add_up(sum, udp, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)(sum == 0xffff ? sum : ~sum));
}

static void write_ipv4(const struct flood *flood, uint32_t number, uint8_t *packet)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = TTL, .protocol = IPPROTO_UDP,
		.tot_len = htons((uint16_t)(flood->headers + flood->len)),
	};
	uint32_t source;

	memcpy(&source, &flood->network, sizeof(source));
	ip.saddr = htonl(ntohl(source) + number % flood->sources);
	memcpy(&ip.daddr, &flood->destination, sizeof(ip.daddr));
	memcpy(packet, &ip, sizeof(ip));
}

static void write_ipv6(const struct flood *flood, uint32_t number, uint8_t *packet)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6U << 28), .ip6_hlim = TTL, .ip6_nxt = IPPROTO_UDP,
		.ip6_plen = htons((uint16_t)(sizeof(struct udphdr) + flood->len)),
		.ip6_src = flood->network, .ip6_dst = flood->destination,
	};
	uint32_t host = htonl(number % flood->sources);

	memcpy((uint8_t *)&ip.ip6_src + 12, &host, sizeof(host));
	memcpy(packet, &ip, sizeof(ip));
}

/* Return: the octets of the packet. */
static size_t write_packet(const struct flood *flood, uint32_t number,
			   uint8_t *packet)
{
	uint8_t *message = packet + flood->headers;
	uint8_t *udp = message - sizeof(struct udphdr);
	struct udphdr header = {
		.source = htons(SOURCE_PORT), .dest = htons(IKE_PORT),
		.len = htons((uint16_t)(sizeof(header) + flood->len)),
	};
	uint16_t sum;

	memcpy(message, flood->request, flood->len);
	memcpy(message, &number, sizeof(number)); /* in SPIi */
	memcpy(udp, &header, sizeof(header));
	if (flood->ipv6) {
		write_ipv6(flood, number, packet);
		sum = checksum((const struct ip6_hdr *)packet, udp,
			       sizeof(header) + flood->len);
		memcpy(udp + offsetof(struct udphdr, check), &sum, sizeof(sum));
	} else {
		write_ipv4(flood, number, packet);
	}
	return flood->headers + flood->len;
}

static void read_request(struct flood *flood)
{
	flood->len = fread(flood->request, 1, sizeof(flood->request), stdin);
	flood->headers = sizeof(struct udphdr) +
			 (flood->ipv6 ? sizeof(struct ip6_hdr) :
					sizeof(struct iphdr));
	if (flood->len < sizeof(uint32_t) ||
	    flood->len + flood->headers > PACKET_MAX)
		errx(1, "no request of a size that fits");
}

/* Return: a socket that what the gateway answers comes to, whatever its address. */
static int open_answers(bool ipv6)
{
	const struct sockaddr_in ipv4_any = {
		.sin_family = AF_INET, .sin_port = htons(SOURCE_PORT),
	};
	const struct sockaddr_in6 ipv6_any = {
		.sin6_family = AF_INET6, .sin6_port = htons(SOURCE_PORT),
	};
	int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		err(1, "socket of answers");
	if (bind(fd, ipv6 ? (const void *)&ipv6_any : (const void *)&ipv4_any,
		 ipv6 ? sizeof(ipv6_any) : sizeof(ipv4_any)) < 0)
		err(1, "port %d", SOURCE_PORT);
	return fd;
}

/* wait_for_answers() - until fewer than AHEAD are waited for */
static void wait_for_answers(const struct flood *flood, int answers,
			     uint32_t *awaited)
{
	struct pollfd readable = { .fd = answers, .events = POLLIN };
	char octet;

	for (;;) {
		while (recv(answers, &octet, sizeof(octet), 0) >= 0)
			*awaited -= *awaited > 0;
		if (*awaited < flood->ahead)
			return;
		if (poll(&readable, 1, ANSWER_MILLISECONDS) <= 0)
			*awaited = 0;
	}
}

static uint64_t run(const struct flood *flood, int fd, int answers)
{
	static uint8_t packets[BATCH][PACKET_MAX];
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6,
				     .sin6_addr = flood->destination };
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec parts[BATCH];
	uint32_t awaited = 0;
	uint64_t sent = 0;

	memcpy(&ipv4.sin_addr, &flood->destination, sizeof(ipv4.sin_addr));
	for (uint32_t number = 1; !ended;) {
		int n;

		for (int i = 0; i < BATCH; i++) {
			parts[i].iov_base = packets[i];
			parts[i].iov_len = write_packet(flood, number++,
							packets[i]);
			messages[i].msg_hdr.msg_iov = &parts[i];
			messages[i].msg_hdr.msg_iovlen = 1;
			messages[i].msg_hdr.msg_name =
				flood->ipv6 ? (void *)&ipv6 : (void *)&ipv4;
			messages[i].msg_hdr.msg_namelen =
				flood->ipv6 ? sizeof(ipv6) : sizeof(ipv4);
		}
		n = sendmmsg(fd, messages, BATCH, 0);
		if (n > 0) {
			sent += (uint64_t)n;
			awaited += (uint32_t)n;
		}
		wait_for_answers(flood, answers, &awaited);
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	static struct flood flood;
	int family, fd;

	if (argc != 5)
		errx(1, "usage: init_flood DESTINATION NETWORK SOURCES AHEAD <REQUEST");
	flood.ipv6 = strchr(argv[1], ':') != NULL;
	family = flood.ipv6 ? AF_INET6 : AF_INET;
	flood.sources = (uint32_t)strtoul(argv[3], NULL, 10);
	flood.ahead = (uint32_t)strtoul(argv[4], NULL, 10);
	if (inet_pton(family, argv[1], &flood.destination) != 1 ||
	    inet_pton(family, argv[2], &flood.network) != 1 || !flood.sources ||
	    !flood.ahead)
		errx(1, "not addresses of one family, no sources or none ahead");
	read_request(&flood);
	fd = socket(family, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0)
		err(1, "raw socket");
	sigaction(SIGTERM, &action, NULL);
	printf("%llu\n", (unsigned long long)run(&flood, fd, open_answers(flood.ipv6)));
	return 0;
}
