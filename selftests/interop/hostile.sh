#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hostile peer, of its own make, and what pqike does with each thing that it sends.

set -eu
cd "$(dirname "$(realpath "$0")")"

. ./lib.sh
. ./lib/hostile.sh
. ./lib/test.sh

pqike_modules
topology_up
trap 'mars_down; topology_down; pqike_modules_gone' EXIT
mars_up
hostile_configure
pqike_run moon
hostile_run hostile.py
pqike_stop moon
