// SPDX-License-Identifier: GPL-2.0
#include "ike/restore_task.h"

#include "config/config_use.h"
#include "ike/create_child.h"
#include "ike/delete_child.h"
#include "ike/exchange.h"
#include "ike/rekey_child.h"
#include "ike/rekey_ike.h"
#include "ike/task.h"
#include "wire/payload.h"
#include "wire/transform.h"

static void delete_unknown(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	struct chain chain;

	chain_start(&chain);
	delete_esp_write(&chain.message, &task->spi_in, 1);
	exchange_send_request(ike, sa, INFORMATIONAL, &chain);
}

static void unknown_deleted(struct ike *ike, struct ike_sa *sa, struct task *task,
			    const struct payloads *payloads)
{
	(void)task;
	(void)payloads;
	task_done(ike, sa);
}

static const struct task_type delete_unknown_task = {
	.start = delete_unknown,
	.response = unknown_deleted,
	.of_child = true,
};

void delete_unknown_child(struct ike *ike, struct ike_sa *sa, uint32_t spi_in)
{
	struct task *task = task_new(ike, &delete_unknown_task, 0);

	if (!task)
		return;
	task->spi_in = spi_in;
	task_add_first(ike, sa, task);
}

/* It is under way already. */
static void no_start(struct ike *ike, struct ike_sa *sa, struct task *task)
{
	(void)task;
	task_done(ike, sa);
}

/* Whether the peer has made what it was asked for. */
static bool has_made(const struct payloads *payloads)
{
	struct notify_payload notify;

	return !notify_find_error(payloads, &notify) &&
	       !notify_find(payloads, ADDITIONAL_KEY_EXCHANGE, &notify);
}

static void stray_response(struct ike *ike, struct ike_sa *sa, struct task *task,
			   const struct payloads *payloads)
{
	uint32_t spi_in = task->spi_in;
	bool made = spi_in && has_made(payloads);

	task_done(ike, sa);
	if (made)
		delete_unknown_child(ike, sa, spi_in);
}

/* What is outstanding serves nothing here but to show that the peer is there. */
static const struct task_type stray_task = {
	.start = no_start,
	.response = stray_response,
	.of_child = true,
};

static struct task *begin(struct ike *ike, struct ike_sa *sa,
			  const struct task_type *type)
{
	struct task *task = task_new(ike, type, 0);

	if (task) {
		task->before = sa->traffic;
		task->attempts = 1;
	}
	sa->task = task;
	return task;
}

static void begin_stray(struct ike *ike, struct ike_sa *sa,
			const struct kernel_child_sa *child)
{
	struct task *task = begin(ike, sa, &stray_task);

	if (!child)
		return;
	if (task)
		task->spi_in = child->spi_in;
	kernel_child_sa_del(ike->kernel, sa->id, child->id, DIRECTION_BOTH);
}

/* The nonce and the method of this side, in CREATE_CHILD_SA. */
static void read_own(const struct payloads *payloads, struct task *task)
{
	const struct payload *nonce = payloads_find(payloads, PAYLOAD_NONCE);
	const struct payload *payload = payloads_find(payloads, PAYLOAD_KE);
	struct ke_payload ke;

	if (nonce && !nonce_parse(nonce, &task->nonce))
		task->nonce.len = 0;
	if (payload && ke_parse(payload, &ke))
		task->method = ke.method;
}

/* @replaces: inbound SPI of what it rekeys, 0: nothing.  Return: NULL without memory. */
static struct task *begin_making(struct ike *ike, struct ike_sa *sa,
				 uint32_t replaces,
				 const struct kernel_child_sa *kernels,
				 const struct child_config *config)
{
	struct child_sa *child = child_sa_restore(ike, sa, config, kernels);
	struct child_sa *old = child_sa_find(ike, replaces);
	struct task *task = NULL;

	if (child)
		task = begin(ike, sa, replaces ? &rekey_child_task :
						 &create_child_task);
	if (!task && child)
		child_sa_remove(ike, child);
	if (!task)
		return NULL;
	child_use(&task->config, config);
	task->child = child;
	task->spi_in = replaces;
	child->replaces = replaces;
	if (replaces && old && old->ike_sa == sa) {
		old->rekeying = true;
		timer_stop(&ike->timers, &old->soft_timer);
	}
	return task;
}

static void begin_child(struct ike *ike, struct ike_sa *sa,
			const struct payloads *payloads,
			const struct kernel_child_sa *kernels,
			const struct child_config *config)
{
	struct notify_payload notify;
	uint32_t replaces = notify_find(payloads, REKEY_SA, &notify) ?
				    notify_esp_spi(&notify) : 0;
	struct task *task = begin_making(ike, sa, replaces, kernels, config);

	if (task)
		read_own(payloads, task);
}

/* What was agreed on before it the kernel has, see child_sa_install(). */
static void begin_following(struct ike *ike, struct ike_sa *sa,
			    const struct ike_note *note,
			    const struct kernel_child_sa *kernels,
			    const struct child_config *config)
{
	uint32_t replaces = note->following.replaces;
	const struct child_sa *old = child_sa_find(ike, replaces);
	struct task *task = begin_making(ike, sa, replaces, kernels, config);

	if (!task)
		return;
	task->following = true;
	task->followups = kernels->n_additional_ke - kernels->additional_ke_done;
	task->child->choice.transport = old ? old->choice.transport :
					      config->mode == MODE_TRANSPORT;
}

static bool wants_ike_sa(const struct payloads *payloads)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_SA);
	struct sa_payload sa;

	return payload && sa_parse(payload, &sa) && sa.n &&
	       sa.proposals[0].protocol == PROTOCOL_IKE;
}

static void restore_create_child(struct ike *ike, struct ike_sa *sa,
				 const struct payloads *payloads,
				 const struct kernel_child_sa *child,
				 const struct child_config *config)
{
	struct task *task;

	if (wants_ike_sa(payloads)) {
		task = begin(ike, sa, &rekey_ike_task);
		if (task)
			read_own(payloads, task);
	} else if (child && config) {
		begin_child(ike, sa, payloads, child, config);
	} else {
		begin_stray(ike, sa, child);
	}
}

static void restore_delete_child(struct ike *ike, struct ike_sa *sa,
				 const struct delete_payload *deleted)
{
	struct child_sa *child = deleted->n ?
		child_sa_find(ike, deleted->spis[0]) : NULL;
	struct task *task;

	if (!child || child->ike_sa != sa) {
		begin_stray(ike, sa, NULL);
		return;
	}
	task = begin(ike, sa, &delete_child_task);
	if (task)
		task->spi_in = child->spi_in;
	child->wanted = child->choice.spi_out != 0;
	child->state = child->wanted ? CHILD_DELETING : CHILD_REKEYED;
	timer_stop(&ike->timers, &child->soft_timer);
	timer_stop(&ike->timers, &child->hard_timer);
	timer_stop(&ike->timers, &child->out_timer);
}

static void restore_informational(struct ike *ike, struct ike_sa *sa,
				  const struct payloads *payloads)
{
	const struct payload *payload = payloads_find(payloads, PAYLOAD_DELETE);
	struct delete_payload deleted;

	if (!payload || !delete_parse(payload, &deleted)) {
		begin_stray(ike, sa, NULL);
	} else if (deleted.protocol == PROTOCOL_IKE) {
		sa->phase = PHASE_DELETING;
		sa->delete_sent = true;
	} else {
		restore_delete_child(ike, sa, &deleted);
	}
}

/* Whether the helper before has left what it takes to go on with @child. */
static bool is_followed(const struct ike_note *note,
			const struct kernel_child_sa *child)
{
	return child && child->spi_in == note->following.spi_in &&
	       child->n_additional_ke > child->additional_ke_done;
}

void restore_task(struct ike *ike, struct ike_sa *sa,
		  const struct kernel_adopted *adopted,
		  const struct ike_note *note,
		  const struct kernel_child_sa *child,
		  const struct child_config *config)
{
	struct payloads payloads;
	uint8_t offender;
	bool known;

	if (!sa->request.datagrams.n)
		return;
	known = !payloads_parse(adopted->first_payload, adopted->plaintext,
				adopted->len, &payloads, &offender);
	if (known && adopted->exchange_type == CREATE_CHILD_SA)
		restore_create_child(ike, sa, &payloads, child, config);
	else if (known && adopted->exchange_type == INFORMATIONAL)
		restore_informational(ike, sa, &payloads);
	else if (known && config && is_followed(note, child))
		begin_following(ike, sa, note, child, config);
	else
		begin_stray(ike, sa, child);
}

bool restore_rekey_task(struct ike *ike, struct ike_sa *sa,
			struct ike_sa *successor)
{
	struct task *stray = sa->task;

	/* In IKE_FOLLOWUP_KE nothing says what it is of. */
	if (task_is(sa, &stray_task) && !stray->spi_in) {
		stray->type = &rekey_ike_task;
		stray->method = 0;
	}
	if (!task_is(sa, &rekey_ike_task) || sa->task->successor)
		return false;
	sa->task->successor = successor;
	timer_stop(&ike->timers, &sa->rekey_timer);
	return true;
}
