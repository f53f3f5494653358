// SPDX-License-Identifier: GPL-2.0
/* IKE SAs, and the time that ML-KEM takes. */
#include <errno.h>
#include <linux/pqike.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel_call.h"
#include "kernel/kernel_read.h"

/* An IKE SA with many Child SAs comes in several messages. */
struct ike_sa_dump {
	void (*each)(const struct kernel_ike_sa *ike_sa, void *arg);
	void *arg;
	struct kernel_ike_sa ike_sa; /* of the messages so far; id 0: none */
	struct kernel_child_sa *child_sas; /* array of ike_sa.n_child_sas */
	bool out_of_memory;
};

static void end_ike_sa(struct ike_sa_dump *dump)
{
	dump->ike_sa.child_sas = dump->child_sas;
	if (dump->ike_sa.id)
		dump->each(&dump->ike_sa, dump->arg);
	free(dump->child_sas);
	dump->child_sas = NULL;
	dump->ike_sa = (struct kernel_ike_sa){ 0 };
}

static void add_child_sas(struct ike_sa_dump *dump, const struct nlmsghdr *reply)
{
	size_t before = dump->ike_sa.n_child_sas, n = count_child_sas(reply);
	struct kernel_child_sa *child_sas;

	if (!n)
		return;
	child_sas = realloc(dump->child_sas, (before + n) * sizeof(*child_sas));
	if (!child_sas) {
		dump->out_of_memory = true;
		return;
	}
	memset(child_sas + before, 0, n * sizeof(*child_sas));
	read_child_sas(reply, child_sas + before, n);
	dump->child_sas = child_sas;
	dump->ike_sa.n_child_sas = before + n;
}

static void dump_ike_sa(const struct nlmsghdr *reply, void *arg)
{
	struct ike_sa_dump *dump = arg;
	struct kernel_ike_sa ike_sa = { 0 };

	read_ike_sa(reply, &ike_sa);
	if (ike_sa.id != dump->ike_sa.id) {
		end_ike_sa(dump);
		dump->ike_sa = ike_sa;
	}
	add_child_sas(dump, reply);
}

static int dump_ike_sas(struct kernel *kernel, struct nlmsghdr *request,
			void (*each)(const struct kernel_ike_sa *ike_sa, void *arg),
			void *arg)
{
	struct ike_sa_dump dump = { .each = each, .arg = arg };
	int result = kernel_call(kernel, request, dump_ike_sa, &dump);

	end_ike_sa(&dump);
	if (!result && dump.out_of_memory)
		result = -ENOMEM;
	return result;
}

int kernel_ike_sa_dump(struct kernel *kernel,
		       void (*each)(const struct kernel_ike_sa *ike_sa, void *arg),
		       void *arg)
{
	return dump_ike_sas(kernel,
			    netlink_request(&kernel->netlink,
					    PQIKE_CMD_IKE_SA_GET, NLM_F_DUMP),
			    each, arg);
}

int kernel_ike_sa_dump_one(struct kernel *kernel, uint32_t id,
			   void (*each)(const struct kernel_ike_sa *ike_sa,
					void *arg),
			   void *arg)
{
	struct nlmsghdr *request = netlink_request(&kernel->netlink,
						   PQIKE_CMD_IKE_SA_GET,
						   NLM_F_DUMP);

	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_ID, id);
	return dump_ike_sas(kernel, request, each, arg);
}

static void take_ike_sa_new(const struct nlmsghdr *reply, void *arg)
{
	read_ike_sa_new(reply, arg);
}

static int ike_sa_new(struct kernel *kernel, struct nlmsghdr *request,
		      struct kernel_ike_sa_new *ike_sa)
{
	int result;

	*ike_sa = (struct kernel_ike_sa_new){ 0 };
	result = kernel_call(kernel, request, take_ike_sa_new, ike_sa);
	if (result)
		return result;
	if (!ike_sa->id || !ike_sa->nonce.len || !ike_sa->ke.len)
		return kernel_incomplete(kernel, "IKE SA");
	return 0;
}

int kernel_ike_sa_new_initiator(struct kernel *kernel, const char *connection,
				uint16_t ke_method,
				struct kernel_ike_sa_new *ike_sa)
{
	struct nlmsghdr *request;

	request = netlink_request(&kernel->netlink, PQIKE_CMD_IKE_SA_NEW, 0);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_ROLE, PQIKE_ROLE_INITIATOR);
	mnl_attr_put_strz(request, PQIKE_A_IKE_SA_CONNECTION, connection);
	mnl_attr_put_u16(request, PQIKE_A_IKE_SA_KE_METHOD, ke_method);
	return ike_sa_new(kernel, request, ike_sa);
}

int kernel_ike_sa_new_responder(struct kernel *kernel, const uint8_t *message,
				size_t len, struct kernel_ike_sa_new *ike_sa)
{
	struct nlmsghdr *request;

	if (len > IKE_MESSAGE_MAX)
		return -EMSGSIZE;
	request = netlink_request(&kernel->netlink, PQIKE_CMD_IKE_SA_NEW, 0);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_ROLE, PQIKE_ROLE_RESPONDER);
	mnl_attr_put(request, PQIKE_A_IKE_SA_REQUEST, len, message);
	return ike_sa_new(kernel, request, ike_sa);
}

int kernel_ike_sa_new_rekeying(struct kernel *kernel, uint32_t rekeys,
			       bool initiator, uint16_t ke_method,
			       struct kernel_ike_sa_new *ike_sa)
{
	struct nlmsghdr *request;

	request = netlink_request(&kernel->netlink, PQIKE_CMD_IKE_SA_NEW, 0);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_ROLE,
			 initiator ? PQIKE_ROLE_INITIATOR : PQIKE_ROLE_RESPONDER);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_REKEYS, rekeys);
	if (initiator)
		mnl_attr_put_u16(request, PQIKE_A_IKE_SA_KE_METHOD, ke_method);
	return ike_sa_new(kernel, request, ike_sa);
}

static void take_suite(const struct nlmsghdr *reply, void *arg)
{
	read_suite(reply, arg);
}

int kernel_ike_sa_init(struct kernel *kernel, uint32_t id,
		       const uint8_t *request, size_t request_len,
		       const uint8_t *response, size_t response_len,
		       struct kernel_suite *suite)
{
	struct nlmsghdr *message;

	if (request_len > IKE_MESSAGE_MAX || response_len > IKE_MESSAGE_MAX)
		return -EMSGSIZE;
	*suite = (struct kernel_suite){ 0 };
	message = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_INIT, id);
	if (request)
		mnl_attr_put(message, PQIKE_A_IKE_SA_REQUEST, request_len,
			     request);
	if (response)
		mnl_attr_put(message, PQIKE_A_IKE_SA_RESPONSE, response_len,
			     response);
	return kernel_call(kernel, message, take_suite, suite);
}

static void take_round(const struct nlmsghdr *reply, void *arg)
{
	read_round(reply, arg);
}

int kernel_ike_sa_intermediate(struct kernel *kernel, uint32_t id,
			       struct kernel_round *round)
{
	struct nlmsghdr *request;

	*round = (struct kernel_round){ 0 };
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_ADDITIONAL_KE, id);
	return kernel_call(kernel, request, take_round, round);
}

int kernel_ike_sa_additional_ke(struct kernel *kernel, uint32_t id,
				struct kernel_ke *ke, uint32_t *done)
{
	struct kernel_round round;
	int result = kernel_ike_sa_intermediate(kernel, id, &round);

	*ke = round.ke;
	*done = round.done;
	return result;
}

struct seal_reply {
	struct datagrams *sealed;
	int result;
};

static void take_sealed(const struct nlmsghdr *reply, void *arg)
{
	struct seal_reply *taken = arg;

	if (!taken->result)
		taken->result = read_messages(reply, PQIKE_A_IKE_SA_MESSAGE,
					      taken->sealed);
}

int kernel_ike_sa_seal(struct kernel *kernel, uint32_t id,
		       const struct kernel_plain *plain,
		       struct datagrams *sealed)
{
	struct seal_reply taken = { .sealed = sealed };
	struct nlmsghdr *request;
	int result;

	if (plain->len > IKE_MESSAGE_MAX)
		return -EMSGSIZE;
	datagrams_clear(sealed);
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_SEAL, id);
	mnl_attr_put_u8(request, PQIKE_A_IKE_SA_EXCHANGE_TYPE,
			plain->exchange_type);
	if (plain->response)
		mnl_attr_put(request, PQIKE_A_IKE_SA_RESPONSE_FLAG, 0, NULL);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_MESSAGE_ID, plain->message_id);
	mnl_attr_put_u8(request, PQIKE_A_IKE_SA_FIRST_PAYLOAD,
			plain->first_payload);
	mnl_attr_put(request, PQIKE_A_IKE_SA_PLAINTEXT, plain->len,
		     plain->plaintext);
	if (plain->fragment_size)
		mnl_attr_put_u32(request, PQIKE_A_IKE_SA_FRAGMENT_SIZE,
				 plain->fragment_size);
	result = kernel_call(kernel, request, take_sealed, &taken);
	if (!result)
		result = taken.result;
	if (!result && !sealed->n)
		result = kernel_incomplete(kernel, "message");
	if (result)
		datagrams_clear(sealed);
	return result;
}

static void take_opened(const struct nlmsghdr *reply, void *arg)
{
	read_opened(reply, arg);
}

int kernel_ike_sa_open(struct kernel *kernel, uint32_t id,
		       const uint8_t *message, size_t len,
		       struct kernel_opened *opened)
{
	struct nlmsghdr *request;

	if (len > IKE_MESSAGE_MAX)
		return -EMSGSIZE;
	opened->fragments_missing = 0;
	opened->exchange_type = 0;
	opened->response = false;
	opened->message_id = 0;
	opened->first_payload = 0;
	opened->len = 0;
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_OPEN, id);
	mnl_attr_put(request, PQIKE_A_IKE_SA_MESSAGE, len, message);
	return kernel_call(kernel, request, take_opened, opened);
}

static void take_auth(const struct nlmsghdr *reply, void *arg)
{
	read_auth(reply, arg);
}

int kernel_ike_sa_auth_make(struct kernel *kernel, uint32_t id,
			    struct kernel_auth *auth)
{
	struct nlmsghdr *request;
	int result;

	*auth = (struct kernel_auth){ 0 };
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_AUTH_MAKE, id);
	result = kernel_call(kernel, request, take_auth, auth);
	if (!result && !auth->len)
		result = kernel_incomplete(kernel, "Authentication Data");
	return result;
}

int kernel_ike_sa_auth_verify(struct kernel *kernel, uint32_t id,
			      const char *connection)
{
	struct nlmsghdr *request;

	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_AUTH_VERIFY, id);
	if (connection)
		mnl_attr_put_strz(request, PQIKE_A_IKE_SA_CONNECTION, connection);
	return kernel_call(kernel, request, NULL, NULL);
}

int kernel_ike_sa_del(struct kernel *kernel, uint32_t id)
{
	return kernel_call(kernel, kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_DEL, id),
			   NULL, NULL);
}

int kernel_ike_sa_inherit(struct kernel *kernel, uint32_t id)
{
	return kernel_call(kernel, kernel_ike_sa_request(kernel,
							 PQIKE_CMD_IKE_SA_INHERIT,
							 id),
			   NULL, NULL);
}

static void take_bench(const struct nlmsghdr *reply, void *arg)
{
	read_bench(reply, arg);
}

int kernel_bench_kem(struct kernel *kernel, uint16_t ke_method, uint32_t rounds,
		     struct kernel_bench *bench)
{
	struct nlmsghdr *request;
	int result;

	*bench = (struct kernel_bench){ 0 };
	request = netlink_request(&kernel->netlink, PQIKE_CMD_BENCH_KEM, 0);
	mnl_attr_put_u16(request, PQIKE_A_BENCH_KE_METHOD, ke_method);
	mnl_attr_put_u32(request, PQIKE_A_BENCH_ROUNDS, rounds);
	result = kernel_call(kernel, request, take_bench, bench);
	for (size_t i = 0; !result && i < BENCH_OPERATIONS; i++)
		if (!bench->times[i].median)
			result = kernel_incomplete(kernel, "time of an operation");
	return result;
}
