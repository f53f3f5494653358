/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of the kernel's headers, whose reading would take cppcheck minutes, what it cannot do
 * without: macros that stand where C has no call.
 */
#define __aligned(n)
#define __init
#define __exit

#define list_for_each_entry(pos, head, member) \
	for (pos = first_of(head); pos; pos = next_of(pos))
#define list_for_each_entry_safe(pos, next, head, member) \
	for (pos = first_of(head), next = next_of(pos); pos; \
	     pos = next, next = next_of(pos))
#define rhl_for_each_entry_rcu(pos, ptr, head, member) \
	for (pos = first_of(head); pos; pos = next_of(pos))
#define xa_for_each(xa, index, entry) \
	for (entry = first_of(xa, &index); entry; entry = next_of(entry))
#define nla_for_each_nested(attr, nest, left) \
	for (attr = first_of(nest, &left); attr; attr = next_of(attr))
#define nlmsg_for_each_attr(attr, header, len, left) \
	for (attr = first_of(header, &left); attr; attr = next_of(attr))

#define DECLARE_EVENT_CLASS(...)
#define DEFINE_EVENT(...)
#define TRACE_EVENT(...)
