#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# CREATE_CHILD_SA and IKE_FOLLOWUP_KE between two network namespaces.

cd "$(dirname "$0")" || exit 1
exec ./with_modules.sh ./creation.py
