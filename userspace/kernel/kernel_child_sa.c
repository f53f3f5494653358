// SPDX-License-Identifier: GPL-2.0
/* Child SAs and traps: a pair of ESP SAs, and policies without them. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/pqike.h>
#include <string.h>

#include "kernel/kernel_call.h"
#include "kernel/kernel_read.h"
#include "kernel/kernel_write.h"

static struct nlmsghdr *child_sa_request(struct kernel *kernel, uint8_t command,
					 uint32_t ike_sa_id, uint32_t id,
					 struct nlattr **nest)
{
	struct nlmsghdr *request = kernel_ike_sa_request(kernel, command,
							 ike_sa_id);

	*nest = mnl_attr_nest_start(request, PQIKE_A_IKE_SA_CHILD_SA);
	if (id)
		mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_ID, id);
	return request;
}

static void put_create_child_sa(struct nlmsghdr *request,
				const struct kernel_child_sa_new *order)
{
	mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_ROLE,
			 order->initiator ? PQIKE_ROLE_INITIATOR :
					    PQIKE_ROLE_RESPONDER);
	if (order->ke_method)
		mnl_attr_put_u16(request, PQIKE_A_CHILD_SA_KE_METHOD,
				 order->ke_method);
}

static void take_child_sa(const struct nlmsghdr *reply, void *arg)
{
	read_child_sa_own(reply, arg);
}

int kernel_child_sa_new(struct kernel *kernel, uint32_t ike_sa_id,
			const struct kernel_child_sa_new *order,
			struct kernel_child_sa_own *own)
{
	struct nlmsghdr *request;
	struct nlattr *nest;
	int result;

	*own = (struct kernel_child_sa_own){ 0 };
	request = child_sa_request(kernel, PQIKE_CMD_CHILD_SA_NEW, ike_sa_id, 0,
				   &nest);
	put_address(request, PQIKE_A_CHILD_SA_LOCAL_ADDRESS, &order->local);
	put_address(request, PQIKE_A_CHILD_SA_REMOTE_ADDRESS, &order->remote);
	mnl_attr_put_strz(request, PQIKE_A_CHILD_SA_CHILD, order->config->name);
	if (order->create_child_sa)
		put_create_child_sa(request, order);
	mnl_attr_nest_end(request, nest);
	result = kernel_call(kernel, request, take_child_sa, own);
	if (result)
		return result;
	if (!own->id || !own->spi_in ||
	    (order->create_child_sa && !own->nonce.len) ||
	    (order->ke_method && !own->ke.len))
		return kernel_incomplete(kernel, "Child SA");
	return 0;
}

int kernel_child_sa_ke(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
		       struct kernel_ke *ke)
{
	struct kernel_child_sa_own own = { 0 };
	struct nlmsghdr *request;
	struct nlattr *nest;
	int result;

	request = child_sa_request(kernel, PQIKE_CMD_CHILD_SA_KE, ike_sa_id, id,
				   &nest);
	mnl_attr_nest_end(request, nest);
	result = kernel_call(kernel, request, take_child_sa, &own);
	*ke = own.ke;
	return result;
}

static void put_install(struct nlmsghdr *request,
			const struct kernel_child_sa_install *install)
{
	mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_DIRECTION,
			 install->direction == DIRECTION_IN ?
				 PQIKE_DIRECTION_IN : PQIKE_DIRECTION_BOTH);
	if (!install->encap_local_port)
		return;
	mnl_attr_put_u16(request, PQIKE_A_CHILD_SA_ENCAP_LOCAL_PORT,
			 install->encap_local_port);
	mnl_attr_put_u16(request, PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT,
			 install->encap_remote_port);
}

static void put_response(struct nlmsghdr *request,
			 const struct kernel_child_sa_install *install)
{
	if (!install->len)
		return;
	mnl_attr_put_u8(request, PQIKE_A_IKE_SA_FIRST_PAYLOAD,
			install->first_payload);
	mnl_attr_put(request, PQIKE_A_IKE_SA_PLAINTEXT, install->len,
		     install->plaintext);
}

static void take_installed(const struct nlmsghdr *reply, void *arg)
{
	read_installed(reply, arg);
}

int kernel_child_sa_install(struct kernel *kernel, uint32_t ike_sa_id,
			    uint32_t id,
			    const struct kernel_child_sa_install *install,
			    struct kernel_child_sa_installed *installed)
{
	struct nlmsghdr *request;
	struct nlattr *nest;
	int result;

	*installed = (struct kernel_child_sa_installed){ 0 };
	request = child_sa_request(kernel, PQIKE_CMD_CHILD_SA_INSTALL, ike_sa_id,
				   id, &nest);
	put_install(request, install);
	mnl_attr_nest_end(request, nest);
	put_response(request, install);
	result = kernel_call(kernel, request, take_installed, installed);
	if (!result && !installed->reqid)
		return kernel_incomplete(kernel, "Child SA");
	return result;
}

static int call_with_direction(struct kernel *kernel, uint8_t command,
			       uint32_t ike_sa_id, uint32_t id,
			       enum kernel_direction direction)
{
	struct nlmsghdr *request;
	struct nlattr *nest;

	request = child_sa_request(kernel, command, ike_sa_id, id, &nest);
	if (direction == DIRECTION_OUT)
		mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_DIRECTION,
				 PQIKE_DIRECTION_OUT);
	mnl_attr_nest_end(request, nest);
	return kernel_call(kernel, request, NULL, NULL);
}

int kernel_child_sa_install_out(struct kernel *kernel, uint32_t ike_sa_id,
				uint32_t id)
{
	return call_with_direction(kernel, PQIKE_CMD_CHILD_SA_INSTALL, ike_sa_id,
				   id, DIRECTION_OUT);
}

int kernel_child_sa_del(struct kernel *kernel, uint32_t ike_sa_id, uint32_t id,
			enum kernel_direction direction)
{
	return call_with_direction(kernel, PQIKE_CMD_CHILD_SA_DEL, ike_sa_id, id,
				   direction);
}

int kernel_child_sa_update(struct kernel *kernel, uint32_t ike_sa_id,
			   uint32_t id, uint16_t encap_remote_port)
{
	struct nlmsghdr *request;
	struct nlattr *nest;

	request = child_sa_request(kernel, PQIKE_CMD_CHILD_SA_UPDATE, ike_sa_id,
				   id, &nest);
	mnl_attr_put_u16(request, PQIKE_A_CHILD_SA_ENCAP_REMOTE_PORT,
			 encap_remote_port);
	mnl_attr_nest_end(request, nest);
	return kernel_call(kernel, request, NULL, NULL);
}

static void take_trap_reqid(const struct nlmsghdr *reply, void *arg)
{
	*(uint32_t *)arg = read_reqid(reply, PQIKE_A_TRAP_CHILD_SA);
}

static int ask_for_trap(struct kernel *kernel, const struct kernel_trap *trap,
			uint32_t *reqid)
{
	size_t size = trap->local.family == AF_INET ? 4 : 16;
	struct policy_ask ask = {
		.type = POLICY_TRAP_SET, .transport = trap->transport,
		.family = (uint8_t)trap->local.family,
	};

	memcpy(ask.local, trap->local.octets, size);
	memcpy(ask.remote, trap->remote.octets, size);
	snprintf(ask.connection, sizeof(ask.connection), "%s",
		 trap->config->connection->name);
	snprintf(ask.child, sizeof(ask.child), "%s", trap->config->name);
	return kernel_ask(kernel, &ask, reqid);
}

int kernel_trap_set(struct kernel *kernel, const struct kernel_trap *trap,
		    uint32_t *reqid)
{
	struct nlmsghdr *request;
	struct nlattr *nest;
	int result;

	*reqid = 0;
	if (policy_is_asked())
		return ask_for_trap(kernel, trap, reqid);
	request = netlink_request(&kernel->netlink, PQIKE_CMD_TRAP_SET, 0);
	mnl_attr_put_strz(request, PQIKE_A_TRAP_CONNECTION,
			  trap->config->connection->name);
	nest = mnl_attr_nest_start(request, PQIKE_A_TRAP_CHILD_SA);
	mnl_attr_put_strz(request, PQIKE_A_CHILD_SA_CHILD, trap->config->name);
	put_address(request, PQIKE_A_CHILD_SA_LOCAL_ADDRESS, &trap->local);
	put_address(request, PQIKE_A_CHILD_SA_REMOTE_ADDRESS, &trap->remote);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_MODE,
			 trap->transport ? PQIKE_CHILD_SA_MODE_TRANSPORT :
					   PQIKE_CHILD_SA_MODE_TUNNEL);
	mnl_attr_nest_end(request, nest);
	result = kernel_call(kernel, request, take_trap_reqid, reqid);
	if (!result && !*reqid)
		return kernel_incomplete(kernel, "trap");
	return result;
}

int kernel_trap_del(struct kernel *kernel, uint32_t reqid)
{
	struct nlmsghdr *request;
	struct nlattr *nest;

	if (policy_is_asked())
		return kernel_ask(kernel, &(struct policy_ask){
			.type = POLICY_TRAP_DEL, .reqid = reqid }, NULL);
	request = netlink_request(&kernel->netlink, PQIKE_CMD_TRAP_DEL, 0);
	nest = mnl_attr_nest_start(request, PQIKE_A_TRAP_CHILD_SA);
	mnl_attr_put_u32(request, PQIKE_A_CHILD_SA_REQID, reqid);
	mnl_attr_nest_end(request, nest);
	return kernel_call(kernel, request, NULL, NULL);
}

struct trap_dump {
	void (*each)(const struct kernel_trap_shown *trap, void *arg);
	void *arg;
};

static void dump_trap(const struct nlmsghdr *reply, void *arg)
{
	const struct trap_dump *dump = arg;
	struct kernel_trap_shown trap;

	read_trap(reply, &trap);
	if (trap.reqid)
		dump->each(&trap, dump->arg);
}

int kernel_trap_dump(struct kernel *kernel,
		     void (*each)(const struct kernel_trap_shown *trap, void *arg),
		     void *arg)
{
	struct trap_dump dump = { .each = each, .arg = arg };
	struct nlmsghdr *request;

	request = netlink_request(&kernel->netlink, PQIKE_CMD_TRAP_GET,
				  NLM_F_DUMP);
	return kernel_call(kernel, request, dump_trap, &dump);
}
