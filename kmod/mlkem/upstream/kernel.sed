# SPDX-License-Identifier: GPL-2.0
#
# Where things are in the kernel. SHA-3 is lib/crypto's, and needs no room of ours.
/^#include "mlkem\.h"$/d
/^\tstruct keccak keccak;$/d
/^ \* @keccak: /d
s/^(#ifndef|#define) _MLKEM_H$/\1 _CRYPTO_MLKEM_H/
s,^#endif /\* _MLKEM_H \*/,#endif /* _CRYPTO_MLKEM_H */,
