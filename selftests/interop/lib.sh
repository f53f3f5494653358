# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Everything that two gateways are made of.

. ./lib/events.sh
. ./lib/topology.sh
. ./lib/capture.sh
. ./lib/xfrm.sh
. ./lib/connection.sh
. ./lib/strongswan.sh
. ./lib/pqike.sh
. ./lib/silent.sh
. ./lib/gateways.sh
. ./lib/rows.sh
. ./lib/flood.sh
. ./lib/twins.sh
