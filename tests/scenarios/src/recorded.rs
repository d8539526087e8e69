//! The objects of a connection as another release has left them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::Connection;

/// Stands for the connection's name, which differs each time.
const NAME: &str = "@connection@";

/// A folder of recorded objects, each a file named as its key below the connection.
#[derive(Debug, Clone)]
pub struct Recorded {
    folder: PathBuf,
}

impl Recorded {
    /// What a release has left of a situation.
    #[must_use]
    pub fn of(release: &str, situation: &str) -> Self {
        Self { folder: all().join(release).join(situation) }
    }

    /// The releases of which there is something.
    ///
    /// # Panics
    /// If the folder cannot be read.
    #[must_use]
    pub fn releases() -> Vec<String> {
        let entries = fs::read_dir(all()).expect("recorded objects belong to the sources");
        let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a plain name");
        let mut releases: Vec<_> =
            entries.map(|entry| name(entry.expect("a readable folder"))).collect();
        releases.sort();
        releases
    }

    /// Keeps what lies in a connection.
    ///
    /// # Panics
    /// If the folder cannot be written.
    pub fn keep(&self, connection: &Connection) {
        let prefix = format!("{}/", connection.name);
        for key in connection.bucket.keys(&prefix) {
            let bytes = connection.bucket.get(&key).expect("nobody deletes it");
            let file = self.folder.join(&key[prefix.len()..]);
            let parent = file.parent().expect("a file lies in a folder");
            fs::create_dir_all(parent).expect("the folder can be made");
            fs::write(&file, renamed(&file, bytes, &connection.name, NAME))
                .expect("it is writable");
        }
    }

    /// Puts what was kept into a connection.
    ///
    /// # Panics
    /// If there is nothing.
    pub fn restore(&self, connection: &Connection) {
        let files = files(&self.folder);
        assert!(!files.is_empty(), "{} is empty", self.folder.display());
        for file in files {
            let below = file.strip_prefix(&self.folder).expect("it lies there").to_str();
            let key = format!("{}/{}", connection.name, below.expect("keys are text"));
            let bytes = fs::read(&file).expect("it can be read");
            connection.bucket.put(&key, renamed(&file, bytes, NAME, &connection.name));
        }
    }

    /// A document of it.
    ///
    /// # Panics
    /// If it is not there.
    #[must_use]
    pub fn document(&self, key: &str) -> Value {
        let text = fs::read(self.folder.join(key)).unwrap_or_else(|e| panic!("{key}: {e}"));
        serde_json::from_slice(&text).expect("documents are JSON")
    }
}

fn all() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Documents hold whole keys, and the name by itself.
fn renamed(file: &Path, bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    if file.extension().is_none_or(|extension| extension != "json") {
        return bytes;
    }
    let text = String::from_utf8(bytes).expect("documents are text");
    let text = text.replace(&format!("\"{from}/"), &format!("\"{to}/"));
    text.replace(&format!("\"{from}\""), &format!("\"{to}\"")).into()
}
