// SPDX-License-Identifier: GPL-2.0
#include "mend.h"

#include <string.h>

#include "wire/payload.h"

#define TAG_LEN	4	/* of the kernel that is played */

void mend(uint8_t *message, size_t len)
{
	if (len < IKE_HEADER_SIZE + 4)
		return;
	memset(message + 24, 0, 4);
	message[26] = (uint8_t)(len >> 8);
	message[27] = (uint8_t)len;
	if (message[16] != PAYLOAD_SK && message[16] != PAYLOAD_SKF)
		return;
	message[30] = (uint8_t)((len - IKE_HEADER_SIZE) >> 8);
	message[31] = (uint8_t)(len - IKE_HEADER_SIZE);
	if (len >= IKE_HEADER_SIZE + 4 + TAG_LEN)
		memcpy(message + len - TAG_LEN, "tag", TAG_LEN);
}
