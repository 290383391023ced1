"""A real S3 server, Ceph's RADOS Gateway, for one file of scenarios, and a minimal client to set it up and look at it.
"""
import datetime
import hashlib
import hmac
import http.client
import json
import os
import secrets
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree
from pathlib import Path
from typing import NamedTuple

import proxy
import world

SCRIPTS = world.SOURCE / "tests" / "tools" / "rgw"
PORT_TRIES = 3  # a free port may be taken by another before the server binds it


class User(NamedTuple):
    access_key: str
    secret_key: str


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes


class Gateway:
    """Up when constructed. It also ends by itself when this process dies."""

    def __init__(self, day_seconds=3600):
        world.need("radosgw", "radosgw-admin", "openssl", "curl")
        self.folder = Path(tempfile.mkdtemp(prefix="reconcile-rgw-"))
        self.rgw = self.folder / "rgw"
        self.owner = User("ownerkey" + secrets.token_hex(4), "planted-secret-" + secrets.token_hex(16))
        for _ in range(PORT_TRIES):
            self.port, self.tls_port = world.free_port(), world.free_port()
            settings = {"RGW_DIR": self.rgw, "RGW_PORT": self.port, "TLS_PORT": self.tls_port,
                        "MON_PORT": world.free_port(), "AK": self.owner.access_key, "SK": self.owner.secret_key,
                        "LC_SECONDS": day_seconds, "RGW_OWNER": os.getpid()}
            with open(self.folder / "up", "wb") as said:
                up = subprocess.run([SCRIPTS / "up.sh"], env={**os.environ, "PATH": world.PATH, **texts(settings)},
                                    stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
            if up.returncode == 0:
                return
        said = (self.folder / "up").read_text(errors="replace")
        shutil.rmtree(self.folder, ignore_errors=True)
        raise AssertionError(f"tests/tools/rgw/up.sh ended with {up.returncode}: {said}")

    def stop(self):
        subprocess.run([SCRIPTS / "down.sh"], env={**os.environ, "RGW_DIR": str(self.rgw)}, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def ca_file(self):
        return self.rgw / "cert.pem"

    def endpoint(self, secure=False):
        return f"https://127.0.0.1:{self.tls_port}" if secure else f"http://127.0.0.1:{self.port}"

    def add_user(self, name):
        user = User(name + "key" + secrets.token_hex(4), "planted-secret-" + secrets.token_hex(16))
        subprocess.run(["radosgw-admin", "-c", self.rgw / "ceph.conf", "--no-mon-config", "user", "create",
                        "--uid", name, "--display-name", name, "--access-key", user.access_key,
                        "--secret", user.secret_key],
                       env={**os.environ, "PATH": world.PATH}, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return user

    def request(self, method, path, query="", body=b"", headers=(), anonymous=False):
        """One signed request to the plain port; `path` as it is, not yet encoded; `query` encoded, sorted."""
        encoded = urllib.parse.quote(path)
        host = f"127.0.0.1:{self.port}"
        sent = {"host": host, **dict(headers)}
        if not anonymous:
            sent = signed(self.owner, method, encoded, query, body, sent)
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.request(method, encoded + ("?" + query if query else ""), body or None, sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def must(self, *arguments, **options):
        answer = self.request(*arguments, **options)
        assert answer.status < 300, (arguments, answer)
        return answer

    def make_bucket(self, bucket):
        self.must("PUT", f"/{bucket}")

    def let_everyone_read(self, bucket, *more):
        """A bucket policy; `more` statements follow."""
        self.must("PUT", f"/{bucket}", "policy=", body=policy(bucket, *more).encode())

    def keys(self, bucket):
        """Every key with its size and ETag, as the owner sees them, but the lease; at most one page of 1,000."""
        answer = self.must("GET", f"/{bucket}", "list-type=2")
        root = xml.etree.ElementTree.fromstring(answer.body)
        space = {"s3": root.tag[1:root.tag.index("}")]} if root.tag.startswith("{") else {"s3": ""}
        assert root.findtext("s3:IsTruncated", namespaces=space) == "false"
        return {item.findtext("s3:Key", namespaces=space): (int(item.findtext("s3:Size", namespaces=space)),
                                                            item.findtext("s3:ETag", namespaces=space))
                for item in root.findall("s3:Contents", namespaces=space)
                if not item.findtext("s3:Key", namespaces=space).startswith(".reconcile/lease-")}


def texts(settings):
    return {name: str(value) for name, value in settings.items()}


def policy(bucket, *more):
    everyone = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [everyone, *more]})


def signed(user, method, path, query, body, headers):
    """AWS Signature Version 4 (docs.aws.amazon.com, "Signature Calculations for the Authorization Header")."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(body).hexdigest()
    headers = {**headers, "x-amz-date": now, "x-amz-content-sha256": digest}
    names = ";".join(sorted(name.lower() for name in headers))
    lines = "".join(f"{name.lower()}:{value}\n" for name, value in sorted(headers.items(), key=lambda h: h[0].lower()))
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    request = "\n".join([method, path, query, lines, names, digest])
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + user.secret_key).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return {**headers, "Authorization": f"AWS4-HMAC-SHA256 Credential={user.access_key}/{scope}, "
                                        f"SignedHeaders={names}, Signature={signature}"}


def reader(ca_file=None):
    """url -> bytes, without credentials; a failed request is an AssertionError that begins with its status."""
    context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None

    def fetch(url):
        parts = urllib.parse.urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=30, **({"context": context} if parts.scheme == "https" else {}))
        try:
            connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""))
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, f"{response.status}: a reader of {url} at {time.time():.1f}"
            return body
        finally:
            connection.close()

    return fetch


class S3Scenario(world.Scenario):
    """examples/quickstart/s3.yaml against a bucket of its own behind a proxy. `gateway` is the module's."""

    gateway = None
    secure = False
    ledger = "chain/s3-ledger.jsonl"
    buckets = 0

    def setUp(self):
        super().setUp()
        S3Scenario.buckets += 1
        self.bucket = f"bucket-{S3Scenario.buckets}"
        self.proxy = proxy.Proxy(self.gateway, self.secure)
        self.addCleanup(self.proxy.stop)
        self.manifest = "s3.yaml"
        self.user = self.gateway.owner
        self.planted = [self.gateway.owner.secret_key]
        self.public_url = f"{self.proxy.endpoint}/{self.bucket}"
        self.read = reader(self.gateway.ca_file)
        (self.home / "buffer").mkdir()
        self.write_manifest()
        self.write_env()
        self.addCleanup(self.assert_no_secret_is_kept)

    def write_manifest(self, *changes):
        """The example, with the gateway's own certificate trusted, and (old, new) texts replaced."""
        text = (world.QUICKSTART / self.manifest).read_text()
        if self.secure:
            changes = [("    create: true\n", f"    create: true\n    caFile: {self.gateway.ca_file}\n"), *changes]
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        (self.home / self.manifest).write_text(text)

    def write_env(self, **changes):
        values = {"S3_ENDPOINT": self.proxy.endpoint, "S3_BUCKET": self.bucket, "S3_ACCESS_KEY": self.user.access_key,
                  "S3_SECRET_KEY": self.user.secret_key, "S3_REGION": "default", "S3_PUBLIC_URL": self.public_url,
                  **changes}
        (self.home / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def assert_no_secret_is_kept(self):
        for path in self.home.rglob("*"):
            if path.is_file() and path.name != ".env":
                for secret in self.planted:
                    assert secret.encode() not in path.read_bytes(), f"a secret in {path}"

    def write_buffer(self, files):
        for name, data in files.items():
            world.write_file(self.home / "buffer" / name, data)

    def buffer_contents(self):
        return {name: (self.home / "buffer" / name).read_bytes() for name in self.buffer_files()}

    def published(self):
        """What a reader of the ledger finds, by key below its day's folder."""
        texts_committed = self.commitments(self.ledger)
        self.assertTrue(texts_committed, "nothing is committed")
        index, url = world.read_committed(texts_committed[-1], self.read)
        return {key.split("/", 4)[4]: data for key, data in world.read_objects(index, url, self.read).items()}
