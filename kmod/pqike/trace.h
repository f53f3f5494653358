/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: what becomes of IKE SAs and Child SAs, and what is refused.  SPIs, numbers
 * and names are in them, which go over the network in clear or are the operator's: no
 * secret, and nothing that was encrypted.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM pqike

#if !defined(PQIKE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PQIKE_TRACE_H

#include <linux/tracepoint.h>

struct net;
struct pqike_child_sa;
struct pqike_ike_sa;

/* What reads the ring buffer is told these numbers. */
TRACE_DEFINE_ENUM(PQIKE_ROLE_INITIATOR);
TRACE_DEFINE_ENUM(PQIKE_ROLE_RESPONDER);
TRACE_DEFINE_ENUM(PQIKE_IKE_SA_STATE_HALF_OPEN);
TRACE_DEFINE_ENUM(PQIKE_IKE_SA_STATE_KEYED);
TRACE_DEFINE_ENUM(PQIKE_IKE_SA_STATE_AUTHENTICATED);
TRACE_DEFINE_ENUM(PQIKE_IKE_SA_STATE_ESTABLISHED);
TRACE_DEFINE_ENUM(PQIKE_IKE_SA_STATE_FAILED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_MALFORMED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_UNVERIFIED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_UNAUTHENTICATED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_BAD_KE_DATA);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_NOT_ALLOWED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_UNSUPPORTED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_OUT_OF_ORDER);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_REPEATED);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_TOO_LARGE);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_QUOTA);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_NO_MEMORY);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_WRONG_REQUEST);
TRACE_DEFINE_ENUM(PQIKE_FAILURE_CAUSE_OTHER);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_NEW);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_INIT);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_ADDITIONAL_KE);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_SEAL);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_OPEN);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_AUTH_MAKE);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_AUTH_VERIFY);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_INHERIT);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_NOTE);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_ADOPT);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_IKE_SA_DEL);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_CHILD_SA_NEW);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_CHILD_SA_KE);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_CHILD_SA_INSTALL);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_CHILD_SA_UPDATE);
TRACE_DEFINE_ENUM(PQIKE_OPERATION_CHILD_SA_DEL);

#define pqike_trace_role(role)						\
	__print_symbolic(role,						\
			 { PQIKE_ROLE_INITIATOR, "initiator" },		\
			 { PQIKE_ROLE_RESPONDER, "responder" })

#define pqike_trace_state(state)					\
	__print_symbolic(state,						\
			 { PQIKE_IKE_SA_STATE_HALF_OPEN, "half-open" },	\
			 { PQIKE_IKE_SA_STATE_KEYED, "keyed" },		\
			 { PQIKE_IKE_SA_STATE_AUTHENTICATED, "authenticated" },\
			 { PQIKE_IKE_SA_STATE_ESTABLISHED, "established" },\
			 { PQIKE_IKE_SA_STATE_FAILED, "failed" })

#define pqike_trace_cause(cause)					\
	__print_symbolic(cause,						\
			 { PQIKE_FAILURE_CAUSE_MALFORMED, "malformed" },\
			 { PQIKE_FAILURE_CAUSE_UNVERIFIED, "unverified" },\
			 { PQIKE_FAILURE_CAUSE_UNAUTHENTICATED, "unauthenticated" },\
			 { PQIKE_FAILURE_CAUSE_BAD_KE_DATA, "bad-ke-data" },\
			 { PQIKE_FAILURE_CAUSE_NOT_ALLOWED, "not-allowed" },\
			 { PQIKE_FAILURE_CAUSE_UNSUPPORTED, "unsupported" },\
			 { PQIKE_FAILURE_CAUSE_OUT_OF_ORDER, "out-of-order" },\
			 { PQIKE_FAILURE_CAUSE_REPEATED, "repeated" },	\
			 { PQIKE_FAILURE_CAUSE_TOO_LARGE, "too-large" },\
			 { PQIKE_FAILURE_CAUSE_QUOTA, "quota" },	\
			 { PQIKE_FAILURE_CAUSE_NO_MEMORY, "no-memory" },\
			 { PQIKE_FAILURE_CAUSE_WRONG_REQUEST, "wrong-request" },\
			 { PQIKE_FAILURE_CAUSE_OTHER, "other" })

#define pqike_trace_operation(operation)				\
	__print_symbolic(operation,					\
			 { PQIKE_OPERATION_IKE_SA_NEW, "ike-sa-new" },	\
			 { PQIKE_OPERATION_IKE_SA_INIT, "ike-sa-init" },\
			 { PQIKE_OPERATION_IKE_SA_ADDITIONAL_KE, "ike-sa-additional-ke" },\
			 { PQIKE_OPERATION_IKE_SA_SEAL, "ike-sa-seal" },\
			 { PQIKE_OPERATION_IKE_SA_OPEN, "ike-sa-open" },\
			 { PQIKE_OPERATION_IKE_SA_AUTH_MAKE, "ike-sa-auth-make" },\
			 { PQIKE_OPERATION_IKE_SA_AUTH_VERIFY, "ike-sa-auth-verify" },\
			 { PQIKE_OPERATION_IKE_SA_INHERIT, "ike-sa-inherit" },\
			 { PQIKE_OPERATION_IKE_SA_NOTE, "ike-sa-note" },\
			 { PQIKE_OPERATION_IKE_SA_ADOPT, "ike-sa-adopt" },\
			 { PQIKE_OPERATION_IKE_SA_DEL, "ike-sa-del" },	\
			 { PQIKE_OPERATION_CHILD_SA_NEW, "child-sa-new" },\
			 { PQIKE_OPERATION_CHILD_SA_KE, "child-sa-ke" },\
			 { PQIKE_OPERATION_CHILD_SA_INSTALL, "child-sa-install" },\
			 { PQIKE_OPERATION_CHILD_SA_UPDATE, "child-sa-update" },\
			 { PQIKE_OPERATION_CHILD_SA_DEL, "child-sa-del" })

DECLARE_EVENT_CLASS(pqike_ike_sa,
		    TP_PROTO(const struct pqike_ike_sa *sa),
		    TP_ARGS(sa),
		    TP_STRUCT__entry(__field(u32, netns)
				     __field(u32, id)
				     __field(u32, role)
				     __field(u32, state)
				     __array(u8, spi_i, IKE_SPI_LEN)
				     __array(u8, spi_r, IKE_SPI_LEN)
				     __array(char, connection, PQIKE_NAME_MAX + 1)),
		    TP_fast_assign(__entry->netns = sa->net->ns.inum;
				   __entry->id = sa->id;
				   __entry->role = sa->role;
				   __entry->state = sa->state;
				   memcpy(__entry->spi_i, sa->init.spi_i, IKE_SPI_LEN);
				   memcpy(__entry->spi_r, sa->init.spi_r, IKE_SPI_LEN);
				   strscpy(__entry->connection,
					   sa->connection ? sa->connection->name : "",
					   PQIKE_NAME_MAX + 1)),
		    TP_printk("netns=%u ike_sa=%u state=%s role=%s spi_i=%8phN spi_r=%8phN connection=%s",
			      __entry->netns, __entry->id,
			      pqike_trace_state(__entry->state),
			      pqike_trace_role(__entry->role), __entry->spi_i,
			      __entry->spi_r, __entry->connection));

DEFINE_EVENT(pqike_ike_sa, pqike_ike_sa_made,
	     TP_PROTO(const struct pqike_ike_sa *sa),
	     TP_ARGS(sa));

DEFINE_EVENT(pqike_ike_sa, pqike_ike_sa_state,
	     TP_PROTO(const struct pqike_ike_sa *sa),
	     TP_ARGS(sa));

DEFINE_EVENT(pqike_ike_sa, pqike_ike_sa_adopted,
	     TP_PROTO(const struct pqike_ike_sa *sa),
	     TP_ARGS(sa));

DEFINE_EVENT(pqike_ike_sa, pqike_ike_sa_deleted,
	     TP_PROTO(const struct pqike_ike_sa *sa),
	     TP_ARGS(sa));

DECLARE_EVENT_CLASS(pqike_child_sa,
		    TP_PROTO(const struct pqike_ike_sa *sa,
			     const struct pqike_child_sa *child),
		    TP_ARGS(sa, child),
		    TP_STRUCT__entry(__field(u32, netns)
				     __field(u32, ike_sa)
				     __field(u32, id)
				     __field(u32, role)
				     __field(u32, spi_in)
				     __field(u32, spi_out)
				     __field(u32, reqid)
				     __field(bool, complete)
				     __array(char, name, PQIKE_NAME_MAX + 1)),
		    TP_fast_assign(__entry->netns = sa->net->ns.inum;
				   __entry->ike_sa = sa->id;
				   __entry->id = child->id;
				   __entry->role = child->role;
				   __entry->spi_in = be32_to_cpu(child->esp.spi_in);
				   __entry->spi_out = be32_to_cpu(child->esp.spi_out);
				   __entry->reqid = child->esp.reqid;
				   __entry->complete = child->esp.spi_out &&
						       !child->esp.pending_out;
				   strscpy(__entry->name, child->config->name,
					   PQIKE_NAME_MAX + 1)),
		    TP_printk("netns=%u ike_sa=%u child_sa=%u child=%s role=%s spi_in=%08x spi_out=%08x reqid=%u complete=%d",
			      __entry->netns, __entry->ike_sa, __entry->id,
			      __entry->name, pqike_trace_role(__entry->role),
			      __entry->spi_in, __entry->spi_out, __entry->reqid,
			      __entry->complete));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_made,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_installed,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_installed_out,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_inherited,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_deleted_out,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

DEFINE_EVENT(pqike_child_sa, pqike_child_sa_deleted,
	     TP_PROTO(const struct pqike_ike_sa *sa,
		      const struct pqike_child_sa *child),
	     TP_ARGS(sa, child));

/* What is established and was its own is an orphan from then on. */
TRACE_EVENT(pqike_socket_closed,
	    TP_PROTO(const struct net *net, u32 portid, bool orphans),
	    TP_ARGS(net, portid, orphans),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, portid)
			     __field(bool, orphans)),
	    TP_fast_assign(__entry->netns = net->ns.inum;
			   __entry->portid = portid;
			   __entry->orphans = orphans),
	    TP_printk("netns=%u portid=%u orphans=%d", __entry->netns,
		      __entry->portid, __entry->orphans));

TRACE_EVENT(pqike_failure,
	    TP_PROTO(const struct net *net, u32 id, unsigned int operation,
		     unsigned int cause, int err),
	    TP_ARGS(net, id, operation, cause, err),
	    TP_STRUCT__entry(__field(u32, netns)
			     __field(u32, id)
			     __field(u32, operation)
			     __field(u32, cause)
			     __field(int, err)),
	    TP_fast_assign(__entry->netns = net->ns.inum;
			   __entry->id = id;
			   __entry->operation = operation;
			   __entry->cause = cause;
			   __entry->err = err),
	    TP_printk("netns=%u ike_sa=%u operation=%s cause=%s err=%d",
		      __entry->netns, __entry->id,
		      pqike_trace_operation(__entry->operation),
		      pqike_trace_cause(__entry->cause), __entry->err));

#endif /* PQIKE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
