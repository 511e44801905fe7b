//! How a native ends that cannot give its value: with the typed exception, never by unwinding into Java.

use std::any::Any;

use jni::Env;
use jni::errors::{Error as JniError, ErrorPolicy};
use s3kms::Error;

use crate::vm;

/// What can go wrong inside a native.
pub enum Failure {
    /// An error of the library.
    Library(Error),
    /// The JVM refused something; often an exception is pending.
    Jvm(JniError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<JniError> for Failure {
    fn from(error: JniError) -> Self {
        Self::Jvm(error)
    }
}

/// Throws `NativeException` with the error's frame, which Java turns into the exception that users know.
pub struct Throw;

impl<T: Default> ErrorPolicy<T, Failure> for Throw {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = ();

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut Self::Captures<'unowned_env_local, 'native_method>,
        failure: Failure,
    ) -> jni::errors::Result<T> {
        // A pending exception says more than an error of ours could.
        if !env.exception_check() {
            let error = match failure {
                Failure::Library(error) => error,
                Failure::Jvm(error) => Error::internal(format!("the JVM refused a call: {error}")),
            };
            vm::throw(env, &error)?;
        }
        Ok(T::default())
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut Self::Captures<'unowned_env_local, 'native_method>,
        payload: Box<dyn Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        // Dropping a payload may panic by itself.
        std::mem::forget(payload);
        if !env.exception_check() {
            vm::throw(env, &Error::internal("the native code panicked"))?;
        }
        Ok(T::default())
    }
}
