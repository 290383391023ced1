#!/usr/bin/env python3
"""The whole job: buffer, bucket on a real S3 server, index through its public address, commitment on a chain, release;
and a reader who has nothing but a shell.
"""
import subprocess
import unittest

import chain_world
import gateway
import world

# CommitmentOf(13, //Alice): twox128("Commitments") twox128("CommitmentOf") 13 twox64(account) account.
STORAGE_KEY = ("0xca407206ec1ab726b2636c4b145ac287419a60ae8b01e6dcaebd7317e43c69bf0d00518366b5b1bc7c99"
               "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")

# Deposit (8 bytes) and block (4) stand before the fields; 04 says one field, and one less than the next byte is its
# length.
READER = r"""
set -eu -o pipefail
ask() {
  curl -sS --fail "$NODE" -H 'Content-Type: application/json' \
    -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":[$2]}" |
  sed 's/.*"result":"\([^"]*\)".*/\1/'
}
raw() { tr a-f A-F | basenc --base16 -d; }
head=$(ask chain_getFinalizedHead '')
stored=$(ask state_getStorage "\"$STORAGE_KEY\",\"$head\"")
[ "${stored:26:2}" = 04 ]
length=$((16#${stored:28:2} - 1))
committed=$(printf %s "${stored:30:2*length}" | raw)
IFS='|' read -r format digest url <<<"$committed"
[ "$format" = rc1 ]
curl -sS --fail -o index "$url"
[ "$(sha256sum index | cut -c 1-64 | raw | basenc --base64url | tr -d =)" = "$digest" ]
grep -o '"key":"[^"]*","size":[0-9]*,"sha256":"[0-9a-f]*"' index |
  sed 's/"key":"\([^"]*\)","size":[0-9]*,"sha256":"\([0-9a-f]*\)"/\1 \2/' |
  while read -r key sha256; do
    curl -sS --fail -o object "${url%/i/*}/$key"
    printf '%s  object\n' "$sha256" | sha256sum --quiet -c -
    printf '%s %s\n' "${key##*/}" "$sha256"
  done
"""


def setUpModule():
    world.need("curl")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class WholeJob(chain_world.OnS3):
    """Cases for both ways to ask a node."""

    def setUp(self):
        super().setUp()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)

    def commits(self):
        return self.node.control("record")["commits"]

    def read_by_shell(self):
        """{name: SHA-256} of everything that the chain leads to, each held against what the index says."""
        done = subprocess.run(["bash", "-c", READER], cwd=self.folder, timeout=60, check=False,
                              env={"PATH": world.PATH, "NODE": self.node.http, "STORAGE_KEY": STORAGE_KEY},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((0, b""), (done.returncode, done.stderr), done.stdout)
        return dict(line.split(" ") for line in done.stdout.decode().splitlines())

    def test_from_buffer_to_reader(self):
        files = {f"{name}.json.gz": world.json_gz(name, self.transport) for name in ("a", "b", "c")}
        self.write_buffer(files)
        self.node.control("finality", paused=True)
        process = self.start("-f", self.manifest, "--auto-approve", stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            world.eventually(self.commits, 60, "the commit in a block")
            self.assertEqual(files, self.buffer_contents(), "released before finality")
            kept = {key.rpartition("/")[2]: size for key, (size, _) in self.gateway.keys(self.bucket).items()
                    if key.startswith("data/")}
            self.assertEqual({name: len(data) for name, data in files.items()}, kept)
        finally:
            self.node.control("finality", lag=2)
            outcome = self.finish(process)
        self.expect(0, outcome)
        self.assertEqual({}, self.buffer_contents())
        (commit,) = self.commits()
        self.assertEqual((True, True), (commit["ok"], commit["finalized"]))
        self.assertEqual({name: world.sha256(data) for name, data in files.items()}, self.read_by_shell())

        self.proxy.taken()
        self.assertIn("No changes", self.expect(0, self.apply()).out)
        self.assertEqual([], [request for request in self.proxy.taken() if request.method not in ("GET", "HEAD")])
        self.assertEqual(1, len({entry["bytes"] for entry in self.node.control("record")["submissions"]}))

        more = {"d.json.gz": world.json_gz("d")}
        self.write_buffer(more)
        self.expect(0, self.apply())
        self.assertEqual(2, len(self.commits()))
        self.assertEqual({name: world.sha256(data) for name, data in {**files, **more}.items()}, self.read_by_shell())


class OverHttp(WholeJob, gateway.S3Scenario):
    transport = "http"


class OverWebSocket(WholeJob, gateway.S3Scenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
