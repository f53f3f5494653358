// SPDX-License-Identifier: GPL-2.0
#include "helper/supervision.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pass_fds.h"

/* What each record has beside its text */
#define HEAD_SIZE offsetof(struct supervision_record, text)

struct count {
	size_t min;
	size_t max;
};

/* Without IPv6 there are fewer UDP sockets, but there are some. */
static const struct count descriptors[SUPERVISION_TYPES] = {
	[SUPERVISION_BEGIN] = { SUPERVISION_FD_UDP + 1, SUPERVISION_FDS_MAX },
	[SUPERVISION_LOADED] = { 1, 1 },
	[SUPERVISION_CONTROL] = { 1, 1 },
};

static bool is_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '\177')
			return false;
	return true;
}

static bool has_its_members(const struct supervision_record *record)
{
	return record->type == SUPERVISION_BEGIN ?
		       record->user && record->group :
		       !record->alive && !record->user && !record->group;
}

bool supervision_check(const void *data, size_t len, size_t n_fds,
		       struct supervision_record *record)
{
	size_t text_len = len - HEAD_SIZE;

	memset(record, 0, sizeof(*record));
	if (len < HEAD_SIZE || text_len >= sizeof(record->text))
		return false;
	memcpy(record, data, len);
	return record->version == SUPERVISION_VERSION && record->type &&
	       record->type < SUPERVISION_TYPES &&
	       n_fds >= descriptors[record->type].min &&
	       n_fds <= descriptors[record->type].max &&
	       has_its_members(record) &&
	       !text_len == (record->type != SUPERVISION_REFUSED) &&
	       is_line(record->text, text_len);
}

bool supervision_send(int fd, const struct supervision_record *record,
		      const int *fds, size_t n)
{
	struct supervision_record out = *record;

	out.version = SUPERVISION_VERSION;
	return pass_fds_send(fd, &out, HEAD_SIZE + strlen(record->text), fds, n,
			     MSG_DONTWAIT);
}

enum supervision_state supervision_receive(int fd,
					   struct supervision_record *record,
					   int *fds, size_t *n)
{
	struct supervision_record in;
	size_t n_fds;
	bool whole;
	ssize_t len = pass_fds_receive(fd, &in, sizeof(in), fds,
				       SUPERVISION_FDS_MAX, &n_fds,
				       MSG_DONTWAIT, &whole);

	static_assert(SUPERVISION_FDS_MAX <= PASS_FDS_MAX, "all can be passed");
	if (len < 0 && errno == EAGAIN)
		return SUPERVISION_NOTHING;
	if (len <= 0)
		return SUPERVISION_CLOSED;
	if (whole && supervision_check(&in, (size_t)len, n_fds, record)) {
		if (fds)
			*n = n_fds;
		return SUPERVISION_RECORD;
	}
	for (size_t i = 0; fds && i < n_fds; i++)
		close(fds[i]);
	return SUPERVISION_MALFORMED;
}
