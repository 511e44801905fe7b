"""boto3 by the protocol of benchmarks/README.md, with its default settings. Usage: client.py CLIENT WORKLOAD ENDPOINT CA IN_FLIGHT."""

import concurrent.futures
import json
import os
import sys
import time

import boto3
from botocore.config import Config

BUCKET = "bench"
ENCRYPTION = {
    "ServerSideEncryption": "aws:kms",
    "SSEKMSKeyId": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
}


def operation(s3, workload):
    """A function without arguments that performs one operation."""
    size = 8 * 1024 * 1024 if "8m" in workload else 1024
    at = {"Bucket": BUCKET, "Key": "8m" if "8m" in workload else "1k"}

    def get():
        body = s3.get_object(**at)["Body"]
        got = sum(len(chunk) for chunk in body.iter_chunks(1024 * 1024))
        if got != size:
            raise RuntimeError(f"{got} bytes came")

    def put_file():
        with open(os.environ["S3KMS_BENCH_FILE"], "rb") as file:
            s3.put_object(**at, **ENCRYPTION, Body=file)

    if workload == "presign-put":
        return lambda: s3.generate_presigned_url("put_object", {**at, **ENCRYPTION})
    if workload == "presign-get":
        return lambda: s3.generate_presigned_url("get_object", at)
    if workload == "put-8m-file":
        return put_file
    if workload.startswith("get-"):
        return get
    content = bytes(i * 31 % 251 for i in range(251)) * (size // 251 + 1)
    content = content[:size]
    return lambda: s3.put_object(**at, **ENCRYPTION, Body=content)


def main(client, workload, endpoint, ca, in_flight):
    in_flight = int(in_flight)
    config = Config(s3={"addressing_style": "path"}, signature_version="s3v4", max_pool_connections=max(10, in_flight))
    s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, verify=None if ca == "-" else ca, config=config)
    once = operation(s3, workload)
    ready = json.dumps({"client": client, "version": boto3.__version__})
    if workload == "first-put":
        once()
        print(ready, flush=True)
        return
    print(ready, flush=True)
    with concurrent.futures.ThreadPoolExecutor(in_flight) as pool:
        for line in sys.stdin:
            operations = int(line.removeprefix("run "))
            begin = time.perf_counter_ns()
            if in_flight == 1:
                for _ in range(operations):
                    once()
            else:
                for done in concurrent.futures.as_completed([pool.submit(once) for _ in range(operations)]):
                    done.result()
            wall = time.perf_counter_ns() - begin
            print(json.dumps({"operations": operations, "wall_ns": wall, "allocated_bytes": None}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit("usage: client.py CLIENT WORKLOAD ENDPOINT CA IN_FLIGHT (see benchmarks/README.md)")
    try:
        main(*sys.argv[1:])
    except Exception as error:  # one message, not a traceback: the harness shows it
        sys.exit(f"{type(error).__name__}: {error}")
