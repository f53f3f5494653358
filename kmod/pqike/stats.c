// SPDX-License-Identifier: GPL-2.0
/* What is counted: the key exchange methods, and the causes of failures. */
#include <linux/errno.h>

#include "ike_message.h"
#include "stats.h"

const u16 pqike_stats_methods[PQIKE_STATS_METHODS] = {
	IKE_KE_MODP_2048, IKE_KE_MODP_3072, IKE_KE_MODP_4096,
	IKE_KE_ECP_256, IKE_KE_ECP_384, IKE_KE_CURVE25519,
	IKE_KE_ML_KEM_512, IKE_KE_ML_KEM_768, IKE_KE_ML_KEM_1024,
};

/* KE data of the peer that has a wrong length is -EINVAL there. */
static bool takes_ke_data(enum pqike_operation operation)
{
	return operation == PQIKE_OPERATION_IKE_SA_INIT ||
	       operation == PQIKE_OPERATION_IKE_SA_ADDITIONAL_KE;
}

/**
 * pqike_failure_cause() - why an operation has failed
 * @operation: which
 * @err: what came of it
 *
 * Context: any.
 * Return: as said.
 */
enum pqike_failure_cause pqike_failure_cause(enum pqike_operation operation,
					     int err)
{
	switch (err) {
	case -EBADMSG:
		return operation == PQIKE_OPERATION_IKE_SA_OPEN ?
			PQIKE_FAILURE_CAUSE_UNVERIFIED :
			PQIKE_FAILURE_CAUSE_MALFORMED;
	case -EKEYREJECTED:
		return operation == PQIKE_OPERATION_IKE_SA_AUTH_VERIFY ?
			PQIKE_FAILURE_CAUSE_UNAUTHENTICATED :
			PQIKE_FAILURE_CAUSE_BAD_KE_DATA;
	case -EPERM:
		return PQIKE_FAILURE_CAUSE_NOT_ALLOWED;
	case -EOPNOTSUPP:
	case -EAFNOSUPPORT:
		return PQIKE_FAILURE_CAUSE_UNSUPPORTED;
	case -EPROTO:
		return PQIKE_FAILURE_CAUSE_OUT_OF_ORDER;
	case -EALREADY:
		return PQIKE_FAILURE_CAUSE_REPEATED;
	case -EMSGSIZE:
		return PQIKE_FAILURE_CAUSE_TOO_LARGE;
	case -EDQUOT:
		return PQIKE_FAILURE_CAUSE_QUOTA;
	case -ENOMEM:
	case -ENOBUFS:
	case -EAGAIN: /* the reply was not delivered */
		return PQIKE_FAILURE_CAUSE_NO_MEMORY;
	case -EINVAL:
		return takes_ke_data(operation) ?
			PQIKE_FAILURE_CAUSE_BAD_KE_DATA :
			PQIKE_FAILURE_CAUSE_WRONG_REQUEST;
	case -ENOENT:
		return PQIKE_FAILURE_CAUSE_WRONG_REQUEST;
	default:
		return PQIKE_FAILURE_CAUSE_OTHER;
	}
}
