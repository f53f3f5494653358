/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a kernel module is there, and why ours is not. */
#ifndef PQIKE_KERNEL_MODULE_H
#define PQIKE_KERNEL_MODULE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * kernel_module_explain() - say that pqike.ko is missing, and the remedy
 * @error: receives one line for the operator
 * @error_size: size of @error in octets
 *
 * A module that is installed for the running kernel has only to be loaded, signed where
 * this kernel takes no other; one that is not was built for another kernel, or for none.
 */
void kernel_module_explain(char *error, size_t error_size);

/**
 * kernel_module_is_there() - whether a module of the kernel can be used
 * @name: as in /proc/modules
 *
 * Return: true where it is loaded, built in, or installed for this kernel.
 */
bool kernel_module_is_there(const char *name);

#endif
