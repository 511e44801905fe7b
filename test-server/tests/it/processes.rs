//! The binaries: one line of JSON, then service until standard input closes; and the blocking start.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use s3kms_test_server::TestServer;

fn run(program: &str, args: &[&str]) -> (std::process::Child, serde_json::Value) {
    let mut child = Command::new(program)
        .args(args)
        .arg("--until-stdin-closes")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let json = serde_json::from_str(&line).unwrap();
    (child, json)
}

fn get(endpoint: &str, path: &str) -> String {
    let mut tcp = TcpStream::connect(endpoint.rsplit('/').next().unwrap()).unwrap();
    tcp.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut out = String::new();
    tcp.read_to_string(&mut out).unwrap();
    out
}

#[test]
fn the_test_server_prints_what_clients_need_and_ends_with_its_stdin() {
    let (mut child, json) = run(
        env!("CARGO_BIN_EXE_s3kms-test-server"),
        &["--region", "eu-west-1", "--bucket", "one", "--credentials", "ID", "KEY"],
    );
    assert_eq!((json["region"].as_str(), json["bucket"].as_str()), (Some("eu-west-1"), Some("one")));
    assert_eq!((json["accessKeyId"].as_str(), json["secretAccessKey"].as_str()), (Some("ID"), Some("KEY")));
    for name in ["managed", "first", "second", "asymmetric", "disabled", "pendingDeletion"] {
        assert!(json["keys"][name].as_str().unwrap().starts_with("arn:aws:kms:eu-west-1:111122223333:key/"), "{name}");
    }
    assert!(!json["keys"]["otherRegion"].as_str().unwrap().contains("eu-west-1"));
    assert!(get(json["endpoint"].as_str().unwrap(), "/one/k").starts_with("HTTP/1.1 403"));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_test_server_gives_out_its_ca() {
    let (mut child, json) = run(env!("CARGO_BIN_EXE_s3kms-test-server"), &["--tls-self"]);
    assert!(json["endpoint"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    assert!(json["caPem"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_recording_server_prints_both_addresses() {
    let (mut child, json) = run(env!("CARGO_BIN_EXE_s3kms-recording-server"), &[]);
    assert!(get(json["endpoint"].as_str().unwrap(), "/").starts_with("HTTP/1.1 200"));
    assert!(get(json["control"].as_str().unwrap(), "/recorded").contains("\"target\":\"/\""));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn wrong_options_are_explained() {
    for program in [env!("CARGO_BIN_EXE_s3kms-test-server"), env!("CARGO_BIN_EXE_s3kms-recording-server")] {
        let output = Command::new(program).arg("--what").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("unknown option --what"));
    }
}

#[test]
fn the_blocking_server_stops_when_it_is_dropped() {
    let server = TestServer::builder().start_blocking().unwrap();
    assert!(get(server.endpoint(), "/demo/k").starts_with("HTTP/1.1 403"));
    let mut idle = TcpStream::connect(server.endpoint().rsplit('/').next().unwrap()).unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 1]).is_ok_and(|read| read == 1));
    drop(server);
    // The connection ends; whether the port is free cannot be asked, for another test may have it by now.
    let mut rest = Vec::new();
    let _ = idle.read_to_end(&mut rest);
    assert!(String::from_utf8_lossy(&rest).starts_with("TTP/1.1 403"));
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let server = TestServer::builder().start_blocking().unwrap();
    let port = server.endpoint().rsplit(':').next().unwrap().parse().unwrap();
    assert!(TestServer::builder().port(port).start_blocking().is_err());
}
