#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# systemd.sh with Debian 12's user space and systemd, of which vm/enter.sh has the root at
# /srv.

set -eu
cd "$(dirname "$(realpath "$0")")"

if [ ! -d /srv/usr ]; then
	echo "1..0 # SKIP there is no other root at /srv"
	exit 4
fi
MACHINE_ROOT=/srv exec ./systemd.sh
