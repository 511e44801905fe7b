//! Writes every form of the schema: the core's requests and results, the C structs, the Java frames, the
//! Java and C# classes, and the C header.
//!
//! `s3kms-codegen` writes; `s3kms-codegen --verify` writes nothing and fails when a committed file is not
//! what the schema says. The templates and what they write are listed in `templates/*/manifest.toml`.

mod header;
mod names;
mod output;
mod render;
mod schema;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let verify = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [flag] if flag == "--verify" => true,
        _ => {
            eprintln!("usage: s3kms-codegen [--verify]");
            return ExitCode::from(2);
        }
    };
    // Asked when it runs: two checkouts may share one cache of what was built.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&folder).parent().expect("codegen/ lies in the project");
    match generate(root, verify) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(changed) if verify => {
            eprintln!("{changed} generated file(s) differ from what schema/ says: run ./dev generate and commit");
            ExitCode::FAILURE
        }
        Ok(changed) => {
            println!("{changed} generated file(s) written");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("codegen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn generate(root: &Path, verify: bool) -> Result<usize, String> {
    let schema = schema::load(&root.join("schema"))?;
    let mut files = render::render(&schema, &root.join("codegen/templates"))?;
    let mut changed = output::write(root, &mut files, verify)?;
    // The header is read off the Rust sources, which the lines above have just brought up to date.
    let mut header = vec![header::generate(root)?];
    changed += output::write(root, &mut header, verify)?;
    Ok(changed)
}
