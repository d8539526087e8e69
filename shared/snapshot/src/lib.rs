//! Tables, Parquet parts, manifest, checkpoint and publication, over a store that can be S3.
