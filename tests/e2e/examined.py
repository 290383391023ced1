"""What the scenarios of `reconcile doctor` share: one look, and which checks it may blame."""
import json

import jsonschema

import times
import world

SCHEMA = json.loads((world.SOURCE / "schema" / "doctor.schema.json").read_text())
# Whether this machine has space left is not the scenario's business.
ELSEWHERE = {"buffer/space"}


class Examined(world.Scenario):
    """One look: the checks by id, in JSON that the schema describes."""

    def examine(self, *arguments, **options):
        return self.described(self.run_program("doctor", "-f", self.manifest, "-o", "json", *arguments, **options))

    def described(self, outcome):
        """The checks of one publication by id, in what a program said."""
        report = json.loads(outcome.out)
        jsonschema.validate(report, SCHEMA, cls=jsonschema.Draft7Validator)
        self.assertEqual(1 if report["verdict"] == "FAIL" else 0, outcome.code, outcome)
        (publication,) = report["publications"]
        self.assertEqual(report["verdict"], publication["verdict"])
        return {check["id"]: check for check in publication["checks"]}

    def ids(self, checks, verdict):
        return {check["id"] for check in checks.values() if check["verdict"] == verdict} - ELSEWHERE

    def clock_off_by(self, shift):
        """How to run the program with another clock."""
        return {"environment": times.moved_clock(self.environment, shift)}

    def assert_named(self, fails=(), warns=(), words=(), **options):
        """These fail and no others; these warn and no others; their evidence and remedies hold the words; whatever is
        hidden is hidden by what fails."""
        checks = self.examine(**options)
        self.assertEqual(set(fails), self.ids(checks, "FAIL"), checks)
        self.assertEqual(set(warns), self.ids(checks, "WARN"), checks)
        said = " ".join(checks[name]["evidence"] + " " + checks[name]["remedy"] for name in (*fails, *warns))
        for word in words:
            self.assertIn(word, said)
        for check in checks.values():
            self.assertLessEqual(set(check.get("because", ())), set(fails), check)
        return checks
