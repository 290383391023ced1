#!/usr/bin/env python3
"""Everything that can happen on the way to a node and back: one commit for a change all the same, or words that say
what stands in the way.
"""
import resource
import unittest

import chain_world
from chain_world import SUBMIT

QUESTION = "state_queryStorageAt"
# An endless answer must not fill the machine. The address sanitizer takes several times what the program itself does
# (under 100 MiB here), and keeps what was freed: that is bounded, or a bad answer would be counted many times.
MEMORY_KIB_MAX = 400 << 10
QUARANTINE = "quarantine_size_mb=8"
# What is said of a bad answer, after the endpoint's address; empty where nothing is wrong with the reply as such.
ANSWERS = {
    "nested": ": the reply is no JSON-RPC answer: nested deeper",
    "no-result": ": the reply is no JSON-RPC answer: it has neither",
    "no-code": ": something failed",
    "garbage": ": the reply is no JSON-RPC answer: it is not JSON",
    "empty": ": the reply is no JSON-RPC answer: it is empty",
    "endless": ": the answer is longer than 16777216 bytes",
    "wrong-type": "",
}


class Submitting:
    def submissions_meet(self, code, *faults):
        """Each submission of a new change meets a fault; whatever the pass says, one commit comes of it."""
        files, words = {}, []
        for times, fault in enumerate(faults, start=1):
            with self.subTest(str(fault)):
                files.update(self.write_buffer(f"file-{times}"))
                self.node.control("fault", method=SUBMIT, **fault)
                words.append(self.expect(code, self.apply()))
                if code != 0:
                    self.assert_committed(times - 1)
                    self.expect(0, self.apply())
                self.assert_committed(times, files)
                self.assert_signed(times)
        self.assert_settled()
        return words


class OnTheWay(Submitting):
    """Connections and answers. `answers`: what an operator reads about each, by the kind of fault."""

    def test_a_connection_cut_around_the_submission(self):
        self.submissions_meet(0, *({"kind": kind} for kind in ("cut-before", "cut-after", "cut-middle")))

    def test_an_answer_to_the_submission_that_makes_no_sense(self):
        self.submissions_meet(0, *({"kind": kind} for kind in ("wrong-type", "nested", "no-result", "garbage", "empty",
                                                               "twice", "endless")))

    def test_an_internal_error_about_the_submission_says_nothing(self):
        self.submissions_meet(0, {"kind": "error", "code": -32603, "message": "Internal error"})

    def test_questions_that_are_answered_badly(self):
        """Whatever is wrong, uploads go on, nothing is committed, and the words say what the node did."""
        bounded = {"ASAN_OPTIONS": ":".join(filter(None, (self.environment.get("ASAN_OPTIONS"), QUARANTINE)))}
        files = self.write_buffer("a")
        for kind, words in {**ANSWERS, **self.answers}.items():
            with self.subTest(kind):
                self.node.control("fault", kind=kind, method=QUESTION, count=1000)
                outcome = self.expect(1, self.apply(environment=bounded))
                self.node.control("clear")
                self.assert_says(f"{QUESTION}: {self.endpoint}{words}" if words else f"{QUESTION}: ", outcome)
                self.assert_nothing_sent()
                self.assert_waiting(files)
                self.assertEqual(["a.json.gz"], self.uploaded())
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, MEMORY_KIB_MAX)
        self.expect(0, self.apply())
        self.assert_committed(1, files)

    def test_metadata_cut_short(self):
        files = self.write_buffer("a")
        self.node.control("fault", kind="truncate-hex", method="state_getMetadata", count=1000)
        outcome = self.expect(1, self.apply())
        self.assert_says("metadata of runtime", outcome)
        self.assert_says("metadata V14: SCALE bytes, offset", outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class Odd:
    """One bad answer to any question, at its first and at a later time."""

    METHODS = sorted(chain_world.ASKED - {SUBMIT, "state_getKeysPaged"})

    def one_bad_answer(self, kind, skip):
        files = {}
        for times, method in enumerate(self.METHODS, start=1):
            with self.subTest(f"{kind} {method} after {skip}"):
                files.update(self.write_buffer(f"file-{times}"))
                self.node.control("fault", kind=kind, method=method, skip=skip)
                self.converge()
                self.assertTrue(self.met(method), f"{method} is not asked so often")
                self.assert_committed(times, files)
                self.node.control("clear")
                self.faults_before = len(self.record()["faults"])
        self.assertEqual(len(self.METHODS), len({entry["nonce"] for entry in self.submissions()}))
        self.assert_settled()

    def test_of_another_type(self):
        self.one_bad_answer("wrong-type", 0)

    def test_cut_off(self):
        self.one_bad_answer("cut-middle", 0)


class Hanging:
    """Nothing comes back, and the connection stays."""

    def test_a_question_is_asked_elsewhere(self):
        other = self.node.ws if self.transport == "http" else self.node.http
        self.write_manifest(self.endpoint, other)
        files = self.write_buffer("a")
        self.node.control("fault", kind="hang", method="system_health")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assertNotEqual([self.transport], [entry["transport"] for entry in self.submissions()])

    def test_a_submission_is_followed_though_nothing_is_known_of_it(self):
        """Slow blocks, so that its era outlives the wait for the answer: it is handed in again."""
        files = self.write_buffer("a")
        self.node.control("timer", ms=1000)
        self.node.control("fault", kind="hang", method=SUBMIT)
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()


class TurnedAway:
    """HTTP says no, before a node reads anything."""

    def turned_away(self, method, status, words, code):
        files = self.write_buffer("a")
        self.node.control("fault", kind="http", status=status, retryAfter=1, method=method, count=1000)
        outcome = self.expect(code, self.apply())
        self.assert_says(f"{self.endpoint} answered HTTP {status}", outcome)
        self.assert_says(words, outcome)
        self.assert_committed(0)
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class WayOverHttp(OnTheWay, chain_world.ChainScenario):
    transport = "http"
    answers = {
        "cut-before": ": Empty reply from server",
        "cut-after": ": Empty reply from server",
        "cut-middle": ": transfer closed with",
        "wrong-id": ": the reply is no JSON-RPC answer: it answers",
        "twice": ": the reply is no JSON-RPC answer: it is not JSON",
    }

    def test_a_submission_answered_under_another_id(self):
        self.submissions_meet(0, {"kind": "wrong-id"})


class WayOverWebSocket(OnTheWay, chain_world.ChainScenario):
    transport = "ws"
    answers = {kind: ": waiting for the answer: the connection was closed"
               for kind in ("cut-before", "cut-after", "cut-middle")}


class OddOverHttp(Odd, chain_world.ChainScenario):
    transport = "http"


class OddOverWebSocket(Odd, chain_world.ChainScenario):
    transport = "ws"


class HangingOverHttp(Hanging, chain_world.ChainScenario):
    transport = "http"


class HangingOverWebSocket(Hanging, chain_world.ChainScenario):
    transport = "ws"


class UnheardOverWebSocket(Submitting, chain_world.ChainScenario):
    """An answer to another question is none: it is waited for in vain."""

    transport = "ws"

    def test_a_submission_answered_under_another_id(self):
        self.submissions_meet(0, {"kind": "wrong-id"})


class TurnedAwayOverHttp(TurnedAway, chain_world.ChainScenario):
    transport = "http"

    def test_a_question_with_503(self):
        self.turned_away(QUESTION, 503, "it is tried again; check the node", 1)

    def test_a_question_with_429_waits(self):
        self.turned_away(QUESTION, 429, "it is asked less often; or name a node of your own", 3)

    def test_a_submission_with_503(self):
        self.turned_away(SUBMIT, 503, "it is tried again; check the node", 3)

    def test_a_submission_with_429(self):
        self.turned_away(SUBMIT, 429, "it is asked less often; or name a node of your own", 3)

    def test_a_submission_that_a_proxy_lost_sight_of_is_followed(self):
        for times, status in enumerate((500, 502, 504), start=1):
            with self.subTest(status):
                self.write_buffer(f"file-{times}")
                self.node.control("fault", kind="http", status=status, method=SUBMIT)
                self.expect(0, self.apply())
                self.assert_committed(times)
        self.assert_settled()


class TurnedAwayOverWebSocket(TurnedAway, chain_world.ChainScenario):
    transport = "ws"

    def test_a_handshake_with_503(self):
        self.turned_away("upgrade", 503, "it is tried again; check the node", 1)

    def test_a_handshake_with_429_waits(self):
        self.turned_away("upgrade", 429, "it is asked less often; or name a node of your own", 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
