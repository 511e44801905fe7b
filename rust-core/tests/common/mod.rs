//! What the test programs share: clients of the test servers, content, temporary folders and a plain HTTP client.
#![allow(dead_code)] // every test program uses a part of it

pub mod cases;
pub mod content;
pub mod flat;
pub mod plain;
pub mod server;
pub mod temp;
