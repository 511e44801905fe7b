//! The checksums that S3 verifies when it stores an object.
//!
//! [AWS documentation](https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use crc_fast::CrcAlgorithm;
use http::HeaderName;

use crate::error::Error;
use crate::generated::types::ChecksumAlgorithm;

/// A checksum being computed.
pub(crate) struct Checksum {
    state: State,
    pub header: HeaderName,
    /// Characters of the finished value.
    pub length: usize,
}

enum State {
    Crc(crc_fast::Digest, usize),
    Sha(digest::Context),
}

impl Checksum {
    pub(crate) fn new(algorithm: &ChecksumAlgorithm) -> Result<Self, Error> {
        let crc = |algorithm, bytes| State::Crc(crc_fast::Digest::new(algorithm), bytes);
        let (state, header, length) = match algorithm.as_str() {
            "CRC32" => (crc(CrcAlgorithm::Crc32IsoHdlc, 4), "x-amz-checksum-crc32", 8),
            "CRC32C" => (crc(CrcAlgorithm::Crc32Iscsi, 4), "x-amz-checksum-crc32c", 8),
            "CRC64NVME" => (crc(CrcAlgorithm::Crc64Nvme, 8), "x-amz-checksum-crc64nvme", 12),
            "SHA1" => {
                let context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
                (State::Sha(context), "x-amz-checksum-sha1", 28)
            }
            "SHA256" => (State::Sha(digest::Context::new(&digest::SHA256)), "x-amz-checksum-sha256", 44),
            other => {
                let message =
                    format!("checksum_algorithm {} is not one that this version computes", other.escape_debug());
                return Err(Error::invalid("checksum_algorithm", message)
                    .hint("Choose CRC32, CRC32C, CRC64NVME, SHA1 or SHA256, or give the value itself"));
            }
        };
        Ok(Self { state, header: HeaderName::from_static(header), length })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(digest, _) => digest.update(bytes),
            State::Sha(context) => context.update(bytes),
        }
    }

    /// Base64 of the value, big-endian.
    pub(crate) fn finish(self) -> String {
        match self.state {
            State::Crc(digest, bytes) => BASE64.encode(&digest.finalize().to_be_bytes()[8 - bytes..]),
            State::Sha(context) => BASE64.encode(context.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the algorithms' own specifications, for `123456789`.
    #[test]
    fn checksums_are_those_of_their_specifications() {
        for (name, expected) in [
            ("CRC32", BASE64.encode(0xCBF4_3926_u32.to_be_bytes())),
            ("CRC32C", BASE64.encode(0xE306_9283_u32.to_be_bytes())),
            ("CRC64NVME", BASE64.encode(0xAE8B_1486_0A79_9888_u64.to_be_bytes())),
            ("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE=".to_owned()),
            ("SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=".to_owned()),
        ] {
            let mut checksum = Checksum::new(&ChecksumAlgorithm::from(name)).unwrap();
            checksum.update(b"1234");
            checksum.update(b"56789");
            let length = checksum.length;
            let value = checksum.finish();
            assert_eq!(value.len(), length, "{name}");
            assert_eq!(value, expected, "{name}");
        }
        assert!(Checksum::new(&ChecksumAlgorithm::from("MD4")).is_err());
    }
}
