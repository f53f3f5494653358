/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A configuration from one process of this very program to another: structs as
 * they are, each followed by what its pointers stand for.
 */
#ifndef PQIKE_CONFIG_TRANSFER_H
#define PQIKE_CONFIG_TRANSFER_H

#include <stdio.h>

#include "config/config.h"

/* Return: false where it could not be written. */
bool config_transfer_write(const struct config *config, FILE *out);

/**
 * config_transfer_read() - make a configuration of what was written
 * @data: @size octets, which config_transfer_write() has written
 *
 * Return: to be freed with config_free(); NULL without memory, or where @data
 * ends early.
 */
struct config *config_transfer_read(const void *data, size_t size);

/**
 * config_transfer_give() - a configuration for another process, without its secrets
 *	and its quota, which are not for the helper
 *
 * Return: a descriptor of memory that config_transfer_take() reads, -1 on failure.
 */
int config_transfer_give(const struct config *config);

/**
 * config_transfer_take() - take a configuration from another process
 * @fd: stays open
 *
 * Return: as config_transfer_read().
 */
struct config *config_transfer_take(int fd);

#endif
