#!/usr/bin/env python3
"""What a chain does not allow, or what stands there already: said in words, before anything is uploaded where that
would be in vain, and never written over unasked.
"""
import unittest

import chain_world
import world

TEMPO = 80  # blocks of an epoch: longer than two passes
NOT_OURS = "the slot holds a commitment that is not of this publication's format:"


class NotAllowed(chain_world.ChainScenario):
    def refused(self, *words):
        """Blocked before anything is uploaded; a plan and a pass say the same."""
        files = self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(1, outcome)
            for text in words:
                self.assert_says(text, outcome)
        self.assert_nothing_uploaded()
        self.assert_nothing_sent()
        self.assert_waiting(files)
        return files

    def test_a_hotkey_that_is_not_registered(self):
        self.node.control("set", item="Uids", netuid=13, who=self.key.public, value=None)
        self.refused(f"hotkey {self.key.address} is not registered on netuid 13 of local",
                     "register the hotkey (btcli subnet register), or correct netuid and wallet in the manifest")
        self.register(self.key)
        self.expect(0, self.apply())
        self.assert_committed(1)

    def test_a_hotkey_that_loses_its_place_while_the_extrinsic_is_on_its_way(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="delay", blocks=5)
        process = self.begin()
        try:
            world.eventually(self.submissions, 30, "the submission")
            self.node.control("set", item="Uids", netuid=13, who=self.key.public, value=None, when="next")
        finally:
            outcome = self.finish(process)
        self.expect(1, outcome)
        self.assert_says("and refused there: Commitments.AccountNotAllowedCommit", outcome)
        self.assert_says(f"register {self.key.address} on netuid 13, or correct netuid and wallet", outcome)
        self.assertEqual([False], [entry["ok"] for entry in self.commits()])
        self.assert_waiting(files)

    def test_a_subnet_that_does_not_exist(self):
        self.write_manifest(netuid=999)
        self.refused("netuid 999 does not exist on local", "correct netuid in the manifest")

    def test_a_subnet_that_was_dissolved(self):
        self.node.control("set", item="NetworksAdded", netuid=77, value=True)
        self.node.control("set", item="Tempo", netuid=77, value=360)
        self.register(self.key, netuid=77)
        self.write_manifest(netuid=77)
        self.write_buffer("a")
        self.expect(0, self.apply())
        self.node.control("dissolve", netuid=77)
        self.write_buffer("b")
        outcome = self.expect(1, self.apply())
        self.assert_says("netuid 77 does not exist on local", outcome)
        self.assertEqual(1, len(self.commits()))


class Budgets:
    """`length` of an epoch in blocks; `shift` puts its beginning where the runtime has it."""

    def best(self):
        return self.node.control("status")["best"]["number"]

    def await_young_epoch(self):
        """One that has begun in what is finalized, too: the program knows of no other."""
        def young():
            best, final = self.best() + self.shift, self.node.finalized() + self.shift
            return best % self.length < 8 and final // self.length == best // self.length
        world.eventually(young, 60, "a young epoch")

    def spend(self, used):
        """As if this hotkey had used so many bytes of the epoch that runs."""
        epoch = (self.best() + self.shift) // self.length
        self.node.control("set", item="UsedSpaceOf", netuid=13, who=self.key.public,
                          value={"lastEpoch": epoch, "usedSpace": used})

    def deferred(self, used, maximum, commits):
        """Passes before the epoch turns upload and wait; the first pass after it commits, once."""
        files = self.write_buffer("late-1")
        outcome = self.expect(3, self.apply())
        self.assert_says(f"{used:,} of {maximum:,} bytes of this epoch are used, this commit costs 110", outcome)
        said = " ".join(outcome.out.split())
        block = int(said.partition("deferred to block ")[2].partition(" ")[0].replace(",", ""))
        self.assertRegex(said, r"deferred to block [0-9,]+ \(about 20[0-9-]+T[0-9:]+Z\); "
                               r"uploads go on, buffer files wait")
        self.assertEqual(["late-1.json.gz"], [name for name in self.uploaded() if name.startswith("late")])
        self.assert_waiting(files)
        while self.node.finalized() + 5 < block:
            outcome = self.apply()
            if self.node.finalized() < block:
                self.expect(3, outcome)
                self.assertEqual(commits, len(self.submissions()), "a commit was tried before the epoch turned")
        world.eventually(lambda: self.node.finalized() >= block, 60, f"block {block}")
        self.expect(0, self.apply())
        self.assert_committed(commits + 1)
        self.assertEqual([], self.buffer_files())
        self.assertGreaterEqual(self.commits()[-1]["block"], block)


class OverBudget(Budgets, chain_world.ChainScenario):
    """Epochs that the runtime counts, TEMPO blocks each."""

    node_options = ("--tempo", str(TEMPO))
    length, shift = TEMPO, 0

    def test_a_spent_epoch(self):
        self.await_young_epoch()
        self.spend(3050)
        self.deferred(3050, 3100, commits=0)

    def test_a_small_limit_that_one_commit_uses_up(self):
        self.node.control("set", item="MaxSpace", value=150)
        self.addCleanup(self.node.control, "set", item="MaxSpace", value=3100)
        self.await_young_epoch()
        self.write_buffer("early")
        self.expect(0, self.apply())
        self.assert_committed(1)
        self.deferred(110, 150, commits=1)

    def test_an_epoch_that_turned_since(self):
        self.await_young_epoch()
        self.spend(3050)
        before = self.best()
        world.eventually(lambda: self.node.finalized() >= before + self.length, 60, "the next epoch")
        files = self.write_buffer("a")
        self.expect(0, self.apply())
        self.assert_committed(1, files)

    def test_a_budget_that_another_spends_while_the_extrinsic_is_on_its_way(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="delay", blocks=5)
        self.await_young_epoch()
        process = self.begin()
        try:
            world.eventually(self.submissions, 30, "the submission")
            self.spend(3050)
        finally:
            outcome = self.finish(process)
        self.expect(3, outcome)
        self.assert_says("and refused there: Commitments.SpaceLimitExceeded", outcome)
        self.assert_says("the epoch's byte budget is spent: later again", outcome)
        self.assertEqual([False], [entry["ok"] for entry in self.commits()])
        self.assert_waiting(files)


class RuntimeOf2025(Budgets, chain_world.ChainScenario):
    """Ten extensions, a subnet number in a struct, and epochs counted by blocks."""

    node_options = ("--no-epoch-index", "--extension-set", "293", "--netuid-type", "composite",
                    "--tempo", str(TEMPO))
    length, shift = TEMPO + 1, 13 + 1  # (block + netuid + 1) / (tempo + 1)

    def test_commits(self):
        files = self.write_buffer("a")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_settled()

    def test_a_spent_epoch(self):
        self.await_young_epoch()
        self.spend(3050)
        self.deferred(3050, 3100, commits=0)


class UnknownExtension(chain_world.ChainScenario):
    """One that carries something: nobody but its author knows what to sign."""

    node_options = ("--unknown-extension", "nonzero")

    def test_nothing_is_signed(self):
        files = self.write_buffer("a")
        outcome = self.expect(3, self.apply())
        self.assert_says("the runtime's signed extension CheckTokenBinding is unknown and takes bytes: "
                         "nothing is signed", outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)


class EmptyExtension(chain_world.ChainScenario):
    node_options = ("--unknown-extension", "zero")

    def test_is_passed_over(self):
        files = self.write_buffer("a")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class Foreign:
    def foreign(self, shown, **commitment):
        """Shown decoded; stays until somebody says that it may go."""
        self.node.control("commitment", netuid=13, who=self.key.public, **commitment)
        files = self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(4, outcome)
            self.assert_says(f"{NOT_OURS} {shown}", outcome)
            self.assert_says("make sure nobody needs it, then pass --allow foreign-commitment", outcome)
        self.assert_nothing_uploaded()
        self.assert_nothing_sent()
        self.assert_waiting(files)
        self.expect(0, self.apply("--allow", "foreign-commitment"))
        self.assert_committed(1, files)
        self.assert_settled()


class ForeignCommitments(Foreign, chain_world.ChainScenario):
    def test_a_text_of_another_format(self):
        self.foreign("bucket=https://example.com/x", fields=[{"raw": "bucket=https://example.com/x"}])

    def test_a_long_text(self):
        self.foreign("bbbbbbbb", fields=[{"bigRaw": "b" * 300}])

    def test_a_secret_that_waits_to_be_revealed(self):
        self.foreign("TimelockEncrypted", fields=[{"timelocked": "0x" + "ab" * 40, "round": 17_000_000}])

    def test_a_flag(self):
        self.foreign("ResetBondsFlag", fields=[{"resetBonds": True}])

    def test_several_fields(self):
        self.foreign("Sha256", fields=[{"sha256": "0x" + "cd" * 32}, {"none": True}, {"raw": "two"}])

    def test_a_record_that_cannot_be_read(self):
        self.foreign("unreadable", fields=[{"unknown": "0x8901020304"}])

    def test_text_that_would_command_a_terminal(self):
        text = b"\x1b[2J\x07evil\r\n"
        self.node.control("commitment", netuid=13, who=self.key.public, fields=[{"rawHex": "0x" + text.hex()}])
        self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(4, outcome)
            self.assert_says(NOT_OURS, outcome)
            self.assertEqual([], [c for c in outcome.out + outcome.err if ord(c) < 32 and c != "\n"])


class ForeignOfLaterRuntimes(Foreign, chain_world.ChainScenario):
    node_options = ("--future-data",)

    def test_a_variant_that_only_the_metadata_knows(self):
        self.foreign("TimelockRevealFailed", fields=[{"unknown": "0x8908aabb0100000000000000"}])


if __name__ == "__main__":
    unittest.main(verbosity=2)
