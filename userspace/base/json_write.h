/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON is built from json-c's objects.  What adds a value takes it over, also
 * when it fails; false, and a value that is NULL, mean out of memory.
 */
#ifndef PQIKE_JSON_WRITE_H
#define PQIKE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

bool json_add(struct json_object *object, const char *key,
	      struct json_object *value);
bool json_append(struct json_object *array, struct json_object *value);

bool json_add_string(struct json_object *object, const char *key,
		     const char *text);
bool json_add_number(struct json_object *object, const char *key,
		     uint64_t number);
bool json_add_boolean(struct json_object *object, const char *key, bool value);

#define JSON_IKE_SPI_SIZE 8

/* SPIs are hexadecimal, as `ip xfrm state` has them; @spi in host byte order. */
bool json_add_ike_spi(struct json_object *object, const char *key,
		      const uint8_t spi[JSON_IKE_SPI_SIZE]);
bool json_add_esp_spi(struct json_object *object, const char *key,
		      uint32_t spi);

/**
 * json_print() - print an object on lines of its own, and free it
 * @object: may be NULL
 *
 * Return: false when @object is NULL or out of memory, with nothing printed.
 */
bool json_print(struct json_object *object, FILE *out);

#endif
