# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh

add Documentation/crypto/libcrypto-kem.rst
before Documentation/crypto/libcrypto.rst '   libcrypto-signature' <<'END'
   libcrypto-kem
END
edit MAINTAINERS 's/^F:\tinclude\/crypto\/mlkem\.h$/F:\tDocumentation\/crypto\/libcrypto-kem.rst\n&/'
