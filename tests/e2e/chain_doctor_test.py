#!/usr/bin/env python3
"""`reconcile doctor` and the chain: one fault a test, made on a development node; exactly that cause is named, no key
is opened and nothing is submitted."""
import os
import unittest

import chain_world
import examined
import world


class Faults(examined.Examined, chain_world.ChainScenario):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.assert_nothing_sent_by_doctor)
        self.sent = 0

    def assert_nothing_sent_by_doctor(self):
        self.assertEqual(self.sent, len(self.submissions()))

    def test_nothing_is_wrong(self):
        checks = self.assert_named()
        for name in ("chain/tcp", "chain/clock", "chain/node", "chain/registration", "chain/budget", "chain/commitment",
                     "wallet/file", "wallet/mode", "wallet/address", "commitment/length"):
            self.assertEqual("OK", checks[name]["verdict"], checks[name])
        self.assertIn("3,100 of 3,100 bytes", checks["chain/budget"]["evidence"])
        self.write_buffer("a")
        self.expect(0, self.apply())
        self.sent = len(self.submissions())
        checks = self.assert_named()
        self.assertIn("ours, of block", checks["chain/commitment"]["evidence"])

    def test_a_hotkey_that_is_not_registered(self):
        self.node.control("set", item="Uids", netuid=13, who=self.key.public, value=None)
        self.assert_named(fails=["chain/registration"],
                          words=[self.key.address, "not registered", "btcli subnet register"])

    def test_a_subnet_that_does_not_exist(self):
        self.write_manifest(netuid=14)
        self.assert_named(fails=["chain/registration"], words=["netuid 14 does not exist"])

    def test_a_commitment_of_somebody_else(self):
        text = "bucket=https://example.com/x"
        self.node.control("commitment", netuid=13, who=self.key.public, fields=[{"raw": text}])
        self.assert_named(fails=["chain/commitment"], words=[text, "--allow foreign-commitment"])

    def test_a_commitment_that_leads_nowhere(self):
        self.write_buffer("a")
        self.expect(0, self.apply())
        self.sent = len(self.submissions())
        (self.home / "bucket" / "i" / "00000001.json").unlink()
        self.assert_named(fails=["chain/commitment"], words=["lost", "--allow lost-index"])

    def test_a_budget_that_is_used_up(self):
        self.node.control("set", item="MaxSpace", value=50)
        self.addCleanup(self.node.control, "set", item="MaxSpace", value=3100)
        self.assert_named(warns=["chain/budget"], words=["50 of 50 bytes", "commits wait"])

    def test_a_node_that_is_dead(self):
        self.write_manifest(f"http://127.0.0.1:{world.free_port()}")
        self.assert_named(fails=["chain/tcp"], words=["check that the server runs"])
        self.write_manifest(f"http://127.0.0.1:{world.free_port()}", self.endpoint)
        self.assert_named(warns=["chain/tcp"], words=["another endpoint works"])

    def test_a_clock_that_is_off(self):
        self.assert_named(fails=["chain/clock"], words=["ahead of", "NTP"], **self.clock_off_by("+20m"))
        self.assert_named(warns=["chain/clock"], words=["behind", "NTP"], **self.clock_off_by("-7m"))

    def test_a_node_that_is_still_syncing(self):
        self.node.control("syncing", on=True, behind=100)
        self.addCleanup(self.node.control, "syncing", on=False)
        self.assert_named(fails=["chain/node"], words=["syncing"])

    def test_a_chain_of_another_network(self):
        self.write_manifest(network="custom", genesisHash='"0x' + "ab" * 32 + '"')
        self.assert_named(fails=["chain/node"], words=["genesis"])

    def test_a_wallet_that_others_may_read(self):
        self.hotkey_file.chmod(0o604)
        self.assert_named(fails=["wallet/mode"], words=["0604", "chmod 600"])
        self.hotkey_file.chmod(0o640)
        self.assert_named(warns=["wallet/mode"], words=["its group"])

    def test_a_wallet_without_its_hotkey(self):
        self.hotkey_file.unlink()
        self.assert_named(fails=["wallet/file"], words=["check wallet path"])

    def test_a_wallet_of_another_hotkey(self):
        other = self.keys.new()
        self.register(other)
        self.write_manifest(wallet=f"{{path: ./wallets, ss58Address: {other.address}}}")
        checks = self.assert_named(fails=["wallet/address"], words=[other.address, self.key.address])
        self.assertEqual("OK", checks["chain/registration"]["verdict"])

    def test_an_encrypted_hotkey_is_recognised_and_left_alone(self):
        self.write_wallet(self.key, bytes.fromhex(chain_world.VECTOR["keyfile_hex"][2:]))
        checks = self.assert_named()
        self.assertIn("encrypted", checks["wallet/file"]["evidence"])

    def test_several_faults_are_each_named(self):
        self.node.control("set", item="Uids", netuid=13, who=self.key.public, value=None)
        self.hotkey_file.chmod(0o644)
        os.rename(self.home / "buffer", self.home / "elsewhere")
        self.assert_named(fails=["chain/registration", "wallet/mode", "buffer/folder"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
