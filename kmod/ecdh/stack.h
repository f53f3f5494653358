/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ECDH_STACK_H
#define _ECDH_STACK_H

/**
 * wipe_stack() - overwrite what functions called before have left on the stack
 *
 * Context: any.
 */
void wipe_stack(void);

#endif /* _ECDH_STACK_H */
