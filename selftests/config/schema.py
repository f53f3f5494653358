# SPDX-License-Identifier: GPL-2.0
"""Check JSON texts against a definition of docs/pqike.schema.json.

usage: schema.py DEFINITION FILE, each line of FILE a text with --lines
"""
import json
import sys

import jsonschema

lines = "--lines" in sys.argv
definition, path = [a for a in sys.argv[1:] if a != "--lines"]
with open("../../docs/pqike.schema.json", encoding="ascii") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
schema["$ref"] = "#/$defs/" + definition
del schema["anyOf"]
with open(path, encoding="ascii") as file:
    texts = file.read().splitlines() if lines else [file.read()]
if not texts:
    sys.exit("nothing to check")
for text in texts:
    jsonschema.validate(json.loads(text), schema,
                        cls=jsonschema.Draft202012Validator)
