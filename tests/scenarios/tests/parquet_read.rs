//! Tables that the Rust crates wrote, read back by DuckDB.

use std::sync::Arc;

use arrow_array::{
    Array, BooleanArray, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, TimeUnit};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};
use scenarios::{Connection, Emulator, LocalAws, read_table};
use serde_json::json;

const RUN: &str = "20261121T220000Z";

fn part(ids: &[&str], times: &[Option<i64>]) -> Vec<u8> {
    let times: TimestampMicrosecondArray = times.iter().copied().collect();
    let columns: [(&str, Arc<dyn Array>); 4] = [
        ("user_id", Arc::new(StringArray::from(ids.to_vec()))),
        ("active", Arc::new(BooleanArray::from(vec![Some(true); ids.len()]))),
        ("percent_complete", Arc::new(Float64Array::from(vec![None; ids.len()]))),
        ("created_at", Arc::new(times.with_timezone("UTC"))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .expect("the columns are equally long");
    assert_eq!(
        batch.schema().field(3).data_type(),
        &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
    );
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(zstd).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))
        .expect("the schema is plain");
    writer.write(&batch).expect("memory takes it");
    writer.into_inner().expect("memory takes it")
}

#[test]
fn every_part_and_column_comes_back() {
    let connection = Connection::litmos(LocalAws::shared(Emulator::MiniStack), "key");
    let key = |number: u32| {
        format!("{}/snapshots/users/run_id={RUN}/part-{number:05}.parquet", connection.name)
    };
    let noon = 1_795_262_400_000_000;
    connection.bucket.put(&key(1), part(&["c", "d"], &[Some(noon + 1), None]));
    connection.bucket.put(&key(0), part(&["a", "\"é\""], &[Some(noon), Some(noon + 500_000)]));

    let row = |id, time: Option<&str>| json!({ "user_id": id, "active": true, "percent_complete": null, "created_at": time });
    assert_eq!(
        read_table(&connection.bucket, &connection.name, "users", RUN),
        [
            row("a", Some("2026-11-21T12:00:00Z")),
            row("\"é\"", Some("2026-11-21T12:00:00.5Z")),
            row("c", Some("2026-11-21T12:00:00.000001Z")),
            row("d", None),
        ]
    );
}

#[test]
fn a_table_without_rows_is_read() {
    let connection = Connection::litmos(LocalAws::shared(Emulator::Moto), "key");
    let key = format!("{}/snapshots/teams/run_id={RUN}/part-00000.parquet", connection.name);
    connection.bucket.put(&key, part(&[], &[]));
    assert!(read_table(&connection.bucket, &connection.name, "teams", RUN).is_empty());
}

#[test]
#[should_panic(expected = "nothing lies under")]
fn a_table_that_is_not_there_is_no_empty_table() {
    let connection = Connection::litmos(LocalAws::shared(Emulator::Moto), "key");
    read_table(&connection.bucket, &connection.name, "teams", RUN);
}
