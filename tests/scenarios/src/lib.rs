//! Black-box scenarios: real binaries, a simulated vendor, a local AWS.
