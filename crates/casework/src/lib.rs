//! Room `casework`.
