// SPDX-License-Identifier: GPL-2.0
#include "wire/traffic.h"

#include <stdio.h>

void traffic_print(const struct traffic *traffic, char text[TRAFFIC_TEXT_SIZE])
{
	snprintf(text, TRAFFIC_TEXT_SIZE,
		 "%u round trip%s, %u fragments sent, %u received",
		 traffic->round_trips, traffic->round_trips == 1 ? "" : "s",
		 traffic->fragments_sent, traffic->fragments_received);
}
