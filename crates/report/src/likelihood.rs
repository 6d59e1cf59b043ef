//! Words for probabilities.

/// The words of Intelligence Community Directive 203 (2015), table of section D.6.e.2.a, for a probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likelihood {
    AlmostNoChance,
    VeryUnlikely,
    Unlikely,
    RoughlyEven,
    Likely,
    VeryLikely,
    AlmostCertain,
}

impl Likelihood {
    pub(crate) const ALL: [Self; 7] = [
        Self::AlmostNoChance,
        Self::VeryUnlikely,
        Self::Unlikely,
        Self::RoughlyEven,
        Self::Likely,
        Self::VeryLikely,
        Self::AlmostCertain,
    ];

    /// The word for a probability (0…1); an edge belongs to the stronger word of its side.
    pub(crate) fn of(probability: f64) -> Self {
        match probability {
            p if p <= 0.05 => Self::AlmostNoChance,
            p if p <= 0.20 => Self::VeryUnlikely,
            p if p < 0.45 => Self::Unlikely,
            p if p <= 0.55 => Self::RoughlyEven,
            p if p < 0.80 => Self::Likely,
            p if p < 0.95 => Self::VeryLikely,
            _ => Self::AlmostCertain,
        }
    }

    /// The word in files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::AlmostNoChance => "almost_no_chance",
            Self::VeryUnlikely => "very_unlikely",
            Self::Unlikely => "unlikely",
            Self::RoughlyEven => "roughly_even",
            Self::Likely => "likely",
            Self::VeryLikely => "very_likely",
            Self::AlmostCertain => "almost_certain",
        }
    }

    /// The band, in percent.
    pub(crate) fn band(self) -> &'static str {
        match self {
            Self::AlmostNoChance => "0–5 %",
            Self::VeryUnlikely => "5–20 %",
            Self::Unlikely => "20–45 %",
            Self::RoughlyEven => "45–55 %",
            Self::Likely => "55–80 %",
            Self::VeryLikely => "80–95 %",
            Self::AlmostCertain => "95–100 %",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Likelihood as L;

    #[test]
    fn the_edges_belong_where_they_should() {
        let words: Vec<_> = [0.0, 0.05, 0.06, 0.2, 0.21, 0.45, 0.55, 0.56, 0.8, 0.95, 1.0].map(L::of).to_vec();
        use L::*;
        let expected = vec![
            AlmostNoChance,
            AlmostNoChance,
            VeryUnlikely,
            VeryUnlikely,
            Unlikely,
            RoughlyEven,
            RoughlyEven,
            Likely,
            VeryLikely,
            AlmostCertain,
            AlmostCertain,
        ];
        assert_eq!(words, expected);
    }
}
