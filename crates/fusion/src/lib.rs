//! Room `fusion`.
