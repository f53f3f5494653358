/* SPDX-License-Identifier: GPL-2.0 */
/* Of libmnl's header, which cppcheck does not read, what stands where C has no call. */
#define mnl_attr_for_each(attr, header, offset) \
	for (attr = first_of(header, offset); attr; attr = next_of(attr))
#define mnl_attr_for_each_nested(attr, nest) \
	for (attr = first_of(nest); attr; attr = next_of(attr))
