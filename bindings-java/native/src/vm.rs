//! What is kept of the JVM: the classes and methods that Rust calls, and the threads attached to it.

use std::cell::Cell;
use std::ffi::CString;

use jni::errors::Error as JniError;
use jni::ids::{JMethodID, JStaticMethodID};
use jni::objects::{JByteArray, JClass, JObject, JThrowable};
use jni::refs::Global;
use jni::signature::{Primitive, ReturnType};
use jni::sys::{self, jvalue};
use jni::{Env, JavaVM, jni_sig, jni_str};
use once_cell::sync::OnceCell;
use s3kms::Error;

use crate::errors;

/// The classes, looked up once from a call that Java made: a thread of ours would ask the wrong class loader.
struct Classes {
    vm: JavaVM,
    completions: Global<JClass<'static>>,
    complete: JStaticMethodID,
    exception: Global<JClass<'static>>,
    new_exception: JMethodID,
    completion: Global<JClass<'static>>,
    new_completion: JMethodID,
}

static CLASSES: OnceCell<Classes> = OnceCell::new();

/// Caches what is called later. `completions` has `static void complete(long, int, byte[], byte[], long)`, `exception`
/// is a Throwable with a constructor `(byte[])`, `completion` has a constructor `(int, byte[], byte[], long)`.
///
/// # Errors
/// When a class lacks the method.
pub fn init(env: &mut Env, completions: &JClass, exception: &JClass, completion: &JClass) -> Result<(), JniError> {
    let classes = Classes {
        vm: env.get_java_vm()?,
        complete: env.get_static_method_id(completions, jni_str!("complete"), jni_sig!("(JI[B[BJ)V"))?,
        completions: env.new_global_ref(completions)?,
        new_exception: env.get_method_id(exception, jni_str!("<init>"), jni_sig!("([B)V"))?,
        exception: env.new_global_ref(exception)?,
        new_completion: env.get_method_id(completion, jni_str!("<init>"), jni_sig!("(I[B[BJ)V"))?,
        completion: env.new_global_ref(completion)?,
    };
    // A second call comes from the same classes: a library is bound to one class loader.
    let _ = CLASSES.set(classes);
    Ok(())
}

/// Throws the exception that carries an error's frame.
///
/// # Errors
/// When the exception cannot be built; one is pending then as well, or the class was never cached.
pub fn throw(env: &mut Env, error: &Error) -> Result<(), JniError> {
    let Some(classes) = CLASSES.get() else {
        return env.throw_new(jni_str!("java/lang/IllegalStateException"), jni_str!("s3kms: init was not called"));
    };
    let frame = env.byte_array_from_slice(&errors::encode(error))?;
    // SAFETY: the constructor was looked up in this class with this signature.
    let exception = unsafe {
        env.new_object_unchecked(&classes.exception, classes.new_exception, &[jvalue { l: frame.as_raw() }])?
    };
    let exception = env.cast_local::<JThrowable>(exception)?;
    match env.throw(exception) {
        Ok(()) | Err(JniError::JavaException) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What a call gave, for the thread that made it.
///
/// # Errors
/// When Java has no memory for it.
pub fn completion<'l>(
    env: &mut Env<'l>,
    kind: i32,
    frame: Option<&[u8]>,
    content: Option<&[u8]>,
    number: u64,
) -> Result<JObject<'l>, JniError> {
    let Some(classes) = CLASSES.get() else { return Err(JniError::UninitializedJavaVM) };
    let frame = array(env, frame)?;
    let content = array(env, content)?;
    let arguments = [
        jvalue { i: kind },
        jvalue { l: frame.as_raw() },
        jvalue { l: content.as_raw() },
        jvalue { j: number.cast_signed() },
    ];
    // SAFETY: the constructor was looked up in this class with this signature.
    unsafe { env.new_object_unchecked(&classes.completion, classes.new_completion, &arguments) }
}

/// Calls `Completions.complete` from a thread of the runtime. An exception of the Java code is cleared: nobody is
/// above it who could take it.
///
/// # Errors
/// When the arrays could not be allocated; then Java was not called.
pub fn upcall(tag: u64, kind: i32, frame: Option<&[u8]>, content: Option<&[u8]>, number: u64) -> Result<(), JniError> {
    let Some(classes) = CLASSES.get() else { return Err(JniError::UninitializedJavaVM) };
    let call = |env: &mut Env| {
        let outcome = complete(env, classes, tag, kind, frame, content, number);
        if env.exception_check() {
            env.exception_clear();
        }
        outcome
    };
    if classes.vm.is_thread_attached()? || (IS_OURS.get() && attach_daemon(classes)) {
        classes.vm.with_local_frame(8, call)
    } else {
        classes.vm.attach_current_thread_for_scope(call)
    }
}

fn complete(
    env: &mut Env,
    classes: &Classes,
    tag: u64,
    kind: i32,
    frame: Option<&[u8]>,
    content: Option<&[u8]>,
    number: u64,
) -> Result<(), JniError> {
    let frame = array(env, frame)?;
    let content = array(env, content)?;
    let arguments = [
        jvalue { j: tag.cast_signed() },
        jvalue { i: kind },
        jvalue { l: frame.as_raw() },
        jvalue { l: content.as_raw() },
        jvalue { j: number.cast_signed() },
    ];
    // SAFETY: the method was looked up in this class with this signature, and returns void.
    let outcome = unsafe {
        env.call_static_method_unchecked(
            &classes.completions,
            classes.complete,
            ReturnType::Primitive(Primitive::Void),
            &arguments,
        )
    };
    match outcome {
        // The method was entered, so the call is complete whatever it threw.
        Ok(_) | Err(JniError::JavaException) => Ok(()),
        Err(error) => Err(error),
    }
}

fn array<'local>(env: &mut Env<'local>, bytes: Option<&[u8]>) -> Result<JByteArray<'local>, JniError> {
    match bytes {
        Some(bytes) => env.byte_array_from_slice(bytes),
        None => Ok(JByteArray::null()),
    }
}

thread_local! {
    /// Whether this is a thread of the runtime, which is detached when it stops.
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// A thread of the runtime begins. It is attached by its first upcall, and stays so: a JVM that ends waits 300 ms for attached
/// threads that are in native code (`VM_Exit::wait_for_threads_in_native_to_block`), and blocking calls need no upcall.
pub fn thread_starts() {
    IS_OURS.set(true);
}

/// A thread of the runtime ends; it must not end attached.
pub fn thread_stops() {
    let Some(classes) = CLASSES.get() else { return };
    let vm = classes.vm.get_raw();
    // SAFETY: the thread belongs to the runtime and has no Java frames; where it is not attached nothing happens.
    unsafe {
        ((**vm).v1_1.DetachCurrentThread)(vm);
    }
}

/// Attaches the current thread as a daemon, so that it never keeps the JVM from ending. The jni crate attaches only
/// threads that the JVM waits for.
fn attach_daemon(classes: &Classes) -> bool {
    let name = std::thread::current().name().and_then(|name| CString::new(name).ok()).unwrap_or_default();
    let mut arguments = sys::JavaVMAttachArgs {
        version: sys::JNI_VERSION_1_8,
        name: name.as_ptr().cast_mut(),
        group: std::ptr::null_mut(),
    };
    let mut env = std::ptr::null_mut();
    let vm = classes.vm.get_raw();
    // SAFETY: the VM outlives the process's threads, and the arguments outlive the call. Where it fails, completions
    // of this thread attach it for the time of the upcall.
    unsafe { ((**vm).v1_4.AttachCurrentThreadAsDaemon)(vm, &raw mut env, (&raw mut arguments).cast()) == sys::JNI_OK }
}
