//! The limit: blocking sockets, a prepared request, an answer of which only the length is looked at. Over http only.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::{BUCKET, Client, Failure, Job, KMS_KEY, Workload};

struct Bare {
    request: Vec<u8>,
    connections: Vec<TcpStream>,
}

pub fn client(job: &Job) -> Result<Box<dyn Client>, Failure> {
    let host = job.endpoint.strip_prefix("http://").ok_or("bare knows only http")?;
    let (key, length) = (job.key(), job.content.len());
    // About the headers of a signed request, so that the server reads as much.
    let signed = "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250101/us-east-1/s3/aws4_request, \
        SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-server-side-encryption;\
        x-amz-server-side-encryption-aws-kms-key-id, \
        Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n\
        x-amz-date: 20250101T000000Z\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n";
    let request = match job.workload {
        Workload::Put => {
            let head = format!(
                "PUT /{BUCKET}/{key} HTTP/1.1\r\nhost: {host}\r\n{signed}x-amz-server-side-encryption: aws:kms\r\n\
                 x-amz-server-side-encryption-aws-kms-key-id: {KMS_KEY}\r\ncontent-length: {length}\r\n\r\n"
            );
            [head.as_bytes(), &job.content].concat()
        }
        Workload::Get => format!("GET /{BUCKET}/{key} HTTP/1.1\r\nhost: {host}\r\n{signed}\r\n").into_bytes(),
        _ => return Err("bare only puts and gets".into()),
    };
    let connect = || {
        let connection = TcpStream::connect(host)?;
        connection.set_nodelay(true)?;
        Ok(connection)
    };
    let connections = (0..job.in_flight).map(|_| connect()).collect::<Result<_, std::io::Error>>()?;
    Ok(Box::new(Bare { request, connections }))
}

impl Client for Bare {
    fn run(&mut self, operations: u64) -> Result<(), Failure> {
        let count = self.connections.len() as u64;
        let request = &self.request;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..count)
                .zip(&mut self.connections)
                .map(|(number, connection)| {
                    let share = operations / count + u64::from(number < operations % count);
                    scope.spawn(move || (0..share).try_for_each(|_| exchange(connection, request)))
                })
                .collect();
            threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
        })
    }
}

fn exchange(connection: &mut TcpStream, request: &[u8]) -> Result<(), Failure> {
    connection.write_all(request)?;
    let mut buffer = [0; 8 * 1024];
    let mut read = 0;
    loop {
        match connection.read(&mut buffer[read..])? {
            0 => return Err("the server closed the connection".into()),
            more => read += more,
        }
        let Some(head) = buffer[..read].windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        if !buffer.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(&buffer[..head]).into());
        }
        let text = std::str::from_utf8(&buffer[..head])?;
        let length = text.split("Content-Length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        if read >= head + 4 + length.ok_or("no length")?.parse::<usize>()? {
            return Ok(());
        }
    }
}
