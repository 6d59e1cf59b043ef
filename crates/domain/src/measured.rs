//! A number with its uncertainty.

use std::fmt;

/// A value with its standard deviation, both in the unit that the field's name states.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Measured {
    /// The best value.
    pub value: f64,
    /// One standard deviation, not negative.
    pub sigma: f64,
}

/// Why two numbers are no measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidMeasured {
    /// The value as given.
    pub value: f64,
    /// The standard deviation as given.
    pub sigma: f64,
}

impl fmt::Display for InvalidMeasured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} ± {}` is no measurement: both must be finite and the error not negative", self.value, self.sigma)
    }
}

impl std::error::Error for InvalidMeasured {}

impl Measured {
    /// A value and its standard deviation.
    ///
    /// # Errors
    /// When either is not finite or `sigma` is negative.
    pub fn new(value: f64, sigma: f64) -> Result<Self, InvalidMeasured> {
        if value.is_finite() && sigma.is_finite() && sigma >= 0.0 {
            Ok(Self { value, sigma })
        } else {
            Err(InvalidMeasured { value, sigma })
        }
    }
}
