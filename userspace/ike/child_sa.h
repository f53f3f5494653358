/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Child SAs of an IKE SA: where each stands, what the kernel has of it, and
 * what is due when it expires.
 */
#ifndef PQIKE_CHILD_SA_H
#define PQIKE_CHILD_SA_H

#include "ike/child_choice.h"
#include "ike/ike_sa.h"

/* Milliseconds that the replaced inbound ESP SA still takes packets. */
#define CHILD_LINGER 5000

/* Milliseconds that the peer has to delete what both know to be redundant. */
#define CHILD_REDUNDANT_TIMEOUT 30000

/* Milliseconds until the kernel, which had no memory for it, is asked again. */
#define CHILD_OUT_RETRY 1000

#define CHILD_SAS_MAX 256 /* of one IKE SA */

enum child_state {
	CHILD_CREATING, /* its SPI is reserved */
	CHILD_INSTALLED,
	CHILD_REKEYED, /* replaced by this side, whose Delete is due */
	CHILD_DELETING, /* our Delete is on its way */
	CHILD_LINGERING, /* deleted; what is under way still comes in */
};

struct child_sa {
	struct child_sa *next; /* of the same IKE SA */
	struct index_link by_spi_in;
	struct index_link by_spi_out;
	struct index_link by_reqid;
	struct ike_sa *ike_sa;
	const struct child_config *config; /* used */
	enum child_state state;
	uint32_t id; /* the kernel's number */
	uint32_t spi_in;
	uint32_t reqid; /* of its selectors, once it is installed */
	uint32_t replaces; /* inbound SPI of the one that it rekeys, 0: none */
	bool replaced; /* the peer has rekeyed it, its Delete is due */
	bool withdrawn; /* replaced, and not to go on if the peer takes that back */
	bool out_due; /* the outbound ESP SA waits for the peer */
	bool rekeying; /* a task of ours is to replace it */
	bool wanted; /* it carried packets until its deletion was asked for */
	int64_t up_since; /* clock_now(): it, or what it replaces, was installed */
	unsigned int failed_rekeys;
	uint64_t packets_heard; /* of the peer, see esp_heard() */
	struct child_choice choice; /* once both sides have agreed */
	struct traffic traffic; /* of what made it; until then, the IKE SA's before */
	struct timer soft_timer; /* rekey */
	struct timer hard_timer; /* the end */
	struct timer out_timer;
};

/**
 * child_sa_reserve() - have the kernel reserve an SPI
 * @order: addresses and child are filled in
 * @own: receives what the kernel chose
 *
 * Return: a Child SA in the list of @sa; NULL with kernel_error().
 */
struct child_sa *child_sa_reserve(struct ike *ike, struct ike_sa *sa,
				  const struct child_config *config,
				  struct kernel_child_sa_new *order,
				  struct kernel_child_sa_own *own);

/**
 * child_sa_restore() - as child_sa_reserve(), of one that another helper reserved
 * @kernels: what the kernel has of it
 *
 * Return: NULL without memory.
 */
struct child_sa *child_sa_restore(struct ike *ike, struct ike_sa *sa,
				  const struct child_config *config,
				  const struct kernel_child_sa *kernels);

/* All that makes @child is done: child->traffic is what it cost. */
void child_sa_count(struct child_sa *child);

#define CHILD_TEXT_SIZE 384

/* SPIs, algorithms and what it cost, for the log. */
void child_sa_print(const struct child_sa *child, char *text, size_t size);

/* Those that replace @old are used from now on, and @old no more. */
void child_sa_hand_over(struct ike *ike, struct child_sa *old);

/* Install the outbound ESP SA where that is due; after a failure, try again later. */
void child_sa_use(struct ike *ike, struct child_sa *child);

/* Another has taken its place: only what is under way still comes in. */
void child_sa_stop_sending(struct ike *ike, struct child_sa *child);
void child_sa_linger(struct ike *ike, struct child_sa *child);

/*
 * The peer is to delete it, since another one is in use instead, as both sides know, or
 * none is to be: it has CHILD_REDUNDANT_TIMEOUT for that.
 */
void child_sa_expect_deletion(struct ike *ike, struct child_sa *child);

/* Remove it from the kernel and forget it. */
void child_sa_remove(struct ike *ike, struct child_sa *child);

/* It is found by what is known of it now that it is installed, too. */
void child_sa_index_installed(struct ike *ike, struct child_sa *child);

/* Forget all of @sa; the kernel's part goes with the IKE SA. */
void child_sas_free(struct ike *ike, struct ike_sa *sa);

/* Move all to the IKE SA that replaces @from; the kernel has done so. */
void child_sas_move(struct ike_sa *from, struct ike_sa *to);

/* Return: NULL where there is none. */
struct child_sa *child_sa_find(const struct ike *ike, uint32_t spi_in);

/*
 * Return: one of the kernel's reqid that is in use and takes @packet; NULL where
 * there is none.
 */
struct child_sa *child_sa_find_carrier(const struct ike *ike, uint32_t reqid,
				       const struct packet_ts *packet);

/* Return: the one that @child was to replace, if the peer has not deleted it; or NULL. */
struct child_sa *child_sa_find_replaced(const struct ike *ike,
					const struct child_sa *child);

/* Return: the same, if nothing replaces it once @child is gone; or NULL. */
struct child_sa *child_sa_find_left(const struct ike *ike,
				    const struct child_sa *child);

/* Return: NULL where there is none. */
struct child_sa *child_sa_find_out(const struct ike_sa *sa, uint32_t spi_out);

/* Return: the one that carries the packets of @config, NULL where none does. */
struct child_sa *child_sa_find_config(const struct ike_sa *sa,
				      const struct child_config *config);

/* As child_sa_find_config(), one that takes @packet: the peer may narrow it. */
struct child_sa *child_sa_find_for(const struct ike_sa *sa,
				   const struct child_config *config,
				   const struct packet_ts *packet);

/**
 * child_sa_find_esp() - the Child SA that an ESP SA is of
 * @spi: of either direction's, host byte order
 * @destination: its address tells whose SPI it is; peers choose theirs at will
 *
 * Return: NULL where there is none.
 */
struct child_sa *child_sa_find_esp(const struct ike *ike, uint32_t spi,
				   const struct sockaddr_storage *destination);

#endif
