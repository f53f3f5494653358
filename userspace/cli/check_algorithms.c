// SPDX-License-Identifier: GPL-2.0
/* The kernel's crypto API is asked by AF_ALG, which loads what is missing. */
#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/check.h"
#include "wire/transform.h"

static const struct {
	uint8_t type; /* the transform that needs it */
	uint16_t id;
	const char *kind; /* of AF_ALG */
	const char *name;
} algorithms[] = {
	{ TRANSFORM_ENCR, ENCR_AES_GCM_16, "aead", "rfc4106(gcm(aes))" },
	{ TRANSFORM_ENCR, ENCR_CHACHA20_POLY1305, "aead",
	  "rfc7539esp(chacha20,poly1305)" },
	{ TRANSFORM_ENCR, ENCR_AES_CBC, "skcipher", "cbc(aes)" },
	{ TRANSFORM_INTEG, 12, "hash", "hmac(sha256)" },
	{ TRANSFORM_INTEG, 13, "hash", "hmac(sha384)" },
	{ TRANSFORM_INTEG, 14, "hash", "hmac(sha512)" },
	{ TRANSFORM_PRF, 5, "hash", "hmac(sha256)" },
	{ TRANSFORM_PRF, 6, "hash", "hmac(sha384)" },
	{ TRANSFORM_PRF, 7, "hash", "hmac(sha512)" },
};

#define N_ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

static bool wants(const struct proposal *proposals, size_t n, uint8_t type,
		  uint16_t id)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < proposals[i].n_transforms; j++)
			if (proposals[i].transforms[j].type == type &&
			    proposals[i].transforms[j].id == id)
				return true;
	return false;
}

static bool is_wanted(const struct config *config, uint8_t type, uint16_t id)
{
	const struct connection_config *c = config ? config->connections : NULL;

	if (!c)
		return type == TRANSFORM_ENCR && id == ENCR_AES_GCM_16;
	for (; c; c = c->next) {
		if (wants(c->proposals, c->n_proposals, type, id))
			return true;
		for (size_t i = 0; i < c->n_children; i++)
			if (wants(c->children[i].esp_proposals,
				  c->children[i].n_esp_proposals, type, id))
				return true;
	}
	return false;
}

/* Return: 0, ENOENT where the kernel lacks it, or why it cannot be asked. */
static int probe(const char *kind, const char *name)
{
	struct sockaddr_alg address = { .salg_family = AF_ALG };
	int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return errno == ENOENT ? EAFNOSUPPORT : errno;
	snprintf((char *)address.salg_type, sizeof(address.salg_type), "%s",
		 kind);
	snprintf((char *)address.salg_name, sizeof(address.salg_name), "%s",
		 name);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		error = errno;
	close(fd);
	return error;
}

void check_algorithms(const struct check_context *context,
		      struct check_result *result)
{
	size_t n = 0;

	for (size_t i = 0; i < N_ALGORITHMS; i++) {
		const char *name = algorithms[i].name;
		int error;

		if (!is_wanted(context->config, algorithms[i].type,
			       algorithms[i].id))
			continue;
		n++;
		error = probe(algorithms[i].kind, name);
		if (error == ENOENT) {
			check_say(result, CHECK_FAILED, "the kernel has no %s",
				  name);
			check_remedy(result, "use a kernel with it, or leave %s "
				     "out of the proposals",
				     transform_name(algorithms[i].type,
						    algorithms[i].id));
			return;
		}
		if (error) {
			check_say(result, CHECK_WARNING, "the kernel cannot be "
				  "asked: AF_ALG: %s", strerror(error));
			check_remedy(result, "modprobe algif_aead algif_hash "
				     "algif_skcipher");
			return;
		}
	}
	check_say(result, CHECK_OK, "the kernel has all %zu that the "
		  "configuration names", n);
}
