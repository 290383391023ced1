"""This program's side of a benchmark: seeded files, a manifest, and a bucket that an index names already."""
import base64
import datetime
import hashlib
import json
import os
import random
import struct
import time
from pathlib import Path

from peers import PATH
from servers import BUCKET

SEED = 13
SETTLED_SECONDS = 120  # files look finished for so long already
DAYS = 100  # s3sink --objects spreads its objects so
HOTKEY = "default/bench"  # as the ledger knows the wallet below
PAGES = Path(__file__).resolve().parent / "serial_pages.py"
# A footer with one leaf column and no rows: parquet.thrift's FileMetaData in the compact protocol.
PARQUET_FOOTER = bytes.fromhex("1502" "192c" "4804726f6f741502" "00" "1502" "25001801" "6100" "1600" "190c" "00")
MANIFEST = """\
apiVersion: reconcile/v1alpha1
kind: Publication
metadata: {{name: bench}}
spec:
  bucket:
    provider: {provider}
    name: {bucket}
    endpoint: {endpoint}
    region: us-east-1
    publicUrl: {endpoint}/{bucket}
{more}    credentials:
      accessKeyId: {{fromEnv: S3_ACCESS_KEY}}
      secretAccessKey: {{fromEnv: S3_SECRET_KEY}}
  buffer: {{path: ./buffer}}
  commitment:
    network: ledger
    ledger: ./ledger.jsonl
    netuid: 13
    wallet: {{hotkey: bench}}
"""


def make_files(folder, count, size):
    """`count` Parquet files of `size` bytes that do not compress; the same for the same SEED."""
    folder.mkdir()
    tail = PARQUET_FOOTER + struct.pack("<I", len(PARQUET_FOOTER)) + b"PAR1"
    moment = time.time() - SETTLED_SECONDS
    noise = random.Random(SEED).randbytes(1 << 20)
    for number in range(count):
        path = folder / f"posts_{number:06}.parquet"
        head = b"PAR1" + struct.pack("<Q", number)
        left = size - len(head) - len(tail)
        with path.open("wb") as file:
            file.write(head)
            while left > 0:
                left -= file.write(noise[:left])
            file.write(tail)
        os.utime(path, (moment, moment))


def link_files(source, folder):
    """The same files once more, without their bytes: a pass removes what it has published."""
    folder.mkdir()
    for path in source.iterdir():
        os.link(path, folder / path.name)


def prepare(home, access, provider="s3"):
    home.mkdir(exist_ok=True)
    more = f"    caFile: {access.ca_file}\n" if access.ca_file else ""
    (home / "manifest.yaml").write_text(
        MANIFEST.format(provider=provider, bucket=BUCKET, endpoint=access.endpoint, more=more))
    (home / ".env").write_text(f"S3_ACCESS_KEY={access.access_key}\nS3_SECRET_KEY={access.secret_key}\n")
    (home / ".env").chmod(0o600)


def environment(home):
    return {"PATH": PATH, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb"}


def text_of(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def day_of(number, count, today):
    return today - datetime.timedelta(days=DAYS - number * DAYS // count)


def write_index(objects, put):
    """Names what `s3sink --objects` pretends to hold, as a writer would have: a root, and a part for each day.

    `put(key, content)` stores; returns the line of the ledger that commits it, but for the address of the root.
    """
    today = datetime.datetime.now(datetime.timezone.utc).date()
    days, parts = {}, []
    for number in range(objects):
        days.setdefault(day_of(number, objects, today), []).append(number)
    for day, numbers in days.items():
        content = text_of({"schema": "reconcile.index-part/v1", "day": str(day), "objects": [
            {"key": f"data/{day:%Y/%m/%d}/{number:07}.json.gz", "size": 1000,
             "sha256": hashlib.sha256(str(number).encode()).hexdigest(), "time": f"{day}T12:00:00Z"}
            for number in numbers]})
        digest = hashlib.sha256(content).hexdigest()
        parts.append({"key": f"i/parts/{day}-{digest[:16]}.json", "size": len(content), "sha256": digest,
                      "count": len(numbers)})
        put(parts[-1]["key"], content)
    root = text_of({"schema": "reconcile.index/v1", "seq": 1, "prev": None, "netuid": 13, "hotkey": HOTKEY,
                    "time": f"{today}T00:00:00Z", "parts": parts, "objects": []})
    put("i/00000001.json", root)
    return hashlib.sha256(root).digest()


def write_ledger(home, text):
    line = {"block": 1, "time": "2026-01-01T00:00:00Z", "netuid": 13, "hotkey": HOTKEY,
            "fields": [{"kind": "Raw", "hex": text.encode().hex()}]}
    (home / "ledger.jsonl").write_bytes(text_of(line))


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def days_of(objects):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return sorted({day_of(number, objects, today) for number in range(objects)})


def make_tree(folder, objects):
    """What `s3sink --objects` pretends to hold, as files without blocks: peers compare folders with buckets."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    days = {}
    for number in range(objects):
        days.setdefault(number * DAYS // objects, []).append(number)
    for numbers in days.values():
        day = folder / f"{day_of(numbers[0], objects, today):%Y/%m/%d}"
        day.mkdir(parents=True)
        for number in numbers:
            file = os.open(f"{day}/{number:07}.json.gz", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644)
            os.ftruncate(file, 1000)
            os.close(file)
