// SPDX-License-Identifier: GPL-2.0
#include "supervisor/file_group.h"

#include <endian.h>
#include <errno.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdint.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The owner of a file may give it to a group that he is in, without CAP_CHOWN. */
static bool give(const char *path, gid_t group)
{
	gid_t before = (gid_t)setfsgid(group);
	bool given = !chown(path, (uid_t)-1, group);
	int error = errno;

	setfsgid(before);
	errno = error;
	return given;
}

static struct posix_acl_xattr_entry entry(uint16_t tag, mode_t may, uint32_t id)
{
	return (struct posix_acl_xattr_entry){
		.e_tag = htole16(tag), .e_perm = htole16(may & 7),
		.e_id = htole32(id),
	};
}

/* The group of the file itself, which is another one, may nothing. */
static bool name(const char *path, mode_t mode, gid_t group)
{
	const struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entries[5];
	} acl = {
		.header.a_version = htole32(POSIX_ACL_XATTR_VERSION),
		.entries = {
			entry(ACL_USER_OBJ, mode >> 6, ACL_UNDEFINED_ID),
			entry(ACL_GROUP_OBJ, 0, ACL_UNDEFINED_ID),
			entry(ACL_GROUP, mode >> 3, group),
			entry(ACL_MASK, mode >> 3, ACL_UNDEFINED_ID),
			entry(ACL_OTHER, mode, ACL_UNDEFINED_ID),
		},
	};

	return !setxattr(path, "system.posix_acl_access", &acl, sizeof(acl), 0);
}

bool file_group_let_in(const char *path, mode_t mode, gid_t group)
{
	if (give(path, group))
		return !chmod(path, mode);
	return errno == EPERM && name(path, mode, group);
}
