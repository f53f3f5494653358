// SPDX-License-Identifier: GPL-2.0
/*
 * The end of what an IKE SA holds (R8): Child SAs, key exchanges, keys and messages.
 */
#include <crypto/hash.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "child_sa.h"
#include "connection.h"
#include "creation.h"
#include "ike_sa.h"
#include "shared_secret.h"

/**
 * pqike_ike_sa_release() - wipe and give back all that an IKE SA holds
 * @sa: locked, or without other users; in any state
 *
 * Context: may sleep.
 */
void pqike_ike_sa_release(struct pqike_ike_sa *sa)
{
	pqike_child_sa_del_all(sa);
	pqike_owned_end(&sa->owned);
	pqike_creation_free(sa->creation);
	sa->creation = NULL;
	pqike_ke_wipe(&sa->ke);
	pqike_ciphers_free(&sa->ciphers);
	if (sa->prf)
		crypto_free_shash(sa->prf);
	sa->prf = NULL;
	memzero_explicit(&sa->keys, sizeof(sa->keys));
	memzero_explicit(&sa->next_keys, sizeof(sa->next_keys));
	memzero_explicit(&sa->int_auth_i, sizeof(sa->int_auth_i));
	memzero_explicit(&sa->int_auth_r, sizeof(sa->int_auth_r));
	pqike_opened_drop(sa);
	pqike_kept_reply_drop(&sa->kept_reply);
	pqike_sealed_drop(&sa->sealed_request);
	pqike_sealed_drop(&sa->sealed_other);
	pqike_sealed_drop(&sa->sealed_response);
	for (unsigned int i = 0; i < ARRAY_SIZE(sa->reassembly); i++)
		pqike_reassembly_drop(&sa->reassembly[i]);
	kfree(sa->request.data);
	sa->request.data = NULL;
	kfree(sa->response.data);
	sa->response.data = NULL;
	kfree(sa->sent_request.data);
	sa->sent_request.data = NULL;
	kfree(sa->sent_response.data);
	sa->sent_response.data = NULL;
	kfree(sa->note.data);
	sa->note.data = NULL;
	pqike_connection_put(sa->connection);
	sa->connection = NULL;
	pqike_shared_secret_put(sa->ppk);
	sa->ppk = NULL;
}
