// SPDX-License-Identifier: GPL-2.0
/*
 * The workspace of an ML-KEM operation.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "workspace.h"

static_assert(sizeof(struct workspace) <= 24 * 1024);

struct workspace *workspace_alloc(void)
{
	return kmalloc(sizeof(struct workspace), GFP_KERNEL);
}

void workspace_free(struct workspace *ws)
{
	kfree_sensitive(ws);
}

void compute_begin(struct workspace *ws)
{
	ws->impl = mlkem_impl_begin();
	hash_init(&ws->hasher, ws->impl);
}

/*
 * What the functions called so far have spilled to the stack reaches deeper than
 * one frame may: it is overwritten by two.  Between these are gaps of alignment,
 * which a third lies across.
 */
static noinline void wipe_frame(void)
{
	u8 spilled[960];

	memzero_explicit(spilled, sizeof(spilled));
}

static noinline void wipe_two_frames(void)
{
	u8 spilled[960];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
}

static noinline void wipe_across(void)
{
	u8 spilled[480];

	wipe_frame();
	memzero_explicit(spilled, sizeof(spilled));
}

void compute_end(struct workspace *ws)
{
	mlkem_impl_end(ws->impl);
	wipe_two_frames();
	wipe_across();
}
