#!/usr/bin/env python3
"""Completions as the shells run them, the manual page as man reads it, and what `make install` puts where."""
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import world

DRIVER = r"""
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_reconcile
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(world.Scenario):
    def script(self, shell):
        return self.expect(0, self.run_program("completion", shell)).out

    def answered(self, *words):
        """What bash offers for the last word."""
        script = self.folder / "reconcile.bash"
        if not script.exists():
            script.write_text(self.script("bash"))
        done = subprocess.run(["bash", "--norc", "-uc", DRIVER, "bash", script, "reconcile", *words], cwd=self.home,
                              env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr), words)
        return set(filter(None, done.stdout.split("\n")))

    def help_of(self, *command):
        return self.expect(0, self.run_program(*command, "--help")).out

    def commands(self):
        part = self.help_of().partition("Subcommands:\n")[2].partition("\n\n")[0]
        return set(re.findall(r"^  (\S+)", part, re.MULTILINE))

    def test_bash_completes_every_command_and_every_flag_that_help_shows(self):
        commands = self.commands()
        self.assertIn("validate", commands)
        self.assertEqual(commands, {word for word in self.answered("") if not word.startswith("-")})
        for command in [(), *((name,) for name in sorted(commands))]:
            listed = re.findall(r"^  (?:(-\w),)?(--[a-z-]+)", self.help_of(*command), re.MULTILINE)
            offered = {word for word in self.answered(*command, "") if word.startswith("-")}
            self.assertEqual({flag for pair in listed for flag in pair if flag}, offered, command)

    def test_bash_completes_the_beginning_of_a_word(self):
        self.assertEqual({"validate"}, self.answered("val"))
        self.assertEqual({"--plan", "--plan-out"}, self.answered("--pl"))
        self.assertEqual({"--netuid", "--network"}, self.answered("status", "--net"))
        self.assertEqual(set(), self.answered("status", "--frob"))

    def test_bash_completes_values_that_are_enumerated(self):
        self.assertEqual({"text", "json", "ndjson", "markdown"}, self.answered("validate", "-o", ""))
        self.assertEqual({"json"}, self.answered("validate", "--output", "=", "j"))  # as bash splits --output=j
        self.assertEqual({"auto", "always"}, self.answered("--color", "a"))
        self.assertEqual({"zsh"}, self.answered("completion", "z"))
        self.assertEqual(set(), self.answered("--grace", ""))

    def test_bash_completes_files_and_folders_where_they_belong(self):
        (self.home / "a manifest.yaml").write_text("")
        (self.home / "folder").mkdir()
        self.assertEqual({"a manifest.yaml", "folder"}, self.answered("-f", ""))
        self.assertEqual({"folder"}, self.answered("--state-dir", ""))

    def test_bash_takes_no_value_for_a_command(self):
        self.assertIn("--timeout", self.answered("-f", "validate", "status", "--t"))
        self.assertEqual({"--target"}, self.answered("-f", "validate", "--ta"))

    def check_syntax(self, shell, *command):
        if not shutil.which(shell, path=world.PATH):
            self.skipTest(f"{shell} is not installed, so its completion cannot be tried")
        script = self.folder / f"script.{shell}"
        script.write_text(self.script(shell))
        done = subprocess.run([*command, script], env=self.environment, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout + done.stderr))

    def test_zsh_reads_its_script(self):
        self.check_syntax("zsh", "zsh", "--no-exec")

    def test_fish_reads_its_script(self):
        self.check_syntax("fish", "fish", "--no-execute")

    def test_the_manual_page_is_without_warnings_and_names_every_command(self):
        page = self.folder / "reconcile.1"
        page.write_text(self.script("man"))
        self.assertTrue(page.read_text().isascii())
        world.need("groff")
        for command in (["groff", "-man", "-ww", "-Tutf8", page], ["man", "--warnings", "-l", page]):
            if not shutil.which(command[0], path=world.PATH):
                continue
            done = subprocess.run(command, env={**self.environment, "MANPAGER": "cat", "MANWIDTH": "100"},
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            shown = re.sub(".\b|\x1b\\[[0-9;]*m", "", done.stdout)
            for command_name in self.commands():
                self.assertRegex(shown, rf"(?m)^   {command_name}$")
            self.assertIn("--detailed-exitcode", shown)

    def test_install_honours_destdir_and_puts_page_and_completions_where_they_are_looked_for(self):
        build = Path(self.program).parents[2]
        if not (build / "cmake_install.cmake").exists():
            self.skipTest("the program under test does not lie in a build folder")
        root = self.folder / "root"
        subprocess.run(["cmake", "--install", build, "--prefix", "/usr"],
                       env={**self.environment, "DESTDIR": str(root)}, check=True, stdout=subprocess.DEVNULL, timeout=60)
        self.assertTrue(os.access(root / "usr/bin/reconcile", os.X_OK))
        share = root / "usr/share"
        for place, kind in (("bash-completion/completions/reconcile", "bash"), ("man/man1/reconcile.1", "man"),
                            ("zsh/site-functions/_reconcile", "zsh"),
                            ("fish/vendor_completions.d/reconcile.fish", "fish")):
            self.assertEqual(self.script(kind), (share / place).read_text(), place)
        self.assertTrue((share / "reconcile/manifests/r2.yaml").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
