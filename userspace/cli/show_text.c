// SPDX-License-Identifier: GPL-2.0
/*
 * The text of `pqike show`, in the manner of `wg show`: a block for each
 * connection, its IKE SAs within it, their Child SAs within those.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/pqike.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "cli/show_print.h"
#include "cli/show_stats.h"

/* The first beside the label, each on a line. */
static void print_selectors(const struct printer *p, const char *label,
			    const struct prefixes *prefixes)
{
	char text[PREFIX_TEXT_SIZE];

	for (size_t i = 0; i < prefixes->n; i++) {
		prefix_print(&prefixes->list[i], text, sizeof(text));
		if (!i)
			show_line(p, 6, label, "%s", text);
		else
			fprintf(p->out, "%*s%s\n", 6 + LABEL_WIDTH, "", text);
	}
}

/* "ipsec0, if_id 42", also of both directions. */
static void print_interface(const struct printer *p,
			    const struct kernel_child_sa *child)
{
	const char *in = show_interface(p->show, child->if_id_in);
	const char *out = show_interface(p->show, child->if_id_out);

	if (!child->if_id_in && !child->if_id_out)
		return;
	if (child->if_id_in == child->if_id_out)
		show_line(p, 6, "interface", "%s, if_id %" PRIu32,
			   out ? out : "none", child->if_id_out);
	else
		show_line(p, 6, "interface", "%s, if_id %" PRIu32
			   " in; %s, if_id %" PRIu32 " out", in ? in : "none",
			   child->if_id_in, out ? out : "none",
			   child->if_id_out);
}

/* "x25519 + ML-KEM-768" */
static size_t print_methods(const uint16_t *methods, size_t n, char *text,
			    size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s",
				       i ? " + " : "",
				       transform_name(TRANSFORM_KE, methods[i]));
	return at;
}

/* "AES_CBC_256, HMAC_SHA2_256_128" */
static void print_encryption(const struct printer *p, int indent, uint16_t encr,
			     uint16_t key_bits, uint16_t integ)
{
	char text[64];

	show_encr(encr, key_bits, text, sizeof(text));
	show_line(p, indent, "encryption", "%s%s%s", text, integ ? ", " : "",
		   integ ? transform_name(TRANSFORM_INTEG, integ) : "");
}

/* "12 min 3 s, rekeyed in 47 min 57 s, ends in 53 min 57 s" */
static void print_age(const struct printer *p, int indent,
		      const struct status_times *times)
{
	char age[32], rekey[32], end[32];

	if (times->age < 0)
		return;
	show_duration((uint64_t)times->age, age, sizeof(age));
	show_duration((uint64_t)times->rekey, rekey, sizeof(rekey));
	show_duration((uint64_t)times->end, end, sizeof(end));
	show_line(p, indent, "age", "%s%s%s%s%s", age,
		   times->rekey < 0 ? "" : ", rekeyed in ",
		   times->rekey < 0 ? "" : rekey,
		   times->end < 0 ? "" : ", ends in ",
		   times->end < 0 ? "" : end);
}

static void print_sequence(const struct printer *p,
			   const struct kernel_child_sa *child,
			   const struct xfrm_state *in)
{
	char window[48] = "";

	if (in->found)
		snprintf(window, sizeof(window), ", replay window %" PRIu32,
			 in->replay_window);
	show_line(p, 6, "sequence", "%s%s",
		   child->esn ? "64-bit (ESN)" : "32-bit", window);
}

static void add_mark(char *text, size_t size, const char *what,
		     const struct mark *mark)
{
	size_t len = strlen(text);

	if (mark->mask)
		snprintf(text + len, size - len, "%s%s %#" PRIx32 "/%#" PRIx32,
			 len ? ", " : "", what, mark->value, mark->mask);
}

static void print_marks(const struct printer *p,
			const struct show_child_sa *more)
{
	char text[160] = "";

	add_mark(text, sizeof(text), "in: sets", &more->in.set_mark);
	add_mark(text, sizeof(text), "out: has", &more->out.mark);
	add_mark(text, sizeof(text), "out: sets", &more->out.set_mark);
	if (*text)
		show_line(p, 6, "marks", "%s", text);
}

static void print_traffic(const struct printer *p, const char *label,
			  uint32_t spi, uint64_t packets, uint64_t bytes,
			  const struct xfrm_state *state)
{
	char used[48] = "", ago[32];

	if (state->used) {
		show_duration(show_since(p->show, state->used), ago, sizeof(ago));
		snprintf(used, sizeof(used), ", last %s ago", ago);
	}
	show_line(p, 6, label, "%08" PRIx32 ", %" PRIu64 " packets, %" PRIu64
		   " bytes%s", spi, packets, bytes, used);
}

static void print_child_age(const struct printer *p,
			    const struct xfrm_state *in)
{
	struct status_times times = {
		(int64_t)show_since(p->show, in->added), -1, -1,
	};

	if (!in->found)
		return;
	if (in->rekey)
		times.rekey = (int64_t)show_until(p->show, in->added, in->rekey);
	if (in->end)
		times.end = (int64_t)show_until(p->show, in->added, in->end);
	print_age(p, 6, &times);
}

static void print_installed(const struct printer *p,
			    const struct kernel_child_sa *child,
			    const struct show_child_sa *more)
{
	char text[256];

	print_selectors(p, "local ts", &child->local_ts);
	print_selectors(p, "remote ts", &child->remote_ts);
	if (print_methods(more->told.methods, more->told.n_methods, text,
			  sizeof(text)))
		show_line(p, 6, "key exchange", "%s", text);
	print_encryption(p, 6, child->encr, child->encr_key_bits, child->integ);
	print_sequence(p, child, &more->in);
	show_line(p, 6, "reqid", "%" PRIu32, child->reqid);
	print_interface(p, child);
	print_marks(p, more);
	print_traffic(p, "in", child->spi_in, child->packets_in,
		      child->bytes_in, &more->in);
	print_traffic(p, "out", child->spi_out, child->packets_out,
		      child->bytes_out, &more->out);
	print_child_age(p, &more->in);
}

static void print_mode(const struct printer *p,
		       const struct kernel_child_sa *child,
		       const struct xfrm_state *out)
{
	char udp[64] = "";

	if (out->source_port)
		snprintf(udp, sizeof(udp), ", ESP in UDP, port %u to %u",
			 out->source_port, out->destination_port);
	show_line(p, 6, "mode", "%s%s",
		   child->transport ? "transport" : "tunnel", udp);
}

static void print_child_sa(const struct printer *p,
			   const struct kernel_child_sa *child,
			   const struct show_child_sa *more)
{
	char address[INET6_ADDRSTRLEN];
	char number[CONNECTION_NAME_MAX + 64];

	snprintf(number, sizeof(number), "%" PRIu32 "%s%s%s", child->id,
		 *more->told.name ? ", " : "", more->told.name,
		 child->installed ? "" : ", not installed");
	number[COLUMNS - strlen("    child sa: ")] = '\0';
	fputc('\n', p->out);
	show_heading(p, 4, YELLOW, "child sa", number);
	if (child->installed)
		print_mode(p, child, &more->out);
	show_address(&child->local_address, address, sizeof(address));
	show_line(p, 6, "local", "%s", address);
	show_address(&child->remote_address, address, sizeof(address));
	show_line(p, 6, "remote", "%s", address);
	if (child->installed)
		print_installed(p, child, more);
}

static void print_spis(const struct printer *p, const struct kernel_ike_sa *sa)
{
	char text[2][2 * IKE_SPI_SIZE + 1];

	for (size_t i = 0; i < IKE_SPI_SIZE; i++) {
		snprintf(text[0] + 2 * i, 3, "%02x", sa->spi_i[i]);
		snprintf(text[1] + 2 * i, 3, "%02x", sa->spi_r[i]);
	}
	show_line(p, 4, "spis", "%s (initiator), %s (responder)", text[0],
		   text[1]);
}

/* "x25519 + ML-KEM-768"; rounds that are still to come are counted. */
static void print_key_exchange(const struct printer *p,
			       const struct kernel_ike_sa *sa)
{
	const struct kernel_suite *suite = &sa->suite;
	uint16_t methods[STATUS_METHODS_MAX] = { suite->ke_method };
	char text[256];
	size_t at;

	memcpy(methods + 1, suite->additional_ke, sizeof(suite->additional_ke));
	at = print_methods(methods, 1 + suite->n_additional_ke, text,
			   sizeof(text));
	if (sa->additional_ke_done < suite->n_additional_ke &&
	    at < sizeof(text))
		snprintf(text + at, sizeof(text) - at,
			 " (%" PRIu32 " of %zu additional done)",
			 sa->additional_ke_done, suite->n_additional_ke);
	show_line(p, 4, "key exchange", "%s", text);
}

static void print_path(const struct printer *p, const struct status_ike_sa *told)
{
	if (!*told->remote)
		return;
	show_line(p, 4, "local", "%s%s", told->local,
		   told->nat_here ? ", behind a NAT" : "");
	show_line(p, 4, "remote", "%s%s%s%s", told->remote,
		   *told->remote_name ? ", " : "", told->remote_name,
		   told->nat_there ? ", behind a NAT" : "");
}

/* What AUTH covers is known when it has been verified. */
static bool is_authenticated(const struct kernel_ike_sa *sa)
{
	return sa->state == PQIKE_IKE_SA_STATE_AUTHENTICATED ||
	       sa->state == PQIKE_IKE_SA_STATE_ESTABLISHED;
}

static void print_ike_sa(const struct printer *p, size_t n)
{
	const struct show *show = p->show;
	static const struct show_ike_sa nothing_more;
	static const struct show_child_sa no_child;
	const struct show_ike_sa *more = show->more ? &show->more[n] :
						      &nothing_more;
	const struct kernel_ike_sa *sa = &show->ike_sas[n];
	char number[16];

	snprintf(number, sizeof(number), "%" PRIu32, sa->id);
	show_heading(p, 2, YELLOW, "ike sa", number);
	show_line(p, 4, "state", "%s, %s", show_state(sa->state),
		   show_role(sa->role));
	print_path(p, &more->told);
	print_spis(p, sa);
	if (sa->suite.encr) {
		print_key_exchange(p, sa);
		print_encryption(p, 4, sa->suite.encr, sa->suite.encr_key_bits,
				 sa->suite.integ);
		show_line(p, 4, "prf", "%s",
			   transform_name(TRANSFORM_PRF, sa->suite.prf));
		show_line(p, 4, "ppk", sa->ppk_mixed ? "mixed in" : "none");
		if (is_authenticated(sa))
			show_line(p, 4, "transcript",
				   sa->full_transcript_auth ?
					   "authenticated in full" :
					   "of IKE_SA_INIT authenticated in part");
	}
	if (*more->told.remote)
		print_age(p, 4, &more->told.times);
	if (more->stats)
		show_stats_ike_sa(p, more->stats);
	for (size_t i = 0; i < sa->n_child_sas; i++)
		print_child_sa(p, &sa->child_sas[i],
			       more->children ? &more->children[i] : &no_child);
}

/* Those that are up are told of as Child SAs, the others here. */
static void print_children(const struct printer *p,
			   const struct show_connection *told)
{
	for (size_t i = 0; told && i < told->n_children; i++) {
		const struct status_configured *child = &told->children[i];

		if (child->state != STATUS_UP)
			show_line(p, 2, "child", "%s, %s", child->name,
				   status_state_name(child->state));
	}
}

static void print_connection(const struct printer *p,
			     const struct kernel_connection *connection,
			     const struct show_connection *told)
{
	char id[IDENTITY_TEXT_SIZE];

	show_heading(p, 0, GREEN, "connection", connection->name);
	identity_print(&connection->local_id, id, sizeof(id));
	show_line(p, 2, "local id", "%s", id);
	identity_print(&connection->remote_id, id, sizeof(id));
	show_line(p, 2, "remote id", "%s", id);
	if (connection->allow_classical)
		show_line(p, 2, "ml-kem", "not required");
	print_children(p, told);
}

/* An IKE SA, by its connection and then as it stands in struct show. */
struct place {
	const char *connection;
	size_t i;
	bool printed;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	int order = strcmp(first->connection, second->connection);

	return order ? order : (first->i > second->i) - (first->i < second->i);
}

/* Return: array of n_ike_sas, to be freed; NULL without memory. */
static struct place *sort_ike_sas(const struct show *show)
{
	struct place *places = reallocarray(NULL, show->n_ike_sas + 1,
					    sizeof(*places));

	if (!places)
		return NULL;
	for (size_t i = 0; i < show->n_ike_sas; i++)
		places[i] = (struct place){ show->ike_sas[i].connection, i, false };
	qsort(places, show->n_ike_sas, sizeof(*places), compare_places);
	return places;
}

/* Return: where those of a connection begin, if there are any. */
static size_t find_first(const struct place *places, size_t n, const char *name)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (strcmp(places[middle].connection, name) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

static void print_ike_sas(const struct printer *p, struct place *places,
			  const char *name)
{
	size_t n = p->show->n_ike_sas;

	for (size_t i = find_first(places, n, name);
	     i < n && !strcmp(places[i].connection, name); i++) {
		fputc('\n', p->out);
		print_ike_sa(p, places[i].i);
		places[i].printed = true;
	}
}

static int compare_numbers(const void *a, const void *b)
{
	const struct place *first = a, *second = b;

	return (first->i > second->i) - (first->i < second->i);
}

/* IKE SAs whose connection is not known yet, or was removed. */
static void print_others(const struct printer *p, const struct show *show,
			 struct place *places, bool first)
{
	qsort(places, show->n_ike_sas, sizeof(*places), compare_numbers);
	for (size_t i = 0; i < show->n_ike_sas; i++) {
		const struct kernel_ike_sa *sa = &show->ike_sas[i];
		char name[CONNECTION_NAME_MAX + 16];

		if (places[i].printed)
			continue;
		if (!first)
			fputc('\n', p->out);
		first = false;
		snprintf(name, sizeof(name), "%s%s",
			 *sa->connection ? sa->connection : "not known yet",
			 *sa->connection ? " (removed)" : "");
		show_heading(p, 0, GREEN, "connection", name);
		fputc('\n', p->out);
		print_ike_sa(p, i);
	}
}

/* "Child SAs                     3 of 262144" */
static void print_usage(const struct printer *p,
			const struct kernel_usage *usage, bool first)
{
	struct show_quota quotas[SHOW_QUOTAS];

	show_quotas(usage, quotas);
	if (!first)
		fputc('\n', p->out);
	show_heading(p, 0, GREEN, "quota", "used and allowed");
	for (size_t i = 0; i < SHOW_QUOTAS; i++)
		fprintf(p->out, "  %-18s %10" PRIu32 " of %" PRIu32 "\n",
			quotas[i].text, quotas[i].used, quotas[i].max);
}

static bool any_error(const struct xfrm_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++)
		if (errors->list[i].packets)
			return true;
	return false;
}

/* "XfrmInNoStates:             12" */
static void print_errors(const struct printer *p,
			 const struct xfrm_errors *errors)
{
	if (!any_error(errors))
		return;
	fputc('\n', p->out);
	show_heading(p, 0, GREEN, "packets dropped", "by cause");
	for (size_t i = 0; i < errors->n; i++)
		if (errors->list[i].packets)
			fprintf(p->out, "  %-28s %20" PRIu64 "\n",
				errors->list[i].name, errors->list[i].packets);
}

static bool any_refused(const struct message_counters *refused)
{
	for (size_t i = 0; i < MESSAGE_CAUSES; i++)
		if (refused->n[i])
			return true;
	return false;
}

/* "unknown SPI                            12" */
static void print_refused(const struct printer *p,
			  const struct message_counters *refused, bool first)
{
	if (!any_refused(refused))
		return;
	if (!first)
		fputc('\n', p->out);
	show_heading(p, 0, GREEN, "messages refused", "by cause");
	for (int i = 0; i < MESSAGE_CAUSES; i++)
		if (refused->n[i])
			fprintf(p->out, "  %-30s %18" PRIu64 "\n",
				message_cause_text((enum message_cause)i),
				refused->n[i]);
}

bool show_text(const struct show *show, FILE *out, bool colour)
{
	const struct printer p = { out, colour, show };
	struct place *places = sort_ike_sas(show);
	bool first;

	if (!places)
		return false;
	for (size_t i = 0; i < show->n_connections; i++) {
		const struct kernel_connection *connection =
			&show->connections[i];

		if (i)
			fputc('\n', out);
		print_connection(&p, connection,
				 show->configured ? &show->configured[i] : NULL);
		print_ike_sas(&p, places, connection->name);
	}
	print_others(&p, show, places, !show->n_connections);
	free(places);
	first = !show->n_connections && !show->n_ike_sas;
	if (show->statistics) {
		print_usage(&p, &show->usage, first);
		show_stats(&p, &show->stats);
		print_errors(&p, &show->errors);
	}
	if (show->helper_runs)
		print_refused(&p, &show->refused, first && !show->statistics);
	return true;
}
