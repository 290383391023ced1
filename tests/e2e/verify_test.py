#!/usr/bin/env python3
"""`verify`: a reader's verdict on a publisher whose world is healthy, damaged, hostile or out of reach, and whose fault
that is.
"""
import hashlib
import json
import os
import signal
import subprocess
import unittest

import chain_world
import publisher
import world

HOTKEY = "default/default"
TEN_GB = 10 * 10**9
MANIFEST = """\
apiVersion: reconcile/v1alpha1
kind: Publication
metadata: {{name: verified}}
spec:
  bucket: {{provider: directory, path: ./bucket, publicUrl: {url}}}
  buffer: {{path: ./buffer}}
  commitment: {{network: ledger, ledger: ./ledger.jsonl, netuid: 13}}
"""


class Verifying(world.Scenario):
    def verify(self, code, *arguments):
        """The document; `code` is what the run must end with."""
        outcome = self.expect(code, self.run_program("verify", "-o", "json", *arguments))
        return json.loads(outcome.out)

    def worst(self, document, slot=0):
        """(what, verdict, blame, cause) of the first finding."""
        found = document["slots"][slot]["findings"][0]
        if found["verdict"] != "pass":
            self.assertTrue(found["remedy"], found)
        return found["what"], found["verdict"], found["blame"], found["cause"]


class OnALedger(Verifying):
    """With a manifest whose public address is this machine's."""

    def setUp(self):
        super().setUp()
        self.publisher = publisher.Publisher(HOTKEY)
        self.addCleanup(self.publisher.stop)
        self.front = self.publisher.front
        (self.home / self.manifest).write_text(MANIFEST.format(url=self.front.url))
        self.commit(self.publisher.publish())

    def commit(self, text):
        line = {"block": 1, "time": "2026-11-22T07:20:14Z", "netuid": 13, "hotkey": HOTKEY,
                "fields": [{"kind": "Raw", "hex": text.encode().hex()}]}
        (self.home / "ledger.jsonl").write_text(json.dumps(line) + "\n")

    def look(self, code, *arguments):
        return self.verify(code, "-f", self.manifest, "--all", *arguments)

    def judged(self, code, *arguments):
        return self.worst(self.look(code, *arguments))

    def test_a_healthy_world_passes_anonymously_and_without_a_key(self):
        before = world.snapshot(self.folder)
        document = self.look(0)
        self.assertEqual(before, world.snapshot(self.folder), "it wrote something")
        (slot,) = document["slots"]
        self.assertEqual(("pass", 12, 12, 3), (slot["verdict"], slot["read"]["objects"], slot["index"]["objects"],
                                               slot["index"]["parts"]))
        self.assertEqual({"pass"}, {found["verdict"] for found in slot["findings"]})
        for path, headers in self.front.asked:
            self.assertEqual({"host", "user-agent", "accept"}, headers, path)

    def test_bytes_that_differ_are_the_publishers_fault(self):
        key = self.publisher.keys[5]
        whole = self.publisher.files[key]
        self.publisher.files[key] = whole[:3] + bytes([whole[3] ^ 1]) + whole[4:]
        what, verdict, blame, cause = self.judged(1)
        self.assertEqual(("object", "fail", "publisher"), (what, verdict, blame))
        self.assertIn("other bytes", cause)
        self.publisher.files[key] = whole + b" "
        self.assertIn(f"{len(whole) + 1} bytes, not the {len(whole)}", self.judged(1)[3])
        del self.publisher.files[key]
        self.assertEqual(("object", "fail", "publisher"), self.judged(1)[:3])
        self.front.faults[key] = publisher.status(403)
        self.assertEqual(("object", "fail", "publisher"), self.judged(1)[:3])

    def test_an_index_that_is_cut_replaced_or_gone_is_the_publishers_fault(self):
        root = self.publisher.files["i/00000007.json"]
        self.publisher.files["i/00000007.json"] = root[:-40]
        self.assertEqual(("index", "fail", "publisher"), self.judged(1)[:3])
        self.publisher.publish(seq=8)  # another valid one under the same address
        document = self.look(1)
        self.assertIn("other bytes than committed", self.worst(document)[3])
        self.assertNotIn("index", document["slots"][0])
        del self.publisher.files["i/00000007.json"]
        self.assertEqual(("index", "fail", "publisher"), self.judged(1)[:3])
        self.commit(self.publisher.publish(objects="none"))
        self.assertEqual(("index", "fail", "publisher"), self.judged(1)[:3])

    def test_a_server_in_trouble_is_not_the_publishers_fault(self):
        key = self.publisher.keys[5]
        for fault in (publisher.status(500), publisher.status(503), publisher.status(429),
                      publisher.silence(self.front), publisher.drip(self.front)):
            self.front.faults[key] = fault
            self.assertEqual(("object", "unknown", "infrastructure"), self.judged(3, "--timeout", "1s")[:3])
        self.front.faults = {"i/00000007.json": publisher.status(502)}
        self.assertEqual(("index", "unknown", "infrastructure"), self.judged(3)[:3])
        text = self.run_program("verify", "-f", self.manifest)
        self.assertIn("Verdict: not judged", self.expect(3, text).out)

    def test_a_dead_server_is_not_the_publishers_fault(self):
        self.front.stop()
        self.assertEqual(("index", "unknown", "infrastructure"), self.judged(3)[:3])

    def test_without_the_whole_list_nothing_is_judged(self):
        del self.publisher.files[self.publisher.keys[5]]  # certain to be found, were the list whole
        self.front.faults[self.publisher.parts[1]] = publisher.status(500)
        document = self.look(3)
        what, verdict, blame, cause = self.worst(document)
        self.assertEqual(("part", "unknown", "infrastructure"), (what, verdict, blame))
        self.assertIn("no object is judged without it", cause)
        self.assertEqual(0, document["slots"][0]["read"]["objects"])
        self.assertFalse([path for path, _ in self.front.asked if path.startswith("data/")])
        self.front.faults[self.publisher.parts[1]] = publisher.status(404)
        self.assertEqual(("part", "fail", "publisher"), self.judged(1)[:3])

    def test_redirects_lead_nowhere_else(self):
        for location in ("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "https://127.0.0.1/x",
                         f"http://localhost:{self.front.port}/data/0000.json"):
            for path in ("i/00000007.json", self.publisher.keys[0]):
                self.front.faults = {path: publisher.redirect(location)}
                verdict, blame, cause = self.judged(1, "--allow-loopback")[1:]
                self.assertEqual(("fail", "publisher"), (verdict, blame))
                self.assertIn("redirect", cause)
        self.front.faults = {self.publisher.keys[0]: publisher.redirect("/moved")}
        self.publisher.files["moved"] = self.publisher.files[self.publisher.keys[0]]
        self.look(0)

    def test_a_body_without_end_is_read_no_further_than_stated(self):
        for announced in (True, False):
            self.front.faults = {self.publisher.keys[5]: publisher.endless(TEN_GB, announced)}
            what, verdict, blame, _ = self.judged(1)
            self.assertEqual(("object", "fail", "publisher"), (what, verdict, blame))
        self.front.faults = {"i/00000007.json": publisher.endless(TEN_GB, True)}
        self.assertIn("longer than any index", self.judged(1)[3])

    def test_an_index_without_end_takes_no_memory(self):
        def peak(*arguments):
            process = self.start("verify", "-f", self.manifest, "--max-index", "1MiB", *arguments,
                                 environment={"ASAN_OPTIONS": "quarantine_size_mb=1:detect_leaks=0"},
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, how, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(how)
            return process.returncode, used.ru_maxrss
        _, small = peak()
        self.front.faults = {"i/00000007.json": publisher.endless(TEN_GB, False)}
        code, large = peak()
        self.assertEqual(1, code)
        self.assertLess(large - small, 32 << 10, f"{small} KiB grew to {large} KiB")

    def test_what_is_too_old_is_stale(self):
        self.publisher.age = 7200
        self.commit(self.publisher.publish())
        self.assertEqual(("age", "fail", "publisher"), self.judged(1)[:3])  # three cadences of 20 minutes
        self.look(0, "--max-age", "3h")

    def test_a_signal_ends_it_without_a_verdict(self):
        self.front.faults = {"i/00000007.json": publisher.silence(self.front)}
        process = self.start("verify", "-f", self.manifest, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        world.eventually(lambda: self.front.asked, 30, "the first question")
        process.send_signal(signal.SIGTERM)
        outcome = self.expect(143, self.finish(process))
        self.assertIn("not judged", outcome.out)

    def test_text_says_whose_fault_it_is_and_what_to_do(self):
        del self.publisher.files[self.publisher.keys[5]]
        out = self.expect(1, self.run_program("verify", "-f", self.manifest, "--all")).out
        self.assertLess(out.index("fail, publisher"), out.index("pass"))
        self.assertIn("what to do:", out)
        self.assertIn("Read 11 of 12 objects", out)
        lines = [json.loads(line) for line in self.run_program(
            "verify", "-f", self.manifest, "--all", "-o", "ndjson").out.splitlines()]
        self.assertEqual(("finding", "fail"), (lines[0]["type"], lines[0]["verdict"]))
        self.assertEqual(("summary", "fail", 1), (lines[-1]["type"], lines[-1]["verdict"], lines[-1]["exit"]))

    def test_subsets_are_the_whole(self):
        seen = []
        for part in range(1, 5):
            slot = self.verify(0, "-f", self.manifest, "--subset", f"{part}/4")["slots"][0]
            seen += [found["subject"] for found in slot["findings"] if found["what"] == "object"]
        self.assertEqual(self.publisher.keys, sorted(seen))

    def test_mistakes_on_the_command_line_are_said(self):
        for arguments in (["--sample", "0"], ["--subset", "5/4"], ["--all", "--sample", "3"], ["--seed-block", "7"],
                          ["-o", "markdown"], ["--format", "{url}"], ["--timeout", "0s"], ["--max-index", "1GiB"]):
            self.expect(64, self.run_program("verify", "-f", self.manifest, *arguments))
        self.expect(64, self.run_program("verify"))
        self.expect(64, self.run_program("verify", "--netuid", "13", "--hotkey", "5Grw"))


class OfTheQuickstart(world.Scenario):
    def test_a_folder_without_a_web_server_is_read_as_readers_of_files_do(self):
        self.quickstart()
        self.expect(0, self.apply())
        out = self.expect(0, self.run_program("verify", "-f", self.manifest)).out
        self.assertIn("Read 5 of 5 objects", out)
        (file,) = (self.home / "bucket").rglob("x_*.json.gz")
        file.unlink()
        self.assertIn("not there", self.expect(1, self.run_program("verify", "-f", self.manifest)).out)


class OnAChain(Verifying):
    """With nothing but netuid and hotkey."""

    @classmethod
    def setUpClass(cls):
        cls.node = chain_world.DevNode()
        cls.addClassCleanup(cls.node.stop)

    def setUp(self):
        super().setUp()
        self.address = chain_world.alice().address
        self.publisher = publisher.Publisher(self.address, objects=40, days=0)
        self.addCleanup(self.publisher.stop)

    def commit(self, *fields, who="//Alice"):
        self.node.control("commitment", netuid=13, who=who, fields=list(fields))
        wanted = self.node.control("status")["best"]["number"]
        world.eventually(lambda: self.node.finalized() >= wanted, 30, "the commitment finalized")

    def ask(self, code, *arguments, hotkey=True, loopback=True):
        return self.verify(code, "--netuid", 13, *(["--hotkey", self.address] if hotkey else []), "--endpoint",
                           self.node.http, *(["--allow-loopback"] if loopback else []), *arguments)

    def objects(self, document):
        return sorted(found["subject"] for found in document["slots"][0]["findings"] if found["what"] == "object")

    def test_the_tutorials_commitment_of_one_file_is_verified(self):
        key = self.publisher.keys[0]
        url, digest = self.publisher.base + key, world.sha256(self.publisher.files[key])
        for text, code in ((f"{url}|{digest}", 0), (f"{url}|{digest[:16]}", 0), (f"{url}|{digest[:8]}", 3)):
            self.commit({"raw": text})
            self.assertEqual([url], self.objects(self.ask(code)))
        self.commit({"raw": f"{url}|{digest}"})
        self.publisher.files[key] = b'{"number":1}\n'
        self.assertEqual(("object", "fail", "publisher"), self.worst(self.ask(1))[:3])
        self.publisher.front.faults[key] = publisher.endless(TEN_GB, True)
        self.assertEqual(("object", "unknown", "reader"), self.worst(self.ask(3))[:3])

    def test_a_sample_can_be_repeated_by_anybody(self):
        self.commit({"raw": self.publisher.publish()})
        first = self.ask(0, "--sample", 7)
        seed = first["sampling"]["seedBlock"]
        ranked = sorted(self.publisher.keys,
                        key=lambda key: hashlib.sha256(bytes.fromhex(seed[2:]) + key.encode()).digest())
        self.assertEqual(sorted(ranked[:7]), self.objects(first))
        self.assertEqual(seed, self.node.call("chain_getBlockHash", first["finalizedBlock"]))
        self.node.blocks_pass(1)
        self.assertNotEqual(seed, self.ask(0, "--sample", 7)["sampling"]["seedBlock"])
        again = self.ask(0, "--sample", 7, "--seed-block", seed)
        self.assertEqual(self.objects(first), self.objects(again))

    def test_this_machine_is_no_place_for_readers_unless_allowed(self):
        self.commit({"raw": self.publisher.publish()})
        self.assertEqual(("index", "fail", "publisher"), self.worst(self.ask(1, loopback=False))[:3])
        for url in ("https://169.254.169.254/i/00000001.json", "https://[::ffff:10.0.0.1]/i/00000001.json",
                    "https://192.168.0.1/i/00000001.json", f"https://127.0.0.1:{self.publisher.front.port}/i/1.json"):
            self.commit({"raw": url})
            worst = self.worst(self.ask(1, loopback=False))
            self.assertEqual(("fail", "publisher"), worst[1:3])
            self.assertIn("leads to", worst[3])
        self.assertEqual([], self.publisher.front.asked)

    def test_every_hotkey_of_a_subnet_has_a_verdict_of_its_own(self):
        self.commit({"raw": self.publisher.publish()})
        self.commit({"raw": self.publisher.base + "data/none.json|" + 64 * "0"}, who="//Bob")
        document = self.ask(1, hotkey=False)
        self.assertEqual(["fail", "pass"], [slot["verdict"] for slot in document["slots"]])
        self.assertEqual(self.address, document["slots"][1]["hotkey"])
        self.commit({"raw": "something else"}, who="//Bob")
        self.assertEqual(("commitment", "unknown", "reader"), self.worst(self.ask(3, hotkey=False))[:3])

    def test_the_chains_own_digest_field_is_compared(self):
        self.publisher.publish()
        url, root = self.publisher.base + "i/00000007.json", self.publisher.files["i/00000007.json"]
        self.commit({"raw": url}, {"sha256": "0x" + world.sha256(root)})
        self.ask(0)
        self.commit({"raw": url}, {"sha256": "0x" + 64 * "1"})
        self.assertEqual("fail", self.worst(self.ask(1))[1])
        self.commit({"raw": url})  # nothing proves it
        self.assertEqual("reader", self.worst(self.ask(3))[2])

    def test_a_chain_that_does_not_answer_says_nothing_of_the_publisher(self):
        document = self.verify(3, "--netuid", 13, "--hotkey", self.address, "--endpoint",
                               f"http://127.0.0.1:{world.free_port()}")
        self.assertEqual([], document["slots"])
        self.assertEqual(("unknown", "infrastructure"), (document["chain"]["verdict"], document["chain"]["blame"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
