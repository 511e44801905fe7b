//! Gives the shared library the name under which programs ask for it at run time, and takes from it what none asks for.

/// Rises when a program that was linked against the older library would not work with the newer one.
const SONAME_VERSION: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libs3kms.so.{SONAME_VERSION}");
        // Names of internal functions are a fifth of the file, and no program looks them up.
        if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,--strip-all");
        }
    }
}
