#!/usr/bin/env python3
"""Which chain it is, and which of its nodes answers: nothing is signed for another network; a dead node is no end."""
import socket
import threading
import unittest

import chain_world
import world

ANOTHER = "0x" + "5a" * 32
FINNEY = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03"  # @polkadot/networks, genesis.ts


class Relay:
    """A door of its own to a node, closed at once and with everything that goes through it."""

    def __init__(self, port, own_port=0):
        self.target = port
        self.server = socket.create_server(("127.0.0.1", own_port))
        self.port = self.server.getsockname()[1]
        self.sockets = []
        self.lock = threading.Lock()
        self.is_open = True
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.server.accept()
                node = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            with self.lock:
                if not self.is_open:
                    return
                self.sockets += [client, node]
            for source, sink in ((client, node), (node, client)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        with self.lock:
            self.is_open = False
            for each in [self.server, *self.sockets]:
                for end in (lambda: each.shutdown(socket.SHUT_RDWR), each.close):
                    try:
                        end()
                    except OSError:
                        pass


class Pinned:
    def refused(self, *words, code=1):
        """Nothing is signed, and the words name both."""
        files = self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(code, outcome)
            for text in words:
                self.assert_says(text, outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)

    def other_network(self, theirs, ours):
        return f"is on another network: its genesis is {theirs}, expected is {ours}"

    def test_a_genesis_in_the_manifest_that_is_another(self):
        self.write_manifest(genesisHash=f'"{ANOTHER}"')
        self.refused(self.other_network(self.node.genesis, ANOTHER),
                     "check spec.commitment.network, endpoints and genesisHash")

    def test_a_network_whose_genesis_everyone_knows(self):
        self.write_manifest(network="finney")
        self.refused(self.other_network(self.node.genesis, FINNEY + " (finney)"))

    def test_the_right_genesis_in_the_manifest(self):
        self.write_manifest(genesisHash=f'"{self.node.genesis}"')
        files = self.write_buffer("a")
        outcome = self.expect(0, self.apply())
        self.assertNotIn("genesis", outcome.out)
        self.assertFalse(self.learned.exists(), "what is known need not be learned")
        self.assert_committed(1, files)

    @property
    def learned(self):
        return self.home / ".reconcile" / "chained.genesis"

    def test_is_learned_once_and_kept(self):
        self.write_buffer("a")
        outcome = self.expect(0, self.plan())
        self.assert_says(f"genesis {self.node.genesis} learned from {self.endpoint}", outcome)
        self.assertFalse(self.learned.exists(), "a plan writes nothing")
        self.expect(0, self.apply())
        self.assertEqual(self.node.genesis, self.learned.read_text().strip())
        before = world.snapshot(self.learned.parent)["chained.genesis"]
        self.write_buffer("b")
        outcome = self.expect(0, self.apply())
        self.assertNotIn("genesis", outcome.out)
        self.assertEqual(before, world.snapshot(self.learned.parent)["chained.genesis"])

    def test_another_chain_behind_a_known_address_is_refused(self):
        node = chain_world.DevNode()
        port = node.port
        try:
            node.control("set", item="Uids", netuid=13, who=self.key.public, value=7)
            self.write_manifest(getattr(node, self.transport))
            self.write_buffer("a")
            self.expect(0, self.apply())
            ours = node.genesis
        finally:
            node.stop()
        other = chain_world.DevNode("--genesis-hash", ANOTHER, port=port)
        self.addCleanup(other.stop)
        other.control("set", item="Uids", netuid=13, who=self.key.public, value=7)
        files = self.write_buffer("b")
        outcome = self.expect(1, self.apply())
        self.assert_says(self.other_network(ANOTHER, ours), outcome)
        self.assertEqual([], other.control("record")["submissions"])
        self.assert_waiting(files)

    def test_a_learned_genesis_that_was_damaged(self):
        self.write_buffer("a")
        self.expect(0, self.apply())
        self.learned.write_text("0x12\n")
        sent = len(self.submissions())
        files = self.write_buffer("b")
        outcome = self.expect(1, self.apply())
        self.assert_says("chained.genesis holds no genesis hash", outcome)
        self.assert_says("write genesisHash in the manifest and remove the file", outcome)
        self.assertEqual(sent, len(self.submissions()))
        self.assert_waiting(files)


class SeveralNodes:
    def address(self, port):
        return f"{self.transport}://127.0.0.1:{port}"

    def relay(self):
        relay = Relay(self.node.port)
        self.addCleanup(relay.close)
        return relay

    def test_the_first_is_dead(self):
        dead = self.address(world.free_port())
        self.write_manifest(dead, self.endpoint)
        files = self.write_buffer("a")
        outcome = self.expect(0, self.apply())
        self.assert_says(f"asked last for a while: {dead}", outcome)
        self.assert_committed(1, files)
        self.assert_signed(1)

    def test_all_are_dead(self):
        dead = [self.address(world.free_port()) for _ in range(2)]
        self.write_manifest(*dead)
        files = self.write_buffer("a")
        outcome = self.expect(1, self.apply())
        self.assert_says("no endpoint answered:", outcome)
        for each in dead:
            self.assert_says(each, outcome)
        self.assertEqual(["a.json.gz"], self.uploaded(), "uploads go on without a chain")
        self.assert_waiting(files)

    def test_the_first_is_on_another_network(self):
        other = chain_world.DevNode("--genesis-hash", ANOTHER)
        self.addCleanup(other.stop)
        self.write_manifest(getattr(other, self.transport), self.endpoint, genesisHash=f'"{self.node.genesis}"')
        files = self.write_buffer("a")
        outcome = self.expect(0, self.apply())
        self.assert_says("never used again:", outcome)
        self.assert_says(f"its genesis is {ANOTHER}, expected is {self.node.genesis}", outcome)
        self.assert_committed(1, files)
        self.assertEqual({"chain_getBlockHash"}, set(other.control("record")["requests"]))

    def test_the_first_dies_after_the_submission(self):
        relay = self.relay()
        self.write_manifest(self.address(relay.port), self.endpoint)
        files = self.write_buffer("a")
        self.node.control("finality", paused=True)
        process = self.begin()
        try:
            world.eventually(self.commits, 30, "the commit in a block")
            relay.close()
        finally:
            self.node.control("finality", lag=2)
            outcome = self.finish(process)
        self.expect(0, outcome)
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_the_first_dies_with_the_answer_to_the_submission(self):
        relay = self.relay()
        self.write_manifest(self.address(relay.port), self.endpoint)
        files = self.write_buffer("a")
        self.node.control("fault", kind="slow", ms=20_000, method=chain_world.SUBMIT)
        process = self.begin()
        try:
            world.eventually(self.submissions, 30, "the submission")
            relay.close()
        finally:
            outcome = self.finish(process)
        self.expect(0, outcome)
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()


class PinnedOverHttp(Pinned, chain_world.ChainScenario):
    transport = "http"


class PinnedOverWebSocket(Pinned, chain_world.ChainScenario):
    transport = "ws"


class SeveralOverHttp(SeveralNodes, chain_world.ChainScenario):
    transport = "http"


class SeveralOverWebSocket(SeveralNodes, chain_world.ChainScenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
