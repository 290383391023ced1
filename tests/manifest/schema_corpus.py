#!/usr/bin/env python3
"""Holds schema/publication.schema.json against the corpus that the reader is held against, and the manifests we ship.

An editor knows the schema only, the program its reader only: both must agree on structure.
"""
import datetime
import json
import re
import sys
import tomllib
from pathlib import Path

import jsonschema
import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema: `no` is text, and times are."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def plain(value):
    """TOML's times as the text that they are in YAML."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value


def documents(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        root = plain(tomllib.loads(text))
        return root["publication"] if "publication" in root else [root]
    return [document for document in yaml.load_all(text, Core) if document is not None]


def main(root):
    schema = json.loads((root / "schema/publication.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    corpus = root / "tests/manifest/corpus"
    accepted = [*corpus.glob("good/*"), *corpus.glob("semantic/*"), *(path for path in root.glob("manifests/**/*") if path.is_file()),
                *root.glob("examples/quickstart/*.yaml")]
    refused = list(corpus.glob("bad/*"))
    wrong = []
    for path in sorted(accepted):
        for document in documents(path):
            wrong += [f"{path}: refused: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    for path in sorted(refused):
        if all(validator.is_valid(document) for document in documents(path)):
            wrong.append(f"{path}: accepted")
    print("\n".join(wrong) or f"{len(accepted)} accepted, {len(refused)} refused, as the reader has it")
    return 1 if wrong or not accepted or not refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
