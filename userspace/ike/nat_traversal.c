// SPDX-License-Identifier: GPL-2.0
#include "ike/nat_traversal.h"

#include "base/clock.h"
#include "ike/replace_child.h"

/* Milliseconds, RFC 3948 section 4 */
#define KEEPALIVE_INTERVAL 20000

static void keepalive_due(struct ike *ike, struct timer *timer)
{
	struct ike_sa *sa = timer_owner(timer, struct ike_sa, keepalive_timer);
	int64_t due = sa->last_sent + KEEPALIVE_INTERVAL;

	if (due > clock_now()) {
		timer_set(&ike->timers, timer, due);
		return;
	}
	/* What does not arrive makes no difference that can be mended here. */
	sockets_send_keepalive(&ike->sockets, &sa->path);
	sa->last_sent = clock_now();
	nat_traversal_keep_alive(ike, sa);
}

void nat_traversal_keep_alive(struct ike *ike, struct ike_sa *sa)
{
	sa->keepalive_timer.expired = keepalive_due;
	if (sa->nat.here)
		timer_set(&ike->timers, &sa->keepalive_timer,
			  clock_now() + KEEPALIVE_INTERVAL);
}

static const char *where(const struct nat_detection *nat)
{
	if (nat->here && nat->there)
		return "both sides are";
	return nat->here ? "this side is" : "the peer is";
}

static void say_nat(struct ike *ike, const struct ike_sa *sa, bool forced)
{
	if (sa->nat.here || sa->nat.there)
		ike_sa_say(ike, sa, "%s behind a NAT: ESP goes in UDP",
			   where(&sa->nat));
	else if (forced && sa->nat.supported)
		ike_sa_say(ike, sa, "ESP goes in UDP, as configured");
	else if (forced)
		ike_sa_say(ike, sa, "warning: the peer does not do NAT traversal: ESP does not go in UDP");
}

static void float_to_nat_port(struct path *path)
{
	endpoint_set_port(&path->local, IKE_NAT_PORT);
	if (endpoint_port(&path->remote) == IKE_PORT)
		endpoint_set_port(&path->remote, IKE_NAT_PORT);
}

void nat_traversal_detect(struct ike *ike, struct ike_sa *sa,
			  const struct payloads *payloads, const uint8_t *spi_r,
			  bool forced)
{
	struct nat_detection *nat = &sa->nat;

	nat_detection_check(payloads, sa->spi_i, spi_r, &sa->path, nat);
	sa->udp_encapsulation = nat->here || nat->there ||
				(forced && nat->supported);
	say_nat(ike, sa, forced);
	if (sa->udp_encapsulation && sa->initiator)
		float_to_nat_port(&sa->path);
	nat_traversal_keep_alive(ike, sa);
}

static bool same_endpoint(const struct sockaddr_storage *a,
			  const struct sockaddr_storage *b)
{
	return endpoint_same_address(a, b) && endpoint_port(a) == endpoint_port(b);
}

static void update_port(struct ike *ike, const struct ike_sa *sa)
{
	uint16_t port = endpoint_port(&sa->path.remote);

	for (struct child_sa *child = sa->children; child; child = child->next)
		if (child->state != CHILD_CREATING &&
		    kernel_child_sa_update(ike->kernel, sa->id, child->id, port))
			ike_sa_say(ike, sa, "child %s: the kernel does not take port %u: %s",
				   child->config->name, port,
				   kernel_error(ike->kernel));
}

/*
 * Nobody can move the keys of an ESP SA to another address: not the kernel,
 * which has wiped them, and not this helper, which never had them.
 */
static void replace_children(struct ike *ike, struct ike_sa *sa)
{
	struct child_sa *child = sa->children;

	/* Where the IKE SA ends by that, there are none any more. */
	while (child && sa->phase == PHASE_ESTABLISHED) {
		struct child_sa *next = child->next;

		if (child->state == CHILD_INSTALLED && !child->replaced)
			replace_child_moved(ike, child);
		child = next;
	}
}

static void move(struct ike *ike, struct ike_sa *sa,
		 const struct sockaddr_storage *remote)
{
	bool same_address = endpoint_same_address(&sa->path.remote, remote);
	char from[ENDPOINT_TEXT_SIZE];
	char to[ENDPOINT_TEXT_SIZE];

	endpoint_print(&sa->path.remote, from, sizeof(from));
	endpoint_print(remote, to, sizeof(to));
	ike_sa_say(ike, sa, "the peer's NAT has moved it from %s to %s%s", from, to,
		   same_address ? "" : ": its Child SAs are made anew");
	sa->path.remote = *remote;
	if (!sa->udp_encapsulation || sa->phase != PHASE_ESTABLISHED)
		return;
	if (same_address)
		update_port(ike, sa);
	else
		replace_children(ike, sa);
}

/*
 * Only what stands behind a NAT moves.  To this side behind one of its own, a
 * packet that the network has tampered with looks the same: an address stays.
 */
static bool may_move(const struct ike_sa *sa,
		     const struct sockaddr_storage *remote)
{
	return sa->nat.there && sa->path.remote.ss_family == remote->ss_family &&
	       (!sa->nat.here ||
		endpoint_same_address(&sa->path.remote, remote));
}

void nat_traversal_heard(struct ike *ike, struct ike_sa *sa,
			 const struct path *path)
{
	sa->response.path = *path;
	/* Until it is established the initiator may still change its port. */
	if (sa->phase == PHASE_AUTH && !sa->initiator)
		sa->path = *path;
	else if (may_move(sa, &path->remote) &&
		 endpoint_port(&sa->path.local) == endpoint_port(&path->local) &&
		 !same_endpoint(&sa->path.remote, &path->remote))
		move(ike, sa, &path->remote);
}

void nat_traversal_mapped(struct ike *ike, struct child_sa *child,
			  const struct sockaddr_storage *source)
{
	struct ike_sa *sa = child->ike_sa;

	if (!sa->udp_encapsulation || !may_move(sa, source))
		return;
	/* The kernel says so again until it has heard of the new port. */
	if (!same_endpoint(&sa->path.remote, source))
		move(ike, sa, source);
	else
		update_port(ike, sa);
}
