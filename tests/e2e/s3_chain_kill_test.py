#!/usr/bin/env python3
"""kill -9 at random moments of passes against a real S3 server and a chain node: every byte of every file is accounted
for, nothing acknowledged is sent again, and each change is one extrinsic in the node's blocks.

$RECONCILE_KILLS says how often (40). The seed is printed; RECONCILE_SEED repeats it.
"""
import os
import unittest

import chain_world
import gateway
import s3_kill_test


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class KilledOnChain(chain_world.OnS3, s3_kill_test.Killing, gateway.S3Scenario):
    kills = int(os.environ.get("RECONCILE_KILLS", "40"))
    # 1: what a killed pass had sent is not final yet; 5: it became so after this pass had looked.
    unfinished_codes = (1, 3, 5)
    passes_max = 4

    def setUp(self):
        super().setUp()
        # A budget of bytes an epoch is another test's matter: the kills must not wait for it.
        self.node.control("set", item="MaxSpace", value=1_000_000)

    def commits(self):
        """In the blocks of the chain as it is, branches that lost left out."""
        return [entry for entry in self.node.control("record")["commits"] if not entry["retracted"]]

    def commitments(self, ledger=None):
        """What readers of finalized blocks have found, oldest first."""
        return [entry["fields"][0]["text"] for entry in self.commits() if entry["finalized"]]

    def extrinsics(self):
        """Counted in the blocks themselves: what each holds beyond what its author puts into every block."""
        status = self.node.control("status")
        out = 0
        for number in range(1, status["finalized"]["number"] + 1):
            block = self.node.call("chain_getBlock", self.node.call("chain_getBlockHash", number))["block"]
            # Version 4 with the bit that says signed, behind a compact length of one, two or four bytes.
            raw = [bytes.fromhex(text[2:]) for text in block["extrinsics"]]
            out += sum(text[{0: 1, 1: 2, 2: 4}[text[0] & 3]] == 0x84 for text in raw)
        return out

    def assert_one_commitment_a_change(self):
        super().assert_one_commitment_a_change()
        commits = self.commits()
        self.assertEqual([(True, None)] * len(commits), [(entry["ok"], entry["error"]) for entry in commits])
        self.assertTrue(all(entry["finalized"] for entry in commits))
        self.assertEqual(len(self.commitments()), self.extrinsics())
        signed = {entry["bytes"] for entry in self.node.control("record")["submissions"]}
        self.assertEqual(len(commits), len(signed), "more was signed than came into a block")


if __name__ == "__main__":
    unittest.main(verbosity=2)
