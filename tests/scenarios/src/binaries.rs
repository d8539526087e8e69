//! Where the built functions are.

use std::path::{Path, PathBuf};

/// The folder with the built function binaries.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// `ROLLCALL_BINARIES`, or the profile's folder that the running test was built into.
    pub fn built() -> Self {
        match std::env::var_os("ROLLCALL_BINARIES") {
            Some(folder) => Self::at(folder),
            None => Self::at(profile_folder()),
        }
    }

    /// The binaries in `folder`.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The binary of a function.
    ///
    /// # Panics
    /// If it is not there, with what to run.
    pub fn path(&self, function: &str) -> PathBuf {
        let path = self.folder.join(function);
        assert!(
            path.is_file(),
            "{} is not built: run `cargo build --workspace --bins` (with the same profile), \
             or set ROLLCALL_BINARIES to the folder of the binaries",
            path.display()
        );
        path
    }
}

/// Tests and benchmarks lie in `deps`, examples in `examples`, binaries in the folder itself.
fn profile_folder() -> PathBuf {
    let executable = std::env::current_exe().expect("a test knows its own executable");
    let folder = executable.parent().expect("an executable lies in a folder");
    match folder.file_name().and_then(|name| name.to_str()) {
        Some("deps" | "examples") => folder.parent().map(Path::to_path_buf).unwrap_or_default(),
        _ => folder.to_path_buf(),
    }
}
