// SPDX-License-Identifier: GPL-2.0
#include "cli/handshake_load.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "helper/control.h"

#define NANOSECONDS UINT64_C(1000000000)

/* How a run ends; only forward. */
enum stage {
	LOADING,
	DRAINING, /* nothing is begun any more */
	GIVING_UP, /* what is not up yet is taken down */
	LEAVING, /* nobody waits any more */
};

enum slot_state { IDLE, UP, DOWN };

/* A connection at a time. */
struct slot {
	enum slot_state state;
	uint32_t name; /* its number, unless it is IDLE */
	struct control_call call; /* of @state, likewise */
	uint64_t begun;
	bool established;
	bool already; /* somebody else has begun it */
	char unanswered[64]; /* "no answer to IKE_AUTH", or "" */
};

/* Numbers of the names that no slot has, the first first; never more than there are. */
struct queue {
	uint32_t *numbers;
	uint32_t size;
	uint32_t first;
	uint32_t n;
};

struct run {
	const struct handshake_load *load;
	struct handshake_record *record;
	struct slot slots[HANDSHAKES_IN_FLIGHT_MAX];
	struct queue queue;
	enum stage stage;
	uint32_t begun;
	uint64_t start;
	uint64_t last; /* outcome of an up */
	uint64_t patient_until; /* while DRAINING */
	uint64_t told; /* of progress */
	bool broken; /* @error says of what */
	char *error;
	size_t error_size;
};

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

static void put(struct queue *queue, uint32_t number)
{
	queue->numbers[(queue->first + queue->n++) % queue->size] = number;
}

static uint32_t take(struct queue *queue)
{
	uint32_t number = queue->numbers[queue->first];

	queue->first = (queue->first + 1) % queue->size;
	queue->n--;
	return number;
}

static void become_idle(struct run *run, struct slot *slot)
{
	put(&run->queue, slot->name);
	slot->state = IDLE;
}

static void ask(struct run *run, struct slot *slot, enum slot_state state)
{
	char request[CONNECTION_NAME_MAX + 16];

	slot->state = state;
	snprintf(request, sizeof(request), "%s %s", state == UP ? "up" : "down",
		 run->load->names[slot->name].text);
	if (!control_call_begin(&slot->call, run->load->control, request,
				run->error, run->error_size))
		return;
	run->broken = true;
	become_idle(run, slot);
}

static void begin_up(struct run *run, struct slot *slot)
{
	*slot = (struct slot){ .name = take(&run->queue), .begun = now() };
	run->begun++;
	ask(run, slot, UP);
}

/* What somebody else has begun is left to them. */
static void begin_down(struct run *run, struct slot *slot)
{
	if (slot->already)
		become_idle(run, slot);
	else
		ask(run, slot, DOWN);
}

struct listening {
	struct run *run;
	struct slot *slot;
};

/* In the words of retransmit.c and up_down.c. */
static void take_progress(const char *line, void *arg)
{
	const struct listening *listening = arg;
	struct slot *slot = listening->slot;

	if (!strncmp(line, "no answer to ", strlen("no answer to "))) {
		listening->run->record->sent_again++;
		snprintf(slot->unanswered, sizeof(slot->unanswered), "%.*s",
			 (int)strcspn(line, ","), line);
	} else if (!strcmp(line, "established already")) {
		slot->already = true;
	}
}

/* What has failed is taken down, too: nothing of it is to be tried again. */
static void finish_up(struct run *run, struct slot *slot, int result,
		      const char *why)
{
	run->last = now();
	slot->established = !result && !slot->already;
	if (result || slot->already) {
		handshake_record_failed(run->record,
					result ? why : "established already");
	} else if (!handshake_record_established(run->record,
						 run->last - slot->begun)) {
		snprintf(run->error, run->error_size, "out of memory");
		run->broken = true;
	}
	begin_down(run, slot);
}

static void finish_down(struct run *run, struct slot *slot, int result,
			const char *why)
{
	if (result && slot->established)
		handshake_record_not_deleted(run->record, why);
	become_idle(run, slot);
}

/* A record is there, of what the slot has asked for. */
static void serve_slot(struct run *run, struct slot *slot)
{
	struct listening listening = { run, slot };
	const struct control_listener listener = {
		.progress = take_progress, .arg = &listening,
	};
	char why[CONTROL_RECORD_MAX];
	int result = control_call_take(&slot->call, &listener, why, sizeof(why));

	if (result == CONTROL_PENDING)
		return;
	control_call_end(&slot->call);
	/* No helper, or a word that it does not know: the next are no better. */
	if (result == -EPIPE || (result == -EINVAL && slot->state == UP)) {
		snprintf(run->error, run->error_size, "%s", why);
		run->broken = true;
	}
	if (result == -EPIPE)
		become_idle(run, slot);
	else if (slot->state == UP)
		finish_up(run, slot, result, why);
	else
		finish_down(run, slot, result, why);
}

/* Whatever is under way. */
static bool is_late(const struct run *run, uint64_t time)
{
	const struct handshake_load *load = run->load;

	return run->broken ||
	       (load->duration && time - run->start >= load->duration);
}

static bool is_over(const struct run *run, uint64_t time)
{
	return run->begun >= run->load->count || is_late(run, time);
}

/* Who asked for it to be up waits no more. */
static void give_up(struct run *run)
{
	for (uint32_t i = 0; i < run->load->in_flight; i++) {
		struct slot *slot = &run->slots[i];
		char why[128];

		if (slot->state != UP)
			continue;
		control_call_end(&slot->call);
		snprintf(why, sizeof(why), "given up before it was established%s%s",
			 *slot->unanswered ? ": " : "", slot->unanswered);
		handshake_record_failed(run->record, why);
		ask(run, slot, DOWN);
	}
}

static void enter(struct run *run, enum stage stage, uint64_t time)
{
	run->stage = stage;
	if (stage == DRAINING)
		run->patient_until = time + HANDSHAKE_PATIENCE * NANOSECONDS;
	else if (stage == GIVING_UP)
		give_up(run);
}

/* Each signal is a step towards the end. */
static void take_steps(struct run *run, sig_atomic_t *taken)
{
	uint64_t time = now();

	for (; *taken < signals && run->stage < LEAVING; (*taken)++) {
		run->record->interrupted = true;
		enter(run, run->stage + 1, time);
	}
	if (run->stage == LOADING && is_late(run, time))
		enter(run, DRAINING, time);
	if (run->stage == DRAINING && time >= run->patient_until)
		enter(run, GIVING_UP, time);
	if (time - run->told >= NANOSECONDS) {
		run->told = time;
		run->load->progress(run->record, time - run->start);
	}
}

/* Return: whether anything is under way. */
static bool begin_next(struct run *run)
{
	bool busy = false;

	for (uint32_t i = 0; i < run->load->in_flight; i++) {
		struct slot *slot = &run->slots[i];

		if (slot->state == IDLE && run->stage == LOADING &&
		    !is_over(run, now()))
			begin_up(run, slot);
		busy |= slot->state != IDLE;
	}
	return busy;
}

/* Until something has happened, or a second is over: progress and patience go by that. */
static void wait_and_serve(struct run *run, const sigset_t *mask)
{
	static const struct timespec second = { .tv_sec = 1 };
	struct pollfd fds[HANDSHAKES_IN_FLIGHT_MAX];
	uint32_t n = run->load->in_flight;

	for (uint32_t i = 0; i < n; i++) {
		const struct slot *slot = &run->slots[i];

		fds[i] = (struct pollfd){
			.fd = slot->state == IDLE ? -1 : slot->call.fd,
			.events = POLLIN,
		};
	}
	if (ppoll(fds, n, &second, mask) <= 0)
		return;
	for (uint32_t i = 0; i < n; i++)
		if (fds[i].revents)
			serve_slot(run, &run->slots[i]);
}

static void end_slots(struct run *run)
{
	for (uint32_t i = 0; i < run->load->in_flight; i++) {
		struct slot *slot = &run->slots[i];

		if (slot->state != IDLE)
			control_call_end(&slot->call);
	}
}

/* They come while this waits, and at no other time. */
static void take_signals(sigset_t *mask)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = { .sa_handler = count_signal };
	sigset_t block;

	signals = 0;
	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&block, numbers[i]);
	sigprocmask(SIG_BLOCK, &block, mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigdelset(mask, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
}

/* Until nothing is to be begun and nothing is under way. */
static void serve(struct run *run)
{
	sig_atomic_t taken = 0;
	sigset_t mask;

	take_signals(&mask);
	while (run->stage < LEAVING && begin_next(run)) {
		wait_and_serve(run, &mask);
		take_steps(run, &taken);
	}
	end_slots(run);
}

bool handshake_load(const struct handshake_load *load,
		    struct handshake_record *record, char *error,
		    size_t error_size)
{
	struct run run = {
		.load = load, .record = record, .start = now(),
		.error = error, .error_size = error_size,
		.queue = { .size = load->n_names },
	};

	record->connections = load->n_names;
	record->in_flight = load->in_flight;
	run.last = run.told = run.start;
	run.queue.numbers = calloc(load->n_names, sizeof(uint32_t));
	if (!run.queue.numbers) {
		snprintf(error, error_size, "out of memory");
		return false;
	}
	for (uint32_t i = 0; i < load->n_names; i++)
		put(&run.queue, i);
	serve(&run);
	free(run.queue.numbers);
	record->elapsed = run.last - run.start;
	handshake_record_finish(record);
	return !run.broken;
}
