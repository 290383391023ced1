#!/usr/bin/env python3
"""Each rule of tidy.py finds what it is for, in a small tree made here, and says nothing about a clean one."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import tidy

ARCHITECTURE = """
| folder | what | may include | libraries |
| --- | --- | --- | --- |
| `base/` | types | - | fmt |
| `model/` | values | base | nlohmann |
| `plan/` | pure | model | - |
| `net/` | http | base | curl |
| `cli/` | main | everything | CLI11 |
"""
CLEAN = {
    "ARCHITECTURE.md": ARCHITECTURE,
    "tools/packages.txt": "build  libfmt-dev\nbuild  nlohmann-json3-dev\nbuild  libcurl4-openssl-dev\nbuild  libcli11-dev\n",
    "reconciler/base/a.h": "#pragma once\n#include <string>\n",
    "reconciler/model/b.h": '#pragma once\n#include <nlohmann/json_fwd.hpp>\n#include "reconciler/base/a.h"\n',
    "reconciler/model/b.cc": '#include <fmt/core.h>\n#include <nlohmann/json.hpp>\n// system("a comment")\nauto s = "popen(";\n',
    "reconciler/plan/c.cc": '#include "reconciler/model/b.h"\n#include "reconciler/base/a.h"\n',
    "reconciler/net/d.h": "#pragma once\n#include <curl/curl.h>\n",
    "reconciler/net/d.cc": '#include "reconciler/net/d.h"\n#include <unistd.h>\n',
    "reconciler/net/CMakeLists.txt": "reconcile_library(net LINKS rc_base CURL::libcurl)\n",
    "reconciler/cli/main.cc": '#include "reconciler/plan/p.h"\nint main() { std::cout << std::getenv("HOME"); }\n',
    "tests/model/b_test.cc": "\n",
    "tests/model/CMakeLists.txt": "\n",
    "docs/a.md": "[up](../ARCHITECTURE.md#words) [out](https://example.com/x)\n",
    "node_modules/x/y.md": "TO" + "DO\n",
}


class Tidy(unittest.TestCase):
    def findings(self, rule, **changed):
        with tempfile.TemporaryDirectory() as root:
            for name, text in {**CLEAN, **changed.get("files", {})}.items():
                path = Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return list(tidy.RULES[rule](tidy.Tree(root)))

    def finds(self, rule, where, files):
        found = self.findings(rule, files=files)
        self.assertEqual(1, len(found), found)
        self.assertIn(where, found[0])

    def test_a_clean_tree_has_no_findings(self):
        for rule in tidy.RULES:
            self.assertEqual([], self.findings(rule), rule)

    def test_table(self):
        self.finds("table", "extra/", {"reconciler/extra/x.cc": ""})
        self.finds("table", "sim/", {"ARCHITECTURE.md": ARCHITECTURE + "| `sim/` | x | base | - |\n"})
        self.finds("table", "'zig'", {"ARCHITECTURE.md": ARCHITECTURE.replace("base | curl", "base | zig")})
        self.finds("table", "circle", {"ARCHITECTURE.md": ARCHITECTURE.replace("types | -", "types | plan")})

    def test_includes(self):
        self.finds("includes", "reconciler/plan/c.cc:1", {"reconciler/plan/c.cc": '#include "reconciler/net/d.h"\n'})
        self.finds("includes", "reconciler/base/a.h:2", {"reconciler/base/a.h": '#pragma once\n#include "reconciler/model/b.h"\n'})
        self.finds("includes", "whole path", {"reconciler/plan/c.cc": '#include "c.h"\n'})
        self.finds("includes", "rc_plan", {"reconciler/net/CMakeLists.txt": "reconcile_library(net LINKS rc_base rc_plan)\n"})

    def test_libraries(self):
        self.finds("libraries", "may not use curl", {"reconciler/plan/c.cc": "#include <curl/curl.h>\n"})
        self.finds("libraries", "no library", {"reconciler/plan/c.cc": "#include <strange/thing.h>\n"})
        self.finds("libraries", "leaks into plan/", {"reconciler/model/b.h": "#pragma once\n#include <nlohmann/json.hpp>\n"})
        self.finds("libraries", "leaks into cli/", {
            "reconciler/net/e.h": '#pragma once\n#include "reconciler/net/d.h"\n',
            "reconciler/cli/x.cc": '#include "reconciler/net/e.h"\n'})
        self.finds("libraries", "libcurl4-openssl-dev", {
            "tools/packages.txt": "build  libfmt-dev\nbuild  nlohmann-json3-dev\nbuild  libcli11-dev\n"})

    def test_size(self):
        self.finds("size", "401 lines", {"reconciler/base/long.cc": "\n" * 401})
        self.assertEqual([], self.findings("size", files={"reconciler/base/long.cc": "\n" * 400}))

    def test_words(self):
        self.finds("words", "docs/a.md:2", {"docs/a.md": "fine\nFIX" + "ME later\n"})
        self.finds("words", "reconciler/base/a.h:1", {"reconciler/base/a.h": "// see /wo" + "rk/x\n"})
        self.finds("words", "package-lock.json:1", {"tests/n/package-lock.json": '"https://registry.npmjs' + '.org/x"\n'})

    def test_headers(self):
        self.finds("headers", "reconciler/base/a.h", {"reconciler/base/a.h": "#include <string>\n"})

    def test_pure(self):
        self.finds("pure", "<fstream>", {"reconciler/plan/c.cc": "#include <fstream>\n"})
        self.finds("pure", "read_file", {"reconciler/plan/c.cc": "auto x = read_file (p, n);\n"})
        self.finds("pure", "clock::now", {"reconciler/model/x.cc": "auto x = std::chrono::system_clock::now();\n"})
        self.finds("pure", "Clock port", {"reconciler/engine/x.cc": "auto x = std::chrono::system_clock::now();\n"})

    def test_calls(self):
        for text in ['system("ls");', "auto* p = popen(c, r);", 'std::getenv("A");', "auto* tm = gmtime(&t);", "localtime_r(&t, &tm);", "std::cout << 1;"]:
            self.finds("calls", "reconciler/plan/c.cc:1", {"reconciler/plan/c.cc": text + "\n"})

    def test_suites(self):
        self.finds("suites", "tests/lost", {"tests/lost/deep/x_test.cc": "\n"})

    def test_links(self):
        self.finds("links", "gone.md", {"docs/a.md": "[x](gone.md)\n"})

    def test_every_rule_is_tested_here(self):
        self.assertEqual(set(tidy.RULES), {name[5:] for name in dir(self) if name.startswith("test_") and name[5:] in tidy.RULES})


if __name__ == "__main__":
    unittest.main()
