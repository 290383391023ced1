#!/usr/bin/env python3
"""Every answer that a node's pool may give to an extrinsic, told truly, and told while the extrinsic is taken in all
the same: one commit for a change, whatever was said.
"""
import unittest

import chain_world

OTHER_WRITER = "another extrinsic of this hotkey came first: make sure that only one program uses it"
UPDATE = "update this program"
# reason: what the operator reads. Texts of polkadot-sdk's sc-rpc-api author/error.rs and sp_runtime
# transaction_validity.rs; 1013 is not among them: the node has it already, which is what was wanted.
REFUSALS = {
    "Stale": ("1010: Invalid Transaction (Transaction is outdated)", OTHER_WRITER),
    "BadProof": ("1010: Invalid Transaction (Transaction has a bad signature)",
                 "the runtime takes another form of signature, or the endpoint is behind: try another endpoint"),
    "AncientBirthBlock": ("1010: Invalid Transaction (Transaction has an ancient birth block)",
                          "the endpoint is behind, or took too long: the next pass signs anew"),
    "Custom:10": ("1010: Invalid Transaction (Custom error: 10)", "register the hotkey on this netuid"),
    "Payment": ("1010: Invalid Transaction (Inability to pay some fees",
                "set_commitment is free on Subtensor: this chain asks for a fee"),
    "ExhaustsResources": ("1010: Invalid Transaction (Transaction would exhaust the block limits)",
                          "the block is full; later again"),
    "Call": ("1010: Invalid Transaction (Transaction call is not expected)", "see the node's own words"),
    "BadFormat": ("1001: Extrinsic has invalid format", UPDATE),
    "Trap": ("1002: Verification Error: Runtime error", UPDATE),
    "CannotLookup": ("1011: Unknown Transaction Validity (CannotLookup)", "or try another endpoint"),
    "Banned": ("1012: Transaction is temporarily banned", "the node banned it for a while; the next pass signs anew"),
    "TooLowPriority": ("1014: Priority is too low", OTHER_WRITER),
    "Dropped": ("1016: Immediately Dropped", "the node's pool is full; later again"),
    "FutureRefused": ("1021: The pool is not accepting future transactions", "the next pass observes again"),
}


class Refusing:
    """The node says no and means it, once."""

    def refused(self, *reasons):
        files = {}
        for times, reason in enumerate(reasons, start=1):
            with self.subTest(reason):
                added = self.write_buffer(f"file-{times}")
                files.update(added)
                self.node.control("submission", kind="reject", reason=reason)
                outcome = self.expect(3, self.apply())
                for words in REFUSALS[reason]:
                    self.assert_says(words, outcome)
                self.assert_committed(times - 1)
                self.assert_waiting(added)
                self.expect(0, self.apply())
                self.assert_committed(times, files)
        self.assert_settled()

    def test_invalid_for_now_or_for_this_chain(self):
        self.refused("Stale", "BadProof", "AncientBirthBlock", "Custom:10", "Payment", "ExhaustsResources", "Call")

    def test_unreadable_or_unwanted_by_the_pool(self):
        self.refused("BadFormat", "Trap", "CannotLookup", "Banned", "TooLowPriority", "Dropped", "FutureRefused")

    def test_already_imported_is_as_good_as_taken_in_and_it_is_handed_in_again_while_it_does_not_show(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="reject", reason="AlreadyImported")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_an_error_that_no_node_has_today(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="reject",
                          error={"code": 1999, "message": "Of another age", "data": {"deep": [1, "text"]}})
        outcome = self.expect(3, self.apply())
        self.assert_says("the node refused the extrinsic: 1999: Of another age", outcome)
        self.assert_waiting(files)
        self.converge()
        self.assert_committed(1, files)


class Lying:
    """The node says no, and takes the extrinsic in."""

    def taken(self, *reasons):
        files = {}
        for times, reason in enumerate(reasons, start=1):
            with self.subTest(reason):
                files.update(self.write_buffer(f"file-{times}"))
                self.node.control("submission", kind="reject", reason=reason, accept=True)
                self.converge()
                self.assert_committed(times, files)
        self.assert_signed(len(reasons))
        self.assert_settled()

    def test_invalid_for_now_or_for_this_chain(self):
        self.taken("Stale", "BadProof", "AncientBirthBlock", "Custom:10", "Payment", "ExhaustsResources", "Call")

    def test_unreadable_or_unwanted_by_the_pool(self):
        self.taken("BadFormat", "Trap", "CannotLookup", "Banned", "TooLowPriority", "Dropped", "FutureRefused",
                   "AlreadyImported")


class RefusedOverHttp(Refusing, chain_world.ChainScenario):
    transport = "http"


class RefusedOverWebSocket(Refusing, chain_world.ChainScenario):
    transport = "ws"


class TakenOverHttp(Lying, chain_world.ChainScenario):
    transport = "http"


class TakenOverWebSocket(Lying, chain_world.ChainScenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
