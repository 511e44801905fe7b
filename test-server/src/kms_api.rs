//! The KMS JSON API, as far as key preflights and tests need it, on the port of S3.
//!
//! `X-Amz-Target: TrentService.` `DescribeKey`, `CreateKey`, `CreateAlias`, `EnableKey`, `DisableKey`,
//! `ScheduleKeyDeletion`, `CancelKeyDeletion`. No Encrypt, Decrypt, Sign or grants.

use http::{Response, StatusCode, request::Parts};
use s3s::Body;
use serde_json::{Value, json};

use crate::auth::Credentials;
use crate::error::KmsError;
use crate::kms::{ACCOUNT, KeyInfo, KeyState, Kms};
use crate::sigv4;

/// The prefix of `X-Amz-Target` for KMS.
pub const TARGET: &str = "TrentService.";

/// Answers one request.
pub fn answer(parts: &Parts, body: &[u8], kms: &Kms, credentials: &Credentials, region: &str) -> Response<Body> {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let result = sigv4::verify(parts, body, credentials, region, "kms").and_then(|()| {
        let input: Value = serde_json::from_slice(if body.is_empty() { b"{}" } else { body })
            .map_err(|error| KmsError::new("SerializationException", error.to_string()))?;
        call(target.strip_prefix(TARGET).unwrap_or_default(), &input, kms)
    });
    let (status, document) = match result {
        Ok(document) => (StatusCode::OK, document),
        Err(error) => (StatusCode::BAD_REQUEST, json!({"__type": error.code, "message": error.message})),
    };
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/x-amz-json-1.1"));
    response
}

fn call(operation: &str, input: &Value, kms: &Kms) -> Result<Value, KmsError> {
    let text = |name: &str| {
        let value = input.get(name).and_then(Value::as_str);
        value.ok_or_else(|| KmsError::new("ValidationException", format!("{name} must be a string")))
    };
    let set_state = |state| -> Result<Value, KmsError> {
        let key = text("KeyId")?;
        kms.set_state(key, state)?;
        Ok(json!({"KeyId": kms.describe(key)?.arn, "KeyState": state.as_str()}))
    };
    match operation {
        "DescribeKey" => Ok(json!({"KeyMetadata": metadata(&kms.describe(text("KeyId")?)?)})),
        "CreateKey" => {
            let spec = text("KeySpec").or_else(|_| text("CustomerMasterKeySpec")).unwrap_or("SYMMETRIC_DEFAULT");
            let usage = text("KeyUsage").unwrap_or("ENCRYPT_DECRYPT");
            check_spec(spec, usage)?;
            let arn = kms.create_key(spec, usage, KeyState::Enabled);
            Ok(json!({"KeyMetadata": metadata(&kms.describe(&arn)?)}))
        }
        "CreateAlias" => {
            kms.create_alias(text("AliasName")?, text("TargetKeyId")?)?;
            Ok(json!({}))
        }
        "EnableKey" | "CancelKeyDeletion" => set_state(KeyState::Enabled),
        "DisableKey" => set_state(KeyState::Disabled),
        "ScheduleKeyDeletion" => set_state(KeyState::PendingDeletion),
        other => {
            Err(KmsError::new("UnknownOperationException", format!("'{other}' is not an operation of this server")))
        }
    }
}

/// Which usage goes with which kind of key (API page `CreateKey`).
fn check_spec(spec: &str, usage: &str) -> Result<(), KmsError> {
    let usages: &[&str] = match spec {
        "SYMMETRIC_DEFAULT" => &["ENCRYPT_DECRYPT"],
        "RSA_2048" | "RSA_3072" | "RSA_4096" => &["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
        "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" => &["SIGN_VERIFY", "KEY_AGREEMENT"],
        "ECC_SECG_P256K1" => &["SIGN_VERIFY"],
        "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512" => &["GENERATE_VERIFY_MAC"],
        _ => {
            return Err(KmsError::new("ValidationException", format!("KeySpec {spec} is unknown")));
        }
    };
    if usages.contains(&usage) {
        return Ok(());
    }
    Err(KmsError::new("ValidationException", format!("KeyUsage {usage} is not compatible with KeySpec {spec}")))
}

fn metadata(key: &KeyInfo) -> Value {
    json!({
        "AWSAccountId": ACCOUNT,
        "Arn": key.arn,
        "KeyId": key.id,
        "CreationDate": key.created,
        "Enabled": key.state == KeyState::Enabled,
        "KeyState": key.state.as_str(),
        "KeySpec": key.spec,
        "CustomerMasterKeySpec": key.spec,
        "KeyUsage": key.usage,
        "KeyManager": if key.aws_managed { "AWS" } else { "CUSTOMER" },
        "Origin": "AWS_KMS",
        "MultiRegion": false,
    })
}
