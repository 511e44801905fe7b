//! What calls allocate, counted and held against `costs.toml`: figures that do not depend on the machine's mood.
//! (Time is measured in `benchmarks/`.)

#[path = "common/canned.rs"]
mod canned;

use canned::serve;
use s3kms::{
    Body, Client, ClientConfig, Credentials, GetObjectRequest, PresignRequest, PutObjectRequest, ServerSideEncryption,
    Target,
};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// Enough that what happens once in many calls counts for little.
const CALLS: u64 = 100;

/// Runs the call many times; returns allocations and bytes of one.
async fn cost<T>(call: impl AsyncFn() -> T) -> (u64, u64) {
    for _ in 0..10 {
        call().await; // the first ones dial, derive keys and fill caches
    }
    let before = dhat::HeapStats::get();
    for _ in 0..CALLS {
        call().await;
    }
    let after = dhat::HeapStats::get();
    ((after.total_blocks - before.total_blocks) / CALLS, (after.total_bytes - before.total_bytes) / CALLS)
}

#[test]
fn calls_allocate_what_the_baseline_says() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let measured = runtime.block_on(async {
        let client = Client::new(ClientConfig {
            region: Some("eu-central-1".into()),
            endpoint: Some(serve()),
            credentials: Some(Credentials::new("AKIDEXAMPLE", "secret", None)),
            proxy: Some(String::new()),
            ..ClientConfig::default()
        })
        .unwrap();
        let presign = cost(async || {
            let request = PresignRequest {
                method: Some("PUT".into()),
                encryption: ServerSideEncryption::kms(KEY).unwrap(),
                ..PresignRequest::new("bucket", "folder/object.bin")
            };
            client.presign(request).await.unwrap()
        });
        let put = cost(async || {
            let request = PutObjectRequest {
                encryption: ServerSideEncryption::kms(KEY).unwrap(),
                ..PutObjectRequest::new("bucket", "folder/object.bin")
            };
            client.put_object(request, Body::Bytes(bytes::Bytes::from_static(&[7; 1024]))).await.unwrap()
        });
        let get = cost(async || {
            client.get_object(GetObjectRequest::new("bucket", "folder/object.bin"), Target::Stream).await.unwrap()
        });
        [("presign_put_kms", presign.await), ("put_1_kib_kms", put.await), ("get_1_kib", get.await)]
    });
    let baseline: toml::Table = include_str!("costs.toml").parse().unwrap();
    let mut moved = Vec::new();
    for (name, (allocations, bytes)) in measured {
        for (what, measured) in [("allocations", allocations), ("bytes", bytes)] {
            let expected = baseline[name][what].as_integer().unwrap().unsigned_abs();
            // One allocation more in a hundred calls is noise; a tenth is a change.
            if measured.abs_diff(expected) > (expected / 10).max(1) {
                moved.push(format!("{name}.{what}: {measured}, not {expected}"));
            }
        }
    }
    assert!(moved.is_empty(), "tests/costs.toml says otherwise:\n{}", moved.join("\n"));
}
