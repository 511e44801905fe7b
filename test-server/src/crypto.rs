//! AES-256-GCM, used twice: to wrap data keys under a master key, and to seal object bytes.
//!
//! It knows no S3 and no KMS. The encryption context enters as additional authenticated data, so
//! that bytes which were sealed under one context cannot be opened under another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::{Bytes, BytesMut};

use crate::random;

/// Plain bytes per sealed segment: small enough for ranged reads, large enough to keep overhead low.
const SEGMENT: usize = 1 << 20;
const NONCE: usize = 12;

/// A 256-bit key. `Debug` never shows it.
#[derive(Clone)]
pub struct Key256([u8; 32]);

/// The bytes cannot be opened: another key, another context, or tampering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenError;

impl Key256 {
    /// A fresh random key.
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// A key from the caller's 32 bytes (SSE-C).
    pub fn from_bytes(raw: [u8; 32]) -> Self {
        Self(raw)
    }

    fn aead(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.0).expect("32 bytes are an AES-256 key"))
    }

    /// Encrypts `plain`; the result is nonce, ciphertext and tag in one piece.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Bytes {
        let nonce: [u8; NONCE] = random::bytes();
        let mut out = BytesMut::with_capacity(NONCE + plain.len() + AES_256_GCM.tag_len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let tag = self
            .aead()
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut out[NONCE..])
            .expect("a segment is far below the limit of AES-GCM");
        out.extend_from_slice(tag.as_ref());
        out.freeze()
    }

    /// Opens what [`seal`](Self::seal) made under the same key and context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Bytes, OpenError> {
        let (nonce, cipher) = sealed.split_at_checked(NONCE).ok_or(OpenError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError)?;
        let mut buffer = cipher.to_vec();
        let plain = self.aead().open_in_place(nonce, Aad::from(context), &mut buffer).map_err(|_| OpenError)?.len();
        buffer.truncate(plain);
        Ok(buffer.into())
    }

    /// Encrypts this key under `master`.
    pub fn wrap(&self, master: &Key256, context: &[u8]) -> Bytes {
        master.seal(context, &self.0)
    }

    /// Decrypts a key that [`wrap`](Self::wrap) made.
    pub fn unwrap_from(master: &Key256, context: &[u8], wrapped: &[u8]) -> Result<Self, OpenError> {
        let plain = master.open(context, wrapped)?;
        plain.as_ref().try_into().map(Self).map_err(|_| OpenError)
    }
}

impl std::fmt::Debug for Key256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key256(redacted)")
    }
}

/// The data keys of one object: one layer, or two for DSSE (the first is the inner one).
#[derive(Debug, Clone)]
pub struct Layers(pub Vec<Key256>);

/// Sealed bytes of an object or part, in segments, each with its own nonce.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    segments: Vec<(Bytes, usize)>,
    /// Plain bytes in all segments.
    pub len: u64,
}

impl Sealed {
    /// Seals `plain` in every layer, inner first.
    pub fn new(layers: &Layers, context: &[u8], plain: &[u8]) -> Self {
        let segments = plain
            .chunks(SEGMENT)
            .map(|chunk| {
                let mut keys = layers.0.iter();
                let inner = keys.next().expect("an object has at least one layer").seal(context, chunk);
                (keys.fold(inner, |data, key| key.seal(context, &data)), chunk.len())
            })
            .collect();
        Self { segments, len: plain.len() as u64 }
    }

    /// Appends the segments of another part that was sealed with the same layers and context.
    pub fn append(&mut self, other: &Sealed) {
        self.segments.extend(other.segments.iter().cloned());
        self.len += other.len;
    }

    /// The sealed segments that hold `range` (of plain bytes), each with the piece of it that is asked for.
    fn pieces(&self, range: std::ops::Range<u64>) -> Vec<(Bytes, std::ops::Range<usize>)> {
        let mut at = 0u64;
        let mut out = Vec::new();
        for (sealed, len) in &self.segments {
            let end = at + *len as u64;
            if end > range.start && at < range.end {
                let from = range.start.saturating_sub(at);
                let to = range.end.min(end) - at;
                let piece = usize::try_from(from).unwrap_or(*len)..usize::try_from(to).unwrap_or(*len);
                out.push((sealed.clone(), piece));
            }
            at = end;
        }
        out
    }

    /// Opens `range` lazily, segment by segment.
    pub fn open(
        &self,
        layers: Layers,
        context: Vec<u8>,
        range: std::ops::Range<u64>,
    ) -> impl Iterator<Item = Result<Bytes, OpenError>> + Send + Sync + 'static {
        self.pieces(range).into_iter().map(move |(sealed, piece)| {
            let plain = layers.0.iter().rev().try_fold(sealed, |data, key| key.open(&context, &data))?;
            Ok(plain.slice(piece))
        })
    }

    /// Opens everything into one buffer.
    pub fn open_all(&self, layers: &Layers, context: &[u8]) -> Result<Bytes, OpenError> {
        let mut out = BytesMut::new();
        for piece in self.open(layers.clone(), context.to_vec(), 0..self.len) {
            out.extend_from_slice(&piece?);
        }
        Ok(out.freeze())
    }

    /// The bytes at rest: what a thief of the disk would see.
    #[cfg(test)]
    pub fn at_rest(&self) -> impl Iterator<Item = &[u8]> {
        self.segments.iter().map(|(sealed, _)| sealed.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(count: usize) -> Layers {
        Layers((0..count).map(|_| Key256::generate()).collect())
    }

    #[test]
    fn sealed_bytes_are_not_the_plain_bytes() {
        let plain = vec![7u8; 4096];
        let sealed = Sealed::new(&layers(1), b"", &plain);
        assert!(sealed.at_rest().all(|segment| !segment.windows(16).any(|w| w == &plain[..16])));
    }

    #[test]
    fn one_and_two_layers_open_to_the_same_bytes() {
        for count in [1, 2] {
            let keys = layers(count);
            for len in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1] {
                let plain: Vec<u8> = (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect();
                let sealed = Sealed::new(&keys, b"context", &plain);
                assert_eq!(sealed.open_all(&keys, b"context").unwrap(), plain, "{count} layers, {len} bytes");
            }
        }
    }

    #[test]
    fn another_context_or_key_does_not_open() {
        let keys = layers(1);
        let sealed = Sealed::new(&keys, b"a=1", b"secret");
        assert_eq!(sealed.open_all(&keys, b"a=2"), Err(OpenError));
        assert_eq!(sealed.open_all(&layers(1), b"a=1"), Err(OpenError));
    }

    #[test]
    fn the_outer_layer_alone_shows_nothing() {
        let keys = layers(2);
        let sealed = Sealed::new(&keys, b"", b"secret secret secret");
        let outer_only = Layers(vec![keys.0[1].clone()]);
        let opened = sealed.open_all(&outer_only, b"");
        assert!(opened.map_or(true, |bytes| !bytes.windows(6).any(|w| w == b"secret")));
    }

    #[test]
    fn ranges_cross_segments() {
        let keys = layers(1);
        let plain: Vec<u8> = (0..3 * SEGMENT).map(|i| u8::try_from(i % 249).unwrap()).collect();
        let sealed = Sealed::new(&keys, b"", &plain);
        let from = SEGMENT - 3;
        let to = 2 * SEGMENT + 5;
        let got: Vec<u8> =
            sealed.open(keys, Vec::new(), from as u64..to as u64).flat_map(|piece| piece.unwrap().to_vec()).collect();
        assert_eq!(got, &plain[from..to]);
    }

    #[test]
    fn a_wrapped_key_opens_only_under_its_context() {
        let master = Key256::generate();
        let key = Key256::generate();
        let wrapped = key.wrap(&master, b"ctx");
        assert!(Key256::unwrap_from(&master, b"ctx", &wrapped).is_ok());
        assert!(Key256::unwrap_from(&master, b"other", &wrapped).is_err());
    }
}
