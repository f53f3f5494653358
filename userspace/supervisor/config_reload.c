// SPDX-License-Identifier: GPL-2.0
#include "supervisor/config_reload.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/config_transfer.h"
#include "supervisor/service.h"
#include "tunnel/config_if_id.h"

/* The reload that has begun is over. */
static void refuse(const struct config_reload *reload, const char *error)
{
	struct supervision_record record = { .type = SUPERVISION_REFUSED };

	service_ready();
	snprintf(record.text, sizeof(record.text), "%s", error);
	helper_process_send(reload->helper, &record, NULL, 0);
}

static void begin(struct config_reload *reload)
{
	char error[SUPERVISION_TEXT_SIZE];

	timer_stop(reload->timers, &reload->pause);
	reload->pause_ends = clock_now() + CONFIG_RELOAD_PAUSE;
	service_reloading();
	if (config_service_load(&reload->service, error, sizeof(error)))
		timer_set(reload->timers, &reload->patience,
			  clock_now() + CONFIG_LOAD_SECONDS * SECOND);
	else
		refuse(reload, error);
}

void config_reload_begin(struct config_reload *reload)
{
	/* Who asks again waits no longer for it. */
	if (config_service_fd(&reload->service) >= 0)
		return;
	config_reload_conclude(reload, false);
	if (clock_now() < reload->pause_ends)
		timer_set(reload->timers, &reload->pause, reload->pause_ends);
	else
		begin(reload);
}

static void end_pause(struct ike *ike, struct timer *timer)
{
	(void)ike;
	begin(timer_owner(timer, struct config_reload, pause));
}

/* The helper has one configuration again. */
static void use_one(const struct config_reload *reload)
{
	char error[SUPERVISION_TEXT_SIZE];

	if (policy_set_quota(reload->policy, error, sizeof(error)))
		log_warning("the quota is not what is configured: %s", error);
	if (!control_socket_permit(reload->control,
				   &reload->service.configs.now->control, error,
				   sizeof(error)))
		log_warning("who may use the control socket is not what is configured: %s",
			    error);
}

/* It was not given to the helper, so nothing of it is in the kernel. */
static void drop(struct config_reload *reload)
{
	config_pair_conclude(&reload->service.configs);
	use_one(reload);
}

/* The quota has room for those of both until the kernel has those of one. */
static void conclude(struct config_reload *reload, bool taken)
{
	struct config_pair *configs = &reload->service.configs;

	timer_stop(reload->timers, &reload->answer);
	if (taken)
		config_pair_take(configs);
	policy_enforce(reload->policy);
	config_pair_conclude(configs);
	use_one(reload);
}

/*
 * Whom the control socket lets in is said before it is given, so that what cannot be said
 * is an error.
 *
 * Return: whether the helper has it now, and the kernel room for it.
 */
static bool give(const struct config_reload *reload, char *error,
		 size_t error_size)
{
	const struct supervision_record record = { .type = SUPERVISION_LOADED };
	bool ok;
	int fd;

	if (policy_set_quota(reload->policy, error, error_size) ||
	    !control_socket_permit(reload->control,
				   &reload->service.configs.next->control,
				   error, error_size))
		return false;
	snprintf(error, error_size, "no memory for the configuration");
	fd = config_transfer_give(reload->service.configs.next);
	ok = fd >= 0 && helper_process_send(reload->helper, &record, &fd, 1);
	if (fd >= 0)
		close(fd);
	return ok;
}

static void number_and_give(struct config_reload *reload)
{
	char error[SUPERVISION_TEXT_SIZE];

	if (config_number_interfaces(reload->service.configs.next,
				     reload->policy->links, error,
				     sizeof(error)) &&
	    give(reload, error, sizeof(error))) {
		timer_set(reload->timers, &reload->answer,
			  clock_now() + CONFIG_RELOAD_ANSWER);
		return;
	}
	drop(reload);
	refuse(reload, error);
}

/* A helper that was not there when it began is not told: it has what is in force. */
static void serve(struct config_reload *reload, bool patience)
{
	char error[SUPERVISION_TEXT_SIZE];

	switch (config_service_serve(&reload->service, patience, error,
				     sizeof(error))) {
	case CONFIG_LOAD_GOES_ON:
		return;
	case CONFIG_LOAD_DONE:
		number_and_give(reload);
		break;
	default:
		refuse(reload, error);
	}
	timer_stop(reload->timers, &reload->patience);
}

void config_reload_serve(struct config_reload *reload)
{
	serve(reload, true);
}

static void time_out(struct ike *ike, struct timer *timer)
{
	(void)ike;
	serve(timer_owner(timer, struct config_reload, patience), false);
}

/* The kernel has policy of two configurations meanwhile. */
static void lose_patience(struct ike *ike, struct timer *timer)
{
	(void)ike;
	log_warning("the helper hangs: it does not take the configuration that was read");
	helper_process_kill(timer_owner(timer, struct config_reload,
					answer)->helper);
}

void config_reload_init(struct config_reload *reload)
{
	reload->patience = (struct timer){ .expired = time_out };
	reload->answer = (struct timer){ .expired = lose_patience };
	reload->pause = (struct timer){ .expired = end_pause };
	reload->pause_ends = 0;
}

void config_reload_conclude(struct config_reload *reload, bool taken)
{
	if (!reload->service.configs.next)
		return;
	conclude(reload, taken);
	service_ready();
}

void config_reload_cancel(struct config_reload *reload)
{
	timer_stop(reload->timers, &reload->patience);
	timer_stop(reload->timers, &reload->pause);
	if (reload->service.configs.next)
		conclude(reload, false);
	config_service_cancel(&reload->service);
	policy_forget_others(reload->policy);
}
