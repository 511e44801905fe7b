//! Content to send, and ways to receive it.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use s3kms::{Body, Error, GetBody, Sink};

/// Bytes in which a piece that is missing, doubled or out of place shows.
pub fn content(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ length as u64;
    let mut out = Vec::with_capacity(length + 8);
    while out.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.truncate(length);
    out
}

/// A pushed body, in chunks of an odd size.
pub fn pushed(content: Vec<u8>, known: bool) -> Body {
    let (writer, body) = Body::stream(known.then_some(content.len() as u64));
    tokio::spawn(async move {
        let mut rest = Bytes::from(content);
        while !rest.is_empty() {
            let chunk = rest.split_to(rest.len().min(100_003));
            if writer.write(chunk).await.is_err() {
                return; // the request has ended, and its own error says why
            }
        }
        let _ = writer.finish().await;
    });
    body
}

/// Reads what a get brought.
pub async fn read(body: GetBody) -> Result<Vec<u8>, Error> {
    match body {
        GetBody::Inline(bytes) => Ok(bytes.to_vec()),
        GetBody::Stream(mut stream) => {
            let mut all = Vec::new();
            while let Some(chunk) = stream.next(usize::MAX).await? {
                all.extend_from_slice(&chunk);
            }
            Ok(all)
        }
        GetBody::Delivered { .. } => panic!("the content went elsewhere"),
    }
}

/// A sink that keeps everything, and counts how often it began.
#[derive(Clone, Default)]
pub struct Keep(Arc<Mutex<Kept>>);

#[derive(Clone, Default)]
pub struct Kept {
    pub content: Vec<u8>,
    pub length: Option<u64>,
    pub restarts: u32,
}

impl Keep {
    pub fn kept(&self) -> Kept {
        self.0.lock().unwrap().clone()
    }
}

impl Sink for Keep {
    fn begin(&mut self, length: Option<u64>) -> Result<(), Error> {
        self.0.lock().unwrap().length = length;
        Ok(())
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.0.lock().unwrap().content.extend_from_slice(chunk);
        Ok(())
    }

    fn restart(&mut self) {
        let mut kept = self.0.lock().unwrap();
        kept.content.clear();
        kept.restarts += 1;
    }
}
