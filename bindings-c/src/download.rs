//! Downloads that the caller reads.

use bytes::Bytes;
use s3kms::session::{Content, StreamId};
use s3kms::{Error, ErrorKind};

use crate::abi::{S3KMS_FALSE, S3KMS_TRUE};
use crate::calls;
use crate::client::{self, Inner, s3kms_client};
use crate::completion::S3KMS_COMPLETION_DOWNLOAD_READ;
use crate::error::{entry, quietly, s3kms_error};
use crate::target::Buffer;
use crate::{read, runtime};

/// Content that is being read by blocking calls. One thread at a time.
#[cfg_attr(feature = "inventory", interoptopus::ffi(opaque))]
pub struct s3kms_download {
    client: Inner,
    source: Source,
}

enum Source {
    /// Small content came with the answer.
    Inline(Bytes),
    Stream(StreamId),
}

impl s3kms_download {
    pub(crate) fn new(client: Inner, content: Content) -> Self {
        let source = match content {
            Content::Inline(bytes) => Source::Inline(bytes),
            Content::Stream(id) => Source::Stream(id),
            Content::Delivered(_) => Source::Inline(Bytes::new()),
        };
        Self { client, source }
    }
}

/// Reads the next content of a download; waits until there is some.
///
/// @param download    the download.
/// @param data        memory to write to.
/// @param capacity    its size in bytes, at least 1. Large objects read fastest with 256 KiB and more.
/// @param out_length  receives the number of bytes written; 0: the content has ended.
/// @return NULL, or an error that you free. After an error, free the download: what was read is not the whole object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_download_read(
    download: *mut s3kms_download,
    data: *mut u8,
    capacity: usize,
    out_length: *mut usize,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        let (download, place) = unsafe { (read::place(download, "download")?, read::place(out_length, "out_length")?) };
        room(capacity)?;
        // SAFETY: by the crate's contract, the memory is ours until this returns.
        let room = unsafe { Buffer::new(data, capacity, "data") }?;
        let chunk = match &mut download.source {
            Source::Inline(_) if download.client.is_closed() => return Err(closed()),
            Source::Inline(bytes) => bytes.split_to(bytes.len().min(capacity)).into(),
            Source::Stream(id) => {
                runtime::refuse_on_worker("s3kms_download_read")?;
                download.client.session.call_read(*id, capacity, calls::tag())?
            }
        };
        room.fill(&chunk)?;
        *place = chunk.len();
        Ok(())
    })
}

/// Frees a download, read to its end or not.
///
/// @param download  the download, or NULL, which is ignored. No other thread may be in a call with it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_download_free(download: *mut s3kms_download) {
    if download.is_null() {
        return;
    }
    quietly(|| {
        // SAFETY: it came from s3kms_get_object and is freed once, by the crate's contract.
        let download = unsafe { Box::from_raw(download) };
        if let Source::Stream(id) = download.source {
            download.client.session.close_stream(id);
        }
    });
}

/// Reads the next content of a download that came with a completion where it has come already: on this thread, without
/// waiting. One read at a time per download.
///
/// @param client      the client.
/// @param download    id of the download: `content.download` of the completion of the get.
/// @param data        memory to write to.
/// @param capacity    its size in bytes, at least 1.
/// @param out_length  receives the number of bytes written; 0: the content has ended. Not written where nothing has come.
/// @param out_came    receives `S3KMS_TRUE`, or `S3KMS_FALSE` where nothing has come yet: submit a read, which tells when
///                    something has.
/// @return NULL, or an error that you free. After an error, close the download: what was read is not the whole object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_download_read_now(
    client: *const s3kms_client,
    download: u64,
    data: *mut u8,
    capacity: usize,
    out_length: *mut usize,
    out_came: *mut u8,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract, the memory is ours until this returns.
        let (client, length, came, room) = unsafe {
            (
                client::client(client)?,
                read::place(out_length, "out_length")?,
                read::place(out_came, "out_came")?,
                Buffer::new(data, capacity, "data")?,
            )
        };
        self::room(capacity)?;
        *came = S3KMS_FALSE;
        if let Some(chunk) = client.session.read_now(StreamId(download), capacity)? {
            room.fill(&chunk)?;
            *length = chunk.len();
            *came = S3KMS_TRUE;
        }
        Ok(())
    })
}

/// Asks for the next content of a download that came with a completion. One read at a time per download.
///
/// @param client          the client.
/// @param download        id of the download: `content.download` of the completion of the get.
/// @param data            memory to write to: yours again with the completion, and nobody may touch it until then.
/// @param capacity        its size in bytes, at least 1. Large objects read fastest with 64 KiB and more.
/// @param tag             handed to the completion function as it is.
/// @param out_request_id  receives an id for `s3kms_cancel`; a read that was cancelled has taken nothing. May be NULL.
/// @return NULL: there will be one completion (`S3KMS_COMPLETION_DOWNLOAD_READ`, with the number of bytes written in
///         `content.length`; 0 is the end); or an error that you free: there will be none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_download_read_submit(
    client: *const s3kms_client,
    download: u64,
    data: *mut u8,
    capacity: usize,
    tag: u64,
    out_request_id: *mut u64,
) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract, the memory is the read's until its completion, where the room is used and dropped.
        let (client, id_place, room) =
            unsafe { (client::client(client)?, out_request_id.as_mut(), Buffer::new(data, capacity, "data")?) };
        self::room(capacity)?;
        let read = |tag| client.session.read(StreamId(download), capacity, tag);
        let id = client.submit(S3KMS_COMPLETION_DOWNLOAD_READ, tag, Some(room), read)?;
        if let Some(place) = id_place {
            *place = id.0;
        }
        Ok(())
    })
}

/// Releases a download that came with a completion, read to its end or not. Closed and unknown ids are ignored.
///
/// @param client    the client.
/// @param download  id of the download.
/// @return NULL, or an error that you free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn s3kms_download_close(client: *const s3kms_client, download: u64) -> *mut s3kms_error {
    entry(|| {
        // SAFETY: by the crate's contract.
        unsafe { client::client(client) }?.session.close_stream(StreamId(download));
        Ok(())
    })
}

fn room(capacity: usize) -> Result<(), Error> {
    if capacity == 0 {
        return Err(Error::invalid("capacity", "a read of at most 0 bytes could not be told from the end"));
    }
    Ok(())
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the client is closed").hint("Build a new client")
}
