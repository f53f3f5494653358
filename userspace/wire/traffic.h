/* SPDX-License-Identifier: GPL-2.0 */
/* How much an exchange has cost. */
#ifndef PQIKE_TRAFFIC_H
#define PQIKE_TRAFFIC_H

struct traffic {
	unsigned int round_trips;
	unsigned int fragments_sent; /* of messages that were fragmented */
	unsigned int fragments_received;
};

#define TRAFFIC_TEXT_SIZE 96

/* "1 round trip, 2 fragments sent, 0 received" */
void traffic_print(const struct traffic *traffic, char text[TRAFFIC_TEXT_SIZE]);

#endif
