# SPDX-License-Identifier: GPL-2.0
#
# What stands where a kernel's headers are expected when those are of another root file
# system, at /opt: there its own make and compiler build modules. What is installed goes
# into this root.

release := $(notdir $(patsubst %/,%,$(dir $(CURDIR))))
jobs := $(shell nproc)

.DEFAULT_GOAL := modules
.PHONY: kernelrelease modules_install

kernelrelease:
	@echo $(release)

modules_install:
	install -D --mode=644 --target-directory=$(INSTALL_MOD_PATH)/lib/modules/$(release)/updates \
		$(wildcard $(M)/*.ko $(M)/kmod/*/*.ko)

# Its make does not understand what ours says of jobs.
%:
	@env --unset=MAKEFLAGS --unset=MAKELEVEL chroot /opt \
		make $(if $(findstring s,$(firstword -$(MAKEFLAGS))),--silent) \
		--jobs=$(jobs) -C /usr/lib/modules/$(release)/build $(MAKEOVERRIDES) $@

# Nothing makes this file.
$(firstword $(MAKEFILE_LIST)): ;
