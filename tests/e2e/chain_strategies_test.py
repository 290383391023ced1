#!/usr/bin/env python3
"""What each strategy puts on a chain, and that a reader with other tools gets from there to every object."""
import base64
import hashlib
import json
import unittest

import chain_world
import world


class Strategies(chain_world.ChainScenario):
    def committed(self):
        return self.commits()[-1]["fields"]

    def index_behind(self, url):
        return world.fetch_file(url)

    def two_changes(self, strategy, **more):
        """Two passes with a file each; what was committed after each."""
        self.write_manifest(strategy=strategy, **more)
        texts, self.files = [], {}
        for name in ("a", "b"):
            self.files.update(self.write_buffer(name))
            self.expect(0, self.apply())
            self.assertEqual([], self.buffer_files())
            texts.append(self.committed())
        self.assert_settled()
        return texts

    def base64url(self, data):
        return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")

    def assert_names_every_file(self, index, url):
        found = {key.rpartition("/")[2]: data
                 for key, data in world.read_objects(index, url, world.fetch_file).items()}
        self.assertEqual(self.files, found)

    def test_content_addressed_commits_an_address_that_holds_its_own_hash(self):
        for (field,) in self.two_changes("content-addressed"):
            url = field["text"]
            self.assertIn(self.base64url(self.index_behind(url)), url)
        self.assert_names_every_file(json.loads(self.index_behind(url)), url)
        self.assertEqual(2, len(self.commits()))

    def test_two_field_commits_the_digest_in_the_field_of_its_own(self):
        for text, digest in self.two_changes("two-field"):
            self.assertEqual("Sha256", digest["kind"])
            self.assertEqual("0x" + hashlib.sha256(self.index_behind(text["text"])).hexdigest(), digest["hex"])
        self.assert_names_every_file(json.loads(self.index_behind(text["text"])), text["text"])
        self.assertEqual(2, len(self.commits()))

    def test_static_pointer_commits_once_and_the_hotkey_signs_what_it_leads_to(self):
        first, second = self.two_changes("static-pointer")
        self.assertEqual(first, second)
        self.assertEqual(1, len(self.commits()), "the pointer never changes")
        url = first[0]["text"]
        self.assertTrue(url.endswith("/i/latest.json"), url)
        text = self.index_behind(url)
        index = json.loads(text)
        self.assert_names_every_file(index, url)
        self.assertEqual((self.key.address, chain_world.NETUID), (index["hotkey"], index["netuid"]))
        # As any reader may check it: what was signed is the text without its last member.
        signature = index["signature"]
        member = b',"signature":' + json.dumps(signature, separators=(",", ":")).encode()
        self.assertEqual(1, text.count(member))
        message = b"<Bytes>" + text.replace(member, b"") + b"</Bytes>"
        question = {"op": "verify", "publicKey": self.key.public, "message": "0x" + message.hex(),
                    "signature": "0x" + base64.b64decode(signature["value"]).hex()}
        self.assertTrue(self.keys.lines.ask(question)["valid"])
        forged = message.replace(b'"seq":2', b'"seq":3')
        self.assertNotEqual(message, forged)
        self.assertFalse(self.keys.lines.ask({**question, "message": "0x" + forged.hex()})["valid"])

    def test_static_pointer_puts_right_what_others_did_to_it(self):
        self.two_changes("static-pointer")
        pointer = self.home / "bucket" / "i" / "latest.json"
        good = pointer.read_bytes()
        world.write_file(pointer, (self.home / "bucket" / "i" / "00000001.json").read_bytes())
        self.expect(0, self.apply())
        self.assertEqual(good, pointer.read_bytes())
        self.assertEqual(1, len(self.commits()))
        self.assert_settled()

    def test_last_file_commits_each_file_in_its_turn(self):
        first, second = self.two_changes("last-file", format="'{url}|{sha256:b64url}'")
        for (field,), (name, data) in zip((first, second), self.files.items()):
            url, _, digest = field["text"].partition("|")
            self.assertIn(name, url)
            self.assertEqual(self.base64url(data), digest)
        self.assertEqual(2, len(self.commits()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
