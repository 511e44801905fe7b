"""Where the demo runs: its own strict server, or a server of the user's. Standard library only."""

import configparser
import json
import os
import pathlib
import subprocess
import uuid


class SettingsError(Exception):
    """Something that the user must give is missing or cannot be read; the message says what and how."""


def strict_server():
    """Starts the embedded server; returns (settings, process). It ends when its stdin closes, so with this process."""
    process = subprocess.Popen([os.environ["S3KMS_TEST_SERVER"], "--port", "0", "--bucket", "demo", "--until-stdin-closes"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = process.stdout.readline()
    if not line:
        raise SettingsError(f"the strict server ended at once (status {process.wait()})")
    told = json.loads(line)
    keys = told["keys"]
    return {
        "endpoint": told["endpoint"], "region": told["region"], "bucket": told["bucket"],
        "access_key": told["accessKeyId"], "secret_key": told["secretAccessKey"],
        "managed": keys["managed"], "key1": keys["first"], "key2": keys["second"], "asymmetric": keys["asymmetric"],
        "unknown": unknown_key(keys["first"]), "strict": True,
    }, process


def unknown_key(like):
    """A well-formed key id that names no key: beside `like` where that is an ARN."""
    fresh = str(uuid.uuid4())
    return like.rsplit("/", 1)[0] + "/" + fresh if like and ":key/" in like else fresh


def user_server(options):
    """Settings for a server of the user's; credentials from the environment or from the AWS profile."""
    for name in ("bucket", "key"):
        if not getattr(options, name):
            raise SettingsError(f"--{name} is missing: with --endpoint name the bucket and a KMS key that exist there")
    access, secret, token = credentials()
    return {
        "endpoint": options.endpoint.rstrip("/"), "bucket": options.bucket,
        "region": options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        "access_key": access, "secret_key": secret, "session_token": token, "ca": options.ca,
        "key1": options.key, "key2": options.key2, "asymmetric": options.asymmetric_key, "unknown": unknown_key(options.key),
    }


def credentials():
    """(access key id, secret key, session token or None), as the AWS tools find them: environment, then profile."""
    env = os.environ
    if env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY"):
        return env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN")
    file = pathlib.Path(env.get("AWS_SHARED_CREDENTIALS_FILE") or pathlib.Path.home() / ".aws" / "credentials")
    profile = env.get("AWS_PROFILE", "default")
    parser = configparser.RawConfigParser()
    parser.read(file)
    if parser.has_section(profile):
        row = parser[profile]
        if row.get("aws_access_key_id") and row.get("aws_secret_access_key"):
            return row["aws_access_key_id"], row["aws_secret_access_key"], row.get("aws_session_token")
    raise SettingsError(f"no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or profile '{profile}' in {file}")
