/* SPDX-License-Identifier: GPL-2.0 */
/* What keys of ipsec.conf, and of other programs, are called in swanctl.conf. */
#ifndef PQIKE_FOREIGN_KEY_H
#define PQIKE_FOREIGN_KEY_H

/* Return: the key of the same meaning, NULL where none is known. */
const char *foreign_key(const char *name);

#endif
