//! The command line: a file of options, and flags for those that are set by hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ArgAction;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The flags of a rate limit, whose window is so long if nobody says otherwise.
#[derive(Debug, clap::Args)]
pub struct LimitFlags<const WINDOW_MS: u64> {
    /// Refuse more requests than this in a window
    #[arg(long)]
    pub rate_limit: Option<u32>,
    /// The window's length
    #[arg(long, requires = "rate_limit", default_value_t = WINDOW_MS)]
    pub rate_window_ms: u64,
    /// The window slides
    #[arg(long, requires = "rate_limit", action = ArgAction::SetTrue)]
    pub rate_sliding: bool,
    /// Refused requests count as well
    #[arg(long, requires = "rate_limit", action = ArgAction::SetTrue)]
    pub rate_count_refused: bool,
}

/// Why the command line does not make options.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The file of options cannot be read.
    #[error("cannot read {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The options are not as they must be.
    #[error("the options are wrong: {0}")]
    Options(#[from] serde_json::Error),
}

/// The options: the defaults, then the JSON file, then the flags that are given.
///
/// # Errors
/// The file cannot be read or does not hold options.
pub fn options<O: DeserializeOwned>(
    file: Option<&Path>,
    flags: &impl Serialize,
) -> Result<O, CliError> {
    let mut values: Map<String, Value> = match file {
        None => Map::new(),
        Some(path) => {
            let text = fs::read(path);
            let text = text.map_err(|source| CliError::File { path: path.to_owned(), source })?;
            serde_json::from_slice(&text)?
        }
    };
    if let Value::Object(flags) = serde_json::to_value(flags)? {
        values.extend(flags);
    }
    Ok(serde_json::from_value(values.into())?)
}
