// SPDX-License-Identifier: GPL-2.0
/*
 * Both roles of the helper, with an attacker between them: messages are lost,
 * repeated, changed or made up; also those that would verify.  The kernel is
 * played; it aborts when it is asked about an IKE SA that it has dropped.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config_read.h"
#include "config/connection.h"
#include "fake_kernel.h"
#include "helper/command.h"
#include "ike/dispatch.h"
#include "ike/ike_sa_end.h"
#include "mend.h"
#include "patch.h"
#include "steps.h"
#include "tunnel/attempt.h"
#include "tunnel/tunnel.h"

#define STEPS_MAX	40
#define CLIENT		7

struct side {
	struct ike ike;
	struct config *config;
};

struct pair {
	struct side a;	/* begins */
	struct side b;
};

static const char connections[] =
	"connections {\n tunnel {\n version = 2\n local_addrs = %s\n"
	" remote_addrs = %s\n"
	" proposals = aes256gcm16-prfsha384-x25519-ke1_mlkem768,"
	"aes256gcm16-prfsha384-x25519-ke1_mlkem512\n"
	" fragment_size = 1280\n"
	" local {\n auth = psk\n id = %s\n }\n"
	" remote {\n auth = psk\n id = %s\n }\n"
	" children {\n net {\n local_ts = %s\n remote_ts = %s\n"
	" esp_proposals = aes256gcm16-x25519-ke1_mlkem768,"
	"aes256gcm16-x25519,aes256gcm16\n }\n }\n }\n}\n"
	"secrets {\n ike-1 {\n file = /nowhere\n }\n}\n";

static struct config *make_config(const char *local, const char *remote,
				  const char *local_ts, const char *remote_ts)
{
	int fd = memfd_create("config", MFD_CLOEXEC);
	struct config *config;
	char path[64], error[256];

	require(fd >= 0);
	require(dprintf(fd, connections, local, remote, local, remote, local_ts,
			remote_ts) > 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	config = config_read(path, error, sizeof(error));
	if (!config)
		fprintf(stderr, "%s\n", error);
	require(config);
	connections_index(config);
	close(fd);
	return config;
}

static void on_line(void *arg, uint64_t client, const char *line)
{
	(void)arg;
	(void)client;
	require(strlen(line) < LOG_LINE_MAX);
}

static void on_ok(void *arg, uint64_t client)
{
	(void)arg;
	(void)client;
}

static void begin(struct side *side, const struct config *config, uint8_t seed)
{
	memset(side, 0, sizeof(*side));
	tunnel_attach(&side->ike);
	side->ike.config = config;
	side->ike.kernel = fake_kernel_new(seed);
	side->ike.events = (struct ike_events){
		.progress = on_line, .ok = on_ok, .fail = on_line,
	};
}

static unsigned int count_held(const struct ike *ike)
{
	unsigned int n = 0;

	for (const struct ike_sa *sa = ike->ike_sas; sa; sa = sa->next)
		n += sa->id != 0;
	return n;
}

/* What the kernel holds is what the helper knows of, and in the end nothing. */
static void end(struct side *side)
{
	require(fake_kernel_live(side->ike.kernel) == count_held(&side->ike));
	while (side->ike.ike_sas)
		ike_sa_free(&side->ike, side->ike.ike_sas);
	ike_sas_release(&side->ike);
	attempts_free(&side->ike);
	require(!fake_kernel_live(side->ike.kernel));
	fake_kernel_free(side->ike.kernel);
}

static void deliver(struct pair *pair, const struct fake_datagram *datagram,
		    const uint8_t *data, size_t len)
{
	bool to_b = datagram->from == &pair->a.ike.sockets;
	struct path path = {
		.local = datagram->path.remote,
		.remote = datagram->path.local,
	};

	steps_begin(len);
	dispatch(to_b ? &pair->b.ike : &pair->a.ike, &path, data, len);
	steps_end();
}

static void deliver_changed(struct draw *in, struct pair *pair,
			    const struct fake_datagram *datagram, bool mended)
{
	size_t len;
	uint8_t *data = patched(in, datagram->data, datagram->len, &len);

	if (mended)
		mend(data, len);
	deliver(pair, datagram, data, len);
	free(data);
}

/* What was on the way, and may come again later */
struct kept {
	struct fake_datagram *last;
};

static void step_network(struct draw *in, struct pair *pair, struct kept *kept,
			 unsigned int what)
{
	struct fake_datagram *datagram = fake_network_take();

	if (!datagram)
		return;
	if (what == 0)
		deliver(pair, datagram, datagram->data, datagram->len);
	else if (what == 1)
		deliver_changed(in, pair, datagram, true);
	else if (what == 2)
		deliver_changed(in, pair, datagram, false);
	free(kept->last);
	kept->last = datagram;
}

static void step_again(struct draw *in, struct pair *pair,
		       const struct kept *kept)
{
	if (kept->last)
		deliver_changed(in, pair, kept->last, true);
}

static void step_made_up(struct draw *in, struct pair *pair)
{
	struct fake_datagram from_a = { .from = &pair->a.ike.sockets };
	size_t len = draw_u16(in) % 1024;
	const uint8_t *octets;
	uint8_t *data;

	from_a.path.local.ss_family = AF_INET;
	from_a.path.remote.ss_family = AF_INET;
	len = draw_octets(in, len, &octets);
	data = exact_copy(octets, len);
	mend(data, len);
	deliver(pair, &from_a, data, len);
	free(data);
}

static void step_time(struct ike *ike)
{
	fake_clock_run(ike);
}

static void step_kernel(struct draw *in, struct kernel *kernel)
{
	uint8_t refuse = draw_u8(in);

	kernel->refuse_auth = refuse & 1 ? 13 : 0;
	kernel->refuse_ke = refuse & 2 ? 22 : 0;
	kernel->refuse_install = refuse & 4 ? 28 : 0;
}

static void step(struct draw *in, struct pair *pair, struct kept *kept)
{
	uint8_t what = draw_u8(in);
	struct ike *ike = what & 0x80 ? &pair->b.ike : &pair->a.ike;

	switch (what % 16) {
	case 0 ... 5:
		step_network(in, pair, kept, 0);
		break;
	case 6 ... 7:
		step_network(in, pair, kept, 1);
		break;
	case 8:
		step_network(in, pair, kept, 2);
		break;
	case 9:
		step_network(in, pair, kept, 3);
		break;
	case 10:
		step_again(in, pair, kept);
		break;
	case 11:
		step_made_up(in, pair);
		break;
	case 12:
		step_time(ike);
		break;
	case 13:
		step_kernel(in, ike->kernel);
		break;
	case 14:
		command(ike, NULL, CLIENT, what & 0x40 ? "rekey-child tunnel" :
							 "up tunnel");
		break;
	default:
		command(ike, NULL, CLIENT, what & 0x40 ? "rekey-ike tunnel" :
							 "down tunnel");
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config *config_a, *config_b;
	static struct pair pair;
	struct draw in = { data, size };
	struct fake_datagram *datagram;
	struct kept kept = { NULL };

	if (!config_a) {
		config_a = make_config("192.0.2.1", "192.0.2.2", "10.1.0.0/16",
				       "10.2.0.0/16");
		config_b = make_config("192.0.2.2", "192.0.2.1", "10.2.0.0/16",
				       "10.1.0.0/16");
	}
	begin(&pair.a, config_a, 0xaa);
	begin(&pair.b, config_b, 0xbb);
	command(&pair.a.ike, NULL, CLIENT, "up tunnel");
	for (unsigned int i = 0; i < STEPS_MAX && in.left; i++)
		step(&in, &pair, &kept);
	end(&pair.a);
	end(&pair.b);
	while ((datagram = fake_network_take()))
		free(datagram);
	free(kept.last);
	return 0;
}
