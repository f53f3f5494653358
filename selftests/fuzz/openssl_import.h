/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPENSSL_IMPORT_H
#define OPENSSL_IMPORT_H

/**
 * openssl_import_untested() - have OpenSSL take a dk without trying it out
 *
 * By default it encapsulates to the key pair and compares, with a random message:
 * whether it refuses a damaged dk is then a matter of chance.
 */
void openssl_import_untested(void);

#endif
