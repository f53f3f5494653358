# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # its users use its variables
#
# For the tests of style: TAP from kselftest, the files of the tree, and which of them
# have passed.

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "$KSELFTEST/kselftest/ktap_helpers.sh"

. ./passed.sh

linux=$(realpath "$KSELFTEST/../../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# A copy without what builds left in the tree, which is then the current folder.
enter_clean_tree()
{
	rsync --archive --exclude='/.*/' --filter=':- .gitignore' ../../ "$work/tree"
	cd "$work/tree" || exit
}

# A program answers for the style of what it generated.
written_by_hand()
{
	grep --files-without-match -E 'auto-generated|Written by .*do not edit' "$@"
}

# report NAME: a failure if the file of complaints is not empty
report()
{
	sed 's/^/# /; 30q' "$work/complaints"
	if [ -s "$work/complaints" ]; then
		ktap_test_fail "$1"
	else
		ktap_test_pass "$1"
	fi
}
