// SPDX-License-Identifier: GPL-2.0
#include "kernel/arrival.h"

#include <stdint.h>
#include <sys/socket.h>

#include <linux/filter.h>

#include "wire/message.h"

/* In the IKE header, RFC 7296 section 3.1, and in a Notify payload behind it, 3.10. */
#define NEXT_PAYLOAD_OFFSET 16
#define EXCHANGE_TYPE_OFFSET 18
#define FLAGS_OFFSET 19
#define NOTIFY_TYPE_OFFSET (IKE_HEADER_SIZE + 6)

/*
 * A cookie is the first payload (RFC 7296 section 2.6). A message that ends before the
 * program has seen enough of it goes to the first socket, as the kernel has it.
 */
int arrival_sort(int fd, size_t marker_size)
{
	uint32_t at = (uint32_t)marker_size;
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at + EXCHANGE_TYPE_OFFSET),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IKE_SA_INIT, 0, 7),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at + FLAGS_OFFSET),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, IKE_FLAG_RESPONSE, 5, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at + NEXT_PAYLOAD_OFFSET),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PAYLOAD_NOTIFY, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, at + NOTIFY_TYPE_OFFSET),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, COOKIE, 2, 0),
		BPF_STMT(BPF_RET | BPF_K, ARRIVAL_INIT),
		BPF_STMT(BPF_RET | BPF_K, ARRIVAL_IKE_SA),
		BPF_STMT(BPF_RET | BPF_K, ARRIVAL_COOKIE),
	};
	struct sock_fprog program = {
		.len = sizeof(steps) / sizeof(steps[0]), .filter = steps,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program,
			  sizeof(program));
}
