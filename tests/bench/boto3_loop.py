"""boto3_loop.py FOLDER BUCKET: what the usual script does with each finished file, one after another, but for the chain:
hash it, upload it with the hash in its metadata. It deletes nothing here.
"""
import hashlib
import os
import sys
from pathlib import Path

import boto3

folder, bucket = Path(sys.argv[1]), sys.argv[2]
client = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"])
for path in sorted(folder.iterdir()):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    client.upload_file(str(path), bucket, f"data/{path.name}", ExtraArgs={
        "Metadata": {"sha256": digest.hexdigest(), "size_bytes": str(path.stat().st_size)}})
