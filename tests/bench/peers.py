"""Who else could do the job: Debian's rclone, awscli and s3cmd, and the loop that scripts have."""
import os
import shutil
import subprocess
from pathlib import Path

from servers import BUCKET

PATH = "/usr/bin:/bin:/usr/sbin:/sbin"  # Debian's own, never a newer one from elsewhere
PYTHON = "/usr/bin/python3"
LOOP = Path(__file__).resolve().parent / "boto3_loop.py"
NAMES = ["rclone", "awscli", "s3cmd", "boto3"]


def environment(name, access, folder):
    out = {"PATH": PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8",
           "AWS_ACCESS_KEY_ID": access.access_key, "AWS_SECRET_ACCESS_KEY": access.secret_key,
           "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "ENDPOINT": access.endpoint,
           "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_BENCH_TYPE": "s3", "RCLONE_CONFIG_BENCH_PROVIDER": "Other",
           "RCLONE_CONFIG_BENCH_ENDPOINT": access.endpoint, "RCLONE_CONFIG_BENCH_REGION": "us-east-1",
           "RCLONE_CONFIG_BENCH_ACCESS_KEY_ID": access.access_key,
           "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY": access.secret_key}
    if access.ca_file:  # rclone stumbles over AWS's own variable
        out["RCLONE_CA_CERT" if name == "rclone" else "AWS_CA_BUNDLE"] = access.ca_file
    return out


def upload(name, access, folder, source, at_once=16):
    """The command that puts every file below `source` under data/."""
    if name == "rclone":
        return ["rclone", "copy", source, f"bench:{BUCKET}/data", "--transfers", at_once, "--checkers", at_once,
                "--s3-no-check-bucket"]
    if name == "awscli":
        return ["aws", "--endpoint-url", access.endpoint, "s3", "cp", "--recursive", "--only-show-errors", source,
                f"s3://{BUCKET}/data/"]
    if name == "s3cmd":
        return ["s3cmd", "-c", s3cmd_settings(access, folder), "--no-progress", "-q", "sync", f"{source}/",
                f"s3://{BUCKET}/data/"]
    return [PYTHON, LOOP, source, BUCKET]


def compare(name, access, folder, source):
    """The dry run of the above by sizes, which finds nothing to do."""
    if name == "rclone":
        return ["rclone", "copy", "--dry-run", "--size-only", "--checkers", 16, source, f"bench:{BUCKET}/data",
                "--s3-no-check-bucket"]
    if name == "awscli":
        return ["aws", "--endpoint-url", access.endpoint, "s3", "sync", "--dryrun", "--size-only", source,
                f"s3://{BUCKET}/data/"]
    return ["s3cmd", "-c", s3cmd_settings(access, folder), "-q", "sync", "--dry-run", "--no-check-md5", f"{source}/",
            f"s3://{BUCKET}/data/"]


def s3cmd_settings(access, folder):
    host = access.endpoint.partition("://")[2]
    path = Path(folder) / "s3cfg"
    path.write_text(f"[default]\naccess_key = {access.access_key}\nsecret_key = {access.secret_key}\n"
                    f"host_base = {host}\nhost_bucket = {host}\nuse_https = {bool(access.ca_file)}\n"
                    f"ca_certs_file = {access.ca_file}\n")
    return path


def versions():
    def first_line(*command):
        done = subprocess.run(command, env={"PATH": PATH, "HOME": "/nonexistent"}, check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout.splitlines()[0] if done.stdout else "?"

    return {"rclone": first_line("rclone", "version"), "awscli": first_line("aws", "--version").split()[0],
            "s3cmd": first_line("s3cmd", "--version"),
            "boto3": first_line(PYTHON, "-c", "import boto3; print(boto3.__version__)")}


def missing():
    lacking = [tool for tool in ("rclone", "aws", "s3cmd", "openssl", "time") if not shutil.which(tool, path=PATH)]
    return lacking if os.access(PYTHON, os.X_OK) else [*lacking, PYTHON]


