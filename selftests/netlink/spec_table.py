#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Write what spec.h declares: the operations and attributes of uapi/pqike.yaml as
tables of C.

usage: spec_table.py SPEC
"""

import sys

import yaml

KINDS = {"u8": "KIND_U8", "u16": "KIND_U16", "u32": "KIND_U32", "u64": "KIND_U64",
         "flag": "KIND_FLAG", "string": "KIND_STRING", "binary": "KIND_BINARY",
         "nest": "KIND_NEST", "pad": "KIND_PAD"}


def c_name(name):
    return name.replace("-", "_")


class Spec:
    """The parts of the spec that the tables are made of"""

    def __init__(self, octets):
        spec = yaml.safe_load(octets)
        self.sets = spec["attribute-sets"]
        self.operations = spec["operations"]["list"]
        definitions = spec["definitions"]
        self.constants = {one["name"]: one["value"] for one in definitions
                          if one["type"] == "const"}
        self.enums = {one["name"]: len(one["entries"]) for one in definitions
                      if one["type"] == "enum"}

    def number(self, value):
        return self.constants.get(value, value)

    def limits(self, attribute):
        """The smallest and the largest value, or octets"""
        checks = attribute.get("checks", {})
        if "enum" in attribute:
            return 0, self.enums[attribute["enum"]] - 1
        if "exact-len" in checks:
            return (self.number(checks["exact-len"]),) * 2
        least = checks.get("min", 0)
        most = checks.get("max", checks.get("max-len", 0))
        return self.number(least), self.number(most)

    def attribute(self, number, attribute):
        least, most = self.limits(attribute)
        nested = attribute.get("nested-attributes")
        fields = [f'"{attribute["name"]}"', KINDS[attribute["type"]],
                  str(least), str(most),
                  "true" if attribute.get("multi-attr") else "false",
                  f"&{c_name(nested)}_set" if nested else "NULL"]
        return f"\t[{number}] = {{ {', '.join(fields)} }},"

    def write_set(self, one):
        name = c_name(one["name"])
        print(f"static const struct attribute {name}_attributes[] = {{")
        for number, attribute in enumerate(one["attributes"], 1):
            print(self.attribute(number, attribute))
        print("};\n")
        print(f"static const struct attribute_set {name}_set = {{\n"
              f"\t{name}_attributes, {len(one['attributes'])},\n}};\n")

    def write_operation(self, number, operation):
        one = next(one for one in self.sets
                   if one["name"] == operation["attribute-set"])
        numbers = {attribute["name"]: index for index, attribute
                   in enumerate(one["attributes"], 1)}
        wanted = [str(numbers[name])
                  for name in operation["do"]["request"]["attributes"]]
        dumps = "true" if "dump" in operation else "false"
        print(f'\t[{number}] = {{ "{operation["name"]}", {dumps}, '
              f"&{c_name(one['name'])}_set,\n"
              f"\t\t{{ {', '.join(wanted)} }} }},")

    def write(self):
        print('#include "spec.h"\n')
        for one in self.sets:
            print(f"static const struct attribute_set {c_name(one['name'])}_set;")
        print()
        for one in self.sets:
            self.write_set(one)
        print("const struct operation operations[] = {")
        for number, operation in enumerate(self.operations, 1):
            self.write_operation(number, operation)
        print("};\n")
        print(f"const unsigned int n_operations = {len(self.operations)};")


def main():
    with open(sys.argv[1], "rb") as file:
        Spec(file.read()).write()


if __name__ == "__main__":
    main()
