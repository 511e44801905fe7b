//! Clients by number. Numbers are never reused, so that a stale one is an error and nothing worse.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use once_cell::sync::Lazy;
use s3kms::session::Session;
use s3kms::{Error, ErrorKind};

static CLIENTS: Lazy<RwLock<HashMap<u64, Session, BuildHasherDefault<Counted>>>> = Lazy::new(RwLock::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Hashes numbers that are counted up: nobody chooses them, so they need no hashing against attacks.
#[derive(Default)]
struct Counted(u64);

impl Hasher for Counted {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The table takes its tags from the upper bits.
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Registers a client; its number is never 0.
pub fn insert(session: Session) -> u64 {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    CLIENTS.write().unwrap_or_else(PoisonError::into_inner).insert(id, session);
    id
}

/// The client of a number.
///
/// # Errors
/// `Closed` when it was closed, or never existed.
pub fn get(id: u64) -> Result<Session, Error> {
    let clients = CLIENTS.read().unwrap_or_else(PoisonError::into_inner);
    clients
        .get(&id)
        .cloned()
        .ok_or_else(|| Error::new(ErrorKind::Closed, "the client is closed").hint("Build a new client"))
}

/// Takes a client out, so that no new call finds it.
pub fn remove(id: u64) -> Option<Session> {
    CLIENTS.write().unwrap_or_else(PoisonError::into_inner).remove(&id)
}
