//! Writes what needs the compiled Rust types of `bindings-c`: the raw C# layer (by interoptopus) and the ABI tables.
//!
//! `s3kms-codegen-csharp` writes; with `--verify` it writes nothing and fails when a committed file differs. It runs
//! after `s3kms-codegen`, which writes the types themselves. Nothing of interoptopus is in any library.

mod csharp;
mod functions;
mod generated;
mod register;
mod tables;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// A generated file: its path in the project and its text.
struct File {
    path: String,
    text: String,
}

fn main() -> ExitCode {
    let verify = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--verify" => true,
        _ => {
            eprintln!("usage: s3kms-codegen-csharp [--verify]");
            return ExitCode::from(2);
        }
    };
    // Asked when it runs: two checkouts may share one cache of what was built.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&folder).ancestors().nth(2).expect("codegen/csharp-raw lies in the project");
    match generate(root, verify) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(changed) if verify => {
            eprintln!("{changed} generated file(s) differ from the Rust types: run ./dev generate and commit");
            ExitCode::FAILURE
        }
        Ok(changed) => {
            println!("{changed} generated file(s) written");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("codegen-csharp: {message}");
            ExitCode::FAILURE
        }
    }
}

fn generate(root: &Path, verify: bool) -> Result<usize, String> {
    let mut files = csharp::files()?;
    files.extend(tables::files());
    let mut changed = 0;
    for file in files {
        let path = root.join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        changed += 1;
        if verify {
            eprintln!("differs: {}", file.path);
            continue;
        }
        let fail = |e: std::io::Error| format!("{}: {e}", file.path);
        fs::create_dir_all(path.parent().expect("a file in the project")).map_err(fail)?;
        fs::write(&path, &file.text).map_err(fail)?;
    }
    Ok(changed)
}
