/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections, identities and keys that all threads use.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "chance.h"

/* What a connection asks for */
enum connection {
	CONNECTION_PQ, CONNECTION_PLAIN, CONNECTION_PPK, CONNECTION_REQUIRED,
	CONNECTIONS,
};

/* Threads of one world */
#define THREADS_MAX	4

#define PSK_NAME	"pqike:fuzz"
#define PPK_NAME	"pqike:fuzz ppk"
/* What ends while it is used */
#define MORTAL_NAME	"pqike:fuzz mortal"

#define IDENTITY_LEN_MAX	32

const char *connection_name(enum connection connection, unsigned int thread);
size_t name_identity(unsigned int side, uint8_t *octets);
size_t name_ppk_id(struct chance *chance, uint8_t *octets);
const char *name_for(const char *attribute, struct chance *chance);
int names_add_keys(void);
void names_end_mortal_key(struct chance *chance);

#endif
