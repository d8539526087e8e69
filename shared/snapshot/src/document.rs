//! JSON documents that outlive the release that wrote them: each carries the version of its format,
//! and what a later release wrote is not guessed at.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Store, StoreError, store};

/// A document with its version in front.
#[derive(Debug, Serialize)]
pub struct Versioned<'a, T> {
    /// The format's version.
    pub version: u32,
    /// The document.
    #[serde(flatten)]
    pub document: &'a T,
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A later release wrote it.
    #[error(
        "a later release of Rollcall wrote it, in version {version} of its format, and this one \
         knows {newest}: update the stack"
    )]
    Newer {
        /// Its version.
        version: u32,
        /// The newest version that this release knows.
        newest: u32,
    },
    /// It makes no sense.
    #[error(transparent)]
    Nonsense(#[from] serde_json::Error),
}

/// An object that a run needs cannot be used: what is wrong with it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum UnusableObject {
    /// It is gone.
    #[error(
        "{0} is missing, which the published run leads to; restore that object (in a bucket with \
         versions: delete its delete marker), then start a new run"
    )]
    Missing(String),
    /// It makes no sense.
    #[error(
        "{key} cannot be read ({reason}); restore the object's version before (in a bucket with \
         versions: delete the present one), then start a new run"
    )]
    Damaged {
        /// The object's key.
        key: String,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// Nothing is wrong with it.
    #[error("{key} cannot be read: {reason}")]
    Newer {
        /// The object's key.
        key: String,
        /// Who wrote it.
        reason: DocumentError,
    },
}

/// A document of the connection, if it is there.
///
/// # Errors
/// If it cannot be used, or the store does not answer.
pub async fn load<T, E>(
    store: &dyn Store,
    key: &str,
    newest: u32,
) -> Result<Option<(T, store::Version)>, E>
where
    T: DeserializeOwned,
    E: From<StoreError> + From<UnusableObject>,
{
    let Some(object) = store.get(key).await? else { return Ok(None) };
    let key = key.to_owned();
    match read(&object.bytes, newest) {
        Ok(document) => Ok(Some((document, object.version))),
        Err(DocumentError::Nonsense(reason)) => Err(UnusableObject::Damaged { key, reason }.into()),
        Err(reason) => Err(UnusableObject::Newer { key, reason }.into()),
    }
}

/// Reads a document in any version up to the newest that is known. Without one it is the first.
///
/// # Errors
/// If it makes no sense or is of a later version.
pub fn read<T: DeserializeOwned>(bytes: &[u8], newest: u32) -> Result<T, DocumentError> {
    // Before anything else is looked at: a later version may look like anything.
    let Version { version } = serde_json::from_slice(bytes)?;
    if version > newest {
        return Err(DocumentError::Newer { version, newest });
    }
    Ok(serde_json::from_slice(bytes)?)
}

#[derive(Deserialize)]
struct Version {
    #[serde(default = "first")]
    version: u32,
}

const fn first() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        text: String,
    }

    #[test]
    fn a_later_version_is_refused_whatever_it_looks_like() {
        let note = Note { text: "x".into() };
        let written = |version| {
            serde_json::to_vec(&Versioned { version, document: &note }).expect("a plain struct")
        };
        for known in [br#"{"text": "x"}"#.to_vec(), written(1), written(2)] {
            assert_eq!(read::<Note>(&known, 2).unwrap(), note);
        }
        for later in [written(3), br#"{"version": 3, "lines": []}"#.to_vec()] {
            let error = read::<Note>(&later, 2).unwrap_err();
            assert!(matches!(error, DocumentError::Newer { version: 3, newest: 2 }), "{error}");
        }
        for nonsense in ["", "{}", r#"{"version": "1", "text": "x"}"#] {
            let error = read::<Note>(nonsense.as_bytes(), 2).unwrap_err();
            assert!(matches!(error, DocumentError::Nonsense(_)), "{nonsense}: {error}");
        }
    }
}
