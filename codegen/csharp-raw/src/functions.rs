//! The functions that are written by hand in `bindings-c`.
#![allow(clippy::wildcard_imports)] // every function and type of the ABI
#![allow(clippy::too_many_lines)] // a list

use std::ffi::{c_char, c_void};

use interoptopus::inventory::RustInventory;
use s3kms_abi::*;

use crate::register::{function, register};

/// Registers them.
pub fn all(inventory: &mut RustInventory) {
    // The completion function crosses as a plain pointer: a managed delegate would be rooted by nobody.
    const _: unsafe extern "C" fn(
        *const s3kms_client_config,
        s3kms_completion_fn,
        *mut c_void,
        *mut *mut s3kms_client,
    ) -> *mut s3kms_error = s3kms_client_new;
    register::<
        extern "C" fn(
            *const s3kms_client_config,
            *const c_void,
            *mut c_void,
            *mut *mut s3kms_client,
        ) -> *mut s3kms_error,
    >(inventory, "s3kms_client_new", &["config", "completion", "context", "out_client"]);
    // What it points to is still wanted.
    <s3kms_completion as interoptopus::lang::types::TypeInfo>::register(inventory);

    function!(inventory, s3kms_client_close(client: *const s3kms_client) -> *mut s3kms_error);
    function!(inventory, s3kms_client_free(client: *mut s3kms_client) -> ());
    function!(inventory, s3kms_cancel(client: *const s3kms_client, request_id: u64, out_cancelled: *mut u8) -> *mut s3kms_error);
    function!(inventory, s3kms_error_free(error: *mut s3kms_error) -> ());

    function!(inventory, s3kms_put_object(client: *const s3kms_client, request: *const s3kms_put_object_request, body: *const s3kms_body, out_result: *mut *mut s3kms_put_object_result) -> *mut s3kms_error);
    function!(inventory, s3kms_put_object_submit(client: *const s3kms_client, request: *const s3kms_put_object_request, body: *const s3kms_body, tag: u64, out_request_id: *mut u64) -> *mut s3kms_error);
    function!(inventory, s3kms_put_object_start(client: *const s3kms_client, request: *const s3kms_put_object_request, length: s3kms_opt_i64, out_upload: *mut *mut s3kms_upload) -> *mut s3kms_error);
    function!(inventory, s3kms_upload_write(upload: *mut s3kms_upload, data: *const u8, len: usize) -> *mut s3kms_error);
    function!(inventory, s3kms_upload_complete(upload: *mut s3kms_upload, out_result: *mut *mut s3kms_put_object_result) -> *mut s3kms_error);
    function!(inventory, s3kms_upload_free(upload: *mut s3kms_upload) -> ());
    function!(inventory, s3kms_upload_write_submit(client: *const s3kms_client, request_id: u64, data: *const u8, len: usize, tag: u64) -> *mut s3kms_error);
    function!(inventory, s3kms_upload_finish(client: *const s3kms_client, request_id: u64) -> *mut s3kms_error);

    function!(inventory, s3kms_get_object(client: *const s3kms_client, request: *const s3kms_get_object_request, target: *const s3kms_target, out_result: *mut *mut s3kms_get_object_result, out_length: *mut u64, out_download: *mut *mut s3kms_download) -> *mut s3kms_error);
    function!(inventory, s3kms_get_object_submit(client: *const s3kms_client, request: *const s3kms_get_object_request, target: *const s3kms_target, tag: u64, out_request_id: *mut u64) -> *mut s3kms_error);
    function!(inventory, s3kms_download_read(download: *mut s3kms_download, data: *mut u8, capacity: usize, out_length: *mut usize) -> *mut s3kms_error);
    function!(inventory, s3kms_download_free(download: *mut s3kms_download) -> ());
    function!(inventory, s3kms_download_read_now(client: *const s3kms_client, download: u64, data: *mut u8, capacity: usize, out_length: *mut usize, out_came: *mut u8) -> *mut s3kms_error);
    function!(inventory, s3kms_download_read_submit(client: *const s3kms_client, download: u64, data: *mut u8, capacity: usize, tag: u64, out_request_id: *mut u64) -> *mut s3kms_error);
    function!(inventory, s3kms_download_close(client: *const s3kms_client, download: u64) -> *mut s3kms_error);

    function!(inventory, s3kms_presign(client: *const s3kms_client, request: *const s3kms_presign_request, out_result: *mut *mut s3kms_presign_result) -> *mut s3kms_error);
    function!(inventory, s3kms_presign_batch(client: *const s3kms_client, request: *const s3kms_presign_request, keys: *const s3kms_str, key_count: usize, out_result: *mut *mut s3kms_presign_batch_result) -> *mut s3kms_error);
    function!(inventory, s3kms_presign_batch_result_free(result: *mut s3kms_presign_batch_result) -> ());

    function!(inventory, s3kms_abi_version() -> u32);
    function!(inventory, s3kms_schema_hash() -> u64);
    function!(inventory, s3kms_version() -> *const c_char);
}
