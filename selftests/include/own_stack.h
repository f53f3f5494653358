/* SPDX-License-Identifier: GPL-2.0 */
/* What functions leave on a stack that nobody else has. */
#ifndef OWN_STACK_H
#define OWN_STACK_H

#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#define OWN_STACK_LEN	32768

/* As the last function has left it; below, the same octets each time when it begins */
static unsigned char own_stack[OWN_STACK_LEN] __attribute__((__aligned__(64)));

static void run_on_own_stack(void (*run)(void))
{
	static ucontext_t here, there;

	/* Once: what registers hold when it begins is always the same. */
	if (!there.uc_link)
		getcontext(&there);
	there.uc_stack.ss_sp = own_stack;
	there.uc_stack.ss_size = sizeof(own_stack);
	there.uc_link = &here;
	memset(own_stack, 0xa5, sizeof(own_stack));
	makecontext(&there, run, 0);
	swapcontext(&here, &there);
}

/* Octets in which two copies of the stack differ, and how deep the last of them is */
static unsigned int stacks_differ(const unsigned char a[OWN_STACK_LEN],
				  const unsigned char b[OWN_STACK_LEN],
				  unsigned int *depth)
{
	unsigned int n = 0;

	for (size_t i = OWN_STACK_LEN; i--;) {
		if (a[i] != b[i]) {
			n++;
			*depth = OWN_STACK_LEN - i;
		}
	}
	return n;
}

#endif
