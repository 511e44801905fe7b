//! Ways out of the errors that people meet with S3 and KMS.

/// A way out of an error code of S3 or KMS, where one is known. `kms`: the request asked for SSE-KMS.
pub(crate) fn of(code: &str, status: u16, kms: bool) -> Option<&'static str> {
    Some(match code {
        "KMS.NotFoundException" => {
            "The key must exist in the bucket's region; another account's key needs its full ARN, and an alias resolves in the caller's account"
        }
        "KMS.DisabledException" => "Enable the KMS key, or name another",
        "KMS.KMSInvalidStateException" => {
            "The KMS key is not usable in its state (pending deletion, or not yet available)"
        }
        "KMS.InvalidKeyUsageException" => {
            "Only symmetric encryption keys (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT) work with S3"
        }
        "AccessDenied" if kms => {
            "Beside S3's own permission, the caller needs kms:GenerateDataKey on the key to write, and kms:Decrypt to read, to copy from it and to upload in parts"
        }
        "AccessDenied" if status == 403 => {
            "Check the caller's s3 permissions; for an object under SSE-KMS it also needs kms:Decrypt on the key"
        }
        "SignatureDoesNotMatch" => {
            "Check the secret access key; for a presigned URL, send exactly the signed headers that came with it"
        }
        "InvalidAccessKeyId" => "Check the access key id, and that it belongs to this server or account",
        "ExpiredToken" => "The temporary credentials have expired: fetch new ones",
        "RequestTimeTooSkewed" => "Set this machine's clock",
        "PermanentRedirect" | "AuthorizationHeaderMalformed" => "Build the client with the bucket's region",
        "NoSuchBucket" => "Check the bucket's name and the client's endpoint",
        "InvalidObjectState" => "The object is archived: restore it first",
        _ => return None,
    })
}
