# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # who includes this has $work, $upper, $root, $kernel
#
# A root file system in which packages are installed above another: what they leave is in
# $upper. $work is a file system in memory, which is /tmp there; $kernel is the release that
# the modules are for.

# lay_over ROOT
lay_over()
{
	mkdir "$upper" "$work/work" "$root"
	mount -t overlay -o "lowerdir=$1,upperdir=$upper,workdir=$work/work" overlay "$root"
	mount --rbind /dev "$root/dev"
	mount -t proc proc "$root/proc"
	mount --bind "$work" "$root/tmp"
	mkdir -p "$root/var/cache/pqike/compiled"
	mount --bind /var/cache/pqike/compiled "$root/var/cache/pqike/compiled"
}

end()
{
	umount --recursive --lazy "$root" 2>/dev/null || :
	umount --lazy "$work"
	rmdir "$work"
}

# installed COMMAND...: there
installed()
{
	chroot "$root" "$@"
}

# finds ALIAS MODULE
finds()
{
	installed modprobe --set-version "$kernel" --show-depends "$1" |
		grep "updates/dkms/$2\.ko"
}
