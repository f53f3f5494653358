#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The first thing that runs in the virtual machine: run what vng.sh left.

# Of the root file system only /src is writable on the other side.
mount -o remount,rw /
cd /src || exit
touch .vm/booted
sh .vm/command 2>&1
status=$?
sync .vm
echo "$status" >.vm/status
