//! The natives of `io.s3kms.internal.Native`, one function each.
//!
//! Every one runs inside the jni crate's guard: errors and panics end in [`Throw`], nothing unwinds into Java.

#![allow(non_snake_case, reason = "JNI resolves natives by these names")]
#![allow(clippy::too_many_arguments, reason = "a native call passes its arguments flat")]

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use jni::objects::{JByteArray, JByteBuffer, JClass, JObject};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned};
use s3kms::session::{Request, RequestId, Session, StreamId};
use s3kms::{Body, ClientConfig, Error, Operation, PresignResult, Target};
use zeroize::Zeroizing;

use crate::completion::{self, Upcall};
use crate::frame::{self, FrameWriter};
use crate::generated::frames;
use crate::policy::{Failure, Throw};
use crate::{arrays, registry, runtime, streams, vm};

/// Kinds of body; `Native.java` has the same numbers.
mod body {
    pub const NONE: i32 = 0;
    pub const BYTES: i32 = 1;
    pub const DIRECT: i32 = 2;
    pub const FILE: i32 = 3;
    pub const STREAM: i32 = 4;
}

/// Fields of the answer to `presignBatch`; `Native.java` has the same numbers.
mod batch {
    pub const PRESIGNED: u16 = 1;
    pub const URL: u16 = 2;
}

/// Version of the natives' signatures and of the error frame; `Native.java` has the same number.
const ABI_VERSION: jint = 3;

/// Runs one native; what it cannot give it throws.
macro_rules! native {
    ($env:ident, $body:expr) => {
        $env.with_env($body).resolve::<Throw>()
    };
}

/// `int abiVersion()`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_abiVersion<'l>(_env: EnvUnowned<'l>, _class: JClass<'l>) -> jint {
    ABI_VERSION
}

/// `long schemaHash()`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_schemaHash<'l>(_env: EnvUnowned<'l>, _class: JClass<'l>) -> jlong {
    s3kms::SCHEMA_HASH.cast_signed()
}

/// `void init(Class<?> completions, Class<?> exception, Class<?> completion)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_init<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    completions: JClass<'l>,
    exception: JClass<'l>,
    completion: JClass<'l>,
) {
    native!(env, |env| -> Result<(), Failure> { Ok(vm::init(env, &completions, &exception, &completion)?) });
}

/// `long clientNew(byte[] frame, int length)`: the client's number.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_clientNew<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    frame: JByteArray<'l>,
    length: jint,
) -> jlong {
    native!(env, |env| -> Result<jlong, Failure> {
        let frame = secret(env, &frame, length)?;
        let config = ClientConfig::try_from(frames::decode_client_config(&frame)?)?;
        let session = Session::new(config, runtime::handle()?, Arc::new(Upcall))?;
        Ok(registry::insert(session).cast_signed())
    })
}

/// `long submit(long client, long tag, int operation, byte[] frame, int frameLength, int bodyKind, byte[] bytes,
/// ByteBuffer buffer, int offset, long length)`: the request's number.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_submit<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    tag: jlong,
    operation: jint,
    frame: JByteArray<'l>,
    frame_length: jint,
    body_kind: jint,
    bytes: JByteArray<'l>,
    buffer: JByteBuffer<'l>,
    offset: jint,
    length: jlong,
) -> jlong {
    native!(env, |env| -> Result<jlong, Failure> {
        let session = registry::get(client.cast_unsigned())?;
        let source = Source { kind: body_kind, bytes: &bytes, buffer: &buffer, offset, length };
        let request = request(env, operation, &frame, frame_length, &source)?;
        Ok(session.submit(request, tag.cast_unsigned())?.0.cast_signed())
    })
}

/// `Completion call(long client, long tag, ...)`: as `submit`, but runs on this thread and returns the result.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_call<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    tag: jlong,
    operation: jint,
    frame: JByteArray<'l>,
    frame_length: jint,
    body_kind: jint,
    bytes: JByteArray<'l>,
    buffer: JByteBuffer<'l>,
    offset: jint,
    length: jlong,
) -> JObject<'l> {
    native!(env, |env| -> Result<JObject<'l>, Failure> {
        let session = registry::get(client.cast_unsigned())?;
        let source = Source { kind: body_kind, bytes: &bytes, buffer: &buffer, offset, length };
        let request = request(env, operation, &frame, frame_length, &source)?;
        let response = session.call(request, tag.cast_unsigned())?;
        let completion = completion::encoded(response, |kind, frame, content, number| {
            vm::completion(env, kind, Some(frame), content, number)
        });
        Ok(completion?)
    })
}

fn request(
    env: &mut Env,
    operation: jint,
    frame: &JByteArray,
    frame_length: jint,
    source: &Source,
) -> Result<Request, Failure> {
    let frame = secret(env, frame, frame_length)?;
    let operation = u32::try_from(operation).ok().and_then(Operation::from_number);
    Ok(match operation {
        Some(Operation::PutObject) => {
            let request = frames::decode_put_object(&frame)?.try_into()?;
            if source.kind == body::STREAM {
                Request::PutObjectStream(request, u64::try_from(source.length).ok())
            } else {
                Request::PutObject(request, source.body(env)?)
            }
        }
        Some(Operation::CopyObject) => Request::CopyObject(frames::decode_copy_object(&frame)?.try_into()?),
        Some(Operation::GetObject) => {
            let request = frames::decode_get_object(&frame)?.try_into()?;
            Request::GetObject(request, source.target(env)?)
        }
        Some(Operation::HeadObject) => Request::HeadObject(frames::decode_head_object(&frame)?.try_into()?),
        Some(Operation::DeleteObject) => Request::DeleteObject(frames::decode_delete_object(&frame)?.try_into()?),
        Some(Operation::Presign) | None => return Err(Error::internal("no such operation to submit").into()),
    })
}

/// Where Java has the content of a put, or wants that of a get.
struct Source<'a, 'l> {
    kind: jint,
    bytes: &'a JByteArray<'l>,
    buffer: &'a JByteBuffer<'l>,
    offset: jint,
    length: jlong,
}

impl Source<'_, '_> {
    fn body(&self, env: &mut Env) -> Result<Body, Failure> {
        match self.kind {
            body::NONE => Ok(Body::Bytes(Bytes::new())),
            body::BYTES => Ok(Body::Bytes(arrays::copy(env, self.bytes, self.offset, self.length)?.into())),
            body::DIRECT => Ok(Body::borrowed(arrays::borrow(env, self.buffer, self.offset, self.length)?)),
            body::FILE => Ok(Body::File { path: self.path(env)?, offset: 0, length: None }),
            _ => Err(Error::internal("no such kind of body").into()),
        }
    }

    fn target(&self, env: &mut Env) -> Result<Target, Failure> {
        match self.kind {
            body::NONE => Ok(Target::Stream),
            body::FILE => Ok(Target::File(self.path(env)?)),
            _ => Err(Error::internal("no such kind of target").into()),
        }
    }

    fn path(&self, env: &mut Env) -> Result<PathBuf, Failure> {
        let bytes = arrays::copy(env, self.bytes, self.offset, self.length)?;
        let path = String::from_utf8(bytes).map_err(|_| Error::invalid("file", "file is not valid UTF-8"))?;
        Ok(PathBuf::from(path))
    }
}

/// `boolean cancel(long client, long request)`: whether it was still in flight.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_cancel<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    request: jlong,
) -> jboolean {
    native!(env, |_| -> Result<jboolean, Failure> {
        // A closed client has cancelled everything already.
        let session = registry::get(client.cast_unsigned()).ok();
        Ok(session.is_some_and(|session| session.cancel(RequestId(request.cast_unsigned()))))
    })
}

/// `void write(long client, long request, byte[] chunk, int offset, int length, long tag)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_write<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    request: jlong,
    chunk: JByteArray<'l>,
    offset: jint,
    length: jint,
    tag: jlong,
) {
    native!(env, |env| -> Result<(), Failure> {
        let session = registry::get(client.cast_unsigned())?;
        let chunk = arrays::copy(env, &chunk, offset, i64::from(length))?;
        Ok(session.write(RequestId(request.cast_unsigned()), chunk.into(), tag.cast_unsigned())?)
    });
}

/// `void finish(long client, long request)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_finish<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    request: jlong,
) {
    native!(env, |_| -> Result<(), Failure> {
        Ok(registry::get(client.cast_unsigned())?.finish(RequestId(request.cast_unsigned()))?)
    });
}

/// `void read(long client, long stream, int most, long tag)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_read<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    stream: jlong,
    most: jint,
    tag: jlong,
) {
    native!(env, |_| -> Result<(), Failure> {
        let most = usize::try_from(most).unwrap_or(0).max(1);
        let (client, stream, tag) = (client.cast_unsigned(), stream.cast_unsigned(), tag.cast_unsigned());
        let session = registry::get(client)?;
        streams::begin(client, stream, tag);
        if let Err(error) = session.read(StreamId(stream), most, tag) {
            streams::forget(tag);
            streams::close(client, stream);
            return Err(error.into());
        }
        Ok(())
    });
}

/// `int callRead(long client, long stream, int most, long tag)`: as `read`, but on this thread; returns how many bytes are
/// there to take, 0 at the end.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_callRead<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    stream: jlong,
    most: jint,
    tag: jlong,
) -> jint {
    native!(env, |_| -> Result<jint, Failure> {
        let length = usize::try_from(most).unwrap_or(0).max(1);
        let (client, stream, tag) = (client.cast_unsigned(), stream.cast_unsigned(), tag.cast_unsigned());
        let session = registry::get(client)?;
        streams::begin(client, stream, tag);
        match session.call_read(StreamId(stream), length, tag) {
            Ok(chunk) => {
                let length = chunk.len();
                streams::arrived(tag, chunk);
                Ok(jint::try_from(length).unwrap_or(most))
            }
            Err(error) => {
                streams::forget(tag);
                Err(error.into())
            }
        }
    })
}

/// `int take(long client, long stream, byte[] to, int offset, int length)`: how many bytes of the last read's chunk were
/// copied, 0 where none are left.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_take<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    stream: jlong,
    to: JByteArray<'l>,
    offset: jint,
    length: jint,
) -> jint {
    native!(env, |env| -> Result<jint, Failure> {
        let most = usize::try_from(length).unwrap_or(0);
        let mut taken = 0;
        for piece in streams::take(client.cast_unsigned(), stream.cast_unsigned(), most).pieces() {
            arrays::fill(env, &to, offset + taken, piece)?;
            taken += jint::try_from(piece.len()).map_err(|_| Error::internal("a piece is longer than an array"))?;
        }
        Ok(taken)
    })
}

/// `void closeStream(long client, long stream)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_closeStream<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    stream: jlong,
) {
    native!(env, |_| -> Result<(), Failure> {
        streams::close(client.cast_unsigned(), stream.cast_unsigned());
        // Closing a client has released its streams.
        if let Ok(session) = registry::get(client.cast_unsigned()) {
            session.close_stream(StreamId(stream.cast_unsigned()));
        }
        Ok(())
    });
}

/// `byte[] presign(long client, byte[] frame, int length, boolean urlOnly)`: the result's frame, as [`arrays::answer`] gives
/// it; where only the URL is wanted, without the rest.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_presign<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    frame: JByteArray<'l>,
    length: jint,
    url_only: jboolean,
) -> JByteArray<'l> {
    native!(env, |env| -> Result<JByteArray<'l>, Failure> {
        let session = registry::get(client.cast_unsigned())?;
        let request = secret(env, &frame, length)?;
        let request = frames::decode_presign(&request)?.try_into()?;
        let result = if url_only {
            PresignResult { url: Some(session.presign_url(request)?), ..PresignResult::default() }
        } else {
            session.presign(request)?
        };
        arrays::answer(env, frame, &frames::encode_presign(&result))
    })
}

/// `byte[] presignBatch(long client, byte[] frame, int templateLength, int length)`: a frame as [`arrays::answer`] gives it, of
/// [`batch`]'s fields. The keys stand behind the template's frame.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_presignBatch<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
    frame: JByteArray<'l>,
    template_length: jint,
    length: jint,
) -> JByteArray<'l> {
    native!(env, |env| -> Result<JByteArray<'l>, Failure> {
        let session = registry::get(client.cast_unsigned())?;
        let request = secret(env, &frame, length)?;
        let (template, keys) = usize::try_from(template_length)
            .ok()
            .and_then(|length| request.split_at_checked(length))
            .ok_or_else(|| Error::internal("a template's length lies outside of its frame"))?;
        let template = frames::decode_presign(template)?;
        let method = template.method.map(str::to_owned);
        let result = session.presign_batch(template.try_into()?, &frame::texts(keys, "keys")?)?;
        let (signed_headers, expires_at) = (result.signed_headers, result.expires_at);
        let common = PresignResult { method, signed_headers, expires_at, ..PresignResult::default() };
        let mut writer = FrameWriter::default();
        writer.bytes(batch::PRESIGNED, &frames::encode_presign(&common));
        for url in &result.urls {
            writer.text(batch::URL, Some(url));
        }
        arrays::answer(env, frame, &writer.into_bytes())
    })
}

/// `void close(long client)`: returns after the last completion. Closing twice is harmless.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_s3kms_internal_Native_close<'l>(
    mut env: EnvUnowned<'l>,
    _class: JClass<'l>,
    client: jlong,
) {
    native!(env, |_| -> Result<(), Failure> {
        if let Some(session) = registry::remove(client.cast_unsigned()) {
            session.close();
            streams::close_all(client.cast_unsigned());
        }
        Ok(())
    });
}

/// A frame, wiped when it is dropped: it may hold keys.
fn secret(env: &mut Env, frame: &JByteArray, length: jint) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(Zeroizing::new(arrays::copy(env, frame, 0, i64::from(length))?))
}
