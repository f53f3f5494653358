// SPDX-License-Identifier: GPL-2.0
#include "openssl_import.h"

#include <openssl/core_names.h>
#include <openssl/provider.h>
#include <stdlib.h>

void openssl_import_untested(void)
{
	static OSSL_PROVIDER *provider;

	if (provider)
		return;
	provider = OSSL_PROVIDER_load(NULL, "default");
	if (!provider ||
	    !OSSL_PROVIDER_add_conf_parameter(
		    provider, OSSL_PKEY_PARAM_ML_KEM_IMPORT_PCT_TYPE, "none"))
		abort();
}
