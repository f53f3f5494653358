// SPDX-License-Identifier: GPL-2.0
#include "base/json_write.h"

#include <inttypes.h>
#include <json-c/json.h>

bool json_add(struct json_object *object, const char *key,
	      struct json_object *value)
{
	if (!value)
		return false;
	if (!json_object_object_add(object, key, value))
		return true;
	json_object_put(value);
	return false;
}

bool json_append(struct json_object *array, struct json_object *value)
{
	if (!value)
		return false;
	if (!json_object_array_add(array, value))
		return true;
	json_object_put(value);
	return false;
}

bool json_add_string(struct json_object *object, const char *key,
		     const char *text)
{
	return json_add(object, key, json_object_new_string(text));
}

bool json_add_number(struct json_object *object, const char *key,
		     uint64_t number)
{
	return json_add(object, key, json_object_new_uint64(number));
}

bool json_add_boolean(struct json_object *object, const char *key, bool value)
{
	return json_add(object, key, json_object_new_boolean(value));
}

bool json_add_ike_spi(struct json_object *object, const char *key,
		      const uint8_t spi[JSON_IKE_SPI_SIZE])
{
	char text[2 * JSON_IKE_SPI_SIZE + 1];

	for (size_t i = 0; i < JSON_IKE_SPI_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", spi[i]);
	return json_add_string(object, key, text);
}

bool json_add_esp_spi(struct json_object *object, const char *key,
		      uint32_t spi)
{
	char text[9];

	snprintf(text, sizeof(text), "%08" PRIx32, spi);
	return json_add_string(object, key, text);
}

bool json_print(struct json_object *object, FILE *out)
{
	const char *text = NULL;

	if (object)
		text = json_object_to_json_string_ext(object,
				JSON_C_TO_STRING_PRETTY |
				JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(object);
	return text;
}
