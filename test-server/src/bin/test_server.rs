//! The strict server as a process: prints one line of JSON, serves until it is stopped.

use std::process::ExitCode;

use s3kms_test_server::TestServer;
use s3kms_test_server::cli::{Options, announce, until_stopped};

const USAGE: &str = "\
usage: s3kms-test-server [options]

A strict S3 + KMS server on 127.0.0.1, for tests and demos. Prints endpoint, credentials and key ARNs
as one line of JSON and serves until SIGINT or SIGTERM. Everything is in memory.

  --port N               port to listen on; 0, the default, takes a free one
  --region NAME          region of the server and its keys; default us-east-1
  --bucket NAME          bucket that is there from the start; may be repeated; default demo
  --credentials ID KEY   fixed credentials; default: random ones
  --tls CHAIN KEY        serve TLS with these PEM files
  --tls-self             serve TLS under a throw-away CA, whose PEM is printed as caPem
  --until-stdin-closes   stop when standard input closes, too
  --help                 print this";

const OPTIONS: &[(&str, usize)] = &[
    ("--port", 1),
    ("--region", 1),
    ("--bucket", 1),
    ("--credentials", 2),
    ("--tls", 2),
    ("--tls-self", 0),
    ("--until-stdin-closes", 0),
    ("--help", 0),
];

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1), OPTIONS) {
        Ok(options) if options.get("--help").is_some() => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("s3kms-test-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), String> {
    let mut builder = TestServer::builder().port(options.port()?);
    if let Some([region]) = options.get("--region") {
        builder = builder.region(region);
    }
    for bucket in options.all("--bucket") {
        builder = builder.bucket(bucket);
    }
    if let Some([id, key]) = options.get("--credentials") {
        builder = builder.credential(id, key);
    }
    if let Some([chain, key]) = options.get("--tls") {
        builder = builder.tls_files(chain, key);
    } else if options.get("--tls-self").is_some() {
        builder = builder.tls_self_made();
    }
    let server = builder.start().await.map_err(|error| error.to_string())?;
    announce(&server.describe()).map_err(|error| error.to_string())?;
    until_stopped(options.get("--until-stdin-closes").is_some()).await.map_err(|error| error.to_string())
}
