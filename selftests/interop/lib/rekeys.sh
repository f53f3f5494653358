# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which SAs a row has before and after a rekey.

# The SPIs in use when look was called last: ike of the IKE SA, as strongSwan sees it, and
# pqike, as pqike's kernel does; child of its Child SA, inbound first; esp of the ESP SAs by
# which pqike sends
declare -A spis

# look ROW: what strongSwan, pqike's kernel and xfrm have of it now
look()
{
	local line who what rest

	spis=([ike]='' [child]='' [pqike]='' [esp]='')
	row_sas "$1"
	for line in "${sas[@]}"; do
		read -r who what rest <<<"$line"
		case "$who $what $rest" in
		"strongswan ike ESTABLISHED "*) spis[ike]+="${rest#* } " ;;
		"strongswan child net INSTALLED "*) spis[child]+="${rest#net * } " ;;
		"pqike ike "*) spis[pqike]+="$rest " ;;
		"xfrm esp "*) spis[esp]+="$rest " ;;
		esac
	done
}

# has_one ike|child: of such SAs
has_one()
{
	[[ ${spis[$1]} =~ ^[0-9a-f]+\ [0-9a-f]+\ $ ]]
}

# changed ike|child ROW BEFORE: there is one, whose SPIs are not those, and pqike sends
# to it
changed()
{
	look "$2"
	has_one "$1" && [ "${spis[$1]}" != "$3" ] && sides_agree
}

# pqike has the IKE SA that strongSwan has and no other, and sends to the inbound
# ESP SA that strongSwan has, and to no other, as look saw it.
sides_agree()
{
	[ "${spis[esp]}" = "${spis[child]%% *} " ] && pqike_has_ike_sa
}

# pqike_has_ike_sa: the one that strongSwan has
pqike_has_ike_sa()
{
	[ "${spis[pqike]}" = "${spis[ike]}" ]
}

# settled ROW: both sides have the same IKE SA and Child SA, and no other
settled()
{
	look "$1"
	has_one child && sides_agree
}

# rekeyed WHO ROW WHAT: the next rekey works
rekeyed()
{
	local before

	look "$2"
	before=${spis[$3]}
	row_rekey "$1" "$2" "$3"
	eventually changed "$3" "$2" "$before"
}

next_rekeys()
{
	local who what

	for what in child ike; do
		for who in moon sun; do
			rekeyed "$who" "$1" "$what"
		done
	done
}

# By a supervisor whose helper has not died before: each death makes it wait longer before
# it starts the next one.
establish()
{
	kill -CONT "$(cat "$run/moon/pqike.pid")" # if a test before has failed
	pqike_stop moon
	pqike_run moon
	moon_mark=0
	row_up "$1" "$2"
	row_ping moon "$2"
}

# wire_delay: what both sides begin within this time crosses on the wire
wire_delay()
{
	local gateway

	for gateway in moon sun; do
		tc -n wire qdisc replace dev "$gateway" root netem delay 500ms
	done
}

wire_no_delay()
{
	local gateway

	for gateway in moon sun; do
		tc -n wire qdisc delete dev "$gateway" root
	done
}
