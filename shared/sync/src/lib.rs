//! Resumable walks over a vendor's lists: slices, staging, checkpoints, final tables.
