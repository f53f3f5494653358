// SPDX-License-Identifier: GPL-2.0
/* IKE SAs of a helper that is no more. */
#include <errno.h>
#include <linux/pqike.h>

#include "kernel/kernel_call.h"
#include "kernel/kernel_read.h"

int kernel_ike_sa_note(struct kernel *kernel, uint32_t id, const uint8_t *note,
		       size_t len, uint32_t lifetime)
{
	struct nlmsghdr *request;

	if (len > KERNEL_NOTE_MAX)
		return -EMSGSIZE;
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_NOTE, id);
	mnl_attr_put(request, PQIKE_A_IKE_SA_NOTE, len, note);
	mnl_attr_put_u32(request, PQIKE_A_IKE_SA_LIFETIME, lifetime);
	return kernel_call(kernel, request, NULL, NULL);
}

struct adopt_reply {
	struct kernel_adopted *adopted;
	int result;
};

static void take_adopted(const struct nlmsghdr *reply, void *arg)
{
	struct adopt_reply *taken = arg;
	struct kernel_adopted *adopted = taken->adopted;

	read_adopted(reply, adopted);
	taken->result = read_messages(reply, PQIKE_A_IKE_SA_SENT_REQUEST,
				      &adopted->request);
	if (!taken->result)
		taken->result = read_messages(reply, PQIKE_A_IKE_SA_SENT_RESPONSE,
					      &adopted->response);
}

int kernel_ike_sa_adopt(struct kernel *kernel, uint32_t id,
			struct kernel_adopted *adopted)
{
	struct adopt_reply taken = { .adopted = adopted };
	struct nlmsghdr *request;
	int result;

	*adopted = (struct kernel_adopted){ 0 };
	request = kernel_ike_sa_request(kernel, PQIKE_CMD_IKE_SA_ADOPT, id);
	result = kernel_call(kernel, request, take_adopted, &taken);
	return result ? result : taken.result;
}

void kernel_adopted_clear(struct kernel_adopted *adopted)
{
	datagrams_clear(&adopted->request);
	datagrams_clear(&adopted->response);
}
