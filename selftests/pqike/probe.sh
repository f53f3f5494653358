#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each probe of kmod/pqike/Kbuild.probe finds a yes or a no in a kernel's headers,
# or stops the build and says which it is.

set -u

cd "$(dirname "$0")" || exit 1

# shellcheck source=/dev/null # kselftest's, from the kernel source
. "${KSELFTEST:-/usr/src/linux/tools/testing/selftests}/kselftest/ktap_helpers.sh"

headers="linux/workqueue.h net/genetlink.h net/netlink.h net/xfrm.h uapi/linux/xfrm.h"

# Distributions split the headers; a kernel's own tree has all in one place.
find_headers()
{
	local tree

	for tree in /usr/src/linux-headers-*-common /lib/modules/*/build/source \
		/lib/modules/*/build; do
		[ -f "$tree/include/net/xfrm.h" ] || continue
		echo "$tree/include"
		return
	done
}

# What the probes make of the headers in $work
probe()
{
	# shellcheck disable=SC2016 # make expands it
	printf 'srctree := %s\ninclude %s\nall: ; @echo $(ccflags-y)\n' \
		"$work" "$PWD/../../kmod/pqike/Kbuild.probe" |
		make --no-print-directory -f - 2>&1
}

copy()
{
	local header

	rm -rf "${work:?}/include"
	for header in $headers; do
		install -D -m 644 "$include/$header" "$work/include/$header"
	done
}

# says NAME...: these are defined, of all
says()
{
	local wanted="${*/#/-D}"
	local said

	said=$(probe)
	[ "$said" = "$wanted" ] || { echo "# '$said', not '$wanted'"; return 1; }
}

# stops NAME HEADER
stops()
{
	local said

	said=$(probe) && { echo "# goes on: $said"; return 1; }
	[[ $said == *"$2 of this kernel does not tell about $1"* ]] ||
		{ echo "# $said"; return 1; }
}

# stops_without NAME HEADER EDIT: what NAME is known by goes
stops_without()
{
	copy
	sed -E -i "$3" "$work/include/$2"
	stops "$1" "$2"
}

# A header that is not there is of the first probe that looks into it.
stops_without_header()
{
	copy
	rm "$work/include/$2"
	stops "$1" "$2"
}

# As the headers of Linux 6.1 have these places
copy_old()
{
	rm -rf "${work:?}/include"
	mkdir -p "$work/include/linux" "$work/include/net" "$work/include/uapi/linux"
	cat >"$work/include/linux/workqueue.h" <<-'END'
		extern struct workqueue_struct *system_unbound_wq;
	END
	cat >"$work/include/net/xfrm.h" <<-'END'
		struct hlist_node	byseq;
		int __xfrm_init_state(struct xfrm_state *x, bool init_replay, bool offload,
				      struct netlink_ext_ack *extack);
		int xfrm_init_state(struct xfrm_state *x);
		struct xfrm_state *xfrm_find_acq(struct net *net, const struct xfrm_mark *mark,
						 u8 mode, u32 reqid, u32 if_id, u8 proto);
	END
	cat >"$work/include/net/genetlink.h" <<-'END'
		int			(*pre_doit)(const struct genl_ops *ops,
						    struct sk_buff *skb,
						    struct genl_info *info);
	END
	cat >"$work/include/net/netlink.h" <<-'END'
		struct netlink_range_validation *range;
		static inline u32 nla_get_u32(const struct nlattr *nla)
	END
	cat >"$work/include/uapi/linux/xfrm.h" <<-'END'
		XFRMA_MTIMER_THRESH,	/* in seconds for input SA */
		__XFRMA_MAX
	END
}

says_no()
{
	copy_old
	says
}

says_yes()
{
	copy
	says HAVE_XFRM_INIT_STATE_EXTACK HAVE_XFRM_SET_TYPE_OFFLOAD \
		HAVE_XFRM_SA_DIR HAVE_NLA_CONST_RANGE HAVE_NLA_GET_DEFAULT \
		HAVE_GENL_SPLIT_OPS HAVE_XFRM_STATE_CACHE HAVE_SYSTEM_DFL_WQ \
		HAVE_XFRM_FIND_ACQ_PCPU
}

ktap_print_header
include=$(find_headers)
[ -n "$include" ] || {
	ktap_skip_all "no kernel headers are installed"
	exit "$KSFT_SKIP"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ktap_set_plan 16
ktap_test_result "Linux 7 has all" says_yes
ktap_test_result "Linux 6.1 has none" says_no
ktap_test_result "without net/xfrm.h it stops" stops_without_header \
	HAVE_XFRM_INIT_STATE_EXTACK net/xfrm.h
ktap_test_result "without uapi/linux/xfrm.h it stops" stops_without_header \
	HAVE_XFRM_SA_DIR uapi/linux/xfrm.h
ktap_test_result "without net/netlink.h it stops" stops_without_header \
	HAVE_NLA_CONST_RANGE net/netlink.h
ktap_test_result "without net/genetlink.h it stops" stops_without_header \
	HAVE_GENL_SPLIT_OPS net/genetlink.h
ktap_test_result "without linux/workqueue.h it stops" stops_without_header \
	HAVE_SYSTEM_DFL_WQ linux/workqueue.h
ktap_test_result "without xfrm_init_state() it stops" stops_without \
	HAVE_XFRM_INIT_STATE_EXTACK net/xfrm.h 's/\<xfrm_init_state\>/moved/'
ktap_test_result "without xfrm_set_type_offload() it stops" stops_without \
	HAVE_XFRM_SET_TYPE_OFFLOAD net/xfrm.h 's/xfrm_set_type_offload/moved/'
ktap_test_result "without XFRM_SA_DIR_OUT it stops" stops_without \
	HAVE_XFRM_SA_DIR uapi/linux/xfrm.h 's/XFRM_SA_DIR_OUT/MOVED/'
ktap_test_result "without a range of attributes it stops" stops_without \
	HAVE_NLA_CONST_RANGE net/netlink.h 's/netlink_range_validation/moved/'
ktap_test_result "without nla_get_u32() it stops" stops_without \
	HAVE_NLA_GET_DEFAULT net/netlink.h 's/nla_get_u32/moved/'
ktap_test_result "without the operations of pre_doit() it stops" stops_without \
	HAVE_GENL_SPLIT_OPS net/genetlink.h 's/pre_doit/moved/'
ktap_test_result "without the nodes of a state it stops" stops_without \
	HAVE_XFRM_STATE_CACHE net/xfrm.h 's/hlist_node/moved/'
ktap_test_result "without the unbound workqueue it stops" stops_without \
	HAVE_SYSTEM_DFL_WQ linux/workqueue.h 's/system_(dfl|unbound)_wq/moved/g'
ktap_test_result "without xfrm_find_acq() it stops" stops_without \
	HAVE_XFRM_FIND_ACQ_PCPU net/xfrm.h 's/\<xfrm_find_acq\>/moved/'
ktap_finished
