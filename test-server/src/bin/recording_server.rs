//! The recording server as a process: prints one line of JSON, serves until it is stopped.

use std::process::ExitCode;

use s3kms_test_server::RecordingServer;
use s3kms_test_server::cli::{Options, announce, until_stopped};

const USAGE: &str = "\
usage: s3kms-recording-server [options]

Keeps every HTTP request it receives and answers from a queue, on 127.0.0.1. Prints
{\"endpoint\": ..., \"control\": ...} and serves until SIGINT or SIGTERM. On the control address:
POST /expect {\"responses\": [{\"status\", \"headers\", \"body\"}]} sets the queue and forgets the
records; GET /recorded gives the records.

  --port N               port to record on; 0, the default, takes a free one
  --until-stdin-closes   stop when standard input closes, too
  --help                 print this";

const OPTIONS: &[(&str, usize)] = &[("--port", 1), ("--until-stdin-closes", 0), ("--help", 0)];

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
            eprintln!("s3kms-recording-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), String> {
    let server = RecordingServer::start_on(options.port()?).await.map_err(|error| error.to_string())?;
    let document = serde_json::json!({"endpoint": server.endpoint(), "control": server.control()});
    announce(&document).map_err(|error| error.to_string())?;
    until_stopped(options.get("--until-stdin-closes").is_some()).await.map_err(|error| error.to_string())
}
