"""What one operation put on the wire, in few words, from the heads that the server saw."""

import re


def describe(heads):
    """`PUT, signed, crc32` and the like; requests are joined by +, equal ones counted."""
    seen = []
    for head in map(one, heads):
        if seen and seen[-1][0] == head:
            seen[-1][1] += 1
        else:
            seen.append([head, 1])
    return " + ".join(f"{count} × ({head})" if count > 1 else head for head, count in seen) or "nothing"


def one(head):
    first, *lines = head.strip().split("\r\n")
    method, target = first.split(" ")[:2]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    query = target.partition("?")[2]
    words = [method + "".join(f" ?{name}" for name in ("location", "uploads", "uploadId", "partNumber")
                              if re.search(rf"(^|&){name}(=|&|$)", query))]
    payload = headers.get("x-amz-content-sha256", "")
    if method in ("PUT", "POST"):
        words.append({
            "": "no payload hash", "UNSIGNED-PAYLOAD": "unsigned", "STREAMING-UNSIGNED-PAYLOAD-TRAILER": "unsigned chunks",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": "signed chunks",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": "signed chunks and trailer",
        }.get(payload, "signed"))
    for name in sorted(headers):
        sums = re.fullmatch(r"x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)", name)
        if sums:
            words.append(sums[1])
    if "x-amz-trailer" in headers:
        words.append(headers["x-amz-trailer"].removeprefix("x-amz-checksum-") + " in a trailer")
    words += [word for name, word in (("content-md5", "MD5"), ("expect", "Expect: 100-continue"), ("range", "range")) if name in headers]
    if "chunked" in headers.get("transfer-encoding", ""):
        words.append("chunked transfer")
    return ", ".join(words)
