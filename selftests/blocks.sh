# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The fenced blocks of the documents, for the tests that run them. The words behind a
# fence say of what kind a block is, and its name: ```pqike site-b
#
# pqike, swanctl	configuration of this side, and of strongSwan as the peer
# console	what is typed on this side after "# ", on the peer's after "peer# ", and
#		what that says
# commands	what is typed on this side, which says nothing
# frr		configuration of FRR, of either side
# imported, notes	what "pqike config import" makes of a block swanctl of that name
# explain	what "pqike explain" says of a failure
# program	messages that the program has, "..." standing for what differs
# others	of vendors; nothing here can run them

# block FILE KIND NAME: what is in it
block()
{
	awk -v fence="\`\`\`$2 $3" '
		$0 == fence { inside = 1; next }
		/^```/ { inside = 0 }
		inside' "$1"
}

# block_names FILE KIND: a line each
block_names()
{
	sed -n "s/^\`\`\`$2 //p" "$1"
}
