// SPDX-License-Identifier: GPL-2.0
#include "base/clock_watch.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

bool clock_watch_open(struct clock_watch *watch)
{
	int flags = TFD_CLOEXEC | TFD_NONBLOCK;

	watch->alarm = timerfd_create(CLOCK_BOOTTIME, flags);
	watch->jump = timerfd_create(CLOCK_REALTIME, flags);
	if (watch->alarm < 0 || watch->jump < 0)
		return false;
	clock_watch_rearm(watch);
	return true;
}

void clock_watch_close(struct clock_watch *watch)
{
	if (watch->alarm >= 0)
		close(watch->alarm);
	if (watch->jump >= 0)
		close(watch->jump);
}

void clock_watch_set(const struct clock_watch *watch, int64_t due)
{
	struct itimerspec when = { 0 };

	/* All zero is no time at all. */
	if (due) {
		when.it_value.tv_sec = (due - 1) / SECOND;
		when.it_value.tv_nsec = (due - 1) % SECOND * 1000000 + 1;
	}
	timerfd_settime(watch->alarm, TFD_TIMER_ABSTIME, &when, NULL);
}

void clock_watch_rearm(const struct clock_watch *watch)
{
	/* A time that does not come: the timer is there to be cancelled. */
	const struct itimerspec never = { .it_value.tv_sec = INT64_MAX / 2 };
	uint64_t times;

	(void)!read(watch->jump, &times, sizeof(times));
	timerfd_settime(watch->jump, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
			&never, NULL);
}
