#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Unpack what the series changes of the kernel's source.
#
# usage: unpack.sh ARCHIVE DIRECTORY

set -eu

sed -n 's,^[^#],*/&,p' "$(dirname "$0")/touched" |
	xargs tar -C "$2" --strip-components=1 --wildcards --no-wildcards-match-slash \
		-xf "$1"
