//! The pinned tools that `tools/install` puts into the workspace.

use std::path::{Path, PathBuf};

/// A program of the local AWS, such as `ministack` or `python`: from `ROLLCALL_TOOLS`, or from
/// `.tools` in the workspace.
///
/// # Panics
/// If it is not installed, with what to run.
pub fn tool(name: &str) -> PathBuf {
    let folder = std::env::var_os("ROLLCALL_TOOLS").map_or_else(workspace_tools, PathBuf::from);
    let path = folder.join("aws/bin").join(name);
    assert!(
        path.exists(),
        "{} is not installed: run `tools/install`, or set ROLLCALL_TOOLS to its folder",
        path.display()
    );
    path
}

fn workspace_tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools")
}
