# SPDX-License-Identifier: GPL-2.0
#
# What every suite's Makefile includes last: kselftest's own rules, and which of
# the suite's tests run where. HOST_PROGS names those of TEST_PROGS and
# TEST_GEN_PROGS that need no virtual machine.

export KSELFTEST ?= /usr/src/linux/tools/testing/selftests

OUTPUT := $(CURDIR)
suite := $(notdir $(CURDIR))
vm_progs := $(filter-out $(HOST_PROGS),$(TEST_GEN_PROGS) $(TEST_PROGS))

CFLAGS += -std=gnu11 -O2 -g -Wall -Wextra -Werror -I$(CURDIR)/../include \
	  -I$(CURDIR)/../../uapi \
	  -isystem $(KSELFTEST)

# What includes a header is built again when that changes.
LOCAL_HDRS += $(wildcard *.h ../include/*.h ../../userspace/*.h ../../uapi/*.h)

include $(KSELFTEST)/lib.mk

.PHONY: list-host list-vm
list-host:
	@printf '%s\n' $(HOST_PROGS:%=$(suite):%)
list-vm:
	@printf '%s\n' $(vm_progs:%=$(suite):%)
