// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of ECDH, each in a workspace that is wiped.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "declassify.h"
#include "ecdh.h"
#include "stack.h"

int ecdh_check_private_key(const struct ecdh_curve *curve, const u8 *key)
{
	u64 valid = curve->private_key_is_valid(key);

	wipe_stack();
	/* A key that is refused is not used, and tells nothing of any other. */
	declassify(&valid, sizeof(valid));
	return valid ? 0 : -EINVAL;
}

int ecdh_public_key(const struct ecdh_curve *curve, const u8 *key, u8 *point)
{
	void *workspace = kmalloc(curve->workspace_len, GFP_KERNEL);

	if (!workspace)
		return -ENOMEM;
	curve->public_key(workspace, key, point);
	wipe_stack();
	kfree_sensitive(workspace);
	return 0;
}

int ecdh_shared_secret(const struct ecdh_curve *curve, const u8 *key,
		       const u8 *peer, u8 *secret)
{
	void *workspace = kmalloc(curve->workspace_len, GFP_KERNEL);
	bool valid;

	if (!workspace)
		return -ENOMEM;
	valid = curve->shared_secret(workspace, key, peer, secret);
	wipe_stack();
	kfree_sensitive(workspace);
	return valid ? 0 : -EINVAL;
}
