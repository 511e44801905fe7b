"""An independent client (boto3) against a running Ceph RGW: what must work, and each expected difference from S3.

Settings come from the environment as `ceph-rgw.sh start` prints them; prints TAP. Every case in
ceph-expected-differences.json is asserted to *show* the difference, so that a newer server that behaves like S3 is
noticed; a case there without a check here, or the reverse, is a failure.
"""

import base64
import hashlib
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = "s3kms-ceph"
BODY = bytes(range(256)) * 8
KEY1, KEY2 = os.environ["S3_KMS_KEY_1"], os.environ["S3_KMS_KEY_2"]
KMS = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY1}
SSE = "x-amz-server-side-encryption"
RUN = uuid.uuid4().hex[:8]

DIFFERENCES, WORKS = {}, {}


def difference(name):
    """Registers a check of an expected difference of this server."""
    return lambda check: DIFFERENCES.setdefault(name, check)


def works(check):
    """Registers a check of what must work as it does on S3."""
    return WORKS.setdefault(check.__name__.replace("_", "-"), check)


def client(tls=False, checksums="when_required"):
    """A boto3 client: path style, SigV4, no retries, the private CA over TLS."""
    return boto3.client(
        "s3",
        endpoint_url=os.environ["S3_TLS_ENDPOINT" if tls else "S3_ENDPOINT"],
        verify=os.environ["S3_CA"] if tls else None,
        region_name=os.environ.get("AWS_REGION", "us-east-1"),
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 0}, proxies={},
                      request_checksum_calculation=checksums, response_checksum_validation=checksums))


HTTP, TLS = client(), client(tls=True)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def key(name):
    return f"checks/{RUN}/{name}"


def sse(response):
    """Algorithm and key id that a response reports (None where it reports none)."""
    headers = response["ResponseMetadata"]["HTTPHeaders"]
    return headers.get(SSE), headers.get(f"{SSE}-aws-kms-key-id")


def put(name, s3=HTTP, **more):
    return s3.put_object(Bucket=BUCKET, Key=key(name), Body=BODY, **more)


def head(name):
    return HTTP.head_object(Bucket=BUCKET, Key=key(name))


def refused(call, status, code):
    """Asserts that the server answers with this status and error code; returns the message."""
    try:
        call()
    except ClientError as error:
        got = error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]
        assert got == (status, code), got
        return error.response["Error"].get("Message") or ""
    raise AssertionError(f"accepted; {status} {code} was expected")


def send(method, url, headers, body=None):
    """A plain HTTP request that adds nothing of its own; returns the status."""
    request = urllib.request.Request(url, method=method, data=body, headers={"Content-Type": "", **headers})
    try:
        with OPENER.open(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@works
def put_and_get_under_a_key_over_http():
    assert sse(put("http", **KMS)) == ("aws:kms", KEY1)
    got = HTTP.get_object(Bucket=BUCKET, Key=key("http"))
    assert got["Body"].read() == BODY and sse(got) == ("aws:kms", KEY1)


@works
def put_and_get_under_a_key_over_tls_with_a_private_ca():
    assert sse(put("tls", TLS, ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY2)) == ("aws:kms", KEY2)
    assert TLS.get_object(Bucket=BUCKET, Key=key("tls"))["Body"].read() == BODY


@works
def presigned_put_needs_exactly_its_headers():
    url = HTTP.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key("presigned"), **KMS})
    assert "X-Amz-Signature" in url, "not SigV4"
    headers = {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": KEY1}
    assert send("PUT", url, headers, BODY) == 200
    assert sse(head("presigned")) == ("aws:kms", KEY1)
    assert send("PUT", url, {SSE: "aws:kms"}, BODY) == 403
    assert send("PUT", url, {**headers, f"{SSE}-aws-kms-key-id": KEY2}, BODY) == 403


@works
def presigned_get_of_an_encrypted_object():
    put("presigned-get", **KMS)
    url = HTTP.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key("presigned-get")})
    with OPENER.open(url) as answer:
        assert answer.read() == BODY


@works
def multipart_under_a_key():
    upload = HTTP.create_multipart_upload(Bucket=BUCKET, Key=key("multipart"), **KMS)
    where = {"Bucket": BUCKET, "Key": key("multipart"), "UploadId": upload["UploadId"]}
    part = HTTP.upload_part(PartNumber=1, Body=BODY, **where)
    assert sse(upload) == sse(part) == ("aws:kms", KEY1)
    HTTP.complete_multipart_upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}, **where)
    assert sse(head("multipart")) == ("aws:kms", KEY1)


@works
def key_id_without_algorithm_is_refused():
    refused(lambda: put("alone", SSEKMSKeyId=KEY1), 400, "InvalidArgument")


@works
def wrong_credentials_are_refused():
    wrong = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], aws_secret_access_key="wrong",
                         aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], region_name="us-east-1",
                         config=Config(s3={"addressing_style": "path"}, proxies={}))
    refused(lambda: put("wrong", wrong, **KMS), 403, "SignatureDoesNotMatch")


@difference("kms-without-key-id")
def _():
    refused(lambda: put("managed", ServerSideEncryption="aws:kms"), 400, "InvalidArgument")


@difference("key-id-as-given")
def _():
    arn = os.environ["S3_KMS_KEY_ARN"]
    assert sse(put("by-arn", ServerSideEncryption="aws:kms", SSEKMSKeyId=arn)) == ("aws:kms", arn)
    assert sse(put("by-id", **KMS)) == ("aws:kms", KEY1)


@difference("unknown-key")
def _():
    message = refused(lambda: put("unknown", ServerSideEncryption="aws:kms", SSEKMSKeyId="no-such-key"),
                      403, "InvalidAccessKeyId")
    assert "no-such-key" in message, message


@difference("asymmetric-key")
def _():
    refused(lambda: put("asymmetric", ServerSideEncryption="aws:kms", SSEKMSKeyId="asymmetric-key"),
            403, "InvalidAccessKeyId")


@difference("context-completed-by-server")
def _():
    context = base64.b64encode(b'{"tenant":"a"}').decode()
    answer = put("context", SSEKMSEncryptionContext=context, **KMS)
    reported = json.loads(base64.b64decode(answer["SSEKMSEncryptionContext"]))
    assert reported.pop("aws:s3:arn").endswith(key("context")), reported
    assert reported == {"tenant": "a"}, reported


@difference("dsse")
def _():
    refused(lambda: put("dsse", ServerSideEncryption="aws:kms:dsse", SSEKMSKeyId=KEY1), 400, "InvalidArgument")


@difference("bucket-key")
def _():
    assert "BucketKeyEnabled" not in put("bucket-key", BucketKeyEnabled=True, **KMS)


@difference("sse-s3-stores-plaintext")
def _():
    assert sse(put("aes256", ServerSideEncryption="AES256")) == (None, None)
    assert sse(head("aes256")) == (None, None)


@difference("sse-s3-with-key-id")
def _():
    put("aes256-key", ServerSideEncryption="AES256", SSEKMSKeyId=KEY1)


@difference("customer-key-with-kms")
def _():
    answer = put("customer", TLS, SSECustomerAlgorithm="AES256", SSECustomerKey=os.urandom(32), **KMS)
    assert sse(answer) == (None, None) and answer["SSECustomerAlgorithm"] == "AES256"


@difference("bucket-default-encryption")
def _():
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY1}}
    refused(lambda: HTTP.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]}),
            400, "InvalidArgument")


@difference("copy-from-encrypted")
def _():
    put("copy-source", **KMS)
    refused(lambda: HTTP.copy_object(Bucket=BUCKET, Key=key("copy"), CopySource=f"{BUCKET}/{key('copy-source')}", **KMS),
            501, "NotImplemented")


@difference("copy-to-kms-stores-plaintext")
def _():
    put("plain")
    copied = HTTP.copy_object(Bucket=BUCKET, Key=key("copied"), CopySource=f"{BUCKET}/{key('plain')}", **KMS)
    assert sse(copied) == sse(head("copied")) == (None, None)


@difference("complete-multipart-without-sse-headers")
def _():
    upload = HTTP.create_multipart_upload(Bucket=BUCKET, Key=key("complete"), **KMS)
    where = {"Bucket": BUCKET, "Key": key("complete"), "UploadId": upload["UploadId"]}
    part = HTTP.upload_part(PartNumber=1, Body=BODY, **where)
    done = HTTP.complete_multipart_upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}, **where)
    assert sse(done) == (None, None) and sse(head("complete")) == ("aws:kms", KEY1)


@difference("etag-is-md5")
def _():
    assert put("etag", **KMS)["ETag"] == f'"{hashlib.md5(BODY).hexdigest()}"'


@difference("wrong-crc32-accepted")
def _():
    put("crc32", ChecksumCRC32="AAAAAA==", **KMS)


@difference("trailing-checksum-over-tls")
def _():
    eager = client(tls=True, checksums="when_supported")
    refused(lambda: put("trailer", eager, **KMS), 411, "MissingContentLength")


@difference("unsigned-sse-header-accepted")
def _():
    # Presigned with host alone, then sent with SSE headers that the signature does not cover.
    url = HTTP.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key("unsigned")})
    assert send("PUT", url, {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": KEY1}, BODY) == 200
    assert sse(head("unsigned")) == ("aws:kms", KEY1)


def main():
    if BUCKET not in [b["Name"] for b in HTTP.list_buckets()["Buckets"]]:
        HTTP.create_bucket(Bucket=BUCKET)
    listed = json.loads((pathlib.Path(__file__).parent / "ceph-expected-differences.json").read_text())
    names = [row["case"] for row in listed]
    checks = [(f"boto3 {name}", check) for name, check in WORKS.items()]
    checks += [(f"boto3 expected-difference {name}", DIFFERENCES.get(name)) for name in names]
    checks += [(f"boto3 {name} is listed", None) for name in DIFFERENCES if name not in names]
    failed = 0
    for number, (name, check) in enumerate(checks, 1):
        try:
            assert check is not None, "named in the list or checked here, but not both"
            check()
            print(f"ok {number} - {name}")
        except Exception as error:  # every kind of failure is one line of the report
            failed += 1
            print(f"not ok {number} - {name}\n# {type(error).__name__}: {error}")
    print(f"1..{len(checks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
