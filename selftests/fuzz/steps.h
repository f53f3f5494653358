/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much work a datagram makes.  A step is a basic block that is entered: the
 * helper's and the kernel's code is built with -fsanitize-coverage=trace-pc.
 */
#ifndef STEPS_H
#define STEPS_H

#include <stddef.h>

/*
 * What any datagram may cost, whatever is in it: as many steps as reading and
 * answering it takes, and so many more for each of its octets.
 */
#define STEPS_PER_DATAGRAM	100000UL
#define STEPS_PER_OCTET		40UL

/* A datagram of @len octets comes; the process ends when it costs too much. */
void steps_begin(size_t len);

/* Something else comes, which may take @steps. */
void steps_begin_other(unsigned long steps);

/* It is done with. */
void steps_end(void);

/* Print the most that a datagram has cost, if any came; no newline. */
void steps_print(void);

#endif
