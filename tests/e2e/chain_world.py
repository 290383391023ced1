"""A development chain node for the scenarios, wallets of its accounts, and its own record as the judge.

The node shares no code with the program: it decodes and verifies what it is given with polkadot-js, and remembers
every submission and every commit. See tests/devnode/README.md for its operations.
"""
import http.client
import json
import secrets
import select
import shutil
import subprocess
from typing import NamedTuple

import world

DEVNODE = world.SOURCE / "tests" / "devnode"
NETUID = 13
BLOCK_MS = 100
START_SECONDS_MAX = 60
PASSES_MAX = 3  # by then everything that can be reached is reached
# All that this program has any business asking. Whatever else a node offers (keys, peers, sudo) stays unasked.
ASKED = {"author_submitExtrinsic", "chain_getBlock", "chain_getBlockHash", "chain_getFinalizedHead", "chain_getHeader",
         "state_getKeysPaged", "state_getMetadata", "state_getRuntimeVersion", "state_getStorage",
         "state_queryStorageAt", "system_accountNextIndex", "system_health"}
SUBMIT = "author_submitExtrinsic"

MANIFEST = """\
apiVersion: reconcile/v1alpha1
kind: Publication
metadata: {{name: chained}}
spec:
  bucket: {{provider: directory, path: ./bucket, create: true}}
  buffer: {{path: ./buffer, settle: 1s, include: ["*.json.gz"]}}
  upload: {{cadence: 20m}}
  commitment:
    network: {network}
    endpoints: {endpoints}
    netuid: {netuid}
    wallet: {wallet}
{more}"""


class Lines:
    """A program that answers lines with lines; ended with the process that started it."""

    def __init__(self, *arguments):
        node = shutil.which("node", path=world.PATH)
        if not node:
            raise AssertionError("node is missing: tools/bootstrap.sh test")
        self.process = subprocess.Popen([node, *map(str, arguments)], cwd=DEVNODE, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS_MAX)
        text = self.process.stdout.readline() if ready else ""
        if not text:
            self.stop()
            raise AssertionError(f"{self.process.args} says nothing (npm ci in tests/devnode?)")
        return json.loads(text)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.line()
        assert "error" not in answer, answer
        return answer

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class DevNode:
    """Up when constructed."""

    def __init__(self, *options, port=0, block_ms=BLOCK_MS):
        self.lines = Lines("node.mjs", "--exit-with-stdin", "--port", port, "--block-ms", block_ms, *options)
        said = self.lines.line()
        self.port, self.http, self.ws, self.genesis = said["port"], said["http"], said["ws"], said["genesisHash"]

    def stop(self):
        self.lines.stop()

    def control(self, operation, **arguments):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/control", json.dumps({"op": operation, **arguments}))
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert answer.pop("ok"), answer
        return answer

    def call(self, method, *params):
        """A question of the tests' own. It counts in the record's `requests` as any other does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())["result"]
        finally:
            connection.close()

    def finalized(self):
        return self.control("status")["finalized"]["number"]

    def blocks_pass(self, count):
        """Returns once so many more blocks are finalized."""
        wanted = self.finalized() + count
        world.eventually(lambda: self.finalized() >= wanted, 60, f"block {wanted} finalized")


class Key(NamedTuple):
    """A hotkey. Secrets are hex without 0x."""
    public: str
    address: str
    seed: str
    private: str
    scheme: str

    def content(self, **changes):
        """As btwallet writes a key file."""
        values = {"accountId": self.public, "publicKey": self.public, "privateKey": "0x" + self.private,
                  "secretPhrase": None, "secretSeed": "0x" + self.seed, "ss58Address": self.address, **changes}
        return json.dumps({name: value for name, value in values.items() if value != ""})


# Of an encrypted key file that another implementation wrote: password, keyfile_hex, and what is in it.
VECTOR = json.loads((world.SOURCE / "tests" / "chain" / "data" / "nacl_keyfile_vector.json").read_text())


def alice():
    """//Alice, who is registered on every development node."""
    stated = json.loads(VECTOR["plaintext"])
    return Key(stated["publicKey"], stated["ss58Address"], stated["secretSeed"][2:], stated["privateKey"][2:],
               "sr25519")


def write_wallet(folder, key, content=None, mode=0o600):
    """A hotkey `default` as btwallet lays it out; its file's path."""
    file = folder / "default" / "hotkeys" / "default"
    file.parent.mkdir(parents=True, exist_ok=True)
    data = key.content() if content is None else content
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    file.chmod(mode)
    file.with_name("defaultpub.txt").write_text(json.dumps({"publicKey": key.public, "ss58Address": key.address}))
    return file


class Keys:
    """Key pairs by polkadot-js."""

    def __init__(self):
        self.lines = Lines("sign.mjs")

    def stop(self):
        self.lines.stop()

    def new(self, scheme="sr25519"):
        seed = secrets.token_hex(32)
        pair = self.lines.ask({"op": "derive", "seed": "0x" + seed, "scheme": scheme})
        private = pair.get("canonicalSecret", pair["secret"])[2:]
        return Key(pair["publicKey"], pair["address"], seed, private, scheme)


class OnS3:
    """A hotkey that everybody knows on a node of the class's own, and a manifest that says so. For S3 scenarios."""

    transport = "ws"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.node = DevNode()
        cls.addClassCleanup(cls.node.stop)

    def setUp(self):
        super().setUp()
        key = alice()
        self.planted += [key.seed, key.private]
        write_wallet(self.home.parent / "wallets", key)
        self.write_manifest(("    network: ledger\n    ledger: ./chain/s3-ledger.jsonl\n",
                             f"    network: local\n    endpoints: [{getattr(self.node, self.transport)}]\n"),
                            ("wallet: {hotkey: quickstart-s3}", "wallet: {path: ../wallets}"))


class ChainScenario(world.Scenario):
    """A buffer, a bucket in a folder, and a hotkey of the test's own on a node that the tests of a class share."""

    transport = "http"
    node_options = ()

    @classmethod
    def setUpClass(cls):
        cls.keys = Keys()
        cls.addClassCleanup(cls.keys.stop)
        cls.node = DevNode(*cls.node_options)
        cls.addClassCleanup(cls.node.stop)

    def setUp(self):
        super().setUp()
        self.endpoint = getattr(self.node, self.transport)
        before = self.record()
        self.asked_before, self.faults_before = before["requests"], len(before["faults"])
        self.key = self.keys.new()
        self.register(self.key)
        self.write_wallet(self.key)
        self.write_manifest()
        (self.home / "buffer").mkdir()
        self.addCleanup(self.assert_no_secret_is_kept)
        self.addCleanup(self.assert_only_the_known_is_asked)
        self.addCleanup(self.mend)

    def mend(self):
        """The node as the next test wants it."""
        self.node.control("clear")
        self.node.control("finality", lag=2)
        self.node.control("timer", ms=BLOCK_MS)

    # What the program finds ---------------------------------------------------------------------------------

    @property
    def hotkey_file(self):
        return self.home / "wallets" / "default" / "hotkeys" / "default"

    def register(self, key, netuid=NETUID):
        number = int(key.public[2:6], 16)  # a uid nobody looks at
        self.node.control("set", item="Uids", netuid=netuid, who=key.public, value=number)

    def write_wallet(self, key, content=None, mode=0o600):
        self.planted += [key.seed, key.private]
        write_wallet(self.home / "wallets", key, content, mode)

    def write_manifest(self, *endpoints, network="local", netuid=NETUID, wallet="{path: ./wallets}", **more):
        lines = "".join(f"    {name}: {value}\n" for name, value in more.items())
        (self.home / self.manifest).write_text(MANIFEST.format(
            network=network, endpoints=json.dumps(endpoints or [self.endpoint]), netuid=netuid, wallet=wallet,
            more=lines))

    def write_buffer(self, *names, age=60):
        files = {f"{name}.json.gz": world.json_gz(name, secrets.token_hex(8)) for name in names}
        for name, data in files.items():
            world.write_file(self.home / "buffer" / name, data, age)
        return files

    def begin(self):
        """A pass that goes on while the test does something."""
        return self.start("-f", self.manifest, "--auto-approve", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)

    def met(self, method):
        """A fault at this method, since the test began."""
        return any(fault["method"] == method for fault in self.record()["faults"][self.faults_before:])

    # What it did ---------------------------------------------------------------------------------------------

    def record(self):
        return self.node.control("record")

    def submissions(self):
        return [entry for entry in self.record()["submissions"] if entry.get("who", self.key.public) == self.key.public]

    def commits(self):
        """On the chain as it is now, branches that lost left out."""
        return [entry for entry in self.record()["commits"]
                if entry["who"] == self.key.public and not entry["retracted"]]

    def asked(self):
        """How often each method was called since the test began, by the program or by the test itself."""
        now = self.record()["requests"]
        counts = {method: count - self.asked_before.get(method, 0) for method, count in now.items()}
        return {method: count for method, count in counts.items() if count}

    def uploaded(self):
        """Names of the data objects in the bucket."""
        return sorted(path.name for path in (self.home / "bucket" / "data").rglob("*.json.gz") if path.is_file())

    def published(self):
        """What a reader who follows the newest finalized commitment finds, by name."""
        text = self.commits()[-1]["fields"][0]["text"]
        index, url = world.read_committed(text, world.fetch_file)
        return {key.rpartition("/")[2]: data
                for key, data in world.read_objects(index, url, world.fetch_file).items()}

    def assert_committed(self, times, files=None):
        """The node saw exactly so many commits of this hotkey, each of them good and final; readers find `files`."""
        commits = self.commits()
        self.assertEqual([(True, None, True)] * times,
                         [(entry["ok"], entry["error"], entry["finalized"]) for entry in commits], commits)
        self.assertEqual(len(commits), len({entry["hash"] for entry in commits}))
        for entry in commits:
            self.assertEqual((self.key.scheme, NETUID, 0), (entry["scheme"], entry["netuid"], entry["tip"]))
            self.assertNotEqual("immortal", entry["era"])
        if files is not None:
            self.assertEqual(files, self.published())

    def assert_signed(self, times):
        """However often they were handed in, so many extrinsics were signed."""
        self.assertEqual(times, len({entry["bytes"] for entry in self.submissions()}), self.submissions())

    def assert_nothing_sent(self):
        self.assertEqual([], self.submissions())

    def assert_nothing_uploaded(self):
        self.assertEqual([], self.uploaded())

    def assert_waiting(self, files):
        """The buffer still holds these very bytes."""
        self.assertEqual(files, {name: (self.home / "buffer" / name).read_bytes() for name in self.buffer_files()})

    def converge(self, passes=PASSES_MAX):
        """Passes until one ends with 0; what they said. None of them may fail for good or crash."""
        said = []
        for _ in range(passes):
            outcome = self.apply()
            said.append(outcome)
            if outcome.code == 0:
                return said
            # 5: a killed pass wrote a moment before this one looked, and its extrinsic became final after that.
            self.assertIn(outcome.code, (1, 3, 5), outcome)
        self.fail("not converged:\n" + "\n".join(f"{o.code}\n{o.out}\n{o.err}" for o in said))

    def assert_settled(self):
        """Another pass finds nothing to do, sends nothing and writes nothing."""
        bucket, sent = world.snapshot(self.home / "bucket"), len(self.submissions())
        outcome = self.expect(0, self.apply())
        self.assertIn("No changes", outcome.out)
        self.assertEqual(sent, len(self.submissions()))
        self.assertEqual(bucket, world.snapshot(self.home / "bucket"))

    def assert_says(self, words, *outcomes):
        """White space aside: a terminal's width breaks lines anywhere."""
        text = " ".join(" ".join(o.out + " " + o.err for o in outcomes).split())
        self.assertIn(" ".join(words.split()), text)

    # Whatever a test does ------------------------------------------------------------------------------------

    def assert_only_the_known_is_asked(self):
        self.assertEqual(set(), set(self.asked()) - ASKED)
        for entry in self.submissions():
            self.assertEqual("commitments.setCommitment", entry.get("call"), entry)
            self.assertNotIn("ResetBondsFlag", json.dumps(entry["fields"]))

    def assert_no_secret_is_kept(self):
        wallets = self.home / "wallets"
        for path in self.folder.rglob("*"):
            if path.is_file() and wallets not in path.parents and path.name != ".env":
                data = path.read_bytes()
                for secret in self.planted:
                    self.assertNotIn(secret.encode(), data, path)
                    with_bytes = bytes.fromhex(secret) if len(secret) in (64, 128) else None
                    self.assertFalse(with_bytes and with_bytes in data, f"a secret in {path}")
