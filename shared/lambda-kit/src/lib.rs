//! Configuration, secrets, telemetry, and the adapter from Lambda events to shared code.
