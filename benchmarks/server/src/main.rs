//! A null S3 server for measuring clients: it reads every request to its end, answers from prepared bytes, and stores
//! and checks nothing. One blocking thread serves one connection, with two system calls for a small request.
//!
//! Usage: `s3kms-benchmark-server [--tls-dir DIR]`. Prints one line, `{"http":PORT,"https":PORT,"ca":"DIR/ca.pem"}`, and
//! ends with its standard input. Two lines are understood there: `record` begins to keep the heads of requests and prints
//! `true`, `heads` prints those kept as a JSON list and stops.

mod answer;
mod connection;
mod tls;

use std::io::{BufRead as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::answer::Answers;

/// What all connections share.
struct Server {
    answers: Answers,
    /// Whether heads are kept; read once per request, which costs nothing.
    recording: AtomicBool,
    heads: Mutex<Vec<String>>,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let tls_dir = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => None,
        (Some("--tls-dir"), Some(folder)) => Some(PathBuf::from(folder)),
        _ => return Err("usage: s3kms-benchmark-server [--tls-dir DIR]".into()),
    };
    let server =
        Arc::new(Server { answers: Answers::new(), recording: AtomicBool::new(false), heads: Mutex::default() });
    let http = listen(&server, None)?;
    let mut settings = serde_json::json!({ "http": http });
    if let Some(folder) = tls_dir {
        let (config, ca) = tls::private_ca(&folder)?;
        settings["https"] = listen(&server, Some(config))?.into();
        settings["ca"] = ca.to_string_lossy().into();
    }
    say(&settings)?;
    for line in std::io::stdin().lock().lines() {
        match line.map_err(|error| error.to_string())?.as_str() {
            "record" => {
                server.recording.store(true, Ordering::Relaxed);
                say(&true.into())?; // so that nobody sends a request before
            }
            "heads" => {
                server.recording.store(false, Ordering::Relaxed);
                say(&std::mem::take(&mut *server.heads.lock().unwrap_or_else(PoisonError::into_inner)).into())?;
            }
            other => return Err(format!("no such command: {other}")),
        }
    }
    Ok(())
}

fn say(value: &serde_json::Value) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}

/// Accepts connections on a port of loopback, which is returned.
fn listen(server: &Arc<Server>, tls: Option<Arc<ServerConfig>>) -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let server = server.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (server, tls) = (server.clone(), tls.clone());
            // A client that goes away ends its thread; nobody needs to hear of it.
            std::thread::spawn(move || serve(&server, tls, stream).ok());
        }
    });
    Ok(port)
}

fn serve(server: &Server, tls: Option<Arc<ServerConfig>>, stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => connection::serve(server, stream),
        Some(config) => {
            let session = ServerConnection::new(config).map_err(std::io::Error::other)?;
            connection::serve(server, StreamOwned::new(session, stream))
        }
    }
}

impl Server {
    fn record(&self, head: &[u8]) {
        if self.recording.load(Ordering::Relaxed) {
            let head = String::from_utf8_lossy(head).into_owned();
            self.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        }
    }
}
