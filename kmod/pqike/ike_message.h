/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IKE messages as bytes: the header, the chain of payloads, and the numbers
 * of the IANA registry that the kernel acts on (RFC 7296 section 3).
 */
#ifndef PQIKE_IKE_MESSAGE_H
#define PQIKE_IKE_MESSAGE_H

#include <linux/types.h>

#define IKE_SPI_LEN		8
#define IKE_NONCE_MIN		16
#define IKE_NONCE_MAX		256
#define IKE_VERSION_2		0x20

enum ike_exchange {
	IKE_SA_INIT		= 34,
	IKE_AUTH		= 35,
	IKE_CREATE_CHILD_SA	= 36,
	IKE_INTERMEDIATE	= 43,
	IKE_FOLLOWUP_KE		= 44,
};

enum ike_flags {
	IKE_FLAG_INITIATOR	= 0x08,
	IKE_FLAG_RESPONSE	= 0x20,
};

enum ike_payload_type {
	IKE_PAYLOAD_NONE	= 0,
	IKE_PAYLOAD_SA		= 33,
	IKE_PAYLOAD_KE		= 34,
	IKE_PAYLOAD_IDI		= 35,
	IKE_PAYLOAD_IDR		= 36,
	IKE_PAYLOAD_AUTH	= 39,
	IKE_PAYLOAD_NONCE	= 40,
	IKE_PAYLOAD_NOTIFY	= 41,
	IKE_PAYLOAD_TSI		= 44,
	IKE_PAYLOAD_TSR		= 45,
	IKE_PAYLOAD_SK		= 46,
	IKE_PAYLOAD_SKF		= 53,
};

enum ike_notify {
	IKE_NOTIFY_USE_TRANSPORT_MODE			= 16391,
	IKE_NOTIFY_REKEY_SA				= 16393,
	IKE_NOTIFY_USE_PPK				= 16435,
	IKE_NOTIFY_PPK_IDENTITY				= 16436,
	IKE_NOTIFY_NO_PPK_AUTH				= 16437,
	IKE_NOTIFY_INTERMEDIATE_EXCHANGE_SUPPORTED	= 16438,
	IKE_NOTIFY_USE_PPK_INT				= 16445,
	IKE_NOTIFY_PPK_IDENTITY_KEY			= 16446,
	IKE_NOTIFY_IKE_SA_INIT_FULL_TRANSCRIPT_AUTH	= 16447,
};

enum ike_encr {
	IKE_ENCR_AES_CBC		= 12,
	IKE_ENCR_AES_GCM_16		= 20,
	IKE_ENCR_CHACHA20_POLY1305	= 28,
};

enum ike_integ {
	IKE_INTEG_HMAC_SHA2_256_128	= 12,
	IKE_INTEG_HMAC_SHA2_384_192	= 13,
	IKE_INTEG_HMAC_SHA2_512_256	= 14,
};

enum ike_prf {
	IKE_PRF_HMAC_SHA2_256	= 5,
	IKE_PRF_HMAC_SHA2_384	= 6,
	IKE_PRF_HMAC_SHA2_512	= 7,
};

enum ike_ke_method {
	IKE_KE_NONE		= 0,
	IKE_KE_MODP_2048	= 14,
	IKE_KE_MODP_3072	= 15,
	IKE_KE_MODP_4096	= 16,
	IKE_KE_ECP_256		= 19,
	IKE_KE_ECP_384		= 20,
	IKE_KE_CURVE25519	= 31,
	IKE_KE_ML_KEM_512	= 35,
	IKE_KE_ML_KEM_768	= 36,
	IKE_KE_ML_KEM_1024	= 37,
};

enum ike_auth_method {
	IKE_AUTH_SHARED_KEY	= 2,
};

struct ike_header {
	u8 spi_i[IKE_SPI_LEN];
	u8 spi_r[IKE_SPI_LEN];
	u8 next_payload;
	u8 version;
	u8 exchange_type;
	u8 flags;
	__be32 message_id;
	__be32 length;
} __packed;

struct ike_payload_header {
	u8 next_payload;
	u8 flags;
	__be16 length;
} __packed;

struct ike_ke_header {
	__be16 method;
	__be16 reserved;
} __packed;

struct ike_notify_header {
	u8 protocol;
	u8 spi_size;
	__be16 type;
} __packed;

struct ike_id_header {
	u8 type;
	u8 reserved[3];
} __packed;

struct ike_auth_header {
	u8 method;
	u8 reserved[3];
} __packed;

/* The body of a payload, what follows its generic header. */
struct ike_payload {
	u8 type;
	const u8 *body;
	size_t len;
};

/* A Key Exchange payload. */
struct ike_ke {
	u16 method;
	const u8 *data;
	size_t len;
};

/* What is left of a chain of payloads. */
struct ike_payload_chain {
	u8 next_type;
	const u8 *data;
	size_t len;
};

int ike_payload_next(struct ike_payload_chain *chain,
		     struct ike_payload *payload);
int ike_payload_find(struct ike_payload_chain chain, u8 type,
		     struct ike_payload *payload);
int ike_ke_find(struct ike_payload_chain chain, struct ike_ke *ke);
int ike_nonce_find(struct ike_payload_chain chain, struct ike_payload *nonce);
bool ike_notify_next(struct ike_payload_chain *chain, u16 type,
		     struct ike_payload *data);
bool ike_notify_present(struct ike_payload_chain chain, u16 type);
__be32 ike_notify_rekey_esp(struct ike_payload_chain chain);
int ike_message_check(const u8 *message, size_t len,
		      struct ike_payload_chain *chain);

#endif /* PQIKE_IKE_MESSAGE_H */
