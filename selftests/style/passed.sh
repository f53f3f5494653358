# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What has passed is not looked at again. A mark, an empty file, stands for all that a
# result depends on: its name is the digest of that. Marks are kept beside the root file
# systems, for every tree.

marks=/var/cache/pqike/passed

# tools_digest PROGRAM...: of every package of the root file system, how it was laid out,
# and the programs of this test
tools_digest()
{
	cat /var/lib/dpkg/status /etc/pqike-root "$@" | sha256sum
}

# forget_old_marks: those of which nobody asked for a month
forget_old_marks()
{
	find "$marks" -type f -mtime +30 -delete
}

# has_passed DIGEST
has_passed()
{
	[ -f "$marks/$1" ] && touch "$marks/$1"
}

# passes DIGEST: from now on
passes()
{
	: >"$marks/$1"
}
