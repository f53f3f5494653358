# SPDX-License-Identifier: GPL-2.0
#
# Names that a module has for itself and the kernel for all, and what lib/crypto already
# has under another name. No line is added or taken away: realign.awk relies on it.
s/\<(hash_(init|add|add_first|continue|wait))\>/mlkem_\1/g
s/\<(poly_(add|sub|cbd|reject|dot|prepare|ntt|invntt|encode|decode|compress|decompress|is_reduced))\>/mlkem_\1/g
s/\<(kpke_(keygen|encrypt|decrypt|decode|expand_matrix))\>/mlkem_\1/g
s/\<(workspace_(alloc|free)|compute_(begin|end))\>/mlkem_\1/g
s/\<((add|sub|cbd|reject|dot|prepare|ntt|invntt|encode|decode|compress|decompress|is_reduced)_avx2)\>/mlkem_\1/g
s/\<((keccak_x4|clear_registers)_avx(2|512)|separate_x4_avx2)\>/mlkem_\1/g
s/\<(SHA3_256|SHA3_512)_LEN\>/\1_DIGEST_SIZE/g
s/\<(SHA3_256|SHA3_512|SHAKE128|SHAKE256)_RATE\>/\1_BLOCK_SIZE/g
s/\<keccak_(sha3_256|sha3_512)\([^,]*, /\1(/
s/one of the rates in keccak\.h/a block size of <crypto\/sha3.h>/
s/what the module parameter impl calls it/for tests/
