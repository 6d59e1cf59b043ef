//! Room `terms`.
