//! A server that answers every put and get of 1 KiB alike, and costs little and always the same: for counting.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Answers every request on a connection in turn, without an allocation that would be counted.
fn answer(mut stream: TcpStream) {
    const ANSWER: &str = "HTTP/1.1 200 OK\r\n\
        x-amz-request-id: 0123456789ABCDEF\r\nx-amz-id-2: abcdefghijklmnopqrstuvwxyz0123456789\r\n\
        etag: \"0123456789abcdef0123456789abcdef\"\r\nx-amz-server-side-encryption: aws:kms\r\n\
        x-amz-server-side-encryption-aws-kms-key-id: \
        arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\r\n";
    let mut buffer = [0; 8192];
    let mut filled = 0;
    loop {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) | Err(_) => return,
            Ok(read) => filled += read,
        }
        let Some(end) = buffer[..filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let is_put = buffer.starts_with(b"PUT");
        if is_put && filled < end + 4 + 1024 {
            continue;
        }
        filled = 0;
        let mut out = [0; 2048];
        let mut rest = &mut out[..];
        let content: &[u8] = if is_put { b"" } else { &[7; 1024] };
        write!(rest, "{ANSWER}content-length: {}\r\n\r\n", content.len()).unwrap();
        rest.write_all(content).unwrap();
        let length = 2048 - rest.len();
        if stream.write_all(&out[..length]).is_err() {
            return;
        }
    }
}

/// Serves on a free port until the process ends; returns its URL.
pub fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        listener.incoming().flatten().for_each(|stream| drop(std::thread::spawn(|| answer(stream))));
    });
    endpoint
}
