//! Release builds carry no symbol table into the JAR: it is a quarter of the library, and each start of an application unpacks it.
//! `S3KMS_KEEP_SYMBOLS=1` keeps it, for profilers.

fn main() {
    println!("cargo:rerun-if-env-changed=S3KMS_KEEP_SYMBOLS");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && std::env::var_os("S3KMS_KEEP_SYMBOLS").is_none() {
        println!("cargo:rustc-cdylib-link-arg=-Wl,--strip-all");
    }
}
