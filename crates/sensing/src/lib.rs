//! Room `sensing`.
