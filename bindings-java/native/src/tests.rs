//! Frames must be read without a panic, whatever they hold, and give back what was written.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use s3kms::{Error, ErrorKind, PutObjectResult};

use crate::errors;
use crate::frame::{self, FrameReader, FrameWriter};
use crate::generated::frames;

fn decode_all(bytes: &[u8]) {
    // What they return is of no interest here: that they return is.
    let _ = frames::decode_client_config(bytes).is_ok();
    let _ = frames::decode_put_object(bytes).is_ok();
    let _ = frames::decode_copy_object(bytes).is_ok();
    let _ = frames::decode_get_object(bytes).is_ok();
    let _ = frames::decode_head_object(bytes).is_ok();
    let _ = frames::decode_delete_object(bytes).is_ok();
    let _ = frames::decode_presign(bytes).is_ok();
}

fn field() -> impl Strategy<Value = (u16, Vec<u8>)> {
    (0_u16..60, prop::collection::vec(any::<u8>(), 0..24))
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_all(&bytes);
    }

    #[test]
    fn well_formed_fields_of_any_content_never_panic(fields in prop::collection::vec(field(), 0..20), cut in any::<prop::sample::Index>()) {
        let mut bytes = Vec::new();
        for (number, value) in &fields {
            bytes.extend_from_slice(&number.to_le_bytes());
            bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(value);
        }
        decode_all(&bytes);
        decode_all(&bytes[..cut.index(bytes.len() + 1)]);
    }

    #[test]
    fn texts_and_maps_come_back(bucket in ".*", pairs in prop::collection::btree_map(".*", ".*", 0..5)) {
        let mut writer = FrameWriter::default();
        writer.text(1, Some(&bucket));
        writer.map(2, &pairs);
        let bytes = writer.into_bytes();
        let mut reader = FrameReader::new(&bytes);
        let (number, value) = reader.field().unwrap().unwrap();
        prop_assert_eq!((number, frame::text(value, "bucket").unwrap()), (1, bucket.as_str()));
        if !pairs.is_empty() {
            let (number, value) = reader.field().unwrap().unwrap();
            prop_assert_eq!(number, 2);
            let back: BTreeMap<_, _> = frame::map(value, "pairs").unwrap().into_iter().collect();
            prop_assert!(pairs.iter().eq(back.iter().map(|(a, b)| (a.to_owned().to_owned(), b.to_owned().to_owned())).collect::<BTreeMap<String, String>>().iter()));
        }
        prop_assert!(reader.field().unwrap().is_none());
    }
}

#[test]
fn a_truncated_frame_is_refused_at_every_length() {
    let mut writer = FrameWriter::default();
    writer.text(1, Some("bucket"));
    let bytes = writer.into_bytes();
    for end in 1..bytes.len() {
        assert!(frames::decode_put_object(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert_eq!(frames::decode_put_object(&bytes).unwrap().bucket, Some("bucket"));
}

#[test]
fn an_unknown_field_is_refused() {
    let mut writer = FrameWriter::default();
    writer.text(u16::MAX, Some("x"));
    assert!(frames::decode_put_object(&writer.into_bytes()).is_err());
}

#[test]
fn text_that_is_not_utf8_is_an_argument_error_that_names_the_field() {
    let frame = [1, 0, 1, 0, 0, 0, 0xff];
    let error = frames::decode_put_object(&frame).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(error.details().field, Some("bucket"));
}

#[test]
fn numbers_flags_and_times_of_the_wrong_size_are_refused() {
    assert!(frame::int(&[1, 2, 3], "x").is_err());
    assert!(frame::boolean(&[2], "x").is_err());
    assert!(frame::boolean(&[], "x").is_err());
    assert!(frame::map(&[1, 0, 0, 0], "x").is_err());
    assert_eq!(frame::int(&(-5_i64).to_le_bytes(), "x").unwrap(), -5);
}

#[test]
fn a_result_leaves_out_what_is_absent() {
    assert!(frames::encode_put_object(&PutObjectResult::default()).is_empty());
    let mut writer = FrameWriter::default();
    writer.timestamp(7, Some(UNIX_EPOCH + Duration::from_millis(1234)));
    let bytes = writer.into_bytes();
    let (number, value) = FrameReader::new(&bytes).field().unwrap().unwrap();
    assert_eq!((number, frame::int(value, "x").unwrap()), (7, 1234));
}

#[test]
fn an_error_frame_has_kind_message_and_field() {
    let bytes = errors::encode(&Error::invalid("bucket", "bucket is bad").hint("do better"));
    let mut reader = FrameReader::new(&bytes);
    let mut seen = BTreeMap::new();
    while let Some((number, value)) = reader.field().unwrap() {
        seen.insert(number, value.to_vec());
    }
    assert_eq!(seen[&1], 1_i64.to_le_bytes());
    assert_eq!(seen[&2], b"bucket is bad");
    assert_eq!(seen[&3], b"bucket");
    assert_eq!(seen[&8], b"do better");
    assert!(!seen.contains_key(&4));
}
