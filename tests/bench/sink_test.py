#!/usr/bin/env python3
"""The server that benchmarks stand on: what it takes in it gives back, lists and counts, also over TLS. $SINK names it."""
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import world  # noqa: E402


class Sink(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="reconcile-sink-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.context = None

    def start(self, *options):
        self.port = world.free_port()
        self.process = subprocess.Popen([os.environ["SINK"], str(self.port), *map(str, options)], text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(self.stop)
        self.assertEqual("listening\n", self.process.stdout.readline())

    def stop(self):
        """Requests by method, from the first call."""
        if self.process.stdout.closed:
            return None
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=60)
        self.assertEqual(0, self.process.returncode)
        return dict(line.split() for line in said.splitlines())

    def ask(self, method, path, body=None, **headers):
        address = f"127.0.0.1:{self.port}"
        connection = (http.client.HTTPSConnection(address, timeout=30, context=self.context) if self.context else
                      http.client.HTTPConnection(address, timeout=30))
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def keys(self, query=""):
        """Of all pages, and how many there were."""
        found, token, pages = [], "", 0
        while True:
            _, _, page = self.ask("GET", "/b?list-type=2" + query + token)
            pages += 1
            found += re.findall(rb"<Key>([^<]*)</Key>", page)
            more = re.search(rb"<NextContinuationToken>([^<]*)<", page)
            if not more:
                return [key.decode() for key in found], pages
            token = "&continuation-token=" + more[1].decode()

    def test_keeps_what_is_small_and_forgets_the_bytes_of_the_rest(self):
        self.start()
        md5 = '"' + hashlib.md5(b"index").hexdigest() + '"'
        status, headers, _ = self.ask("PUT", "/b/i/1.json", b"index", x_amz_meta_sha256="ab")
        self.assertEqual((200, md5), (status, headers["ETag"]))
        self.assertEqual((200, b"index"), self.ask("GET", "/b/i/1.json")[::2])
        self.assertEqual("ab", self.ask("HEAD", "/b/i/1.json")[1]["x-amz-meta-sha256"])
        self.ask("PUT", "/b/data/1", b"x" * 1_000_000)
        self.assertEqual("1000000", self.ask("HEAD", "/b/data/1")[1]["Content-Length"])
        self.assertEqual(501, self.ask("GET", "/b/data/1")[0], "not an empty file in its place")
        self.assertEqual(412, self.ask("PUT", "/b/i/1.json", b"other", If_None_Match="*")[0])
        self.assertEqual((["data/1", "i/1.json"], 1), self.keys())
        self.assertEqual({"PUT": "3", "GET": "2", "HEAD": "2", "LIST": "1"}, self.stop())

    def test_lists_what_it_pretends_to_hold_in_pages(self):
        self.start("--objects", 2500)
        keys, pages = self.keys("&prefix=data/")
        self.assertEqual((2500, 3), (len(set(keys)), pages))
        self.assertEqual(sorted(keys), keys)
        self.assertTrue(all(re.fullmatch(r"data/\d{4}/\d\d/\d\d/\d{7}\.json\.gz", key) for key in keys), keys[:3])
        self.assertEqual(100, len({key[:15] for key in keys}), "a hundred days")
        self.assertEqual(keys[1000:], self.keys("&start-after=" + keys[999])[0])

    def test_answers_late_when_told_to(self):
        self.start("--latency-ms", 200)
        begun = time.monotonic()
        self.assertEqual(404, self.ask("GET", "/b/nothing")[0])
        self.assertGreaterEqual(time.monotonic() - begun, 0.2)

    def test_asks_for_the_body_however_the_client_spells_its_offer(self):
        self.start()
        for offer in ("100-continue", "100-Continue"):
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
                client.sendall(f"PUT /b/i/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: {offer}\r\n\r\n".encode())
                self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 100 "), offer)
                client.sendall(b"index")
                self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 200 "))

    def test_speaks_tls_with_its_own_certificate(self):
        self.start("--tls", self.folder / "sink.pem")
        self.context = ssl.create_default_context(cafile=str(self.folder / "sink.pem"))
        body = os.urandom(3_000_000)
        self.assertEqual('"' + hashlib.md5(body).hexdigest() + '"', self.ask("PUT", "/b/i/large", body)[1]["ETag"])
        self.assertEqual(body, self.ask("GET", "/b/i/large")[2])
        self.assertNotIn("PRIVATE", (self.folder / "sink.pem").read_text())
        self.context = ssl.create_default_context()
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.ask("GET", "/b/i/large")


if __name__ == "__main__":
    unittest.main()
