#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the address from which this machine's own apt takes Debian's main.

set -eu

# shellcheck disable=SC2016 # apt expands these, not the shell
debian_main()
{
	apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(SITE)' \
		'Created-By: Packages' |
		awk '$1 == "Debian" && $2 == "Debian" && $3 == "main" { print $4; exit }'
}

site=$(debian_main)
if [ -z "$site" ]; then
	# A target's origin is known only once its Release file is there.
	apt-get update >&2
	site=$(debian_main)
fi

case $site in
mirror+file:*)
	site=$(awk '$1 !~ /^#/ { print $1; exit }' "${site#mirror+file:}")
	;;
'')
	echo "mirror.sh: no source of apt on this machine carries Debian's main" >&2
	exit 1
	;;
esac

echo "$site"
