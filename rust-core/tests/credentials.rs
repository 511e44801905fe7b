//! Credentials that expire: renewed in the background while they are still valid, and waited for only when they are not.

mod common;

use std::time::Duration;

use common::temp::TempDir;
use s3kms::{Client, ClientConfig, PresignRequest};

/// Prints credentials that live for two minutes, `AKID1` the first time; from then on it waits for the file `go`.
const SCRIPT: &str = r#"
cd "$(dirname "$0")"
count=$(($(cat count 2>/dev/null || echo 0) + 1))
echo $count >count
while [ $count -gt 1 ] && [ ! -e go ]; do sleep 0.05; done
printf '{"Version":1,"AccessKeyId":"AKID%s","SecretAccessKey":"secret","Expiration":"%s"}' \
  $count "$(date -u -d '+2 minutes' +%Y-%m-%dT%H:%M:%SZ)"
"#;

async fn signer(client: &Client) -> String {
    let url = client.presign(PresignRequest::new("bucket", "key")).await.unwrap().url.unwrap();
    let credential = url.split("X-Amz-Credential=").nth(1).unwrap();
    credential.split("%2F").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_waits_while_credentials_are_renewed_ahead_of_their_expiry() {
    let folder = TempDir::new();
    let script = folder.file("provider.sh", SCRIPT.as_bytes());
    let profile = format!("[default]\ncredential_process = sh {}\n", script.display());
    let client = Client::new(ClientConfig {
        region: Some("eu-central-1".into()),
        profile_file: Some(folder.file("credentials", profile.as_bytes()).display().to_string()),
        ..ClientConfig::default()
    })
    .unwrap();
    // The first request waits for the provider. The next ones find credentials that are about to expire, and a provider
    // that does not answer: they are signed all the same.
    for _ in 0..3 {
        assert_eq!(signer(&client).await, "AKID1");
    }
    while std::fs::read_to_string(folder.path().join("count")).unwrap().trim() != "2" {
        tokio::time::sleep(Duration::from_millis(20)).await; // until the renewal has begun
    }
    assert_eq!(signer(&client).await, "AKID1");
    folder.file("go", b"");
    while signer(&client).await == "AKID1" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(signer(&client).await, "AKID2");
    // One renewal, however many requests met it.
    assert_eq!(std::fs::read_to_string(folder.path().join("count")).unwrap().trim(), "2");
}
