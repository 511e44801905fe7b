//! What the two binaries share: their options, the line they print, and how long they live.

use std::io::{Read as _, Write as _};

/// Options that were given, in order, with their values.
pub struct Options(Vec<(String, Vec<String>)>);

impl Options {
    /// Parses `args` by a table of option names and how many values each takes.
    ///
    /// Errors: names the unknown option, or the one whose value is missing.
    pub fn parse(args: impl IntoIterator<Item = String>, known: &[(&str, usize)]) -> Result<Self, String> {
        let mut args = args.into_iter();
        let mut given = Vec::new();
        while let Some(name) = args.next() {
            let (_, count) =
                known.iter().find(|(option, _)| *option == name).ok_or_else(|| format!("unknown option {name}"))?;
            let values: Vec<String> = args.by_ref().take(*count).collect();
            if values.len() < *count {
                return Err(format!("{name} needs {count} value(s)"));
            }
            given.push((name, values));
        }
        Ok(Self(given))
    }

    /// The values of an option; of a repeated one, the last.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.0.iter().rev().find(|(given, _)| given == name).map(|(_, values)| values.as_slice())
    }

    /// Every value of a repeatable option with one value.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(given, _)| given == name)
            .filter_map(|(_, values)| values.first().map(String::as_str))
    }

    /// `--port`, 0 when absent.
    pub fn port(&self) -> Result<u16, String> {
        let text = self.get("--port").and_then(<[String]>::first);
        text.map_or(Ok(0), |text| text.parse().map_err(|_| format!("--port {text}: expected 0 to 65535")))
    }
}

/// Prints one line of JSON and flushes, so that a parent process can wait for it.
pub fn announce(document: &serde_json::Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{document}")?;
    out.flush()
}

/// Waits for SIGINT or SIGTERM or, when asked for, until standard input closes.
pub async fn until_stopped(stdin_closes: bool) -> std::io::Result<()> {
    let (closed, closing) = tokio::sync::oneshot::channel();
    if stdin_closes {
        // A thread of its own: tokio's stdin would keep the runtime from shutting down.
        std::thread::spawn(move || {
            let mut buffer = [0; 256];
            while matches!(std::io::stdin().read(&mut buffer), Ok(1..)) {}
            let _ = closed.send(());
        });
    } else {
        std::mem::forget(closed);
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = closing => Ok(()),
        _ = terminate.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, String> {
        let known = [("--port", 1), ("--tls", 2), ("--flag", 0), ("--bucket", 1)];
        Options::parse(args.iter().map(|&arg| arg.to_owned()), &known)
    }

    #[test]
    fn options() {
        let options = parse(&["--flag", "--bucket", "a", "--port", "7", "--bucket", "b", "--tls", "c", "k"]).unwrap();
        assert_eq!(options.port(), Ok(7));
        assert_eq!(options.all("--bucket").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(options.get("--tls").unwrap(), ["c", "k"]);
        assert!(options.get("--flag").is_some());
        assert_eq!(parse(&["--what"]).err().unwrap(), "unknown option --what");
        assert!(parse(&["--tls", "c"]).is_err());
        assert!(parse(&["--port", "x"]).unwrap().port().is_err());
    }
}
