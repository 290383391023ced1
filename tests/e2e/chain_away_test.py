#!/usr/bin/env python3
"""The continuous mode while the node is away: the condition says so, uploads go on, nothing is released or committed
meanwhile, and all is made up for once the node is back.
"""
import unittest

import chain_world
import looping
import world
from chain_network_test import Relay
from world import eventually

TWO_CADENCES = 150  # seconds, and some more for a busy machine


class Away(looping.Answering, chain_world.ChainScenario):
    publication = "chained"
    transport = "ws"

    def setUp(self):
        super().setUp()
        self.relay = Relay(self.node.port)
        self.addCleanup(lambda: self.relay.close())
        self.write_manifest(f"ws://127.0.0.1:{self.relay.port}")
        # No pause of the breaker and no wait for a pass is longer than a cadence, whatever went before.
        self.edit("upload: {cadence: 20m}", "upload: {cadence: 1m, retryInterval: 1s}")

    def ready(self, reason):
        eventually(lambda: self.condition("Ready")["reason"] == reason, TWO_CADENCES, f"{reason}: {self.condition('Ready')}")

    def data_objects(self):
        return {name: seen for name, seen in world.snapshot(self.home / "bucket").items()
                if name.startswith("data/") and name.endswith(".json.gz")}

    def test_a_node_that_goes_away_and_comes_back(self):
        files = self.write_buffer("first")
        self.begin()
        self.ready("Converged")
        self.assert_committed(1, files)

        self.relay.close()
        waiting = {}
        for number in range(4):  # more than a breaker lets through: what is uploaded must not depend on it
            waiting.update(self.write_buffer(f"later-{number}"))
            self.pass_now()
            eventually(lambda: set(waiting) < set(self.uploaded()), 60, f"{sorted(waiting)} are uploaded")
        self.ready("ChainUnavailable")
        self.assertEqual("False", self.condition("Stalled")["status"])
        passes = len(self.ended_passes())
        eventually(lambda: len(self.ended_passes()) > passes, TWO_CADENCES, "a pass that nobody asked for")
        self.assert_waiting(waiting)
        self.assert_committed(1, files)
        sent = self.data_objects()

        self.relay = Relay(self.node.port, self.relay.port)
        self.ready("Converged")  # by itself
        self.assertEqual([], self.buffer_files())
        self.assert_committed(2, {**files, **waiting})
        self.assertEqual(sent, self.data_objects(), "a file was uploaded again")
        self.assertEqual(0, self.stop())
        self.assert_settled()


if __name__ == "__main__":
    unittest.main(verbosity=2)
