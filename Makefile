# SPDX-License-Identifier: GPL-2.0

KDIR ?= /lib/modules/$(shell uname -r)/build
KERNEL ?= testing
PEER ?= pqike
AUTHOR ?= pqike developers <pqike@example.org>
SUITE ?= $(shell . /etc/os-release && echo $$VERSION_CODENAME)
TIME ?= 60

.DEFAULT_GOAL := all
.PHONY: help all modules helper install install-modules install-built clean deb uapi demo \
	check check-host check-uml check-vm check-race check-dkms tested interop endurance \
	deaths bench bench-handshake fuzz fuzz-coverage prove upstream check-upstream

help:		## say what can be made
	@awk -F'[:#]+' '/^[a-z-]+:.*##/ { printf "  %-15s%s\n", $$1, $$3 }' Makefile
	@echo
	@echo "  KDIR=$(KDIR)"
	@echo "              the kernel that modules, install and clean work for"
	@echo "  KERNEL=$(KERNEL)"
	@echo "              the Debian suite whose kernel demo and the tests run"
	@echo "  SUITE=$(SUITE)"
	@echo "              the Debian suite that deb makes packages for"
	@echo "  BENCH='-j -n ROUNDS'"
	@echo "              options of bench: JSON, how many times (2000)"
	@echo "  TIME=$(TIME)     how long fuzz takes for each target, in seconds"
	@echo "  AUTHOR='NAME <ADDRESS>'"
	@echo "              who signs off what upstream writes"
	@echo "  PEER=$(PEER)  what the second gateway of demo is, or strongswan"

all: modules helper	## the modules for KDIR, and the helper

modules:	## mlkem.ko, ecdh.ko and pqike.ko for KDIR
	@test -d $(KDIR) || { echo "make: $(KDIR) is missing: install the" \
		"headers of the running kernel, or name others with KDIR=" >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

helper:		## the helper, userspace/pqike
	$(MAKE) -C userspace

install: all	## install modules and helper on this machine (as root)
	$(MAKE) install-built

# Debian's headers have no System.map, without which modules_install leaves depmod(8)
# out, and modprobe(8) finds nothing.
install-modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) \
		$$($(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)

install-built: install-modules
	$(MAKE) -C userspace install

clean:		## remove what all built
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean

deb:		## Debian packages for SUITE, in the directory packages (as root)
	mkdir -p packages
	KERNEL=$(SUITE)-deb selftests/vm/enter.sh sh -ec 'cp -a . /tmp/pqike; \
		cd /tmp/pqike; dpkg-buildpackage -b -us -uc >&2; rm -r /tmp/pqike; \
		tar -C /tmp -c .' >packages/all.tar
	tar -C packages -xf packages/all.tar
	rm packages/all.tar
	@ls packages/*.deb

uapi:		## generate what comes from uapi/pqike.yaml (as root)
	selftests/vm/enter.sh sh -ec 'mkdir /tmp/top; uapi/regenerate.sh /tmp/top; \
		tar -C /tmp/top -c .' | tar -x

demo:		## two gateways in a virtual machine, one tunnel (as root)
	KERNEL=$(KERNEL) SUITES=interop selftests/build.sh
	KERNEL=$(KERNEL) selftests/vm/boot.sh selftests/interop/demo.sh $(PEER)

check:		## every test, under sanitizers, and the core in a virtual machine (as root)
	KERNEL=$(KERNEL) selftests/check.sh host uml planted core older

check-host:	## the tests that need no virtual machine (as root)
	KERNEL=$(KERNEL) selftests/check.sh host

check-vm:	## the tests in a virtual machine, KERNEL=testing (as root)
	KERNEL=$(KERNEL) selftests/check.sh vm

check-uml:	## the same under User Mode Linux, with sanitizers (as root)
	selftests/check.sh uml planted

check-race:	## those of them in which processors meet, with KCSAN (as root)
	selftests/check.sh race

check-dkms:	## pqike-dkms where KERNEL is, an older Debian's (as root)
	$(MAKE) deb SUITE=$(patsubst %-backports,%,$(KERNEL))
	KERNEL=testing OWN=$(KERNEL)-own selftests/vm/enter.sh \
		selftests/packages/dkms.sh /tree/packages

tested:		## put what was last run on KERNEL into the README's table (as root)
	selftests/table.sh $(KERNEL)

interop:	## of check-vm, the tests against strongSwan (as root)
	KERNEL=$(KERNEL) SUITES=interop selftests/check.sh vm

endurance:	## 200 Child and 50 IKE rekeys in a row, 500 tunnels (as root)
	KERNEL=$(KERNEL) SUITES=interop PQIKE_ENDURANCE=full \
		TESTS="interop:endurance.sh interop:tunnels.sh" \
		selftests/check.sh vm

deaths:		## helper and supervisor killed in each phase of rekeys, and often (as root)
	SUITES=interop PQIKE_ENDURANCE=full \
		TESTS="interop:deaths.sh interop:adoption.sh interop:systemd.sh \
			interop:systemd_bookworm.sh" selftests/check.sh uml

bench:		## time ML-KEM, and plot it, and ECDH beside OpenSSL (as root)
	KERNEL=$(KERNEL) SUITES="mlkem ecdh" selftests/build.sh
	KERNEL=$(KERNEL) selftests/mlkem/bench.sh $(BENCH)
	KERNEL=$(KERNEL) selftests/vm/enter.sh selftests/ecdh/bench $(BENCH)

bench-handshake: ## time pqike beside strongSwan as the responder (as root)
	KERNEL=uml-fast SUITES=interop selftests/build.sh vm
	KERNEL=uml-fast selftests/interop/handshake_bench_uml.sh $(BENCH)

fuzz:		## fuzz each target for TIME seconds, or TARGETS only (as root)
	KERNEL=$(KERNEL) selftests/fuzz/fuzz.sh $(TIME) $(TARGETS)

fuzz-coverage:	## the lines that inputs of the fuzzers reach (as root)
	KERNEL=$(KERNEL) selftests/vm/enter.sh selftests/fuzz/coverage.sh $(TARGETS)

prove:		## prove code of mlkem.ko and ecdh.ko, or PROOFS only (as root)
	KERNEL=trixie-own selftests/vm/enter.sh selftests/prove/prove.sh $(PROOFS)

upstream:	## mlkem as patches to the kernel, in the directory series (as root)
	rm -rf series
	mkdir series
	KERNEL=testing selftests/vm/enter.sh sh -ec 'mkdir /tmp/series; \
		AUTHOR="$$1" kmod/mlkem/upstream/series.sh /tmp/series; \
		tar -C /tmp/series -c .' sh "$(AUTHOR)" | tar -C series -x
	@ls series/*.patch

check-upstream: upstream	## a kernel with these patches, and its KUnit tests (as root)
	selftests/upstream/git_am.sh series \
		$${PQIKE_CACHE:-/var/cache/pqike}/testing/usr/src/linux-source-*.tar.xz
	KERNEL=testing selftests/vm/enter.sh selftests/upstream/kunit.sh
