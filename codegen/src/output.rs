//! Compares what was generated with what is committed, and writes the difference.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A generated file: its path in the project and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

/// Writes the files that differ (or, with `verify`, names them); returns how many do.
///
/// # Errors
/// A file that cannot be formatted or written.
pub fn write(root: &Path, files: &mut [File], verify: bool) -> Result<usize, String> {
    let mut changed = 0;
    for file in files {
        if has_extension(&file.path, "rs") {
            file.text = rustfmt(root, &file.text).map_err(|e| format!("{}: {e}", file.path))?;
        }
        let path = root.join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        changed += 1;
        if verify {
            eprintln!("differs: {}", file.path);
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", file.path))?;
        }
        fs::write(&path, &file.text).map_err(|e| format!("{}: {e}", file.path))?;
    }
    Ok(changed)
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == extension)
}

fn rustfmt(root: &Path, text: &str) -> Result<String, String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("rustfmt: {e} (rustup component add rustfmt)"))?;
    // rustfmt reads all of its input before it writes, so this cannot block on a full pipe.
    child.stdin.take().expect("piped").write_all(text.as_bytes()).map_err(|e| e.to_string())?;
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    if !out.status.success() {
        return Err(format!("rustfmt refused the generated text:\n{text}"));
    }
    String::from_utf8(out.stdout).map_err(|e| e.to_string())
}
