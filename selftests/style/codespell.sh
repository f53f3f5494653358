#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# codespell finds no misspelled word, in prose as in names, which it reads apart at
# underscores and digits.

set -eu

. ./lib.sh

# What others call something, and digits of a digest (ded): gl_pathc and servent (libc), optin (clang), parm (the
# kernel), padd (keyctl), inh (capabilities), wronly (open), Nd (mandoc)
names=ded,pathc,servent,optin,parm,padd,inh,wronly,nd
# Parts of words in regular expressions, an option, and a slip that a test makes
parts=requir,delet,bject,iinclude,cunter

# misspelled [OPTION]...: FILE:LINE: WORD ==> CORRECTION. Digits of octets are no words,
# nor is what is wrong on purpose, to be refused with a hint at what is right.
misspelled()
{
	codespell --builtin clear,rare --ignore-words-list "$names,$parts" \
		--ignore-regex '0x[0-9a-fA-F]+' \
		--skip './LICENSE,*.hex,./selftests/config/bad/*' "$@" . \
		>"$work/complaints" 2>"$work/errors" || :
	cat "$work/errors" >>"$work/complaints"
}

misspelled_names()
{
	misspelled --regex "[a-zA-Z']+"
}

# finds WORD
finds()
{
	grep -q "^\./docs/planted.md:1: $1 ==> " "$work/complaints"
}

ktap_print_header
ktap_set_plan 4
enter_clean_tree

misspelled
report "prose"
misspelled_names
report "names"

# In halves, as this file is read, too
echo 'rec''ieve_planted() has an occur''ence' >docs/planted.md
misspelled
ktap_test_result "a slip planted in prose is found" finds 'occur''ence'
misspelled_names
ktap_test_result "one planted in a name is found" finds 'rec''ieve'
ktap_finished
