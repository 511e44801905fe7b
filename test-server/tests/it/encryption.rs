//! Server-side encryption: what is taken, what is reported, what is refused, and that keys matter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use s3kms_test_server::TestServer;
use s3kms_test_server::kms::KeyState;

use crate::client::{Answer, BUCKET_KEY, CONTEXT, Call, KEY_ID, SSE, server};

const C_ALGORITHM: &str = "x-amz-server-side-encryption-customer-algorithm";
const C_KEY: &str = "x-amz-server-side-encryption-customer-key";
const C_MD5: &str = "x-amz-server-side-encryption-customer-key-md5";

/// Name, headers, and the algorithm, key ARN and flag that are reported.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// 32 bytes of `0x01` and of `0x02`, with the MD5 of each.
const CUSTOMER: [(&str, &str); 2] = [
    ("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "4Funlf7OsLF0HL+vKU+fkg=="),
    ("AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=", "F3apf5enN9TQbA8CaOS4/g=="),
];

async fn put(server: &TestServer, key: &str, headers: &[(&str, &str)]) -> Answer {
    Call::new("PUT", format!("/demo/{key}")).headers(headers).body("secret").signed(server).send(server).await
}

async fn get(server: &TestServer, key: &str, headers: &[(&str, &str)]) -> Answer {
    Call::new("GET", format!("/demo/{key}")).headers(headers).signed(server).send(server).await
}

fn context() -> String {
    STANDARD.encode(r#"{"project":"x"}"#)
}

#[tokio::test]
async fn responses_report_algorithm_key_arn_and_flag_and_only_writes_report_the_context() {
    let server = server().await;
    let keys = server.keys().clone();
    let id = keys.first.rsplit('/').next().unwrap();
    let alias_arn = keys.first.replace(&format!("key/{id}"), "alias/first");
    let context = context();
    let kms = "aws:kms";
    let table: [Row; 8] = [
        ("nothing", &[], Some("AES256"), None, None),
        ("sse-s3", &[(SSE, "AES256")], Some("AES256"), None, None),
        ("managed", &[(SSE, kms)], Some(kms), Some(&keys.managed), None),
        ("id", &[(SSE, kms), (KEY_ID, id)], Some(kms), Some(&keys.first), None),
        ("alias", &[(SSE, kms), (KEY_ID, "alias/first")], Some(kms), Some(&keys.first), None),
        ("alias-arn", &[(SSE, kms), (KEY_ID, &alias_arn)], Some(kms), Some(&keys.first), None),
        (
            "all",
            &[(SSE, kms), (KEY_ID, &keys.second), (CONTEXT, &context), (BUCKET_KEY, "true")],
            Some(kms),
            Some(&keys.second),
            Some("true"),
        ),
        ("dsse", &[(SSE, "aws:kms:dsse"), (KEY_ID, &keys.first)], Some("aws:kms:dsse"), Some(&keys.first), None),
    ];
    for (name, headers, algorithm, arn, flag) in table {
        let written = put(&server, name, headers).await;
        let read = get(&server, name, &[]).await;
        let head = Call::new("HEAD", format!("/demo/{name}")).signed(&server).send(&server).await;
        for answer in [&written, &read, &head] {
            assert_eq!(answer.status, 200, "{name}: {}", answer.text());
            assert_eq!(answer.header(SSE), algorithm, "{name}");
            assert_eq!(answer.header(KEY_ID), arn, "{name}");
            assert_eq!(answer.header(BUCKET_KEY), flag, "{name}");
        }
        assert_eq!(read.text(), "secret");
        let sent_context = headers.iter().find(|(n, _)| *n == CONTEXT).map(|(_, v)| *v);
        assert_eq!(written.header(CONTEXT), sent_context, "{name}");
        assert_eq!((read.header(CONTEXT), head.header(CONTEXT)), (None, None), "{name}");
    }
}

#[tokio::test]
async fn the_etag_is_the_md5_only_for_sse_s3() {
    let server = server().await;
    let md5 = "\"5ebe2294ecd0e0f08eab7690d2a6ee69\"";
    assert_eq!(put(&server, "s3", &[]).await.header("etag"), Some(md5));
    assert_ne!(put(&server, "kms", &[(SSE, "aws:kms")]).await.header("etag"), Some(md5));
    let (key, sum) = CUSTOMER[0];
    let answer = put(&server, "c", &[(C_ALGORITHM, "AES256"), (C_KEY, key), (C_MD5, sum)]).await;
    assert_ne!(answer.header("etag"), Some(md5));
}

#[tokio::test]
async fn keys_that_cannot_be_used_are_refused_by_name() {
    let server = server().await;
    let keys = server.keys().clone();
    let table = [
        ("00000000-0000-0000-0000-000000000000", "KMS.NotFoundException"),
        ("alias/none", "KMS.NotFoundException"),
        (&keys.other_region, "KMS.NotFoundException"),
        (&keys.asymmetric, "KMS.InvalidKeyUsageException"),
        (&keys.disabled, "KMS.DisabledException"),
        (&keys.pending_deletion, "KMS.KMSInvalidStateException"),
    ];
    for (key, code) in table {
        let answer = put(&server, "k", &[(SSE, "aws:kms"), (KEY_ID, key)]).await;
        assert_eq!(answer.verdict(), (400, code.to_owned()), "{key}");
    }
    let answer = put(&server, "k", &[(SSE, "aws:kms"), (KEY_ID, &keys.asymmetric)]).await;
    let message = answer.element("Message").unwrap();
    assert!(message.contains("RSA_2048") && message.contains("only symmetric encryption KMS keys"), "{message}");
    assert_eq!(get(&server, "k", &[]).await.status, 404);
}

#[tokio::test]
async fn a_key_that_is_taken_away_closes_its_objects_but_not_their_head() {
    let server = server().await;
    let key = server.keys().first.clone();
    put(&server, "k", &[(SSE, "aws:kms"), (KEY_ID, &key)]).await;
    for (state, code) in
        [(KeyState::Disabled, "KMS.DisabledException"), (KeyState::PendingDeletion, "KMS.KMSInvalidStateException")]
    {
        server.kms().set_state(&key, state).unwrap();
        assert_eq!(get(&server, "k", &[]).await.verdict(), (400, code.to_owned()));
        assert_eq!(Call::new("HEAD", "/demo/k").signed(&server).send(&server).await.status, 200);
    }
    server.kms().set_state(&key, KeyState::Enabled).unwrap();
    assert_eq!(get(&server, "k", &[]).await.text(), "secret");
}

#[tokio::test]
async fn combinations_that_make_no_sense_are_refused() {
    let server = server().await;
    let context = context();
    let (c_key, c_md5) = CUSTOMER[0];
    let table: [(&str, &[(&str, &str)]); 12] = [
        ("key id alone", &[(KEY_ID, "alias/first")]),
        ("context alone", &[(CONTEXT, &context)]),
        ("sse-s3 with a key id", &[(SSE, "AES256"), (KEY_ID, "alias/first")]),
        ("sse-s3 with a context", &[(SSE, "AES256"), (CONTEXT, &context)]),
        ("unknown", &[(SSE, "aws:foo")]),
        ("empty", &[(SSE, "")]),
        ("empty key id", &[(SSE, "aws:kms"), (KEY_ID, "")]),
        ("context not base64", &[(SSE, "aws:kms"), (CONTEXT, "{}")]),
        ("context with a number", &[(SSE, "aws:kms"), (CONTEXT, "eyJhIjoxfQ==")]),
        ("flag", &[(SSE, "aws:kms"), (BUCKET_KEY, "yes")]),
        ("sse-c with kms", &[(SSE, "aws:kms"), (C_ALGORITHM, "AES256"), (C_KEY, c_key), (C_MD5, c_md5)]),
        ("sse-c without its md5", &[(C_ALGORITHM, "AES256"), (C_KEY, c_key)]),
    ];
    for (name, headers) in table {
        for call in [
            Call::new("PUT", "/demo/k").body("x"),
            Call::new("POST", "/demo/k?uploads"),
            Call::new("PUT", "/demo/k").header("x-amz-copy-source", "demo/other"),
        ] {
            let answer = call.headers(headers).signed(&server).send(&server).await;
            assert_eq!(answer.verdict(), (400, "InvalidArgument".to_owned()), "{name}");
        }
    }
}

#[tokio::test]
async fn encryption_headers_stand_only_where_objects_are_created() {
    let server = server().await;
    put(&server, "k", &[]).await;
    let calls = [
        Call::new("GET", "/demo/k"),
        Call::new("HEAD", "/demo/k"),
        Call::new("DELETE", "/demo/k"),
        Call::new("PUT", "/demo/k?partNumber=1&uploadId=u").body("x"),
        Call::new("PUT", "/demo/k?partNumber=1&uploadId=u").header("x-amz-copy-source", "demo/k"),
        Call::new("POST", "/demo/k?uploadId=u").body("<CompleteMultipartUpload/>"),
        Call::new("DELETE", "/demo/k?uploadId=u"),
    ];
    let context = context();
    for call in calls {
        for (name, value) in [(SSE, "aws:kms"), (KEY_ID, "alias/first"), (CONTEXT, &context), (BUCKET_KEY, "true")] {
            let answer = call.clone().header(name, value).signed(&server).send(&server).await;
            assert_eq!(answer.status, 400, "{} {} {name}", call.method, call.target);
            if call.method != "HEAD" {
                assert_eq!(answer.element("Code").as_deref(), Some("InvalidArgument"));
            }
        }
    }
}

#[tokio::test]
async fn sse_c_opens_only_with_its_own_key() {
    let server = server().await;
    let of = |i: usize| [(C_ALGORITHM, "AES256"), (C_KEY, CUSTOMER[i].0), (C_MD5, CUSTOMER[i].1)];
    let (one, two) = (CUSTOMER[0].1, CUSTOMER[1].1);
    let written = put(&server, "c", &of(0)).await;
    assert_eq!((written.status, written.header(C_ALGORITHM), written.header(C_MD5)), (200, Some("AES256"), Some(one)));
    assert_eq!(written.header(SSE), None);
    let read = get(&server, "c", &of(0)).await;
    assert_eq!((read.text().as_str(), read.header(C_MD5)), ("secret", Some(one)));
    assert_eq!(get(&server, "c", &of(1)).await.verdict(), (403, "AccessDenied".to_owned()));
    assert_eq!(get(&server, "c", &[]).await.verdict(), (400, "InvalidRequest".to_owned()));
    let head = async |headers: &[(&str, &str)]| {
        let call = Call::new("HEAD", "/demo/c").headers(headers).signed(&server);
        call.send(&server).await.status
    };
    assert_eq!((head(&of(0)).await, head(&of(1)).await, head(&[]).await), (200, 403, 400));
    let mixed = [(C_ALGORITHM, "AES256"), (C_KEY, CUSTOMER[0].0), (C_MD5, two)];
    assert_eq!(put(&server, "m", &mixed).await.verdict(), (400, "InvalidArgument".to_owned()));
    put(&server, "plain", &[]).await;
    assert_eq!(get(&server, "plain", &of(0)).await.verdict(), (400, "InvalidRequest".to_owned()));
}

/// Sets the bucket's default encryption.
async fn set_default(server: &TestServer, algorithm: &str, key: Option<&str>, bucket_key: bool) -> Answer {
    use s3s::crypto::Checksum as _;
    let key = key.map(|key| format!("<KMSMasterKeyID>{key}</KMSMasterKeyID>")).unwrap_or_default();
    let body = format!(
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}\
         </SSEAlgorithm>{key}</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>{bucket_key}</BucketKeyEnabled>\
         </Rule></ServerSideEncryptionConfiguration>"
    );
    let md5 = STANDARD.encode(s3s::crypto::Md5::checksum(body.as_bytes()));
    Call::new("PUT", "/demo?encryption").header("content-md5", md5).body(body).signed(server).send(server).await
}

#[tokio::test]
async fn the_buckets_default_applies_where_a_request_says_nothing() {
    let server = server().await;
    let key = server.keys().first.clone();
    let read = || Call::new("GET", "/demo?encryption").signed(&server);
    assert!(read().send(&server).await.text().contains("<SSEAlgorithm>AES256</SSEAlgorithm>"));
    assert_eq!(set_default(&server, "aws:kms", Some(&key), true).await.status, 200);
    let shown = read().send(&server).await.text();
    assert!(shown.contains(&key) && shown.contains("<BucketKeyEnabled>true</BucketKeyEnabled>"), "{shown}");

    let answer = put(&server, "d", &[]).await;
    assert_eq!(
        (answer.header(SSE), answer.header(KEY_ID), answer.header(BUCKET_KEY)),
        (Some("aws:kms"), Some(key.as_str()), Some("true"))
    );
    assert_eq!(put(&server, "n", &[(BUCKET_KEY, "false")]).await.header(BUCKET_KEY), None);
    let own = put(&server, "o", &[(SSE, "AES256")]).await;
    assert_eq!((own.header(SSE), own.header(KEY_ID)), (Some("AES256"), None));

    // A copy takes the destination's default, not the source's encryption.
    let copy =
        Call::new("PUT", "/demo/copy").header("x-amz-copy-source", "/demo/o").signed(&server).send(&server).await;
    assert_eq!(copy.header(KEY_ID), Some(key.as_str()));

    assert_eq!(set_default(&server, "aws:kms:dsse", None, false).await.status, 200);
    let dual = put(&server, "d", &[]).await;
    assert_eq!((dual.header(SSE), dual.header(KEY_ID)), (Some("aws:kms:dsse"), Some(server.keys().managed.as_str())));

    assert_eq!(set_default(&server, "AES256", Some(&key), false).await.verdict().0, 400);
    assert_eq!(set_default(&server, "aws:foo", None, false).await.verdict().0, 400);
    assert_eq!(Call::new("DELETE", "/demo?encryption").signed(&server).send(&server).await.status, 204);
    assert_eq!(put(&server, "d", &[]).await.header(SSE), Some("AES256"));
}

#[tokio::test]
async fn copies_decrypt_their_source_and_encrypt_anew() {
    let server = server().await;
    let keys = server.keys().clone();
    put(&server, "from", &[(SSE, "aws:kms"), (KEY_ID, &keys.first)]).await;
    let context = context();
    let copy = Call::new("PUT", "/demo/to")
        .header("x-amz-copy-source", "/demo/from")
        .headers(&[(SSE, "aws:kms"), (KEY_ID, &keys.second), (CONTEXT, &context)])
        .signed(&server)
        .send(&server)
        .await;
    assert_eq!(
        (copy.status, copy.header(KEY_ID), copy.header(CONTEXT)),
        (200, Some(keys.second.as_str()), Some(context.as_str()))
    );
    server.kms().set_state(&keys.first, KeyState::Disabled).unwrap();
    assert_eq!(get(&server, "to", &[]).await.text(), "secret");
    let again =
        Call::new("PUT", "/demo/again").header("x-amz-copy-source", "demo/from").signed(&server).send(&server).await;
    assert_eq!(again.verdict(), (400, "KMS.DisabledException".to_owned()));
}

#[tokio::test]
async fn a_customer_encrypted_source_is_copied_with_its_key_only() {
    let server = server().await;
    let (key, md5) = CUSTOMER[0];
    put(&server, "c", &[(C_ALGORITHM, "AES256"), (C_KEY, key), (C_MD5, md5)]).await;
    let bare = Call::new("PUT", "/demo/to").header("x-amz-copy-source", "demo/c");
    assert_eq!(bare.clone().signed(&server).send(&server).await.verdict(), (400, "InvalidRequest".to_owned()));
    let prefix = "x-amz-copy-source-server-side-encryption-customer-";
    let with = bare
        .header(&format!("{prefix}algorithm"), "AES256")
        .header(&format!("{prefix}key"), key)
        .header(&format!("{prefix}key-md5"), md5)
        .header(SSE, "aws:kms");
    assert_eq!(with.signed(&server).send(&server).await.status, 200);
    assert_eq!(get(&server, "to", &[]).await.text(), "secret");
}

#[tokio::test]
async fn a_refused_upload_gets_its_answer_although_it_is_large() {
    let server = server().await;
    let call = Call::new("PUT", "/demo/k").headers(&[(SSE, "aws:kms"), (KEY_ID, "alias/none")]).body(vec![0; 8 << 20]);
    assert_eq!(call.signed(&server).send(&server).await.verdict(), (400, "KMS.NotFoundException".to_owned()));
}
