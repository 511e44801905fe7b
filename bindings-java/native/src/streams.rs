//! Content of downloads that native code has and Java has not taken yet: at most one chunk for each stream.
//!
//! A read completes with the length of a chunk; Java then copies it piece by piece to where its caller wants it, so that
//! content is copied once on the Java side, and no array is made for it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use once_cell::sync::Lazy;
use s3kms::Chunk;

/// Client and stream.
type Key = (u64, u64);

#[derive(Default)]
struct State {
    /// The stream that a read in flight is of, by the read's tag.
    reads: HashMap<u64, Key>,
    /// What is left of the last chunk, for every stream that was read from and is open.
    chunks: HashMap<Key, Chunk>,
}

static STATE: Lazy<Mutex<State>> = Lazy::new(Mutex::default);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A read of that tag begins.
pub fn begin(client: u64, stream: u64, tag: u64) {
    let mut state = state();
    state.reads.insert(tag, (client, stream));
    state.chunks.entry((client, stream)).or_default();
}

/// The read of that tag will not complete, or has failed.
pub fn forget(tag: u64) {
    state().reads.remove(&tag);
}

/// The read of that tag gave this chunk; where the stream was closed meanwhile, nobody wants it.
pub fn arrived(tag: u64, chunk: Chunk) {
    let mut state = state();
    let slot = state.reads.remove(&tag).and_then(|key| state.chunks.get_mut(&key));
    let old = match slot {
        Some(slot) => std::mem::replace(slot, chunk),
        None => chunk,
    };
    drop(state);
    drop(old);
}

/// The next bytes of the stream's chunk, at most so many; empty where none are left.
pub fn take(client: u64, stream: u64, most: usize) -> Chunk {
    match state().chunks.get_mut(&(client, stream)) {
        Some(chunk) => chunk.split_to(most),
        None => Chunk::default(),
    }
}

/// Lets go of a stream's content.
pub fn close(client: u64, stream: u64) {
    let chunk = state().chunks.remove(&(client, stream));
    drop(chunk);
}

/// Lets go of the content of all streams of a client.
pub fn close_all(client: u64) {
    state().chunks.retain(|key, _| key.0 != client);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn chunk(bytes: &'static [u8]) -> Chunk {
        Bytes::from_static(bytes).into()
    }

    fn taken(client: u64, most: usize) -> Vec<u8> {
        take(client, 1, most).pieces().collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_chunk_is_taken_piece_by_piece_and_once() {
        begin(1, 1, 11);
        arrived(11, chunk(b"abcde"));
        assert_eq!(taken(1, 2), b"ab");
        assert_eq!(taken(1, 9), b"cde");
        assert!(taken(1, 9).is_empty());
        close(1, 1);
    }

    #[test]
    fn what_arrives_after_the_close_is_let_go() {
        begin(2, 1, 21);
        close(2, 1);
        arrived(21, chunk(b"late"));
        assert!(taken(2, 9).is_empty());
        assert!(!state().reads.contains_key(&21));
        assert!(!state().chunks.contains_key(&(2, 1)));
    }

    #[test]
    fn closing_a_client_lets_go_of_its_streams_only() {
        for (client, tag) in [(3, 31), (4, 41)] {
            begin(client, 1, tag);
            arrived(tag, chunk(b"x"));
        }
        close_all(3);
        assert!(taken(3, 9).is_empty());
        assert_eq!(taken(4, 9), b"x");
        close_all(4);
    }
}
