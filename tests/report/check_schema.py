"""check_schema.py SCHEMA FILE...: each JSON file, and each line of an .ndjson file, against a schema.

With --closed every object that lists its members may have no others: a member that the schema forgot is found.
Exit 0: all valid. 1: some are not, each said on stderr.
"""

import json
import pathlib
import sys
import warnings

import jsonschema

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver: newer releases have another way, Debian 12's has not


def close(node):
    if isinstance(node, dict):
        node = {key: close(value) for key, value in node.items()}
        if node.get("type") == "object" and "properties" in node:
            node.setdefault("additionalProperties", False)
        return node
    return [close(item) for item in node] if isinstance(node, list) else node


def documents(path):
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line] if path.suffix == ".ndjson" else [json.loads(text)]


def main(arguments):
    closed = "--closed" in arguments
    schema_path, *files = [pathlib.Path(argument) for argument in arguments if argument != "--closed"]
    store = {}
    for path in schema_path.parent.glob("*.schema.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        store[path.resolve().as_uri()] = store[path.name] = close(schema) if closed else schema
    schema = store[schema_path.name]
    jsonschema.Draft7Validator.check_schema(schema)
    resolver = jsonschema.RefResolver(schema_path.resolve().as_uri(), schema, store=store)
    validator = jsonschema.Draft7Validator(schema, resolver=resolver)
    failures = 0
    for path in files:
        for number, document in enumerate(documents(path), 1):
            error = jsonschema.exceptions.best_match(validator.iter_errors(document))
            if error:
                failures += 1
                print(f"{path}:{number}: {'/'.join(map(str, error.absolute_path))}: {error.message[:400]}",
                      file=sys.stderr)
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
