/* SPDX-License-Identifier: GPL-2.0 */
/* What file this process may be kept waiting by, noted for another process. */
#ifndef PQIKE_WAITING_FOR_H
#define PQIKE_WAITING_FOR_H

#include <stddef.h>

/* From now on notes go to @place, memory that both share; NULL: nowhere. */
void waiting_for_note_in(char *place, size_t size);

/* @path is about to be used. */
void waiting_for(const char *path);

#endif
