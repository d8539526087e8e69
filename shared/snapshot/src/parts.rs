//! A table's parts: written once, create-only; read back as one stream.

use std::sync::Arc;

use bytes::Bytes;
use rollcall_roster::Column;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    Part, PutMode, Store, StoreError,
    parquet::{BATCH_ROWS, Decoder, Encoder, FormatError},
    segment::hex,
    store::put_or_same,
};

/// Big enough for few objects and good compression, small enough to be held whole in memory and
/// written with one conditional request.
const PART_BYTES: usize = 6 * 1024 * 1024;
/// What the rows of a part may hold however well they compress, so that a reader's memory is bounded.
const PART_ROW_BYTES: usize = 64 * 1024 * 1024;
/// What the rows may hold that are converted at once: a part is longer than it should be by no more.
const BATCH_BYTES: usize = 1024 * 1024;

/// What can go wrong while parts are written or read.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Rows and columns, or a damaged file.
    #[error("{key} cannot be encoded or decoded")]
    Format {
        /// The part.
        key: String,
        /// Why.
        source: FormatError,
    },
    /// A part that the manifest or checkpoint lists is not there.
    #[error("the part {0} is missing")]
    Missing(String),
    /// A part is not what was written: its hash is another one.
    #[error("the part {0} is damaged: it is not what was written")]
    Damaged(String),
    /// Under the part's key lies something else, which cannot be replaced.
    #[error("{0} exists with another content; history is not rewritten")]
    Occupied(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WriteError {
    /// Whether asking again would end the same.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Store(_))
    }
}

/// Collects rows into a part until it is full. The same rows give the same parts.
pub struct PartsWriter<T> {
    columns: &'static [Column],
    encoder: Option<Encoder>,
    batch: Vec<T>,
    batch_bytes: usize,
    rows: u64,
    /// What the rows of the part hold.
    row_bytes: usize,
}

impl<T: Serialize> PartsWriter<T> {
    /// A writer of rows with these columns.
    #[must_use]
    pub fn new(columns: &'static [Column]) -> Self {
        let batch = Vec::with_capacity(BATCH_ROWS);
        Self { columns, encoder: None, batch, batch_bytes: 0, rows: 0, row_bytes: 0 }
    }

    /// Adds a row; tells whether the part is full now and must be stored.
    ///
    /// # Errors
    /// If the row does not fit the columns.
    pub fn push(&mut self, row: T) -> Result<bool, FormatError> {
        let bytes = json_bytes(&row);
        self.batch.push(row);
        self.batch_bytes += bytes;
        self.row_bytes += bytes;
        self.rows += 1;
        if self.batch.len() < BATCH_ROWS && self.batch_bytes < BATCH_BYTES {
            return Ok(false);
        }
        Ok(self.encode_batch()?.size() >= PART_BYTES || self.row_bytes >= PART_ROW_BYTES)
    }

    /// Whether there are rows that are not stored yet.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        self.rows > 0
    }

    /// Stores the rows so far, also none, as the part with this key.
    ///
    /// # Errors
    /// If the key holds something else already, or the store does not answer.
    pub async fn store(&mut self, store: &dyn Store, key: String) -> Result<Part, WriteError> {
        let bytes = self.encode_batch().map(|_| ()).and_then(|()| self.take());
        let bytes = bytes.map_err(|source| WriteError::Format { key: key.clone(), source })?;
        self.row_bytes = 0;
        let part = Part {
            rows: std::mem::take(&mut self.rows),
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            key,
        };
        match put_or_same(store, &part.key, bytes, PutMode::Create).await {
            Ok(_) => Ok(part),
            Err(StoreError::Conflict { key }) => Err(WriteError::Occupied(key)),
            Err(error) => Err(error.into()),
        }
    }

    fn encode_batch(&mut self) -> Result<&mut Encoder, FormatError> {
        if self.encoder.is_none() {
            self.encoder = Some(Encoder::new(self.columns)?);
        }
        let encoder = self.encoder.as_mut().expect("made above");
        if !self.batch.is_empty() {
            encoder.write(&self.batch)?;
            self.batch.clear();
            self.batch_bytes = 0;
        }
        Ok(encoder)
    }

    fn take(&mut self) -> Result<Bytes, FormatError> {
        self.encoder.take().map_or_else(|| Ok(Bytes::new()), Encoder::finish)
    }
}

/// How long a row is as JSON, which is about what it holds.
fn json_bytes<T: Serialize>(row: &T) -> usize {
    let mut counter = ByteCounter(0);
    // Counting fails nowhere, and what is no JSON is no row either: that shows when it is encoded.
    let _ = serde_json::to_writer(&mut counter, row);
    counter.0
}

struct ByteCounter(usize);

impl std::io::Write for ByteCounter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Streams the rows of a table from its parts, one part in memory at a time.
pub struct TableReader<T> {
    store: Arc<dyn Store>,
    parts: std::vec::IntoIter<Part>,
    columns: Option<&'static [&'static str]>,
    open: Option<(String, Decoder)>,
    batch: std::vec::IntoIter<T>,
}

impl<T: DeserializeOwned> TableReader<T> {
    /// Reads these parts in order.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, parts: Vec<Part>) -> Self {
        let (parts, batch) = (parts.into_iter(), Vec::new().into_iter());
        Self { store, parts, columns: None, open: None, batch }
    }

    /// Reads only these columns.
    #[must_use]
    pub fn of_columns(
        store: Arc<dyn Store>,
        parts: Vec<Part>,
        columns: &'static [&'static str],
    ) -> Self {
        Self { columns: Some(columns), ..Self::new(store, parts) }
    }

    /// The next row.
    ///
    /// # Errors
    /// If a part is missing or damaged, or the store does not answer.
    pub async fn next(&mut self) -> Result<Option<T>, WriteError> {
        loop {
            if let Some(row) = self.batch.next() {
                return Ok(Some(row));
            }
            let Some((key, decoder)) = &mut self.open else {
                let Some(part) = self.parts.next() else { return Ok(None) };
                let open = Self::open_part(Arc::clone(&self.store), self.columns, part);
                self.open = Some(open.await?);
                continue;
            };
            match decoder.next() {
                Ok(Some(batch)) => self.batch = batch.into_iter(),
                Ok(None) => self.open = None,
                Err(source) => return Err(WriteError::Format { key: key.clone(), source }),
            }
        }
    }

    async fn open_part(
        store: Arc<dyn Store>,
        columns: Option<&'static [&'static str]>,
        part: Part,
    ) -> Result<(String, Decoder), WriteError> {
        let key = part.key;
        let object = store.get(&key).await?;
        let object = object.ok_or_else(|| WriteError::Missing(key.clone()))?;
        if hex(&Sha256::digest(&object.bytes)) != part.sha256 {
            return Err(WriteError::Damaged(key));
        }
        match Decoder::new(object.bytes, columns) {
            Ok(decoder) => Ok((key, decoder)),
            Err(source) => Err(WriteError::Format { key, source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use rollcall_roster::{Course, Row, Table, Team, TeamMember};

    use super::*;
    use crate::store::MemoryStore;

    async fn read_all<T: DeserializeOwned>(
        store: Arc<dyn Store>,
        parts: Vec<Part>,
    ) -> Result<Vec<T>, WriteError> {
        let mut reader = TableReader::new(store, parts);
        let mut rows = Vec::new();
        while let Some(row) = reader.next().await? {
            rows.push(row);
        }
        Ok(rows)
    }

    #[tokio::test]
    async fn a_table_without_rows_has_one_part() {
        let store = Arc::new(MemoryStore::new());
        let mut writer = PartsWriter::<Team>::new(Table::Teams.columns());
        let part = writer.store(&*store, "p".into()).await.unwrap();
        assert_eq!(part.rows, 0);
        assert_eq!(read_all::<Team>(store, vec![part]).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_long_table_has_several_parts_of_bounded_size() {
        let store = Arc::new(MemoryStore::new());
        let mut writer = PartsWriter::new(Team::TABLE.columns());
        let (mut parts, mut rows) = (Vec::new(), Vec::new());
        for index in 0..60_000_u32 {
            // Hard to compress, so that little is enough for several parts.
            let digest = hex(&Sha256::digest(index.to_be_bytes()));
            let name = Some(digest.repeat(2) + &hex(&Sha256::digest(&digest)));
            let row =
                Team { team_id: digest, name: name.clone(), code: name, parent_team_id: None };
            rows.push(row.clone());
            if writer.push(row).unwrap() {
                parts.push(writer.store(&*store, format!("{}", parts.len())).await.unwrap());
            }
        }
        parts.push(writer.store(&*store, "last".into()).await.unwrap());
        assert!(parts.len() > 1, "{parts:?}");
        assert!(parts.iter().all(|part| part.bytes < 2 * PART_BYTES as u64), "{parts:?}");
        assert_eq!(parts.iter().map(|part| part.rows).sum::<u64>(), 60_000);
        assert_eq!(read_all::<Team>(store, parts).await.unwrap(), rows);
    }

    /// A course with a text of so many bytes, hard to compress or all the same.
    fn course(index: u32, bytes: usize, is_random: bool) -> Course {
        let mut state = u64::from(index) + 1;
        let letter = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b'a' + (state >> 60) as u8)
        };
        let text = if is_random {
            std::iter::repeat_with(letter).take(bytes).collect()
        } else {
            "a".repeat(bytes)
        };
        Course { course_id: format!("{index:06}"), attributes: Some(text), ..Course::default() }
    }

    async fn parts_of(
        store: &MemoryStore,
        rows: impl Iterator<Item = Course>,
    ) -> Result<Vec<Part>, WriteError> {
        let mut writer = PartsWriter::new(Course::TABLE.columns());
        let mut parts = Vec::new();
        for row in rows {
            if writer.push(row).unwrap() {
                parts.push(writer.store(store, format!("{}", parts.len())).await?);
            }
            assert!(writer.batch_bytes < BATCH_BYTES, "rows are held back");
        }
        parts.push(writer.store(store, format!("{}", parts.len())).await?);
        Ok(parts)
    }

    #[tokio::test]
    async fn parts_are_bounded_by_bytes_whatever_the_rows_hold() {
        for (rows, bytes, is_random, fewest) in [
            // Fewer rows than are converted at once, as long as a vendor's descriptions may be.
            (450, 32 * 1024, true, 2),
            (14, 1024 * 1024, true, 2),
            // Nothing is left of them when they are compressed; a reader has them whole.
            (65, 1024 * 1024, false, 2),
        ] {
            let case = format!("{rows} rows of {bytes} bytes, {is_random}");
            let store = Arc::new(MemoryStore::new());
            let rows = || (0..rows).map(|index| course(index, bytes, is_random));
            let parts = parts_of(&store, rows()).await.unwrap();
            assert!((fewest..=fewest * 2).contains(&parts.len()), "{case}: {parts:?}");
            let longest = (PART_BYTES + 2 * BATCH_BYTES) as u64;
            assert!(parts.iter().all(|part| part.bytes <= longest), "{case}: {parts:?}");
            let most = (PART_ROW_BYTES / bytes) as u64;
            assert!(parts.iter().all(|part| part.rows <= most), "{case}: {parts:?}");
            let read = read_all::<Course>(store.clone(), parts.clone()).await.unwrap();
            assert!(read.iter().map(|row| &row.course_id).is_sorted(), "{case}");
            assert_eq!(read.len(), rows().len(), "{case}");
            // Written again after a kill, they are the same parts: others would be refused.
            assert_eq!(parts_of(&store, read.into_iter()).await.unwrap(), parts, "{case}");
        }
    }

    #[tokio::test]
    async fn a_part_is_written_once_and_never_replaced() {
        let store = Arc::new(MemoryStore::new());
        let row = |user: &str| TeamMember { user_id: user.into(), ..TeamMember::default() };
        let mut parts = Vec::new();
        for _ in 0..2 {
            let mut writer = PartsWriter::new(TeamMember::TABLE.columns());
            writer.push(row("a")).unwrap();
            parts.push(writer.store(&*store, "p".into()).await.unwrap());
        }
        assert_eq!(parts[0], parts[1], "written again after a kill, it is the same part");
        let mut writer = PartsWriter::new(TeamMember::TABLE.columns());
        writer.push(row("b")).unwrap();
        let other = writer.store(&*store, "p".into()).await;
        assert!(matches!(other, Err(WriteError::Occupied(_))), "{other:?}");
        let rows = read_all::<TeamMember>(store.clone(), vec![parts.remove(0)]).await.unwrap();
        assert_eq!(rows, [row("a")]);
        let forged = Part { sha256: "0".repeat(64), ..parts[0].clone() };
        let forged = read_all::<TeamMember>(store.clone(), vec![forged]).await;
        assert!(matches!(forged, Err(WriteError::Damaged(_))), "{forged:?}");
        let missing = Part { key: "q".into(), ..parts.remove(0) };
        let missing = read_all::<TeamMember>(store, vec![missing]).await;
        assert!(matches!(missing, Err(WriteError::Missing(_))), "{missing:?}");
    }
}
