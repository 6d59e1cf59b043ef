//! Room `evidence`.
