// SPDX-License-Identifier: GPL-2.0
/*
 * Reading IKE messages: nothing is believed that does not fit its buffer.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "ike_message.h"

/**
 * ike_payload_next() - take the next payload off a chain
 * @chain: what is left of the chain; advanced on success
 * @payload: receives type and body, which points into the chain's buffer
 *
 * Context: any.
 * Return: 1 for a payload, 0 at the end of the chain, -EBADMSG when a length
 * does not fit or octets are left over.
 */
int ike_payload_next(struct ike_payload_chain *chain,
		     struct ike_payload *payload)
{
	const struct ike_payload_header *header;
	size_t len;

	if (chain->next_type == IKE_PAYLOAD_NONE)
		return chain->len ? -EBADMSG : 0;
	if (chain->len < sizeof(*header))
		return -EBADMSG;
	header = (const struct ike_payload_header *)chain->data;
	len = be16_to_cpu(header->length);
	if (len < sizeof(*header) || len > chain->len)
		return -EBADMSG;

	payload->type = chain->next_type;
	payload->body = chain->data + sizeof(*header);
	payload->len = len - sizeof(*header);
	chain->next_type = header->next_payload;
	chain->data += len;
	chain->len -= len;
	return 1;
}

/**
 * ike_payload_find() - the one payload of a type in a chain
 * @chain: the whole chain
 * @type: payload type
 * @payload: receives it
 *
 * Context: any.
 * Return: 0, -ENOENT when there is none, -EBADMSG when the chain is malformed
 * or has more than one of them.
 */
int ike_payload_find(struct ike_payload_chain chain, u8 type,
		     struct ike_payload *payload)
{
	struct ike_payload candidate;
	bool found = false;
	int more;

	while ((more = ike_payload_next(&chain, &candidate)) > 0) {
		if (candidate.type != type)
			continue;
		if (found)
			return -EBADMSG;
		*payload = candidate;
		found = true;
	}
	if (more < 0)
		return more;
	return found ? 0 : -ENOENT;
}

/**
 * ike_ke_find() - the one KE payload in a chain
 * @chain: the whole chain
 * @ke: receives method and Key Exchange Data, which is in the chain's buffer
 *
 * Context: any.
 * Return: 0, -ENOENT when there is none, -EBADMSG when the chain or the payload
 * is malformed or there is more than one.
 */
int ike_ke_find(struct ike_payload_chain chain, struct ike_ke *ke)
{
	const struct ike_ke_header *header;
	struct ike_payload payload;
	int err;

	err = ike_payload_find(chain, IKE_PAYLOAD_KE, &payload);
	if (err)
		return err;
	if (payload.len < sizeof(*header))
		return -EBADMSG;
	header = (const struct ike_ke_header *)payload.body;
	ke->method = be16_to_cpu(header->method);
	ke->data = payload.body + sizeof(*header);
	ke->len = payload.len - sizeof(*header);
	return 0;
}

/**
 * ike_nonce_find() - the one nonce in a chain
 * @chain: the whole chain
 * @nonce: receives it, IKE_NONCE_MIN to IKE_NONCE_MAX octets
 *
 * Context: any.
 * Return: 0, -ENOENT when there is none, -EBADMSG when the chain is malformed,
 * the nonce's length is out of bounds or there is more than one.
 */
int ike_nonce_find(struct ike_payload_chain chain, struct ike_payload *nonce)
{
	int err;

	err = ike_payload_find(chain, IKE_PAYLOAD_NONCE, nonce);
	if (err)
		return err;
	return nonce->len < IKE_NONCE_MIN || nonce->len > IKE_NONCE_MAX ?
		-EBADMSG : 0;
}

/* -EBADMSG unless the SPI fits. */
static int read_notify(const struct ike_payload *payload, u16 *type,
		       struct ike_payload *data)
{
	const struct ike_notify_header *header = (const void *)payload->body;

	if (payload->len < sizeof(*header) ||
	    payload->len < sizeof(*header) + header->spi_size)
		return -EBADMSG;
	*type = be16_to_cpu(header->type);
	*data = *payload;
	data->body += sizeof(*header) + header->spi_size;
	data->len -= sizeof(*header) + header->spi_size;
	return 0;
}

/**
 * ike_notify_next() - look for a notification
 * @chain: what is left of the chain; advanced behind the notification
 * @type: Notify Message Type
 * @data: receives its Notification Data, which is in the chain's buffer
 *
 * Context: any.
 * Return: true when the chain is well formed as far as the notification.
 */
bool ike_notify_next(struct ike_payload_chain *chain, u16 type,
		     struct ike_payload *data)
{
	struct ike_payload payload;
	u16 found;

	while (ike_payload_next(chain, &payload) > 0) {
		if (payload.type == IKE_PAYLOAD_NOTIFY &&
		    !read_notify(&payload, &found, data) && found == type)
			return true;
	}
	return false;
}

/**
 * ike_notify_present() - is there a notification?
 * @chain: the whole chain
 * @type: Notify Message Type
 *
 * Context: any.
 * Return: true when the chain is well formed as far as the notification.
 */
bool ike_notify_present(struct ike_payload_chain chain, u16 type)
{
	struct ike_payload data;

	return ike_notify_next(&chain, type, &data);
}

/**
 * ike_notify_rekey_esp() - which ESP SA is to be rekeyed
 * @chain: the whole chain
 *
 * Context: any.
 * Return: the SPI of REKEY_SA (RFC 7296 section 1.3.3), 0 where there is none.
 */
__be32 ike_notify_rekey_esp(struct ike_payload_chain chain)
{
	const struct ike_notify_header *header;
	struct ike_payload payload, data;
	__be32 spi;
	u16 type;

	while (ike_payload_next(&chain, &payload) > 0) {
		if (payload.type != IKE_PAYLOAD_NOTIFY ||
		    read_notify(&payload, &type, &data) ||
		    type != IKE_NOTIFY_REKEY_SA)
			continue;
		header = (const struct ike_notify_header *)payload.body;
		if (header->spi_size != sizeof(spi))
			continue;
		memcpy(&spi, payload.body + sizeof(*header), sizeof(spi));
		return spi;
	}
	return 0;
}

/**
 * ike_message_check() - check the frame of an IKE message
 * @message: from the IKE header on
 * @len: octets in @message
 * @chain: receives the chain of payloads after the header
 *
 * Context: any.
 * Return: 0, or -EBADMSG when the header is cut, is of another major version
 * or has another length than @len.
 */
int ike_message_check(const u8 *message, size_t len,
		      struct ike_payload_chain *chain)
{
	const struct ike_header *header = (const struct ike_header *)message;

	if (len < sizeof(*header) || be32_to_cpu(header->length) != len ||
	    (header->version & 0xf0) != IKE_VERSION_2)
		return -EBADMSG;
	chain->next_type = header->next_payload;
	chain->data = message + sizeof(*header);
	chain->len = len - sizeof(*header);
	return 0;
}
