//! Staged rows: what a walk has read so far, as sorted, compressed JSON lines.
//!
//! JSON, because a run may be finished by the next release, and because whoever is called at night
//! can read it with `zstdcat`.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Cursor, Write},
    marker::PhantomData,
};

use bytes::Bytes;
use rollcall_roster::Row;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bounds what each open reader holds: 2^18 bytes of history.
const WINDOW_LOG: u32 = 18;

/// A row with its key, ready to be staged.
#[derive(Debug, Clone)]
pub struct StagedRow {
    key: (String, String),
    json: Vec<u8>,
}

impl StagedRow {
    /// Encodes a row.
    ///
    /// # Panics
    /// Never: rows are plain structs, which JSON can always hold.
    #[must_use]
    pub fn of<R: Row>(row: &R) -> Self {
        let (first, second) = row.key();
        let json = serde_json::to_vec(row).expect("a row is a plain struct");
        Self { key: (first.to_owned(), second.to_owned()), json }
    }

    /// The bytes it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.json.len() + self.key.0.len() + self.key.1.len()
    }
}

/// A staged segment, as a checkpoint lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The object's key.
    pub key: String,
    /// How many rows it holds, each id once.
    pub rows: u64,
    /// The key of its first row.
    pub first: (String, String),
    /// The key of its last row.
    pub last: (String, String),
}

/// An encoded segment that is not stored yet.
#[derive(Debug)]
pub struct EncodedSegment {
    /// The object's content.
    pub bytes: Bytes,
    /// Hex of the content's hash.
    pub sha256: String,
    rows: u64,
    first: (String, String),
    last: (String, String),
}

impl EncodedSegment {
    /// The segment as a checkpoint lists it once it lies under `key`.
    #[must_use]
    pub fn stored_as(self, key: String) -> Segment {
        Segment { key, rows: self.rows, first: self.first, last: self.last }
    }
}

/// A staged segment that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// It is gone.
    #[error("the staged segment {0} is missing")]
    Missing(String),
    /// It is there, but damaged.
    #[error("the staged segment {key} is damaged: {reason}")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] crate::StoreError),
}

impl SegmentError {
    /// Whether asking again would end the same.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Store(_))
    }
}

/// Sorts and encodes rows; of rows with one key the last one given stays. `None` without rows.
#[must_use]
pub fn encode_segment(rows: &[StagedRow]) -> Option<EncodedSegment> {
    let sorted: BTreeMap<_, _> = rows.iter().map(|row| (&row.key, row)).collect();
    encode(&sorted.into_values().collect::<Vec<_>>())
}

/// Sorts and encodes what lists of changes tell; of one row several may tell. `None` without any.
#[must_use]
pub fn encode_tellings(tellings: &[StagedRow]) -> Option<EncodedSegment> {
    let mut sorted: Vec<_> = tellings.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    encode(&sorted)
}

/// # Panics
/// Never: compressing into memory cannot fail.
fn encode(sorted: &[&StagedRow]) -> Option<EncodedSegment> {
    let (first, last) = (sorted.first()?.key.clone(), sorted.last()?.key.clone());
    let bytes = compress(sorted.iter().map(|row| &row.json)).expect("memory takes every write");
    let sha256 = hex(&Sha256::digest(&bytes));
    Some(EncodedSegment { bytes: bytes.into(), sha256, rows: sorted.len() as u64, first, last })
}

fn compress<'a>(lines: impl Iterator<Item = &'a Vec<u8>>) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1)?;
    encoder.window_log(WINDOW_LOG)?;
    encoder.include_checksum(true)?;
    for line in lines {
        encoder.write_all(line)?;
        encoder.write_all(b"\n")?;
    }
    encoder.finish()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the rows of a segment one by one.
pub(crate) struct SegmentReader<R> {
    key: String,
    lines: BufReader<zstd::Decoder<'static, BufReader<Cursor<Bytes>>>>,
    line: Vec<u8>,
    row: PhantomData<R>,
}

impl<R: Row> SegmentReader<R> {
    pub(crate) fn new(key: &str, bytes: Bytes) -> Result<Self, SegmentError> {
        let decoder = zstd::Decoder::new(Cursor::new(bytes));
        let decoder = decoder.map_err(|error| damaged(key, &error))?;
        let lines = BufReader::new(decoder);
        Ok(Self { key: key.to_owned(), lines, line: Vec::new(), row: PhantomData })
    }

    pub(crate) fn next(&mut self) -> Result<Option<R>, SegmentError> {
        self.line.clear();
        let read = self.lines.read_until(b'\n', &mut self.line);
        if read.map_err(|error| damaged(&self.key, &error))? == 0 {
            return Ok(None);
        }
        let row = serde_json::from_slice(&self.line);
        row.map(Some).map_err(|error| damaged(&self.key, &error))
    }
}

fn damaged(key: &str, error: &dyn std::fmt::Display) -> SegmentError {
    SegmentError::Damaged { key: key.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_roster::Team;

    fn team(id: &str, name: &str) -> Team {
        Team { team_id: id.into(), name: Some(name.into()), ..Team::default() }
    }

    fn encode(rows: &[Team]) -> EncodedSegment {
        encode_segment(&rows.iter().map(StagedRow::of).collect::<Vec<_>>()).unwrap()
    }

    fn read(bytes: Bytes) -> Result<Vec<Team>, SegmentError> {
        let mut reader = SegmentReader::new("k", bytes)?;
        let mut rows = Vec::new();
        while let Some(row) = reader.next()? {
            rows.push(row);
        }
        Ok(rows)
    }

    #[test]
    fn a_segment_is_sorted_and_the_last_reading_of_a_row_stays() {
        let rows = [team("b", "old"), team("a", "A\n"), team("b", "new"), team("-c", "é")];
        let encoded = encode(&rows);
        let back = read(encoded.bytes.clone()).unwrap();
        assert_eq!(back, [team("-c", "é"), team("a", "A\n"), team("b", "new")]);
        let segment = encoded.stored_as("k".into());
        assert_eq!((segment.rows, &*segment.first.0, &*segment.last.0), (3, "-c", "b"));
    }

    #[test]
    fn damage_is_found() {
        let bytes = encode(&[team("a", "A"), team("b", "B")]).bytes;
        assert!(read(bytes.slice(..bytes.len() - 3)).is_err(), "cut off");
        let mut flipped = bytes.to_vec();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x20;
        assert!(read(flipped.into()).is_err(), "one bit");
    }

    #[test]
    fn no_rows_make_no_segment() {
        assert!(encode_segment(&[]).is_none());
    }
}
