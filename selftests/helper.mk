# SPDX-License-Identifier: GPL-2.0
#
# The helper with sanitizers, one for the suites that include this.

userspace := ../../userspace
helper := $(abspath ../helper)

# Built anew when a source of the helper has changed, which only its own
# Makefile knows.  Suites that are built at the same time take turns.
.PHONY: helper
helper:
	flock ../helper.lock $(MAKE) -C $(userspace) BUILD=$(helper) SAN=1

$(helper)/pqike.a: helper ;
