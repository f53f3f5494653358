/* SPDX-License-Identifier: GPL-2.0 */
/* How authenc takes its keys, as the kernel has it. */
#ifndef _FUZZ_CRYPTO_AUTHENC_H
#define _FUZZ_CRYPTO_AUTHENC_H

#include <linux/types.h>

enum {
	CRYPTO_AUTHENC_KEYA_UNSPEC,
	CRYPTO_AUTHENC_KEYA_PARAM,
};

struct crypto_authenc_key_param {
	__be32 enckeylen;
};

#endif
