//! Signatures, signed headers, presigned URLs, payload hashes.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use crate::client::{CONTEXT, Call, KEY_ID, SSE, Signing, server};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_good_signature_is_accepted_and_a_bad_one_is_not() {
    let server = server().await;
    let put = || Call::new("PUT", "/demo/a%20key").body("x");
    assert_eq!(put().signed(&server).send(&server).await.status, 200);
    let of = || Signing::of(&server);
    let ago = SystemTime::now() - Duration::from_mins(16);
    let table = [
        ("no signature", None, 403, "AccessDenied"),
        ("wrong secret", Some(Signing { secret_key: "other".into(), ..of() }), 403, "SignatureDoesNotMatch"),
        ("unknown key", Some(Signing { access_key: "AKIANOBODY".into(), ..of() }), 403, "InvalidAccessKeyId"),
        ("late clock", Some(Signing { time: ago, ..of() }), 403, "RequestTimeTooSkewed"),
        ("early clock", Some(Signing { time: SystemTime::now() + HOUR, ..of() }), 403, "RequestTimeTooSkewed"),
        ("other region", Some(Signing { region: "eu-west-1".into(), ..of() }), 400, "AuthorizationHeaderMalformed"),
        ("a token too many", Some(Signing { token: Some("t".into()), ..of() }), 400, "InvalidToken"),
    ];
    for (name, signing, status, code) in table {
        let call = signing.map_or_else(put, |how| put().signed_with(&server, &how).0);
        let answer = call.send(&server).await;
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{name}");
        assert!(answer.element("RequestId").is_some() && answer.header("x-amz-request-id").is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_wrong_region_is_told_the_right_one() {
    let server = server().await;
    let how = Signing { region: "eu-west-1".into(), ..Signing::of(&server) };
    let answer = Call::new("GET", "/demo/k").signed_with(&server, &how).0.send(&server).await;
    assert_eq!(answer.element("Region").as_deref(), Some("us-east-1"));
}

#[tokio::test]
async fn session_credentials_need_their_token() {
    let server = server().await;
    let session = server.session().clone();
    for (token, status) in [(session.session_token.clone(), 200), (None, 400), (Some("other".to_owned()), 400)] {
        let how = Signing {
            access_key: session.access_key.clone(),
            secret_key: session.secret_key.clone(),
            token,
            ..Signing::of(&server)
        };
        assert_eq!(Call::new("PUT", "/demo/k").signed_with(&server, &how).0.send(&server).await.status, status);
    }
    let how = Signing {
        access_key: session.access_key,
        secret_key: session.secret_key,
        token: session.session_token,
        presign: Some(HOUR),
        ..Signing::of(&server)
    };
    assert_eq!(Call::new("GET", "/demo/k").signed_with(&server, &how).0.send(&server).await.status, 200);
}

#[tokio::test]
async fn unsigned_amz_headers_are_refused_by_name() {
    let server = server().await;
    let call = Call::new("PUT", "/demo/k").body("x").signed(&server).header(SSE, "aws:kms").header("x-amz-meta-a", "1");
    let answer = call.send(&server).await;
    assert_eq!(answer.verdict(), (403, "AccessDenied".to_owned()));
    assert_eq!(answer.element("Message").unwrap(), "There were headers present in the request which were not signed");
    assert_eq!(answer.element("HeadersNotSigned").unwrap(), format!("x-amz-meta-a, {SSE}"));
}

#[tokio::test]
async fn a_changed_or_dropped_signed_header_breaks_the_signature() {
    let server = server().await;
    let signed = Call::new("PUT", "/demo/k").body("x").header("x-amz-meta-a", "1").signed(&server);
    let mut changed = signed.clone();
    changed.headers[0].1 = "2".to_owned();
    let mut dropped = signed.clone();
    dropped.headers.remove(0);
    let mut path = signed.clone();
    path.target = "/demo/other".to_owned();
    let mut query = signed.clone();
    query.target.push_str("?versionId=1");
    for call in [changed, dropped, path, query] {
        assert_eq!(call.send(&server).await.verdict(), (403, "SignatureDoesNotMatch".to_owned()));
    }
    assert_eq!(signed.send(&server).await.status, 200);
}

#[tokio::test]
async fn the_payload_hash_is_checked_against_the_body() {
    let server = server().await;
    let mut call = Call::new("PUT", "/demo/k").body("good").signed(&server);
    call.body = b"evil".to_vec();
    assert_eq!(call.send(&server).await.verdict(), (400, "XAmzContentSHA256Mismatch".to_owned()));
    let document = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let mut call = Call::new("PUT", "/demo?versioning").body(document).signed(&server);
    call.body[0] = b' ';
    assert_eq!(call.send(&server).await.verdict(), (400, "XAmzContentSHA256Mismatch".to_owned()));
    let how = Signing { payload: Some("UNSIGNED-PAYLOAD"), ..Signing::of(&server) };
    assert_eq!(Call::new("PUT", "/demo/k").body("any").signed_with(&server, &how).0.send(&server).await.status, 200);
}

#[tokio::test]
async fn two_mechanisms_at_once_are_refused() {
    let server = server().await;
    let call = Call::new("GET", "/demo/k").presigned(&server, HOUR).header("authorization", "AWS a:b");
    assert_eq!(call.send(&server).await.verdict(), (400, "InvalidArgument".to_owned()));
}

#[tokio::test]
async fn presigned_put_with_kms_takes_exactly_its_signed_headers() {
    let server = server().await;
    let key = server.keys().first.clone();
    let context = "eyJhIjoiMSJ9";
    let signed = Call::new("PUT", "/demo/k")
        .headers(&[(SSE, "aws:kms"), (KEY_ID, &key), (CONTEXT, context)])
        .presigned(&server, HOUR)
        .body("x");
    let answer = signed.send(&server).await;
    assert_eq!((answer.status, answer.header(KEY_ID)), (200, Some(key.as_str())), "{}", answer.text());

    let mut missing = signed.clone();
    missing.headers.retain(|(name, _)| name != CONTEXT);
    let mut changed = signed.clone();
    changed.headers.iter_mut().find(|(name, _)| name == CONTEXT).unwrap().1 = "eyJhIjoiMiJ9".to_owned();
    let added = signed.clone().header("x-amz-meta-a", "1");
    for (name, call, code) in [
        ("missing", missing, "SignatureDoesNotMatch"),
        ("changed", changed, "SignatureDoesNotMatch"),
        ("added", added, "AccessDenied"),
    ] {
        assert_eq!(call.send(&server).await.verdict(), (403, code.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn encryption_in_the_query_of_a_presigned_put_is_not_applied() {
    let server = server().await;
    let target = format!("/demo/k?{SSE}=aws%3Akms");
    let answer = Call::new("PUT", target).presigned(&server, HOUR).body("x").send(&server).await;
    assert_eq!((answer.status, answer.header(SSE)), (200, Some("AES256")));
    let head = Call::new("HEAD", "/demo/k").signed(&server).send(&server).await;
    assert_eq!(head.header(SSE), Some("AES256"));
}

#[tokio::test]
async fn presigned_urls_end_and_cannot_be_stretched() {
    let server = server().await;
    assert_eq!(Call::new("PUT", "/demo/k").presigned(&server, HOUR).body("x").send(&server).await.status, 200);
    let get = || Call::new("GET", "/demo/k");
    let week = Duration::from_hours(7 * 24);
    assert_eq!(get().presigned(&server, week).send(&server).await.text(), "x");
    let expired = Signing {
        time: SystemTime::now() - Duration::from_mins(2),
        presign: Some(Duration::from_mins(1)),
        ..Signing::of(&server)
    };
    let answer = get().signed_with(&server, &expired).0.send(&server).await;
    assert_eq!(
        (answer.verdict(), answer.element("Message").unwrap()),
        ((403, "AccessDenied".into()), "Request has expired".into())
    );

    let mut stretched = get().presigned(&server, HOUR);
    stretched.target = stretched.target.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200");
    assert_eq!(stretched.send(&server).await.verdict(), (403, "SignatureDoesNotMatch".to_owned()));
    let code = "AuthorizationQueryParametersError".to_owned();
    for life in ["604801", "0", "-5", "x"] {
        let mut call = get().presigned(&server, HOUR);
        call.target = call.target.replace("X-Amz-Expires=3600", &format!("X-Amz-Expires={life}"));
        assert_eq!(call.send(&server).await.verdict(), (403, code.clone()), "{life}");
    }
    let mut other = get().presigned(&server, HOUR);
    other.target = other.target.replace("/demo/k?", "/demo/other?");
    assert_eq!(other.send(&server).await.verdict(), (403, "SignatureDoesNotMatch".to_owned()));
}

/// A request with Signature Version 2, from its own specification.
fn v2(server: &s3kms_test_server::TestServer, method: &'static str, amz: &[(&str, &str)]) -> Call {
    use base64::Engine as _;
    let date = "Tue, 27 Mar 2007 19:36:42 +0000";
    let mut sorted = amz.to_vec();
    sorted.sort_unstable();
    let canonical = sorted.iter().fold(String::new(), |all, (name, value)| all + name + ":" + value + "\n");
    let to_sign = format!("{method}\n\n\n{date}\n{canonical}/demo/k");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, server.secret_key().as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, to_sign.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(tag.as_ref());
    Call::new(method, "/demo/k")
        .headers(amz)
        .header("date", date)
        .header("authorization", format!("AWS {}:{signature}", server.access_key()))
}

#[tokio::test]
async fn signature_version_2_does_for_sse_s3_but_not_for_kms() {
    let server = server().await;
    assert_eq!(v2(&server, "PUT", &[]).send(&server).await.status, 200);
    let answer = v2(&server, "PUT", &[(SSE, "aws:kms")]).send(&server).await;
    assert_eq!(answer.verdict(), (400, "InvalidArgument".to_owned()));
    assert_eq!(
        answer.element("Message").unwrap(),
        "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
    );
    assert_eq!(v2(&server, "GET", &[]).send(&server).await.status, 200);
    Call::new("PUT", "/demo/k").header(SSE, "aws:kms").signed(&server).send(&server).await;
    assert_eq!(v2(&server, "GET", &[]).send(&server).await.verdict(), (400, "InvalidArgument".to_owned()));
}

#[tokio::test]
async fn post_policies_are_enforced() {
    let server = server().await;
    // A field that the policy does not name, one that says otherwise, and one that is too much.
    for (field, condition, extra, status) in [
        ("aws:kms", true, None, 204),
        ("AES256", true, None, 403),
        ("aws:kms", false, None, 403),
        ("aws:kms", true, Some(("x-amz-meta-a", "1")), 403),
        ("aws:kms", true, Some((KEY_ID, "alias/first")), 403),
    ] {
        let (form, boundary) = post_form(&server, field, condition, extra);
        let call = Call::new("POST", "/demo")
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .body(form);
        let answer = call.send(&server).await;
        assert_eq!(answer.status, status, "{field} {condition} {extra:?}: {}", answer.text());
    }
    let head = Call::new("HEAD", "/demo/posted").signed(&server).send(&server).await;
    assert_eq!(head.header(SSE), Some("aws:kms"));
}

/// A form whose policy demands `aws:kms`, if it has that condition, and whose field says `field`.
fn post_form(
    server: &s3kms_test_server::TestServer,
    field: &str,
    condition: bool,
    extra: Option<(&str, &str)>,
) -> (String, &'static str) {
    use base64::Engine as _;
    let now = SystemTime::now();
    let date = httpdate_compact(now);
    let day = &date[..8];
    let credential = format!("{}/{day}/us-east-1/s3/aws4_request", server.access_key());
    let mut policy = serde_json::json!({
        "expiration": "2099-01-01T00:00:00Z",
        "conditions": [
            {"bucket": "demo"}, {"key": "posted"},
            {"x-amz-algorithm": "AWS4-HMAC-SHA256"}, {"x-amz-credential": credential}, {"x-amz-date": date},
        ],
    });
    if condition {
        policy["conditions"].as_array_mut().unwrap().push(serde_json::json!({SSE: "aws:kms"}));
    }
    let policy = base64::engine::general_purpose::STANDARD.encode(policy.to_string());
    let key = aws_sigv4::sign::v4::generate_signing_key(server.secret_key(), now, "us-east-1", "s3");
    let signature = aws_sigv4::sign::v4::calculate_signature(key, policy.as_bytes());
    let boundary = "b0undary";
    let fields = [
        ("key", "posted"),
        ("x-amz-server-side-encryption", field),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", &credential),
        ("x-amz-date", &date),
        ("policy", &policy),
        ("x-amz-signature", &signature),
    ];
    let mut form = String::new();
    for (name, value) in fields.into_iter().chain(extra) {
        let _ = write!(form, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let _ = write!(
        form,
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--{boundary}--\r\n"
    );
    (form, boundary)
}

/// `YYYYMMDDTHHMMSSZ`, taken from a signature made for that moment.
pub fn httpdate_compact(time: SystemTime) -> String {
    // `Tue, 15 Nov 1994 12:45:26 GMT`
    let text = httpdate::fmt_http_date(time);
    let words: Vec<&str> = text.split(' ').collect();
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|name| *name == words[2])
        .unwrap()
        + 1;
    format!("{}{month:02}{}T{}Z", words[3], words[1], words[4].replace(':', ""))
}
