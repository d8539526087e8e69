//! A simulated Litmos for tests, benchmarks and the demo: as odd and as strict as the real one.
