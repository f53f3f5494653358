/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Readers of the values of keys.  Each is given the node and where its value
 * goes, of the type named here, and refuses what it does not understand.
 */
#ifndef PQIKE_CONFIG_VALUE_H
#define PQIKE_CONFIG_VALUE_H

#include "config/config.h"
#include "config/config_reader.h"

/* What a limit is before the file has said anything. */
#define VALUE_NOT_SAID UINT64_MAX

/* bool: yes, no and the other words of swanctl.conf, in any case. */
bool config_read_boolean(struct config_reader *reader,
			 const struct conf_node *node, void *value);

/* uint64_t, in seconds: 30, 0x1e, 30s, 20m, 4h or 1d. */
bool config_read_time(struct config_reader *reader,
		      const struct conf_node *node, void *seconds);

/* uint32_t, in thousandths: 4, 4.0 or 1.855, at most a million. */
bool config_read_decimal(struct config_reader *reader,
			 const struct conf_node *node, void *thousandths);

/* uint64_t: a count, perhaps with k, M or G for powers of 1024. */
bool config_read_size(struct config_reader *reader,
		      const struct conf_node *node, void *size);

/* uint32_t: decimal, or hexadecimal after 0x. */
bool config_read_uint32(struct config_reader *reader,
			const struct conf_node *node, void *number);

/* struct mark: VALUE or VALUE/MASK. */
bool config_read_mark(struct config_reader *reader,
		      const struct conf_node *node, void *mark);

/* uint16_t: a UDP port, 1 to 65535. */
bool config_read_port(struct config_reader *reader,
		      const struct conf_node *node, void *port);

/* struct identity. */
bool config_read_identity(struct config_reader *reader,
			  const struct conf_node *node, void *id);

/* A word and what it stands for. */
struct config_word {
	const char *word;
	int value;
};

/**
 * config_read_word() - look a value up among the words it may be
 * @words: array of @n_words
 * @value: receives what the word stands for
 */
bool config_read_word(struct config_reader *reader,
		      const struct conf_node *node,
		      const struct config_word *words, size_t n_words,
		      int *value);

/* For keys of which only one value is what there is; nothing is stored. */
bool config_require_no(struct config_reader *reader,
		       const struct conf_node *node, void *target);
bool config_require_yes(struct config_reader *reader,
			const struct conf_node *node, void *target);
bool config_require_zero(struct config_reader *reader,
			 const struct conf_node *node, void *target);
bool config_require_never(struct config_reader *reader,
			  const struct conf_node *node, void *target);

#endif
