#!/usr/bin/env python3
"""The hotkey's file: encrypted or not, damaged, another one, open to others; and no secret anywhere but in it."""
import base64
import itertools
import unittest

import chain_world

VECTOR = chain_world.VECTOR
ALICE = chain_world.alice()


class Keys:
    def commits_with(self, **environment):
        files = self.write_buffer("a")
        outcome = self.expect(0, self.apply(environment=environment))
        self.assert_committed(1, files)
        return outcome

    def refuses(self, *words, code=3, **environment):
        """Nothing is sent, and the file stays; the words say why."""
        files = self.write_buffer("a")
        outcome = self.expect(code, self.apply(environment=environment))
        for text in words:
            self.assert_says(text, outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)
        return outcome


class PlainFiles(Keys, chain_world.ChainScenario):
    def test_an_ed25519_hotkey_signs(self):
        self.key = self.keys.new("ed25519")
        self.register(self.key)
        self.write_wallet(self.key, self.key.content(cryptoType=0, secretPhrase=""))
        self.commits_with()  # the node checks signature and scheme

    def test_each_form_of_secret_signs(self):
        for times, left_out in enumerate(("secretSeed", "privateKey"), start=1):
            with self.subTest(left_out):
                self.write_wallet(self.key, self.key.content(**{left_out: None}))
                self.write_buffer(f"file-{times}")
                self.expect(0, self.apply())
                self.assert_committed(times)
        self.write_wallet(self.key, "0x" + self.key.seed)
        self.write_buffer("last")
        self.expect(0, self.apply())
        self.assert_committed(3)

    def test_the_coldkey_in_the_hotkeys_place(self):
        cold = self.keys.new()
        self.write_wallet(self.key)
        self.hotkey_file.write_text(cold.content())
        self.planted += [cold.seed, cold.private]
        self.refuses(f"it is the key of {cold.address}, expected was {self.key.address}",
                     "this may be the coldkey's, which is never needed here")

    def test_an_address_in_the_manifest_that_is_anothers(self):
        other = self.keys.new()
        self.register(other)
        self.write_manifest(wallet=f"{{path: ./wallets, ss58Address: {other.address}}}")
        self.refuses(f"it is the key of {self.key.address}, expected was {other.address}")

    def test_a_file_cut_short_anywhere(self):
        content = self.key.content()
        files = self.write_buffer("a")
        for length in (0, 1, len(content) // 2, len(content) - 1):
            with self.subTest(length):
                self.write_wallet(self.key, content[:length])
                outcome = self.expect(3, self.apply())
                self.assert_says(str(self.hotkey_file), outcome)
                self.assert_nothing_sent()
                self.assert_waiting(files)

    def test_no_key_file_at_all(self):
        self.hotkey_file.unlink()
        outcome = self.refuses(str(self.hotkey_file))
        self.assertEqual(["a.json.gz"], self.uploaded(), outcome)

    def test_no_address_beside_it(self):
        self.hotkey_file.with_name("defaultpub.txt").unlink()
        files = self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(1, outcome)
            self.assert_says("the hotkey's address is not known", outcome)
            self.assert_says("or write the address as wallet.ss58Address", outcome)
        self.assert_nothing_sent()
        self.write_manifest(wallet=f"{{path: ./wallets, ss58Address: {self.key.address}}}")
        self.expect(0, self.apply())
        self.assert_committed(1, files)

    def test_a_file_that_others_may_read_is_warned_of(self):
        self.write_wallet(self.key, mode=0o644)
        words = f"{self.hotkey_file} has mode 0644: others on this machine may read the hotkey; chmod 600"
        self.assert_says(words, self.plan())
        outcome = self.commits_with()
        self.assert_says(words, outcome)

    def test_a_file_that_others_may_read_is_refused_when_strict(self):
        self.write_wallet(self.key, mode=0o640)
        self.write_manifest(wallet="{path: ./wallets, strict: true}")
        files = self.write_buffer("a")
        for outcome in (self.plan(), self.apply()):
            self.expect(1, outcome)
            self.assert_says("has mode 0640: others on this machine may read the hotkey", outcome)
        self.assert_nothing_uploaded()
        self.assert_nothing_sent()
        self.hotkey_file.chmod(0o600)
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class Encrypted(Keys):
    """One real file, made by another implementation; opening it takes 512 MiB and some seconds."""

    def setUp(self):
        super().setUp()
        self.key = ALICE
        self.node.control("commitment", netuid=13, who=ALICE.public, value=None)
        self.before = len(self.commits())
        self.sent_before = len(self.submissions())
        self.password = VECTOR["password"]
        self.planted.append(self.password)
        self.write_wallet(ALICE, bytes.fromhex(VECTOR["keyfile_hex"][2:]))

    def commits(self):
        return super().commits()[getattr(self, "before", 0):]

    def submissions(self):
        return super().submissions()[getattr(self, "sent_before", 0):]

    def state_password(self, reference):
        self.write_manifest(wallet=f"{{path: ./wallets, password: {reference}}}")


class EncryptedFiles(Encrypted, chain_world.ChainScenario):
    def test_with_its_password_in_a_file(self):
        (self.home / "wallets" / "password").write_text(self.password + "\n")
        self.state_password("{fromFile: ./wallets/password}")
        self.commits_with()

    def test_with_its_password_in_the_environment(self):
        self.state_password("{fromEnv: HOTKEY_PASSWORD}")
        self.commits_with(HOTKEY_PASSWORD=self.password)

    def test_with_its_password_where_btwallet_keeps_it(self):
        name = "BT_PW_" + str(self.hotkey_file).replace("/", "_").replace(".", "_").upper()
        disguised = bytes(a ^ b for a, b in zip(self.password.encode(), itertools.cycle(name.encode())))
        self.commits_with(**{name: base64.b64encode(disguised).decode()})

    def test_with_its_password_typed_and_never_shown(self):
        files = self.write_buffer("a")
        code, shown = self.at_terminal("-f", self.manifest, "--auto-approve", answer=self.password + "\n",
                                       until="Password of the hotkey")
        self.assertEqual(0, code, shown)
        self.assert_committed(1, files)


class LockedFiles(Encrypted, chain_world.ChainScenario):
    def test_with_a_wrong_password(self):
        """No hint of what was wrong with it, nor of what it was."""
        wrong = self.password[:-1] + "Y"
        self.planted.append(wrong)
        self.state_password("{fromEnv: HOTKEY_PASSWORD}")
        self.refuses(f"{self.hotkey_file}: the password does not open the key file",
                     "give the password it was encrypted with", HOTKEY_PASSWORD=wrong)

    def test_without_a_password(self):
        outcome = self.refuses("the key file is encrypted and no password was given", "give its password")
        self.assertEqual(["a.json.gz"], self.uploaded(), outcome)

    def test_cut_short(self):
        data = bytes.fromhex(VECTOR["keyfile_hex"][2:])
        self.state_password("{fromEnv: HOTKEY_PASSWORD}")
        for length in (5, 29, len(data) - 1):
            with self.subTest(length):
                self.write_wallet(ALICE, data[:length])
                self.refuses(str(self.hotkey_file), HOTKEY_PASSWORD=self.password)


if __name__ == "__main__":
    unittest.main(verbosity=2)
