// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel_read.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/pqike.h>
#include <string.h>

#define ID_HEADER_SIZE 4

static uint8_t get_u8(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : 0;
}

static uint16_t get_u16(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 2 ? mnl_attr_get_u16(attr) : 0;
}

static uint32_t get_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

static uint64_t get_u64(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 8 ? mnl_attr_get_u64(attr) : 0;
}

static void get_string(const struct nlattr *attr, char *text, size_t size)
{
	size_t len = strnlen(mnl_attr_get_payload(attr),
			     mnl_attr_get_payload_len(attr));

	if (len >= size)
		len = size - 1;
	memcpy(text, mnl_attr_get_payload(attr), len);
	text[len] = '\0';
}

/* Return: the size, 0 where the attribute is larger than @size. */
static size_t get_octets(const struct nlattr *attr, uint8_t *octets, size_t size)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len > size)
		return 0;
	memcpy(octets, mnl_attr_get_payload(attr), len);
	return len;
}

static void get_nonce(const struct nlattr *attr, struct nonce *nonce)
{
	nonce->len = (uint16_t)get_octets(attr, nonce->data, sizeof(nonce->data));
}

static void get_spi(const struct nlattr *attr, uint8_t spi[IKE_SPI_SIZE])
{
	if (mnl_attr_get_payload_len(attr) == IKE_SPI_SIZE)
		get_octets(attr, spi, IKE_SPI_SIZE);
}

static int get_family(const struct nlattr *attr)
{
	switch (mnl_attr_get_payload_len(attr)) {
	case 4:
		return AF_INET;
	case 16:
		return AF_INET6;
	default:
		return AF_UNSPEC;
	}
}

static void get_address(const struct nlattr *attr, struct address *address)
{
	address->family = get_family(attr);
	get_octets(attr, address->octets, sizeof(address->octets));
}

static void get_identity(const struct nlattr *attr, struct identity *id)
{
	const uint8_t *body = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (len < ID_HEADER_SIZE || len > ID_HEADER_SIZE + sizeof(id->data))
		return;
	id->type = body[0];
	id->len = (uint16_t)(len - ID_HEADER_SIZE);
	memcpy(id->data, body + ID_HEADER_SIZE, id->len);
}

void read_connection(const struct nlmsghdr *reply,
		     struct kernel_connection *connection)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_CONNECTION_NAME:
			get_string(attr, connection->name,
				   sizeof(connection->name));
			break;
		case PQIKE_A_CONNECTION_LOCAL_ID:
			get_identity(attr, &connection->local_id);
			break;
		case PQIKE_A_CONNECTION_REMOTE_ID:
			get_identity(attr, &connection->remote_id);
			break;
		case PQIKE_A_CONNECTION_PSK:
			get_string(attr, connection->psk,
				   sizeof(connection->psk));
			break;
		case PQIKE_A_CONNECTION_ALLOW_CLASSICAL:
			connection->allow_classical = true;
			break;
		default:
			break;
		}
	}
}

void read_suite(const struct nlmsghdr *reply, struct kernel_suite *suite)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_ENCR:
			suite->encr = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_ENCR_KEY_BITS:
			suite->encr_key_bits = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_PRF:
			suite->prf = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_INTEG:
			suite->integ = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_KE_METHOD:
			suite->ke_method = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_PPK_INTERMEDIATE:
			suite->ppk_intermediate = true;
			break;
		case PQIKE_A_IKE_SA_ADDITIONAL_KE:
			if (suite->n_additional_ke < ADDITIONAL_KE_MAX)
				suite->additional_ke[suite->n_additional_ke++] =
					get_u16(attr);
			break;
		default:
			break;
		}
	}
}

void read_ike_sa(const struct nlmsghdr *reply, struct kernel_ike_sa *ike_sa)
{
	const struct nlattr *attr;

	read_suite(reply, &ike_sa->suite);
	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_ID:
			ike_sa->id = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_CONNECTION:
			get_string(attr, ike_sa->connection,
				   sizeof(ike_sa->connection));
			break;
		case PQIKE_A_IKE_SA_ROLE:
			ike_sa->role = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_STATE:
			ike_sa->state = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_SPI_I:
			get_spi(attr, ike_sa->spi_i);
			break;
		case PQIKE_A_IKE_SA_SPI_R:
			get_spi(attr, ike_sa->spi_r);
			break;
		case PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE:
			ike_sa->additional_ke_done = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_PPK_MIXED:
			ike_sa->ppk_mixed = true;
			break;
		case PQIKE_A_IKE_SA_FULL_TRANSCRIPT_AUTH:
			ike_sa->full_transcript_auth = true;
			break;
		case PQIKE_A_IKE_SA_ORPHAN:
			ike_sa->orphan = true;
			break;
		case PQIKE_A_IKE_SA_REKEYS:
			ike_sa->rekeys = get_u32(attr);
			break;
		default:
			break;
		}
	}
}

void read_ike_sa_new(const struct nlmsghdr *reply,
		     struct kernel_ike_sa_new *ike_sa)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_ID:
			ike_sa->id = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_SPI_I:
			get_spi(attr, ike_sa->spi_i);
			break;
		case PQIKE_A_IKE_SA_SPI_R:
			get_spi(attr, ike_sa->spi_r);
			break;
		case PQIKE_A_IKE_SA_NONCE:
			get_nonce(attr, &ike_sa->nonce);
			break;
		case PQIKE_A_IKE_SA_KE_METHOD:
			ike_sa->ke.method = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_KE_DATA:
			ike_sa->ke.len = (uint16_t)get_octets(
				attr, ike_sa->ke.data, sizeof(ike_sa->ke.data));
			break;
		default:
			break;
		}
	}
}

static void get_notify(const struct nlattr *attr, struct kernel_notify *notify)
{
	notify->present = true;
	notify->len = (uint16_t)get_octets(attr, notify->data,
					   sizeof(notify->data));
}

void read_round(const struct nlmsghdr *reply, struct kernel_round *round)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_KE_METHOD:
			round->ke.method = get_u16(attr);
			break;
		case PQIKE_A_IKE_SA_KE_DATA:
			round->ke.len = (uint16_t)get_octets(attr, round->ke.data,
							     sizeof(round->ke.data));
			break;
		case PQIKE_A_IKE_SA_PPK_IDENTITY:
			get_notify(attr, &round->ppk);
			break;
		case PQIKE_A_IKE_SA_PPK_MIXED:
			round->ppk_mixed = true;
			break;
		case PQIKE_A_IKE_SA_ADDITIONAL_KE_DONE:
			round->done = get_u32(attr);
			break;
		default:
			break;
		}
	}
}

void read_opened(const struct nlmsghdr *reply, struct kernel_opened *opened)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_FRAGMENTS_MISSING:
			opened->fragments_missing = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_EXCHANGE_TYPE:
			opened->exchange_type = get_u8(attr);
			break;
		case PQIKE_A_IKE_SA_RESPONSE_FLAG:
			opened->response = true;
			break;
		case PQIKE_A_IKE_SA_MESSAGE_ID:
			opened->message_id = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_FIRST_PAYLOAD:
			opened->first_payload = get_u8(attr);
			break;
		case PQIKE_A_IKE_SA_PLAINTEXT:
			opened->len = get_octets(attr, opened->plaintext,
						 sizeof(opened->plaintext));
			break;
		default:
			break;
		}
	}
}

void read_auth(const struct nlmsghdr *reply, struct kernel_auth *auth)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_AUTH_METHOD:
			auth->method = get_u8(attr);
			break;
		case PQIKE_A_IKE_SA_AUTH_DATA:
			auth->len = get_octets(attr, auth->data, AUTH_DATA_MAX);
			break;
		case PQIKE_A_IKE_SA_PPK_IDENTITY:
			get_notify(attr, &auth->ppk);
			break;
		case PQIKE_A_IKE_SA_NO_PPK_AUTH:
			get_notify(attr, &auth->no_ppk);
			break;
		default:
			break;
		}
	}
}

int read_messages(const struct nlmsghdr *reply, uint16_t type,
		  struct datagrams *messages)
{
	const struct nlattr *attr;
	int result = 0;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (!result && mnl_attr_get_type(attr) == type)
			result = datagrams_add(messages,
					       mnl_attr_get_payload(attr),
					       mnl_attr_get_payload_len(attr));
	}
	return result;
}

void read_adopted(const struct nlmsghdr *reply, struct kernel_adopted *adopted)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_IKE_SA_NOTE:
			adopted->note_len = get_octets(attr, adopted->note,
						       sizeof(adopted->note));
			break;
		case PQIKE_A_IKE_SA_NEXT_REQUEST:
			adopted->next_request = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_NEXT_PEER_REQUEST:
			adopted->next_peer_request = get_u32(attr);
			break;
		case PQIKE_A_IKE_SA_EXCHANGE_TYPE:
			adopted->exchange_type = get_u8(attr);
			break;
		case PQIKE_A_IKE_SA_FIRST_PAYLOAD:
			adopted->first_payload = get_u8(attr);
			break;
		case PQIKE_A_IKE_SA_PLAINTEXT:
			adopted->len = get_octets(attr, adopted->plaintext,
						  sizeof(adopted->plaintext));
			break;
		default:
			break;
		}
	}
}

static void read_selector(const struct nlattr *nest, struct prefix *prefix)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_TRAFFIC_SELECTOR_ADDRESS:
			prefix->family = get_family(attr);
			get_octets(attr, prefix->address,
				   sizeof(prefix->address));
			break;
		case PQIKE_A_TRAFFIC_SELECTOR_PREFIX_LENGTH:
			prefix->length = get_u8(attr);
			break;
		case PQIKE_A_TRAFFIC_SELECTOR_PROTOCOL:
			prefix->protocol = get_u8(attr);
			break;
		case PQIKE_A_TRAFFIC_SELECTOR_PORT:
			prefix->port = get_u16(attr);
			break;
		case PQIKE_A_TRAFFIC_SELECTOR_PORT_MASK:
			prefix->port_mask = get_u16(attr);
			break;
		default:
			break;
		}
	}
}

static void add_selector(const struct nlattr *nest, struct prefixes *prefixes)
{
	if (prefixes->n < PREFIXES_MAX)
		read_selector(nest, &prefixes->list[prefixes->n++]);
}

static void read_lifetime(const struct nlattr *nest,
			  struct kernel_lifetime *lifetime)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_LIFETIME_SOFT_BYTES:
			lifetime->soft_bytes = get_u64(attr);
			break;
		case PQIKE_A_LIFETIME_HARD_BYTES:
			lifetime->hard_bytes = get_u64(attr);
			break;
		case PQIKE_A_LIFETIME_SOFT_PACKETS:
			lifetime->soft_packets = get_u64(attr);
			break;
		case PQIKE_A_LIFETIME_HARD_PACKETS:
			lifetime->hard_packets = get_u64(attr);
			break;
		case PQIKE_A_LIFETIME_SOFT_SECONDS:
			lifetime->soft_seconds = get_u64(attr);
			break;
		case PQIKE_A_LIFETIME_HARD_SECONDS:
			lifetime->hard_seconds = get_u64(attr);
			break;
		default:
			break;
		}
	}
}

/* Return: whether it is one of those that a helper needs that adopts it. */
static bool read_to_go_on(const struct nlattr *attr, struct kernel_child_sa *sa)
{
	struct kernel_lifetime lifetime = { 0 };

	switch (mnl_attr_get_type(attr)) {
	case PQIKE_A_CHILD_SA_ROLE:
		sa->initiator = get_u32(attr) == PQIKE_ROLE_INITIATOR;
		return true;
	case PQIKE_A_CHILD_SA_CHILD:
		get_string(attr, sa->child, sizeof(sa->child));
		return true;
	case PQIKE_A_CHILD_SA_CHILD_REQID:
		sa->child_reqid = get_u32(attr);
		return true;
	case PQIKE_A_CHILD_SA_INSTALLED_AT:
		sa->installed_at = get_u32(attr);
		return true;
	case PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT:
		sa->encap_local_port = get_u16(attr);
		return true;
	case PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT:
		sa->encap_remote_port = get_u16(attr);
		return true;
	case PQIKE_A_CHILD_SA_LIFETIME:
		read_lifetime(attr, &lifetime);
		sa->soft_seconds = lifetime.soft_seconds;
		sa->hard_seconds = lifetime.hard_seconds;
		return true;
	case PQIKE_A_CHILD_SA_KE_METHOD:
		sa->ke_method = get_u16(attr);
		return true;
	case PQIKE_A_CHILD_SA_ADDITIONAL_KE:
		if (sa->n_additional_ke < ADDITIONAL_KE_MAX)
			sa->additional_ke[sa->n_additional_ke++] = get_u16(attr);
		return true;
	case PQIKE_A_CHILD_SA_ADDITIONAL_KE_DONE:
		sa->additional_ke_done = get_u32(attr);
		return true;
	default:
		return false;
	}
}

static void read_child_sa(const struct nlattr *nest, struct kernel_child_sa *sa)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		if (read_to_go_on(attr, sa))
			continue;
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_CHILD_SA_ID:
			sa->id = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_SPI_IN:
			sa->spi_in = ntohl(get_u32(attr));
			break;
		case PQIKE_A_CHILD_SA_SPI_OUT:
			sa->spi_out = ntohl(get_u32(attr));
			break;
		case PQIKE_A_CHILD_SA_LOCAL_ADDRESS:
			get_address(attr, &sa->local_address);
			break;
		case PQIKE_A_CHILD_SA_REMOTE_ADDRESS:
			get_address(attr, &sa->remote_address);
			break;
		case PQIKE_A_CHILD_SA_ENCR:
			sa->encr = get_u16(attr);
			break;
		case PQIKE_A_CHILD_SA_ENCR_KEY_BITS:
			sa->encr_key_bits = get_u16(attr);
			break;
		case PQIKE_A_CHILD_SA_LOCAL_TS:
			add_selector(attr, &sa->local_ts);
			break;
		case PQIKE_A_CHILD_SA_REMOTE_TS:
			add_selector(attr, &sa->remote_ts);
			break;
		case PQIKE_A_CHILD_SA_INTEG:
			sa->integ = get_u16(attr);
			break;
		case PQIKE_A_CHILD_SA_ESN:
			sa->esn = true;
			break;
		case PQIKE_A_CHILD_SA_MODE:
			sa->transport = get_u32(attr) ==
					PQIKE_CHILD_SA_MODE_TRANSPORT;
			break;
		case PQIKE_A_CHILD_SA_REQID:
			sa->reqid = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_IF_ID_IN:
			sa->if_id_in = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_IF_ID_OUT:
			sa->if_id_out = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_INSTALLED:
			sa->installed = true;
			break;
		case PQIKE_A_CHILD_SA_BYTES_IN:
			sa->has_in = true;
			sa->bytes_in = get_u64(attr);
			break;
		case PQIKE_A_CHILD_SA_PACKETS_IN:
			sa->packets_in = get_u64(attr);
			break;
		case PQIKE_A_CHILD_SA_BYTES_OUT:
			sa->has_out = true;
			sa->bytes_out = get_u64(attr);
			break;
		case PQIKE_A_CHILD_SA_PACKETS_OUT:
			sa->packets_out = get_u64(attr);
			break;
		default:
			break;
		}
	}
}

size_t count_child_sas(const struct nlmsghdr *reply)
{
	const struct nlattr *attr;
	size_t n = 0;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr))
		n += mnl_attr_get_type(attr) == PQIKE_A_IKE_SA_CHILD_SA;
	return n;
}

void read_child_sas(const struct nlmsghdr *reply,
		    struct kernel_child_sa *child_sas, size_t n)
{
	const struct nlattr *attr;
	size_t i = 0;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (i < n && mnl_attr_get_type(attr) == PQIKE_A_IKE_SA_CHILD_SA)
			read_child_sa(attr, &child_sas[i++]);
	}
}

static void read_own(const struct nlattr *nest, struct kernel_child_sa_own *own)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_CHILD_SA_ID:
			own->id = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_SPI_IN:
			own->spi_in = ntohl(get_u32(attr));
			break;
		case PQIKE_A_CHILD_SA_NONCE:
			get_nonce(attr, &own->nonce);
			break;
		case PQIKE_A_CHILD_SA_KE_METHOD:
			own->ke.method = get_u16(attr);
			break;
		case PQIKE_A_CHILD_SA_KE_DATA:
			own->ke.len = (uint16_t)get_octets(attr, own->ke.data,
							   sizeof(own->ke.data));
			break;
		default:
			break;
		}
	}
}

void read_child_sa_own(const struct nlmsghdr *reply,
		       struct kernel_child_sa_own *own)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == PQIKE_A_IKE_SA_CHILD_SA)
			read_own(attr, own);
	}
}

uint32_t read_reqid(const struct nlmsghdr *reply, uint16_t type)
{
	struct kernel_child_sa child_sa = { 0 };
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == type)
			read_child_sa(attr, &child_sa);
	}
	return child_sa.reqid;
}

void read_trap(const struct nlmsghdr *reply, struct kernel_trap_shown *trap)
{
	const struct nlattr *attr;

	*trap = (struct kernel_trap_shown){
		.reqid = read_reqid(reply, PQIKE_A_TRAP_CHILD_SA),
	};
	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == PQIKE_A_TRAP_WAITING)
			trap->waiting = true;
	}
}

static void read_installed_child(const struct nlattr *nest,
				 struct kernel_child_sa_installed *installed)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_CHILD_SA_REQID:
			installed->reqid = get_u32(attr);
			break;
		case PQIKE_A_CHILD_SA_LIFETIME:
			read_lifetime(attr, &installed->lifetime);
			break;
		default:
			break;
		}
	}
}

void read_installed(const struct nlmsghdr *reply,
		    struct kernel_child_sa_installed *installed)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == PQIKE_A_IKE_SA_CHILD_SA)
			read_installed_child(attr, installed);
	}
}

static void read_quota(const struct nlattr *nest, struct quota *quota)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_QUOTA_IKE_SAS:
			quota->ike_sas = get_u32(attr);
			break;
		case PQIKE_A_QUOTA_HALF_OPEN:
			quota->half_open = get_u32(attr);
			break;
		case PQIKE_A_QUOTA_CHILD_SAS:
			quota->child_sas = get_u32(attr);
			break;
		case PQIKE_A_QUOTA_CONNECTIONS:
			quota->connections = get_u32(attr);
			break;
		case PQIKE_A_QUOTA_TRAPS:
			quota->traps = get_u32(attr);
			break;
		case PQIKE_A_QUOTA_POLICIES:
			quota->policies = get_u32(attr);
			break;
		default:
			break;
		}
	}
}

void read_usage(const struct nlmsghdr *reply, struct kernel_usage *usage)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_USAGE_QUOTA:
			read_quota(attr, &usage->quota);
			break;
		case PQIKE_A_USAGE_USED:
			read_quota(attr, &usage->used);
			break;
		default:
			break;
		}
	}
}

static void read_bench_time(const struct nlattr *nest,
			    struct kernel_bench_time *time)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_BENCH_TIME_SHORTEST:
			time->min = get_u64(attr);
			break;
		case PQIKE_A_BENCH_TIME_MEDIAN:
			time->median = get_u64(attr);
			break;
		case PQIKE_A_BENCH_TIME_LONGEST:
			time->max = get_u64(attr);
			break;
		default:
			break;
		}
	}
}

void read_bench(const struct nlmsghdr *reply, struct kernel_bench *bench)
{
	struct kernel_bench_time *times = bench->times;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, reply, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case PQIKE_A_BENCH_IMPLEMENTATION:
			get_string(attr, bench->implementation,
				   sizeof(bench->implementation));
			break;
		case PQIKE_A_BENCH_KEYGEN:
			read_bench_time(attr, &times[BENCH_KEYGEN]);
			break;
		case PQIKE_A_BENCH_ENCAPS:
			read_bench_time(attr, &times[BENCH_ENCAPS]);
			break;
		case PQIKE_A_BENCH_DECAPS:
			read_bench_time(attr, &times[BENCH_DECAPS]);
			break;
		case PQIKE_A_BENCH_EPHEMERAL_KEYGEN:
			read_bench_time(attr, &times[BENCH_EPHEMERAL_KEYGEN]);
			break;
		case PQIKE_A_BENCH_EPHEMERAL_DECAPS:
			read_bench_time(attr, &times[BENCH_EPHEMERAL_DECAPS]);
			break;
		default:
			break;
		}
	}
}
