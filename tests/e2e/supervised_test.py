#!/usr/bin/env python3
"""The loop as whoever started it sees it: a container's health check, and a service manager at its socket."""
import signal
import socket
import unittest

import loop_test
import world


class Supervised(loop_test.Answering):
    def probe(self, *arguments):
        return self.run_program("status", "--probe", "--address", f"127.0.0.1:{self.port}", *arguments)

    def test_a_probe_tells_a_loop_that_moves_from_one_that_does_not(self):
        self.begin()
        self.assertRegex(self.expect(0, self.probe()).out, r"^ok: the loop last moved \d+ s ago\n$")
        self.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.process.send_signal, signal.SIGCONT)
        err = self.expect(1, self.probe()).err
        self.assertIn(str(self.port), err)
        self.assertIn("not stuck?", err)
        self.process.send_signal(signal.SIGCONT)
        self.expect(0, self.probe())
        self.assertEqual(0, self.stop())
        self.assertIn(str(self.port), self.expect(1, self.probe()).err)

    def test_a_probe_asks_nothing_else(self):
        self.port = world.free_port()
        for arguments in (["-f", "manifest.yaml"], ["--wait", "Ready"], ["--netuid", "13"], ["--timeout", "1s"]):
            with self.subTest(arguments=arguments):
                self.expect(64, self.probe(*arguments))
        self.expect(64, self.run_program("status", "--probe", "--address", "ftp://127.0.0.1"))

    def test_a_service_manager_hears_of_its_beginning_its_life_and_its_end(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(self.folder / "notify"))
            manager.settimeout(60)
            self.begin(environment={"NOTIFY_SOCKET": str(self.folder / "notify"), "WATCHDOG_USEC": "200000"})
            heard = [manager.recv(4096).decode() for _ in range(5)]
            # It is the manager's cue to start what depends on this: by then it answers.
            self.assertIn("READY=1\nSTATUS=looking after 1 publication", heard)
            self.assertGreaterEqual(heard.count("WATCHDOG=1"), 3)
            self.expect(0, self.probe())
            self.assertEqual(0, self.stop())
            manager.setblocking(False)
            left = []
            try:
                while True:
                    left.append(manager.recv(4096).decode())
            except BlockingIOError:
                pass
            self.assertEqual(1, len([text for text in left if text.startswith("STOPPING=1\n")]), left)

    def test_a_manager_that_is_gone_is_said_and_does_no_harm(self):
        self.begin(environment={"NOTIFY_SOCKET": str(self.folder / "nobody")})
        self.said("telling the service manager")
        self.assert_published()
        self.assertEqual(0, self.stop())


if __name__ == "__main__":
    unittest.main(verbosity=2)
