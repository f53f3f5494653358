#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Write mlkem.ko's sources as a series of patches to the kernel, with what only the
# kernel has beside them: Kconfig, KUnit, documentation.
#
# usage: series.sh DIRECTORY
#
# Each patch is a file N-name.sh here, which edits the kernel's tree by the functions
# below, and N-name.txt, its message. In files/ is what is added as it is, in touched what
# is changed. LINUX_SOURCE names the archive that the patches are for, AUTHOR who signs
# them off.

set -eu

archive=${LINUX_SOURCE:-$(ls /usr/src/linux-source-*.tar.xz)}
author=${AUTHOR:-pqike developers <pqike@example.org>}

here=$(dirname "$(realpath "$0")")
sources=$(dirname "$here")
out=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die()
{
	echo "series: $*" >&2
	exit 1
}

# take FILE PATH: a source of mlkem.ko, with the names that it has in the kernel
take()
{
	mkdir -p "$(dirname "$2")"
	sed -E -f "$here/names.sed" "$sources/$1" >"$work/renamed"
	awk -v original="$sources/$1" -f "$here/realign.awk" "$work/renamed" |
		sed -E -f "$here/kernel.sed" | cat -s >"$2"
	if grep -q '^#include "mlkem\.h"$' "$sources/$1"; then
		echo '#include <crypto/mlkem.h>' | before "$2" '#include <'
	fi
}

# add PATH: of files/
add()
{
	mkdir -p "$(dirname "$1")"
	cp "$here/files/$1" "$1"
}

# edit PATH SED-SCRIPT: which has to change it
edit()
{
	sed -E "$2" "$1" | cat -s | sed '${/^$/d}' >"$work/edited"
	! cmp -s "$1" "$work/edited" || die "nothing changes in $1: $2"
	cat "$work/edited" >"$1"
}

# before PATH LINE: what is on standard input goes before the first that begins so
before()
{
	cat >"$work/text"
	awk -v text="$work/text" -v line="$2" '
		!found && index($0, line) == 1 {
			while ((getline added <text) > 0)
				print added
			found = 1
		}
		{ print }
		END { exit !found }' "$1" >"$work/edited" ||
		die "$1 has no line that begins with: $2"
	cat "$work/edited" >"$1"
}

# without_x86 PATH: as on processors that have portable code only
without_x86()
{
	awk '
		/^#ifdef CONFIG_X86_64/ { inside = 1; skip = 1; next }
		inside && /^#else/ { skip = 0; next }
		inside && /^#endif/ { inside = 0; skip = 0; next }
		!skip { print }' "$1" | cat -s >"$work/edited"
	cat "$work/edited" >"$1"
}

# differences OLD NEW: of two trees in the current directory, as git writes them
differences()
{
	(cd "$2" && find . -type f -printf '%P\n' | LC_ALL=C sort) | while read -r file; do
		old=a/$file
		if [ ! -e "$1/$file" ]; then
			old=/dev/null
		elif cmp -s "$1/$file" "$2/$file"; then
			continue
		fi
		echo "diff --git a/$file b/$file"
		[ "$old" != /dev/null ] || echo "new file mode 100644"
		diff -Nup --label "$old" --label "b/$file" "$1/$file" "$2/$file" || :
	done
}

# statistics: of the patch on standard input
statistics()
{
	awk '
		/^diff --git / { file = substr($4, 3); list[++n] = file; head = 2; next }
		/^(---|\+\+\+) / && head { head--; next }
		/^\+/ { added[file]++; insertions++ }
		/^-/ { removed[file]++; deletions++ }
		END {
			for (i = 1; i <= n; i++) {
				if (length(list[i]) > width)
					width = length(list[i])
			}
			for (i = 1; i <= n; i++)
				printf " %-" width "s | %d %s%s\n", list[i],
					added[list[i]] + removed[list[i]],
					added[list[i]] ? "+" : "",
					removed[list[i]] ? "-" : ""
			printf " %d files changed, %d insertions(+), %d deletions(-)\n",
				n, insertions, deletions
		}'
}

# text FILE: without the comments at its top
text()
{
	sed '/^#/d' "$1"
}

# mail NUMBER MESSAGE: what comes before the patch
mail()
{
	echo "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
	echo "From: $author"
	echo "Date: $date"
	printf 'Subject: [RFC PATCH %d/%d] %s\n' "$1" "$total" "$(text "$2" | head -n 1)"
	text "$2" | tail -n +2
}

# write_patch NUMBER NAME: from the edits that it makes to the tree b
write_patch()
{
	rm -rf "$work/a"
	cp -r "$work/b" "$work/a"
	cd "$work/b"
	# shellcheck source=/dev/null # one of many
	. "$here/$2.sh"
	cd "$work"
	differences a b >"$work/patch"
	{
		mail "$1" "$here/$2.txt"
		printf '\nSigned-off-by: %s\n---\n' "$author"
		statistics <"$work/patch"
		echo
		cat "$work/patch"
		printf -- '-- \npqike\n'
	} >"$out/000$2.patch"
}

# figures: of the table in ../../../docs/mlkem.md, a line for each set and implementation
figures()
{
	awk -F ' *[|] *' '
		/^\| thousands of ticks / {
			inside = split($3 " " $4 " " $5, set, " ")
			next
		}
		inside && /^$/ { exit }
		inside && $2 ~ /^(`|mlkem-native)/ {
			gsub(/`/, "")
			for (i = 1; i <= 3; i++)
				line[i, ++n[i]] = sprintf("  ML-KEM-%-5s %-20s %s", set[i],
					$2, $(i + 2))
		}
		END {
			for (i = 1; i <= 3; i++) {
				for (j = 1; j <= n[i]; j++)
					print line[i, j]
			}
		}' "$sources/../../docs/mlkem.md"
}

# cover_text: with the figures in their place
cover_text()
{
	figures >"$work/figures"
	[ -s "$work/figures" ] || die "docs/mlkem.md has no figures"
	sed -e "/^@FIGURES@\$/{r $work/figures" -e 'd}' "$here/cover.txt" >"$work/cover"
}

write_cover()
{
	cover_text
	differences original b >"$work/patch"
	{
		mail 0 "$work/cover"
		echo
		echo "Made for Linux $version, Debian's $(basename "$archive")."
		echo
		for name in $names; do
			printf '  %s\n' "$(text "$here/$name.txt" | head -n 1)"
		done
		echo
		statistics <"$work/patch"
		printf -- '\n-- \npqike\n'
	} >"$out/0000-cover-letter.patch"
}

mkdir "$work/b"
"$here/unpack.sh" "$archive" "$work/b"
cp -r "$work/b" "$work/original"
version=$(awk '$1 ~ /^(VERSION|PATCHLEVEL|SUBLEVEL)$/ && $2 == "=" {
	v = v (v ? "." : "") $3 } END { print v }' "$work/b/Makefile")

date=$(date --rfc-email)
names=$(find "$here" -name '[1-9]-*.sh' -printf '%f\n' | sed 's/\.sh$//' | sort)
total=$(echo "$names" | wc -l)
for name in $names; do
	write_patch "${name%%-*}" "$name"
done
write_cover
