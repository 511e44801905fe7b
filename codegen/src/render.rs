//! Runs the templates that the manifests name.

use std::fs;
use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Deserialize;

use crate::names;
use crate::output::File;
use crate::schema::Schema;

#[derive(Deserialize)]
struct Manifest {
    file: Vec<Entry>,
}

/// One template and the files it writes.
#[derive(Deserialize)]
struct Entry {
    template: String,
    /// Path in the project; a template itself: `.../{{ item.name | pascal }}.java`. Empty text: no file.
    output: String,
    /// Path into the context of the list to write a file for each of: `schema.messages`; absent: one file.
    each: Option<String>,
}

/// Renders every template of every manifest below `folder`.
///
/// # Errors
/// A text that names the template and what is wrong.
pub fn render(schema: &Schema, folder: &Path) -> Result<Vec<File>, String> {
    let mut env = environment();
    let mut manifests = Vec::new();
    for language in list(folder)? {
        for path in list(&language)? {
            let name = format!("{}/{}", file_name(&language), file_name(&path));
            let text = fs::read_to_string(&path).map_err(|e| format!("{name}: {e}"))?;
            if file_name(&path) == "manifest.toml" {
                let manifest: Manifest = toml::from_str(&text).map_err(|e| format!("{name}: {e}"))?;
                manifests.push((file_name(&language), manifest));
            } else {
                env.add_template_owned(name.clone(), text).map_err(|e| format!("{name}: {e:#}"))?;
            }
        }
    }
    let root = Value::from(minijinja::value::Serde(schema));
    let mut files = Vec::new();
    for (language, manifest) in manifests {
        for entry in manifest.file {
            let name = format!("{language}/{}", entry.template);
            let template = env.get_template(&name).map_err(|e| format!("{name}: {e:#}"))?;
            for item in items(&root, entry.each.as_deref()).map_err(|e| format!("{name}: {e:#}"))? {
                let context = context! { schema => root.clone(), item => item };
                let path = env.render_str(&entry.output, &context).map_err(|e| format!("{name}: {e:#}"))?;
                if !path.is_empty() {
                    let text = template.render(&context).map_err(|e| format!("{name}: {e:#}"))?;
                    files.push(File { path, text });
                }
            }
        }
    }
    Ok(files)
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let mut syntax = SyntaxConfig::builder();
    env.set_syntax(
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build().expect("default delimiters"),
    );
    env.add_filter("pascal", |name: &str| names::pascal(name));
    env.add_filter("camel", |name: &str| names::camel(name));
    env.add_filter("upper_snake", |name: &str| names::upper_snake(name));
    env.add_filter("capitalise_first", |name: &str| names::capitalise(name));
    env
}

fn items(root: &Value, each: Option<&str>) -> Result<Vec<Value>, minijinja::Error> {
    let Some(path) = each else {
        return Ok(vec![Value::UNDEFINED]);
    };
    let mut value = root.clone();
    for part in path.split('.').skip_while(|part| *part == "schema") {
        value = value.get_attr(part)?;
    }
    Ok(value.try_iter()?.collect())
}

fn list(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
