//! Owns the texts that a struct handed to C points into.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::mem;

use crate::abi::{s3kms_pair, s3kms_pairs, s3kms_str};

/// Room of a block: the texts of an ordinary result fit into the first one.
const BLOCK: usize = 1024;

/// Texts and arrays that stay where they are until the arena is dropped, also when the arena itself is moved.
#[derive(Default)]
pub(crate) struct Arena {
    /// The block that is being filled. Never grown beyond its capacity once something points into it.
    block: Vec<u8>,
    /// Blocks without room.
    full: Vec<Vec<u8>>,
    pairs: Vec<Box<[s3kms_pair]>>,
    texts: Vec<Box<[s3kms_str]>>,
}

impl Arena {
    /// Keeps a copy of a text, with a zero byte after it.
    pub(crate) fn text(&mut self, text: Option<&str>) -> s3kms_str {
        let Some(text) = text else { return s3kms_str::ABSENT };
        let size = text.len() + 1;
        if self.block.capacity() - self.block.len() < size {
            let full = mem::replace(&mut self.block, Vec::with_capacity(size.max(BLOCK)));
            if !full.is_empty() {
                self.full.push(full);
            }
        }
        let start = self.block.len();
        self.block.extend_from_slice(text.as_bytes());
        self.block.push(0);
        s3kms_str { data: self.block[start..].as_ptr(), len: text.len() }
    }

    /// Keeps a copy of a map.
    pub(crate) fn pairs(&mut self, map: &BTreeMap<String, String>) -> s3kms_pairs {
        if map.is_empty() {
            return s3kms_pairs::NONE;
        }
        let pairs: Box<[s3kms_pair]> = map
            .iter()
            .map(|(name, value)| s3kms_pair { name: self.text(Some(name)), text: self.text(Some(value)) })
            .collect();
        let view = s3kms_pairs { data: pairs.as_ptr(), len: pairs.len() };
        self.pairs.push(pairs);
        view
    }

    /// Keeps copies of many texts; where they stand.
    pub(crate) fn texts(&mut self, texts: &[String]) -> *const s3kms_str {
        // In one piece: many texts are of one kind, and there may be thousands.
        let size = texts.iter().map(|text| text.len() + 1).sum::<usize>();
        if self.block.capacity() - self.block.len() < size {
            let full = mem::replace(&mut self.block, Vec::with_capacity(size.max(BLOCK)));
            self.full.push(full);
        }
        let views: Box<[s3kms_str]> = texts.iter().map(|text| self.text(Some(text))).collect();
        let first = views.as_ptr();
        self.texts.push(views);
        first
    }

    /// Lends an arena for as long as a completion is told: its block is the thread's, so that telling allocates nothing.
    pub(crate) fn scratch<T>(tell: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
        }
        let mut arena = Self { block: SPARE.take(), ..Self::default() };
        let told = tell(&mut arena);
        let mut block = mem::take(&mut arena.block);
        if block.capacity() <= 4 * BLOCK {
            // What answers hold may be confidential: it is not left behind.
            block.fill(0);
            block.clear();
            SPARE.set(block);
        }
        told
    }
}

/// A struct that C owns, with what it points into.
#[repr(C)]
struct Owned<T> {
    /// First, so that a pointer to the whole is a pointer to it.
    public: T,
    arena: Arena,
}

/// Hands a struct to C, which gives it back to [`free`].
pub(crate) fn hand_out<T>(build: impl FnOnce(&mut Arena) -> T) -> *mut T {
    let mut arena = Arena::default();
    let public = build(&mut arena);
    Box::into_raw(Box::new(Owned { public, arena })).cast()
}

/// Frees what [`hand_out`] handed out. Null is ignored.
///
/// # Safety
/// `pointer` is null or came from `hand_out::<T>` and was not freed yet.
pub(crate) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: hand_out made it from a Box<Owned<T>>, whose first field is the T, and it is freed once.
        drop(unsafe { Box::from_raw(pointer.cast::<Owned<T>>()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: s3kms_str) -> &'static [u8] {
        // SAFETY: the arena of the test outlives what it reads, and every text is followed by its zero byte.
        unsafe { std::slice::from_raw_parts(text.data, text.len + 1) }
    }

    #[test]
    fn texts_stay_in_place_while_others_follow_and_the_arena_moves() {
        let mut arena = Arena::default();
        let first = arena.text(Some("first"));
        let long = arena.text(Some(&"x".repeat(5000)));
        let many: Vec<_> = (0..200).map(|i| (i, arena.text(Some(&format!("text {i}"))))).collect();
        let arena = Box::new(arena);
        assert_eq!(read(first), b"first\0");
        assert_eq!(long.len, 5000);
        for (i, text) in many {
            assert_eq!(read(text), format!("text {i}\0").as_bytes());
        }
        drop(arena);
    }

    #[test]
    fn a_scratch_arena_is_whole_inside_another_one_and_afterwards() {
        for _ in 0..3 {
            Arena::scratch(|outer| {
                let first = outer.text(Some("outer"));
                Arena::scratch(|inner| assert_eq!(read(inner.text(Some("inner"))), b"inner\0"));
                assert_eq!(read(first), b"outer\0");
                assert_eq!(outer.text(Some(&"x".repeat(9000))).len, 9000);
                assert_eq!(read(first), b"outer\0");
            });
        }
    }

    #[test]
    fn many_texts_stand_in_their_order() {
        let mut arena = Arena::default();
        let before = arena.text(Some("before"));
        let texts: Vec<String> = (0..500).map(|i| format!("text {i}")).collect();
        let views = arena.texts(&texts);
        for (i, text) in texts.iter().enumerate() {
            // SAFETY: there are as many views as texts.
            let view = unsafe { *views.add(i) };
            assert_eq!(read(view), format!("{text}\0").as_bytes());
        }
        assert_eq!(read(before), b"before\0");
        let _ = arena.texts(&[]);
    }

    #[test]
    fn absent_and_empty_differ() {
        let mut arena = Arena::default();
        assert!(arena.text(None).data.is_null());
        let empty = arena.text(Some(""));
        assert!(!empty.data.is_null());
        assert_eq!(read(empty), b"\0");
        assert!(arena.pairs(&BTreeMap::new()).data.is_null());
    }
}
