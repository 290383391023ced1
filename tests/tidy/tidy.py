#!/usr/bin/env python3
"""House rules that a compiler does not check. `tidy.py --root .` prints what breaks them and exits 1.

The dependency table is read from ARCHITECTURE.md, so the document cannot drift from the code.
"""
import argparse
import os
import re
import sys
from pathlib import Path

LINES_MAX = 400
LINES_WARN = 250
SKIPPED = {".git", ".cache", ".reconcile", "build", "dist", "node_modules", "corpus"}

# Library: the headers it owns (a prefix), and the Debian package in tools/packages.txt that brings them.
LIBRARIES = {
    "tl-expected": ("tl/", "libexpected-dev"),
    "fmt": ("fmt/", "libfmt-dev"),
    "OpenSSL": ("openssl/", "libssl-dev"),
    "sodium": ("sodium", "libsodium-dev"),
    "nlohmann": ("nlohmann/", "nlohmann-json3-dev"),
    "curl": ("curl/", "libcurl4-openssl-dev"),
    "pugixml": ("pugixml", "libpugixml-dev"),
    "yaml-cpp": ("yaml-cpp/", "libyaml-cpp-dev"),
    "toml++": ("toml++/", "libtomlplusplus-dev"),
    "xxhash": ("xxh", "libxxhash-dev"),
    "zlib": ("zlib.h", "zlib1g-dev"),
    "libdeflate": ("libdeflate.h", "libdeflate-dev"),
    "SQLite": ("sqlite3.h", "libsqlite3-dev"),
    "cpp-httplib": ("httplib.h", "libcpp-httplib-dev"),
    "CLI11": ("CLI/", "libcli11-dev"),
    "Boost": ("boost/", "libboost-dev"),
}
EVERYWHERE = {"tl-expected", "fmt"}  # base/ hands them on
FOR_HEADERS = {"tl/expected.hpp", "nlohmann/json_fwd.hpp"}  # light, and made to stand in headers
# System headers with a dot in their name; anything else with a dot must belong to a library above.
SYSTEM = re.compile(r"^(sys|netinet|arpa|net|linux|gnu)/|^(unistd|fcntl|dirent|poll|signal|netdb|pwd|pthread|"
                    r"termios|time|stdlib|string|errno|cxxabi|execinfo|spawn|fnmatch|getopt|syslog|malloc)\.h$")

PURE = {"model", "plan"}
IO_HEADERS = {"fstream", "iostream", "cstdio", "stdio.h", "thread", "future", "random", "ctime", "filesystem"}
IO_CALLS = re.compile(r"\b(read_file|write_file_atomically|sync_folder)\s*\(|_clock::now\(")
TIME_FROM_PORT = {"engine", "report", "manifest"}

# Spelled in pieces, so that this file does not break its own rule.
WORDS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b|(?<![\w.])/wo" + "rk/")
HOSTS = re.compile("|".join(re.escape(a + b) for a, b in [
    ("npmjs", ".org"), ("npmjs", ".com"), ("deb.deb", "ian.org"), ("pypi", ".org"), ("crates", ".io"),
    ("proxy.gol", "ang.org"), ("rubygems", ".org"), ("repo1.mav", "en.org"), ("quay", ".io"), ("ghcr", ".io"),
    ("registry-1.doc", "ker.io")]))
TEXT = {".cc", ".h", ".md", ".sh", ".py", ".txt", ".cmake", ".yaml", ".yml", ".toml", ".json", ".js", ".mjs",
        ".html", ".css", ".service", ""}


class Tree:
    """The files below a root, read once."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = {}
        for folder, below, names in os.walk(self.root):
            below[:] = sorted(set(below) - SKIPPED)
            for path in (Path(folder, name) for name in sorted(names)):
                if path.suffix in TEXT and path.is_file():
                    self.files[path.relative_to(self.root)] = path.read_text(encoding="utf-8", errors="replace")

    def sources(self, folder="reconciler"):
        return [f for f in self.files if f.parts[0] == folder and f.suffix in {".cc", ".h"}]

    def includes(self, name):
        """(line, header, quoted) of each #include."""
        for number, line in enumerate(self.files[name].splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if found:
                yield number, found[2], found[1] == '"'

    def users(self):
        """header -> the files below reconciler/ that include it, directly or through other headers."""
        direct = {}
        for name in self.sources():
            for _, header, quoted in self.includes(name):
                if quoted:
                    direct.setdefault(header, set()).add(name)
        users = {}
        for name in self.sources():
            found, left = set(), [str(name)]
            while left:
                new = direct.get(left.pop(), set()) - found
                found |= new
                left += [str(user) for user in new]
            users[str(name)] = found
        return users

    def code(self, name):
        """(line, text) without comments and string contents."""
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), self.files[name], flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
            yield number, re.sub(r"//.*", "", line)

    def table(self):
        """The folders table of ARCHITECTURE.md: folder -> (folders it may include, its libraries)."""
        text = self.files.get(Path("ARCHITECTURE.md"), "")
        rows = re.findall(r"^\| `(\w+)/` \|[^|]*\|([^|]*)\|([^|]*)\|$", text, flags=re.M)
        split = lambda cell: {word.strip() for word in cell.split(",") if word.strip() not in {"", "-"}}
        table = {folder: (split(may), split(libraries)) for folder, may, libraries in rows}
        for folder, (may, libraries) in table.items():
            if may == {"everything"}:
                table[folder] = (set(table) - {folder}, libraries)
        return table

    def reach(self):
        """folder -> every folder it may include: the table's edges, followed to their end."""
        table = self.table()
        reach = {}

        def follow(folder, trail):
            if folder in trail:
                raise ValueError("ARCHITECTURE.md: the table goes in a circle: " + " -> ".join([*trail, folder]))
            if folder not in reach:
                reach[folder] = {folder}.union(*(follow(f, [*trail, folder]) for f in table[folder][0] if f in table))
            return reach[folder]

        for folder in table:
            follow(folder, [])
        return reach


def library_of(header):
    return next((name for name, (prefix, _) in LIBRARIES.items() if header.startswith(prefix)), None)


def rule_table(tree):
    """The table of ARCHITECTURE.md names exactly the folders there are, and nothing unknown."""
    table = tree.table()
    folders = {f.parts[1] for f in tree.files if f.parts[0] == "reconciler" and len(f.parts) > 2}
    for folder in sorted(folders ^ set(table)):
        yield f"ARCHITECTURE.md: {folder}/ stands in only one of the table and reconciler/"
    for folder, (may, libraries) in table.items():
        for unknown in sorted((may - set(table)) | (libraries - set(LIBRARIES))):
            yield f"ARCHITECTURE.md: {folder}/ may include '{unknown}', which is no folder and no library"
    try:
        tree.reach()
    except ValueError as circle:
        yield str(circle)


def rule_includes(tree):
    """Folders include along the table's edges only; the libraries that CMake links follow the same edges."""
    reach = tree.reach()
    for name in tree.sources():
        folder = name.parts[1]
        for line, header, quoted in tree.includes(name):
            if not quoted:
                continue
            parts = header.split("/")
            if parts[0] != "reconciler":
                yield f"{name}:{line}: write the whole path from the root: {header}"
            elif folder in reach and parts[1] not in reach[folder]:
                yield f"{name}:{line}: {folder}/ may not include {parts[1]}/ (ARCHITECTURE.md)"
    for folder in reach:
        lists = Path("reconciler", folder, "CMakeLists.txt")
        for linked in re.findall(r"\brc_(\w+)", tree.files.get(lists, "")):
            if linked not in reach[folder]:
                yield f"{lists}: {folder}/ may not link rc_{linked} (ARCHITECTURE.md)"


def rule_libraries(tree):
    """A third-party header stands only in folders whose row names its library, and reaches no other folder."""
    table = tree.table()
    users = tree.users()
    packages = set(re.findall(r"^\w+ +(\S+)", tree.files.get(Path("tools/packages.txt"), ""), flags=re.M))
    for name in tree.sources():
        folder = name.parts[1]
        for line, header, quoted in tree.includes(name):
            if quoted or ("." not in header and not header.startswith("boost/")) or SYSTEM.match(header):
                continue
            library = library_of(header)
            if library is None:
                yield f"{name}:{line}: <{header}> belongs to no library that tests/tidy/tidy.py knows"
                continue
            if LIBRARIES[library][1] not in packages:
                yield f"{name}:{line}: <{header}> needs {LIBRARIES[library][1]} in tools/packages.txt"
            if folder in table and library not in EVERYWHERE | table[folder][1]:
                yield f"{name}:{line}: {folder}/ may not use {library} (ARCHITECTURE.md)"
            if name.suffix == ".h" and header not in FOR_HEADERS:
                for other in sorted({user.parts[1] for user in users[str(name)]} - {folder}):
                    yield f"{name}:{line}: <{header}> leaks into {other}/: hide it in the .cc"


def rule_size(tree):
    """A file is one idea: at most 400 lines below reconciler/."""
    for name in tree.sources():
        lines = tree.files[name].count("\n")
        if lines > LINES_MAX:
            yield f"{name}: {lines} lines, at most {LINES_MAX}"
        elif lines > LINES_WARN:
            print(f"warning: {name}: {lines} lines", file=sys.stderr)


def rule_words(tree):
    """No unfinished business, no path of one machine, no package registry by name."""
    for name, text in tree.files.items():
        if name.name == "package-lock.json":  # where packages come from is npm's to say, but not which host
            matches = [HOSTS]
        else:
            matches = [WORDS, HOSTS]
        for number, line in enumerate(text.splitlines(), 1):
            for pattern in matches:
                if found := pattern.search(line):
                    yield f"{name}:{number}: '{found[0].strip()}' does not belong here"


def rule_headers(tree):
    """Every header has #pragma once."""
    for name in tree.sources() + tree.sources("tests"):
        if name.suffix == ".h" and "#pragma once" not in tree.files[name]:
            yield f"{name}: no #pragma once"


def rule_pure(tree):
    """model/ and plan/ do no I/O and read no clock; engine/, report/ and manifest/ get their time handed in."""
    for name in tree.sources():
        folder = name.parts[1]
        if folder in PURE:
            for line, header, quoted in tree.includes(name):
                if not quoted and (header in IO_HEADERS or header.startswith("sys/") or header in {"unistd.h", "fcntl.h"}):
                    yield f"{name}:{line}: {folder}/ is pure: no <{header}>"
        for line, text in tree.code(name):
            if folder in PURE and (found := IO_CALLS.search(text)):
                yield f"{name}:{line}: {folder}/ is pure: no {found[0].strip('(')}"
            if folder in TIME_FROM_PORT and "system_clock::now" in text:
                yield f"{name}:{line}: {folder}/ takes its time from the Clock port"


def rule_calls(tree):
    """Calls that do harm from here: shells, the environment read anywhere, local time, output past the renderer."""
    banned = [
        (re.compile(r"\b(system|popen)\s*\("), set(), "no shell: a fixed argument vector, or a library"),
        (re.compile(r"\b(std::)?(secure_)?getenv\s*\("), {"cli", "manifest"}, "the environment is read in cli/ and manifest/ only"),
        (re.compile(r"\blocaltime(_r)?\s*\("), set(), "all times are UTC"),
        (re.compile(r"(?<!fmt::)\bgmtime\s*\("), set(), "one buffer for all threads: std::chrono, or base/units.h"),
        (re.compile(r"\bstd::c(out|err)\b"), {"cli"}, "only cli/ writes to the terminal"),
    ]
    for name in tree.sources():
        for line, text in tree.code(name):
            for pattern, allowed, instead in banned:
                if name.parts[1] not in allowed and (found := pattern.search(text)):
                    yield f"{name}:{line}: {found[0].strip('( ')}: {instead}"


def rule_suites(tree):
    """No test is forgotten: every folder of tests/ that holds one has a CMakeLists.txt."""
    holds_test = re.compile(r"(_test\.(cc|py|sh|mjs|js)|_fuzz\.cc|\.test\.m?js)$")
    for folder in sorted({f.parts[1] for f in tree.files if f.parts[0] == "tests" and holds_test.search(f.name)}):
        if Path("tests", folder, "CMakeLists.txt") not in tree.files:
            yield f"tests/{folder}: holds tests but no CMakeLists.txt, so nothing runs them"


def rule_links(tree):
    """A document's links lead somewhere."""
    for name, text in tree.files.items():
        if name.suffix != ".md":
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if "://" not in target and not target.startswith("mailto:") and not (tree.root / name.parent / target).exists():
                    yield f"{name}:{number}: leads nowhere: {target}"


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", default=".")
    parser.add_argument("--rule", choices=RULES, help="only this one")
    parser.add_argument("--list", action="store_true", help="the rules' names, separated by semicolons")
    options = parser.parse_args()
    if options.list:
        print(";".join(RULES), end="")
        return 0
    tree = Tree(options.root)
    findings = [f for name, rule in RULES.items() if options.rule in (None, name) for f in rule(tree)]
    print("\n".join(findings) if findings else "nothing to mend")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
