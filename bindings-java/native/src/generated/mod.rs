//! Written by `./dev generate`.

pub mod frames;
