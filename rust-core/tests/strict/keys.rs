//! KMS keys that S3 cannot use: the error keeps what the server said and adds the way out.

use s3kms::{Body, CopyObjectRequest, Error, ErrorKind, ServerSideEncryption};
use s3kms_test_server::kms::KeyState;

use super::{count, fetch, get, put, put_kms};
use crate::common::content::pushed;
use crate::common::server::{BUCKET, client, strict};

/// A row: code, words of the server's message, words of the hint.
type Row = (&'static str, &'static str, &'static str);

const UNKNOWN: Row = ("KMS.NotFoundException", "does not exist", "must exist in the bucket's region");
const ASYMMETRIC: Row = ("KMS.InvalidKeyUsageException", "is asymmetric", "Only symmetric encryption keys");
const DISABLED: Row = ("KMS.DisabledException", "is disabled", "Enable the KMS key");
const PENDING: Row = ("KMS.KMSInvalidStateException", "is pending deletion", "not usable in its state");

fn assert_row(error: &Error, row: Row, what: &str) {
    let details = error.details();
    assert_eq!((error.kind(), details.http_status), (ErrorKind::Service, 400), "{what}: {error:?}");
    assert_eq!(error.code(), Some(row.0), "{what}");
    assert!(details.message.contains(row.1), "{what}: {}", details.message);
    assert!(details.hint.as_deref().unwrap_or_default().contains(row.2), "{what}: {:?}", details.hint);
    let (id, extended) = (details.request_id.as_deref().unwrap(), details.extended_request_id.as_deref().unwrap());
    assert!(id.len() == 16 && extended.len() > 16, "{what}: {id} {extended}");
    // One line has it all, for those who log only the text.
    let text = error.to_string();
    for piece in [row.0, row.1, row.2, id, extended, "400"] {
        assert!(text.contains(piece), "{what}: {piece} is not in {text}");
    }
    assert!(!details.retryable, "{what}");
}

#[tokio::test]
async fn writing_under_a_key_that_cannot_be_used_says_which_and_why() {
    let server = strict().await;
    let client = client(&server);
    let keys = server.keys();
    client.put_object(put("source"), Body::Bytes("hello".into())).await.unwrap();
    let unknown = keys.first.rsplit_once('/').unwrap().0.to_owned() + "/00000000-0000-4000-8000-000000000000";
    let table = [
        (unknown.as_str(), UNKNOWN),
        ("00000000-0000-4000-8000-000000000000", UNKNOWN),
        ("alias/none", ("KMS.NotFoundException", "is not found", UNKNOWN.2)),
        (keys.other_region.as_str(), ("KMS.NotFoundException", "must be in us-east-1", UNKNOWN.2)),
        (keys.asymmetric.as_str(), ASYMMETRIC),
        (keys.disabled.as_str(), DISABLED),
        (keys.pending_deletion.as_str(), PENDING),
    ];
    for (key, row) in table {
        let before = count(&server, "PUT");
        let error = client.put_object(put_kms("k", key), Body::Bytes("hello".into())).await.unwrap_err();
        assert_row(&error, row, &format!("put {key}"));
        let request = CopyObjectRequest {
            encryption: ServerSideEncryption::kms(key).unwrap(),
            ..CopyObjectRequest::new(BUCKET, "k", BUCKET, "source")
        };
        let error = client.copy_object(request).await.unwrap_err();
        assert_row(&error, row, &format!("copy {key}"));
        assert_eq!(count(&server, "PUT") - before, 2, "{key}: such errors are not retried");
        let body = pushed(vec![0; 8 << 20], false);
        let error = client.put_object(put_kms("k", key), body).await.unwrap_err();
        assert_row(&error, row, &format!("upload {key}"));
        assert_eq!(count(&server, "PUT") - before, 2, "{key}: no part was sent");
    }
    assert_eq!(fetch(&client, get("k")).await.unwrap_err().code(), Some("NoSuchKey"), "nothing was stored");
}

#[tokio::test]
async fn reading_under_a_key_that_can_no_longer_be_used_says_so() {
    let server = strict().await;
    let client = client(&server);
    let first = server.keys().first.as_str();
    client.put_object(put_kms("k", first), Body::Bytes("hello".into())).await.unwrap();
    for (state, row) in [(KeyState::Disabled, DISABLED), (KeyState::PendingDeletion, PENDING)] {
        server.kms().set_state(first, state).unwrap();
        assert_row(&fetch(&client, get("k")).await.unwrap_err(), row, "get");
        let error = client.copy_object(CopyObjectRequest::new(BUCKET, "copy", BUCKET, "k")).await.unwrap_err();
        assert_row(&error, row, "copy of the source");
    }
    server.kms().set_state(first, KeyState::Enabled).unwrap();
    assert_eq!(fetch(&client, get("k")).await.unwrap(), b"hello");
}
