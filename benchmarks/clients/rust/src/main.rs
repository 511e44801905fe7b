//! Clients in Rust by the protocol of benchmarks/README.md: `s3kms`, `aws-sdk-s3`, `aws-sdk-s3-unsigned` and `bare`.

mod bare;
mod counting;
mod ours;
mod sdk;

use std::future::Future;
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;

const BUCKET: &str = "bench";
const REGION: &str = "us-east-1";
const KMS_KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the command line asks for.
struct Job {
    workload: Workload,
    endpoint: String,
    ca: Option<String>,
    in_flight: usize,
    access_key: String,
    secret_key: String,
    /// Content in memory, as long as the workload wants it.
    content: Bytes,
}

#[derive(Clone)]
enum Workload {
    PresignPut,
    PresignGet,
    /// A put from memory.
    Put,
    /// A put of the file with that name.
    PutFile(String),
    Get,
}

impl Job {
    fn key(&self) -> &'static str {
        if self.content.len() > 1024 { "8m" } else { "1k" }
    }
}

/// A client that is ready to work.
trait Client {
    fn run(&mut self, operations: u64) -> Result<(), Failure>;
}

/// One operation of an asynchronous client.
trait Operation: Send + Sync + 'static {
    fn once(&self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Runs operations as tasks, on a runtime like the one that the bindings of s3kms build.
struct Tasks<O> {
    runtime: tokio::runtime::Runtime,
    operation: Arc<O>,
    in_flight: usize,
}

impl<O: Operation> Tasks<O> {
    fn boxed(in_flight: usize, operation: impl FnOnce() -> Result<O, Failure>) -> Result<Box<dyn Client>, Failure> {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
        let operation = {
            let _entered = runtime.enter();
            Arc::new(operation()?)
        };
        Ok(Box::new(Self { runtime, operation, in_flight }))
    }
}

impl<O: Operation> Client for Tasks<O> {
    fn run(&mut self, operations: u64) -> Result<(), Failure> {
        let started = Arc::new(AtomicU64::new(0));
        let tasks: Vec<_> = (0..self.in_flight)
            .map(|_| {
                let (started, operation) = (started.clone(), self.operation.clone());
                self.runtime.spawn(async move {
                    while started.fetch_add(1, Ordering::Relaxed) < operations {
                        operation.once().await?;
                    }
                    Ok::<(), Failure>(())
                })
            })
            .collect();
        tasks.into_iter().try_for_each(|task| self.runtime.block_on(task)?)
    }
}

fn main() {
    if let Err(failure) = work() {
        eprintln!("{failure}");
        // What stands behind it, for errors that only say "service error".
        let mut cause = failure.source();
        while let Some(error) = cause {
            eprintln!("  because {error}");
            cause = error.source();
        }
        std::process::exit(1);
    }
}

fn work() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, workload, endpoint, ca, in_flight] = arguments.as_slice() else {
        return Err("usage: CLIENT WORKLOAD ENDPOINT CA IN_FLIGHT (see benchmarks/README.md)".into());
    };
    let large = workload.contains("8m");
    let job = Job {
        workload: match workload.as_str() {
            "presign-put" => Workload::PresignPut,
            "presign-get" => Workload::PresignGet,
            "put-1k" | "put-8m" | "first-put" => Workload::Put,
            "put-8m-file" => Workload::PutFile(std::env::var("S3KMS_BENCH_FILE")?),
            "get-1k" | "get-8m" => Workload::Get,
            other => return Err(format!("no such workload: {other}").into()),
        },
        endpoint: endpoint.clone(),
        ca: (ca != "-").then(|| ca.clone()),
        in_flight: in_flight.parse()?,
        access_key: std::env::var("AWS_ACCESS_KEY_ID")?,
        secret_key: std::env::var("AWS_SECRET_ACCESS_KEY")?,
        content: (0..if large { 8_388_608 } else { 1024_u32 }).map(|i| (i * 31 % 251) as u8).collect(),
    };
    let (mut client, version) = match client.as_str() {
        "s3kms" => (ours::client(job)?, version_of("s3kms")),
        "aws-sdk-s3" => (sdk::client(job, true)?, version_of("aws-sdk-s3")),
        "aws-sdk-s3-unsigned" => (sdk::client(job, false)?, version_of("aws-sdk-s3")),
        "bare" => (bare::client(&job)?, env!("CARGO_PKG_VERSION")),
        other => return Err(format!("no such client: {other}").into()),
    };
    let ready = serde_json::json!({ "client": arguments[0], "version": version });
    if workload == "first-put" {
        client.run(1)?;
        return say(&ready);
    }
    say(&ready)?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let operations = line.strip_prefix("run ").ok_or_else(|| format!("not understood: {line}"))?.parse()?;
        let (before, begin) = (counting::allocated(), Instant::now());
        client.run(operations)?;
        let (wall, allocated) = (begin.elapsed(), counting::allocated() - before);
        say(&serde_json::json!({
            "operations": operations,
            "wall_ns": u64::try_from(wall.as_nanos())?,
            "allocated_bytes": allocated,
        }))?;
    }
    Ok(())
}

fn say(value: &serde_json::Value) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}

/// The version that this program was built with.
fn version_of(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).map_or("", |(_, rest)| rest);
    entry.split('"').next().unwrap_or_default()
}
