# SPDX-License-Identifier: GPL-2.0
#
# Lines that went on below an open parenthesis do so again where renaming has moved it.
#
# usage: awk -v original=FILE -f realign.awk RENAMED

function column(s,   i, n)
{
	for (i = 1; i <= length(s); i++)
		n = substr(s, i, 1) == "\t" ? n - n % 8 + 8 : n + 1
	return n + 0
}

function indentation(n,   s)
{
	for (; n >= 8; n -= 8)
		s = s "\t"
	for (; n > 0; n--)
		s = s " "
	return s
}

# Where the parentheses are that @s leaves open, from @depth on; how many are open
function follow(s, open, depth,   i, c)
{
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "(")
			open[++depth] = column(substr(s, 1, i))
		else if (c == ")" && depth)
			depth--
	}
	return depth
}

{
	if ((getline old <original) <= 0)
		exit 1
	new = $0
	if (old ~ /^[ \t]*(\/\*|\*)/) {
		print new
		next
	}
	if (old ~ /^([{}#]|$)/)
		depth = 0
	match(old, /^[ \t]*/)
	if (depth && column(substr(old, 1, RLENGTH)) == before[depth])
		new = indentation(after[depth]) substr(new, RLENGTH + 1)
	print new
	follow(new, after, depth)
	depth = follow(old, before, depth)
}
