"""A minimal signed S3 request by hand: the demo's own eyes, sharing no code with any client of this project.

Signature Version 4 as in "Authenticating Requests: Using the Authorization Header" of the Amazon S3 API reference; path
style; no body. Not a client: it knows HEAD and DELETE of one object, nothing else.
"""

import datetime
import hashlib
import hmac
import ssl
import urllib.error
import urllib.parse
import urllib.request

EMPTY = hashlib.sha256(b"").hexdigest()


class Server:
    """Where the objects are. `settings`: endpoint, region, bucket, access_key, secret_key, session_token, ca."""

    def __init__(self, settings):
        self.settings = settings
        handlers = []
        if settings["endpoint"].startswith("https:"):
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=settings.get("ca"))))
        host = urllib.parse.urlsplit(settings["endpoint"]).hostname
        if host in ("127.0.0.1", "localhost", "::1"):
            handlers.append(urllib.request.ProxyHandler({}))
        self.opener = urllib.request.build_opener(*handlers)

    def request(self, method, key):
        """Sends HEAD or DELETE; returns (status, headers by lower-case name)."""
        endpoint = urllib.parse.urlsplit(self.settings["endpoint"])
        path = urllib.parse.quote(f"{endpoint.path.rstrip('/')}/{self.settings['bucket']}/{key}", safe="/-_.~")
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": endpoint.netloc, "x-amz-content-sha256": EMPTY, "x-amz-date": now}
        if self.settings.get("session_token"):
            headers["x-amz-security-token"] = self.settings["session_token"]
        headers["authorization"] = self.authorization(method, path, headers, now)
        request = urllib.request.Request(f"{endpoint.scheme}://{endpoint.netloc}{path}", method=method, headers=headers)
        try:
            with self.opener.open(request) as answer:
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError as error:
            return error.code, {name.lower(): value for name, value in error.headers.items()}

    def authorization(self, method, path, headers, now):
        """The Authorization header for these headers, all of which are signed."""
        signed = ";".join(sorted(headers))
        canonical = "\n".join([method, path, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", signed, EMPTY])
        scope = f"{now[:8]}/{self.settings['region']}/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        secret = ("AWS4" + self.settings["secret_key"]).encode()
        for part in scope.split("/"):
            secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()
        return (f"AWS4-HMAC-SHA256 Credential={self.settings['access_key']}/{scope}, "
                f"SignedHeaders={signed}, Signature={signature}")

    def encryption(self, key):
        """(status, algorithm, key id) that the server reports for an object; None where it reports none."""
        status, headers = self.request("HEAD", key)
        name = "x-amz-server-side-encryption"
        return status, headers.get(name), headers.get(f"{name}-aws-kms-key-id")
