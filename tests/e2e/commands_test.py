#!/usr/bin/env python3
"""What every command owes its reader: help with an example, and JSON that a published schema describes."""
import json
import re
import sys
import unittest
import warnings

import jsonschema

import chain_world
import world

sys.path.insert(0, str(world.SOURCE / "tests" / "report"))
import check_schema  # noqa: E402 pylint: disable=wrong-import-position

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver: newer releases have another way, Debian 12's has not

# How each command that knows `-o json` is run here, and what describes its output: a new command adds its line.
# "" is what is typed without a command. Each is run in a copy of examples/quickstart; {node} is a chain's address.
JSON = {
    "": ("plan.schema.json", ["--plan", "-f", "manifest.yaml"]),
    "validate": ("validate.schema.json", ["-f", "manifest.yaml"]),
    "explain": ("explain.schema.json", ["-f", "manifest.yaml", "bucket/lifecycle"]),
    "status": ("commitments.schema.json", ["--netuid", "13", "--endpoint", "{node}"]),
    "doctor": ("doctor.schema.json", ["-f", "manifest.yaml"]),
    "cost": ("cost.schema.json", ["-f", "manifest.yaml"]),
    "verify": ("verify.schema.json", ["-f", "manifest.yaml"]),
    "simulate": ("simulate.schema.json", ["--seeds", "3"]),
    "import": ("import.schema.json", ["--path", "bucket"]),
    "init": ("init.schema.json", ["--provider", "directory", "--path", "other", "--manifest", "other.yaml"]),
    "version": ("version.schema.json", []),
}
PUBLISHED_FIRST = {"cost", "doctor", "import", "verify"}  # need a bucket to look at
# Outputs worth a second look, with the schema of the command.
MORE = [
    ("cost", ["--stored", "100GB", "--puts-per-day", "50000", "--retention", "14d", "--readers", "2"], 0),
    ("validate", ["-f", "broken.yaml"], 65),
    ("status", ["--netuid", "13", "--endpoint", "{node}", "--hotkey", "{hotkey}"], 0),
    ("init", ["--providers"], 0),
]


class Commands(world.Scenario):
    def help_of(self, *command):
        outcome = self.expect(0, self.run_program(*command, "--help"))
        return outcome.out

    def commands(self):
        part = self.help_of().partition("Subcommands:\n")[2].partition("\n\n")[0]
        names = re.findall(r"^  (\S+)", part, re.MULTILINE)
        self.assertTrue(names)
        return ["", *names]

    def test_the_help_of_every_command_ends_with_an_example_of_it(self):
        for name in self.commands():
            with self.subTest(command=name):
                text = self.help_of(*name.split())
                self.assertRegex(text, r"(?m)^Examples?:$")
                self.assertRegex(text.partition("Example")[2], rf"(?m)^  .*reconcile {name}".rstrip())

    def test_what_every_command_says_as_json_is_what_its_schema_describes(self):
        self.quickstart()
        (self.home / "broken.yaml").write_text("kind: Publication\n")
        with_json = {name for name in self.commands() if "-o,--output" in self.help_of(*name.split())}
        self.assertEqual(with_json, set(JSON), "a command that knows -o json has its line in JSON, and a schema")
        node = chain_world.DevNode()
        self.addCleanup(node.stop)
        self.values = {"node": node.ws, "hotkey": chain_world.alice().address}
        for name, (schema, arguments) in sorted(JSON.items(), key=lambda item: item[0] in PUBLISHED_FIRST):
            if name in PUBLISHED_FIRST:
                self.expect(0, self.apply())
            self.assert_described(schema, name, arguments, 0)
        for name, arguments, code in MORE:
            self.assert_described(JSON[name][0], name, arguments, code)

    def assert_described(self, schema, name, arguments, code):
        with self.subTest(command=name, arguments=arguments):
            outcome = self.expect(code, self.run_program(*name.split(), *(text.format(**self.values) for text in arguments),
                                                         "-o", "json"))
            path = self.folder / "output.json"
            path.write_text(json.dumps(json.loads(outcome.out)))
            self.assertEqual(0, check_schema.main(["--closed", str(world.SOURCE / "schema" / schema), str(path)]))

    def test_every_schema_is_one(self):
        for path in (world.SOURCE / "schema").glob("*.schema.json"):
            jsonschema.Draft7Validator.check_schema(json.loads(path.read_text()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
