//! Reads the C header off the Rust sources of `bindings-c`.

use std::path::Path;

use crate::output::File;

/// Runs cbindgen over `bindings-c`.
///
/// # Errors
/// What cbindgen refuses.
pub fn generate(root: &Path) -> Result<File, String> {
    let folder = root.join("bindings-c");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(&folder)
        .with_config(config)
        .generate()
        .map_err(|e| format!("cbindgen: {e}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    Ok(File {
        path: "bindings-c/include/s3kms.h".to_owned(),
        text: String::from_utf8(text).map_err(|e| e.to_string())?,
    })
}
