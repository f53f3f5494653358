#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The first thing that runs in the virtual machine: run what vng.sh left.
#
# usage: guest.sh MACHINE

shared=.vm/$1

# Of the root file system only /src is writable on the other side.
mount -o remount,rw /
cd /src || exit
touch "$shared/booted"
sh "$shared/command" 2>&1
status=$?
sync "$shared"
echo "$status" >"$shared/status"
