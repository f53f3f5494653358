// SPDX-License-Identifier: GPL-2.0
/*
 * The filter is a program of the classic kind, seccomp(2), over struct seccomp_data.  The
 * low halves of arguments are looked at: of those here the kernel itself takes no more.
 */
#include "helper/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER == __LITTLE_ENDIAN
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#else
#error "helper/sandbox.c: which architecture is this for seccomp(2)?"
#endif

#if __BYTE_ORDER != __LITTLE_ENDIAN
#error "helper/sandbox.c: the low half of an argument stands elsewhere"
#endif

/* Allowed with any arguments: they are about descriptors and memory that there are. */
static const int allowed[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_fstat,
	SYS_lseek,
	SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg, SYS_accept4,
	SYS_bind, SYS_connect, SYS_getsockname, SYS_getsockopt,
	SYS_ppoll, SYS_timerfd_settime,
#ifdef SYS_poll
	SYS_poll,
#endif
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
	SYS_clock_gettime, SYS_gettimeofday, SYS_getrandom, SYS_sysinfo,
#ifdef SYS_time
	SYS_time,
#endif
	SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
	SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigaction, SYS_sigaltstack,
	SYS_restart_syscall, SYS_futex, SYS_exit, SYS_exit_group,
};

#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))

#define NUMBER offsetof(struct seccomp_data, nr)
#define ARCH offsetof(struct seccomp_data, arch)
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + UINT64_C(8) * (n))

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define HAS_ANY(bits, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, yes, no)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* Of calls whose third argument is what memory may be used for */
#define UNLESS_EXECUTABLE(call)		\
	IS(call, 0, 4),			\
	LOAD(ARGUMENT(2)),		\
	HAS_ANY(PROT_EXEC, 1, 0),	\
	ALLOW,				\
	REFUSE

/* Another architecture's numbers mean something else; x32 has one bit of its own. */
#define X32 0x40000000U

/*
 * Each call that depends on its arguments: where the number, which is loaded, is another
 * one, the program goes on behind it with the number still loaded.
 */
static const struct sock_filter head[] = {
	LOAD(ARCH),
	IS(ARCHITECTURE, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	LOAD(NUMBER),
	HAS_ANY(X32, 0, 1),
	REFUSE,

	/* Of IPv4 or IPv6, for datagrams, of UDP: asks for routes and own addresses. */
	IS(SYS_socket, 0, 11),
	LOAD(ARGUMENT(0)),
	IS(AF_INET, 1, 0),
	IS(AF_INET6, 0, 7),
	LOAD(ARGUMENT(1)),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(unsigned int)(SOCK_CLOEXEC | SOCK_NONBLOCK)),
	IS(SOCK_DGRAM, 0, 4),
	LOAD(ARGUMENT(2)),
	IS(0, 1, 0),
	IS(IPPROTO_UDP, 0, 1),
	ALLOW,
	REFUSE,

	/* Room for what a client has not read. */
	IS(SYS_setsockopt, 0, 6),
	LOAD(ARGUMENT(1)),
	IS(SOL_SOCKET, 0, 3),
	LOAD(ARGUMENT(2)),
	IS(SO_SNDBUF, 0, 1),
	ALLOW,
	REFUSE,

	UNLESS_EXECUTABLE(SYS_mmap),
	UNLESS_EXECUTABLE(SYS_mprotect),

	/* The C library's fstat(). */
	IS(SYS_newfstatat, 0, 4),
	LOAD(ARGUMENT(3)),
	IS(AT_EMPTY_PATH, 0, 1),
	ALLOW,
	REFUSE,
};

#define HEAD (sizeof(head) / sizeof(head[0]))

/* abort() sends a signal to this process, which is what the kernel is told here. */
#define ABORT 5

static bool set_filter(void)
{
	struct sock_filter steps[HEAD + ABORT + 2 * ALLOWED + 1];
	struct sock_fprog program = {
		.len = sizeof(steps) / sizeof(steps[0]), .filter = steps,
	};
	const struct sock_filter own_signal[ABORT] = {
		IS(SYS_tgkill, 0, 4),
		LOAD(ARGUMENT(0)),
		IS((uint32_t)getpid(), 0, 1),
		ALLOW,
		REFUSE,
	};
	struct sock_filter *step = steps + HEAD;

	memcpy(steps, head, sizeof(head));
	memcpy(step, own_signal, sizeof(own_signal));
	step += ABORT;
	for (size_t i = 0; i < ALLOWED; i++) {
		*step++ = (struct sock_filter)IS((uint32_t)allowed[i], 0, 1);
		*step++ = (struct sock_filter)ALLOW;
	}
	*step = (struct sock_filter)REFUSE;
	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* xfrm and rtnetlink ask for it at each message. */
static bool keep_one_capability(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return false;
	data[0].effective &= 1U << CAP_NET_ADMIN;
	data[0].permitted &= 1U << CAP_NET_ADMIN;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	return !syscall(SYS_capset, &header, data);
}

bool sandbox_enter(char *error, size_t error_size)
{
	log_open();
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && keep_one_capability() &&
	    !prctl(PR_SET_DUMPABLE, 0) && set_filter())
		return true;
	snprintf(error, error_size, "cannot give up rights: %s",
		 strerror(errno));
	return false;
}
