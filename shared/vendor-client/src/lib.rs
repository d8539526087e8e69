//! Clients of the learning platforms: endpoints, wire formats, pacing, retries, redaction.
