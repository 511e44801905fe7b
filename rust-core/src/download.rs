//! The content of a get on its way in: to a stream, a file or a sink of the caller's.

use std::path::Path;

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use crate::body::Sink;
use crate::error::{Error, ErrorKind};
use crate::transport::AnswerBody;
use crate::upload::file_error;

/// Content being read. Holds a connection until it is read to its end or dropped.
pub struct DownloadStream {
    body: Option<AnswerBody>,
    left: Bytes,
}

impl DownloadStream {
    pub(crate) fn new(body: AnswerBody) -> Self {
        Self { body: Some(body), left: Bytes::new() }
    }

    /// The next bytes, `max` at most; `None` at the end.
    ///
    /// # Errors
    /// `Body` where the connection broke before the end, `Timeout` where the server fell silent.
    pub async fn next(&mut self, max: usize) -> Result<Option<Bytes>, Error> {
        if self.left.is_empty() {
            let Some(body) = &mut self.body else { return Ok(None) };
            match body.next().await? {
                Some(piece) => self.left = piece,
                None => {
                    self.body = None; // gives the connection back
                    return Ok(None);
                }
            }
        }
        let length = self.left.len().min(max.max(1));
        Ok(Some(self.left.split_to(length)))
    }
}

/// Delivers content to a sink; returns how many bytes.
pub(crate) async fn to_sink(mut body: AnswerBody, length: Option<u64>, sink: &mut dyn Sink) -> Result<u64, Error> {
    sink.begin(length)?;
    let mut delivered = 0;
    while let Some(piece) = body.next().await? {
        sink.write(&piece)?;
        delivered += piece.len() as u64;
    }
    Ok(delivered)
}

/// Delivers content to a file: under a temporary name beside it, renamed when it is complete.
pub(crate) async fn to_file(body: AnswerBody, path: &Path) -> Result<u64, Error> {
    let partial = Partial::create(path).await?;
    let outcome = fill(body, &partial.path).await;
    match outcome {
        Ok(length) => {
            tokio::fs::rename(&partial.path, path).await.map_err(|error| file_error(path, &error))?;
            Ok(length)
        }
        Err(error) => Err(error),
    }
}

async fn fill(mut body: AnswerBody, path: &Path) -> Result<u64, Error> {
    let fail = |error: std::io::Error| file_error(path, &error);
    let mut file = tokio::fs::OpenOptions::new().write(true).open(path).await.map_err(fail)?;
    file.set_max_buf_size(1 << 20);
    let mut length = 0;
    while let Some(piece) = body.next().await? {
        file.write_all(&piece).await.map_err(fail)?;
        length += piece.len() as u64;
    }
    file.flush().await.map_err(fail)?;
    Ok(length)
}

/// A file that is removed again, unless it was renamed.
struct Partial {
    path: std::path::PathBuf,
}

impl Partial {
    async fn create(target: &Path) -> Result<Self, Error> {
        let name = target
            .file_name()
            .ok_or_else(|| Error::new(ErrorKind::File, format!("{target:?} is no path of a file")))?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{:08x}.part", fastrand::u32(..)));
        let path = target.with_file_name(temporary);
        // Made where the file is: a caller that goes away meanwhile takes its file with it.
        let made = tokio::task::spawn_blocking(move || {
            std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map(|_| Self { path })
        });
        match made.await {
            Ok(made) => made.map_err(|error| file_error(target, &error)),
            Err(error) => Err(Error::internal(format!("the file could not be made: {error}"))),
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing by this name.
        let _ = std::fs::remove_file(&self.path);
    }
}
