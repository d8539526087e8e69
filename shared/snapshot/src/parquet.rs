//! Rows to Parquet and back.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, FieldRef, Schema, TimeUnit};
use bytes::Bytes;
use parquet::{
    arrow::{
        ArrowWriter, ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData},
        properties::{EnabledStatistics, WriterProperties},
    },
};
use rollcall_roster::{Column, ColumnType};
use serde::{Serialize, de::DeserializeOwned};

/// Rows that are converted at once.
pub(crate) const BATCH_ROWS: usize = 2_048;
/// What the texts of rows may hold that are read at once, if they are of a length.
const BATCH_TEXT_BYTES: u64 = 4 * 1024 * 1024;
/// Small pages: what a reader holds of each column at a time.
const PAGE_BYTES: usize = 256 * 1024;

/// What is wrong with a Parquet object, or with rows that shall become one.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file is damaged, or cannot be written.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    /// The rows do not fit the columns.
    #[error(transparent)]
    Rows(#[from] serde_arrow::Error),
}

fn fields(columns: &[Column]) -> Vec<FieldRef> {
    let data_type = |column: &Column| match column.column_type {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Double => DataType::Float64,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    };
    let field = |column: &Column| Field::new(column.name, data_type(column), column.nullable);
    columns.iter().map(|column| Arc::new(field(column))).collect()
}

/// Encodes one Parquet file in memory.
pub(crate) struct Encoder {
    fields: Vec<FieldRef>,
    writer: ArrowWriter<Vec<u8>>,
}

impl Encoder {
    pub(crate) fn new(columns: &[Column]) -> Result<Self, FormatError> {
        let fields = fields(columns);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_created_by("rollcall".to_owned())
            .set_data_page_size_limit(PAGE_BYTES)
            .set_dictionary_page_size_limit(PAGE_BYTES)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let schema = Arc::new(Schema::new(fields.clone()));
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
        Ok(Self { fields, writer })
    }

    pub(crate) fn write<T: Serialize>(&mut self, rows: &[T]) -> Result<(), FormatError> {
        let batch = serde_arrow::to_record_batch(&self.fields, &rows)?;
        Ok(self.writer.write(&batch)?)
    }

    /// How long the file would be now, roughly.
    pub(crate) fn size(&self) -> usize {
        self.writer.bytes_written() + self.writer.in_progress_size()
    }

    pub(crate) fn finish(self) -> Result<Bytes, FormatError> {
        Ok(self.writer.into_inner()?.into())
    }
}

/// Decodes one Parquet file, a batch of rows at a time.
pub(crate) struct Decoder {
    batches: ParquetRecordBatchReader,
}

impl Decoder {
    /// Reads these columns, or all.
    pub(crate) fn new(bytes: Bytes, columns: Option<&[&str]>) -> Result<Self, FormatError> {
        let mut builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
        if let Some(columns) = columns {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        let rows = rows_at_once(builder.metadata());
        Ok(Self { batches: builder.with_batch_size(rows).build()? })
    }

    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<Vec<T>>, FormatError> {
        let batch: Option<RecordBatch> =
            self.batches.next().transpose().map_err(ParquetError::from)?;
        Ok(batch.map(|batch| serde_arrow::from_record_batch(&batch)).transpose()?)
    }
}

/// How many rows of a file to read at once: fewer where they are long, as its metadata tells.
fn rows_at_once(metadata: &ParquetMetaData) -> usize {
    let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let texts = columns.filter_map(ColumnChunkMetaData::unencoded_byte_array_data_bytes);
    let bytes: u64 = texts.map(|bytes| u64::try_from(bytes).unwrap_or(0)).sum();
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0);
    let fit = rows.saturating_mul(BATCH_TEXT_BYTES).checked_div(bytes);
    let fit = fit.and_then(|fit| usize::try_from(fit).ok()).unwrap_or(BATCH_ROWS);
    fit.clamp(1, BATCH_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_roster::{Course, Enrolment, EnrolmentStatus, Source, Table, Timestamp};

    fn enrolment(index: usize) -> Enrolment {
        let odd = index % 2 == 1;
        let instant: Timestamp = "2024-03-05T09:10:11.123456Z".parse().unwrap();
        let for_ever = "9999-12-30T22:00:00Z".parse().unwrap();
        Enrolment {
            course_id: "-c".into(),
            user_id: format!("{index:06}"),
            status: Some(EnrolmentStatus::InProgress),
            percent_complete: odd.then_some(12.5),
            assigned_at: None,
            started_at: None,
            due_at: odd.then_some(instant),
            completed_at: None,
            // The second is "for ever", the last instant that any table holds.
            compliant_till: Some(if odd { for_ever } else { Timestamp::UNIX_EPOCH }),
            source: odd.then_some(Source::LearningPath),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let rows: Vec<_> = (0..BATCH_ROWS * 2 + 7).map(enrolment).collect();
        let mut encoder = Encoder::new(Table::Enrolments.columns()).unwrap();
        for batch in rows.chunks(BATCH_ROWS) {
            encoder.write(batch).unwrap();
        }
        let mut decoder = Decoder::new(encoder.finish().unwrap(), None).unwrap();
        let mut back = Vec::<Enrolment>::new();
        while let Some(batch) = decoder.next().unwrap() {
            back.extend::<Vec<_>>(batch);
        }
        assert_eq!(back, rows);
    }

    #[test]
    fn long_rows_are_read_few_at_a_time() {
        let text = "abcdefgh".repeat(32 * 1024 / 8);
        let course = |index: usize| Course {
            course_id: format!("{index:06}"),
            attributes: Some(text.clone()),
            ..Course::default()
        };
        let mut encoder = Encoder::new(Table::Courses.columns()).unwrap();
        encoder.write(&(0..300).map(course).collect::<Vec<_>>()).unwrap();
        let mut decoder = Decoder::new(encoder.finish().unwrap(), None).unwrap();
        let mut read = 0;
        while let Some(batch) = decoder.next::<Course>().unwrap() {
            assert!(batch.len() * text.len() <= 4 * 1024 * 1024, "{} rows", batch.len());
            read += batch.len();
        }
        assert_eq!(read, 300);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        let file = || {
            let mut encoder = Encoder::new(Table::Enrolments.columns()).unwrap();
            encoder.write(&[enrolment(1), enrolment(2)]).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(file(), file());
    }

    #[test]
    fn a_cut_off_file_is_an_error() {
        let mut encoder = Encoder::new(Table::Enrolments.columns()).unwrap();
        encoder.write(&[enrolment(1)]).unwrap();
        let bytes = encoder.finish().unwrap();
        assert!(Decoder::new(bytes.slice(..bytes.len() - 9), None).is_err());
    }
}
