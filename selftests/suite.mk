# SPDX-License-Identifier: GPL-2.0
#
# What every suite's Makefile includes last: kselftest's own rules, and which of
# the suite's tests run where. HOST_PROGS names those of TEST_PROGS and
# TEST_GEN_PROGS that need no machine of their own; CORE_PROGS those of the others
# that run on Debian's kernel too whenever all do under User Mode Linux; RACE_PROGS
# those in which processors meet in the modules, for the kernel that looks for races;
# PLANTED_PROGS those that have a machine of their own, since they leave its kernel's
# checkers used up; OLDER_PROGS those that run on the kernels of older Debian releases too
# whenever all do under User Mode Linux. VM_NEEDS is what those that need a machine need
# to be built, OLDER_NEEDS what OLDER_PROGS do, where that is not all.

export KSELFTEST ?= /usr/src/linux/tools/testing/selftests

OUTPUT := $(CURDIR)
suite := $(notdir $(CURDIR))
vm_progs := $(filter-out $(HOST_PROGS) $(PLANTED_PROGS),$(TEST_GEN_PROGS) $(TEST_PROGS))

CFLAGS += -std=gnu11 -O2 -g -Wall -Wextra -Werror -I$(CURDIR)/../include \
	  -I$(CURDIR)/../../uapi \
	  -isystem $(KSELFTEST)

# What includes a header is built again when that changes.
LOCAL_HDRS += $(wildcard *.h ../include/*.h ../../userspace/*/*.h ../../uapi/*.h)

include $(KSELFTEST)/lib.mk

LINK.c = $(CURDIR)/../link.sh $(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS)

.PHONY: all-vm all-older list-host list-vm list-core list-race list-planted list-older
all-vm: $(if $(vm_progs)$(PLANTED_PROGS),$(or $(VM_NEEDS),all))
all-older: $(if $(OLDER_PROGS),$(or $(OLDER_NEEDS),$(VM_NEEDS),all))
list-host:
	@printf '%s\n' $(HOST_PROGS:%=$(suite):%)
list-vm:
	@printf '%s\n' $(vm_progs:%=$(suite):%)
list-core:
	@printf '%s\n' $(CORE_PROGS:%=$(suite):%)
list-race:
	@printf '%s\n' $(RACE_PROGS:%=$(suite):%)
list-planted:
	@printf '%s\n' $(PLANTED_PROGS:%=$(suite):%)
list-older:
	@printf '%s\n' $(OLDER_PROGS:%=$(suite):%)
