#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's kernel, started by UEFI Secure Boot and so locked down, refuses the modules
# without a signature, or with that of a key which it does not know, and takes them with
# that of one which is enrolled. The firmware is OVMF with keys of this test's own, beside
# the one that Debian signs its kernel with.

set -eu

. ../interop/lib/test.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
owner=c0ffee00-0000-4000-8000-000000000000
kernel=$(echo /boot/vmlinuz-*)
release=${kernel#*/vmlinuz-}
firmware=/usr/share/OVMF
console=$work/console

# make_key NAME
make_key()
{
	openssl req -new -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1/" \
		-addext extendedKeyUsage=codeSigning \
		-keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
	openssl x509 -in "$work/$1.pem" -outform DER -out "$work/$1.der"
}

# Debian's certificate is in the signature of the kernel.
enroll()
{
	(cd "$work" && pe-listsigs --extract "$kernel" >/dev/null 2>&1)
	virt-fw-vars --loglevel WARNING --input "$firmware/OVMF_VARS_4M.fd" \
		--output "$work/variables" --set-pk "$owner" "$work/platform.pem" \
		--add-kek "$owner" "$work/platform.pem" \
		--add-db "$owner" "$work"/Debian*.pem \
		--add-db "$owner" "$work/enrolled.pem" --sb
}

# modules NAME: those of this tree, signed by the key of that name if there is one
modules()
{
	local module

	mkdir "$work/root/$1"
	for module in mlkem ecdh pqike; do
		cp "../../kmod/$module/$module.ko" "$work/root/$1"
		[ ! -f "$work/$1.key" ] || /lib/modules/"$release"/build/scripts/sign-file \
			sha256 "$work/$1.key" "$work/$1.der" "$work/root/$1/$module.ko"
	done
}

# dependencies: files of Debian's modules that those of this tree need
dependencies()
{
	local module

	modinfo -F depends ../../kmod/*/*.ko | tr , '\n' | grep -v -x -E '|mlkem' |
		while read -r module; do
			modprobe --set-version "$release" --show-depends "$module"
		done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# copy_program FILE: with the libraries that it loads
copy_program()
{
	cp "$1" "$work/root/pqike"
	ldd "$1" | grep -o '/[^ ]*' |
		xargs cp --parents --dereference --target-directory "$work/root"
}

lay_out()
{
	local file there=$work/root/lib/modules/$release

	mkdir -p "$there/updates" "$there/kernel" "$work/root/bin" "$work/root/pqike" \
		"$work/root/proc" "$work/root/sys" "$work/root/dev"
	cp /bin/busybox "$work/root/bin"
	cp secure_boot_init "$work/root/init"
	dependencies | while read -r file; do
		xz --decompress --stdout "$file" >"$there/kernel/$(basename "$file" .xz)"
	done
	touch "$there/modules.order" "$there/modules.builtin" \
		"$there/modules.builtin.modinfo"
	modules unsigned
	modules foreign
	modules enrolled
	cp "$work/root/unsigned"/*.ko "$there/updates"
	depmod --basedir "$work/root" "$release"
	copy_program ../../userspace/pqike
	echo 'connections { }' >"$work/root/pqike/pqike.conf"
	(cd "$work/root" && find . | cpio --create --format=newc --quiet) |
		gzip -1 >"$work/initrd"
}

# The secure flash of OVMF, which only System Management Mode writes to
boot()
{
	timeout 900 qemu-system-x86_64 -machine q35,smm=on -accel tcg,thread=single -cpu max \
		-m 1024 -nographic -no-reboot -net none \
		-global driver=cfi.pflash01,property=secure,value=on \
		-drive if=pflash,format=raw,unit=0,readonly=on,file="$firmware/OVMF_CODE_4M.secboot.fd" \
		-drive if=pflash,format=raw,unit=1,file="$work/variables" \
		-kernel "$kernel" -initrd "$work/initrd" \
		-append 'console=ttyS0 no_timer_check panic=-1' </dev/null | tr -d '\r' >"$console"
}

boots()
{
	make_key platform
	make_key enrolled
	make_key foreign
	enroll
	lay_out
	boot
	said 'end of the machine'
}

# said REGEX: by the machine, on a line
said()
{
	grep -q -E -e "$1" "$console" || {
		tail -n 60 "$console"
		return 1
	}
}

is_locked_down()
{
	said 'Kernel is locked down from EFI Secure Boot'
	said '^lockdown: none \[integrity\]'
}

# refused NAME
refused()
{
	said "^$1: 1\$"
	said 'mlkem.*(Required key not available|Key was rejected by service)'
}

says_why()
{
	said 'kernel module pqike is not loaded'
	said 'a signature that it knows \(Secure Boot\): mokutil --import'
}

loaded()
{
	said '^enrolled: 0$'
	said '^mlkem [0-9]+ 1 pqike'
	said '^ecdh '
	said '^pqike '
}

ktap_print_header
ktap_set_plan 6
run_test "a machine with UEFI boots" boots
run_test "Secure Boot has locked its kernel down" is_locked_down
run_test "modules without a signature are refused" refused unsigned
run_test "modules signed by a key that is not enrolled are refused" refused foreign
run_test "pqike says why there is no module, and what to do" says_why
run_test "modules signed by the key that is enrolled are loaded" loaded
ktap_finished
