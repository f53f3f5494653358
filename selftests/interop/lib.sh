# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Everything that tests with two gateways are made of.

. ./lib/events.sh
. ./lib/topology.sh
. ./lib/capture.sh
. ./lib/xfrm.sh
. ./lib/connection.sh
. ./lib/strongswan.sh
. ./lib/pqike.sh
. ./lib/silent.sh
. ./lib/gateways.sh
. ./lib/test.sh

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"
