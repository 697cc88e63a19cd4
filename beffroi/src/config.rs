//! `beffroi.toml`, at the root of a data folder.

use beffroi_cli::fault::{Fault, Outcome};
use serde::Deserialize;
use std::path::Path;

/// What a new data folder starts with. The comments are the manual.
pub(crate) const INITIAL: &str = "\
# Configuration of this Beffroi. A line that is commented out shows the default.

[store]
# Where the registers are: an SQLite file in this folder when absent, or a PostgreSQL server.
# url = \"postgres://user@host/beffroi\"

[serve]
# Port of the web application, on loopback.
# port = 8117
";

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The registers.
    pub(crate) store: StoreSection,
    /// The web application.
    pub(crate) serve: ServeSection,
}

/// Where the registers are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreSection {
    /// A PostgreSQL address; an SQLite file in the data folder when absent.
    pub(crate) url: Option<String>,
}

/// The web application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServeSection {
    /// Its port.
    pub(crate) port: u16,
}

impl Default for ServeSection {
    fn default() -> Self {
        Self { port: 8117 }
    }
}

/// Reads the configuration at `path`; an absent file is the default one.
pub(crate) fn read(path: &Path) -> Outcome<Config> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => return Err(crate::io_fault("read", path, &error)),
    };
    parse(&text).map_err(|error| {
        Fault::user(format!("{} is not a configuration: {}", path.display(), error.message()))
            .with_source(&path.display().to_string(), text.clone(), error.span())
            .with_help("compare with the file that `beffroi init` writes")
    })
}

fn parse(text: &str) -> Result<Config, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initial_file_is_the_default() {
        let config = parse(INITIAL).unwrap();
        assert_eq!(config.serve.port, 8117);
        assert!(config.store.url.is_none());
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        assert!(parse("[serve]\nprot = 1\n").is_err());
    }
}
