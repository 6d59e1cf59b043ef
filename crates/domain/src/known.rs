//! A value that may be missing, with the reason why: the field's `N/K` as a type.

/// Why a value is not known. The SMM tables write `N/K` for all of these; a reader needs to know which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotKnownReason {
    /// The observer was there and could not tell (`N/K` in the annex table).
    NotObserved,
    /// The source leaves the field empty.
    NotStated,
    /// Weather or darkness prevented it.
    Weather,
    /// A technical limit or failure prevented it.
    Technical,
    /// The source holds it back.
    Withheld,
    /// The field was there and could not be read; a problem says where.
    Unreadable,
}

impl NotKnownReason {
    /// All reasons, in the order of their words.
    pub const ALL: [Self; 6] =
        [Self::NotObserved, Self::NotStated, Self::Weather, Self::Technical, Self::Withheld, Self::Unreadable];

    /// The word used in files and on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotObserved => "not_observed",
            Self::NotStated => "not_stated",
            Self::Weather => "weather",
            Self::Technical => "technical",
            Self::Withheld => "withheld",
            Self::Unreadable => "unreadable",
        }
    }

    /// The reason for a word, if it is one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// A value, or the reason why there is none. Never an empty cell, never a sentinel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known<T> {
    /// The value.
    Known(T),
    /// No value, and why.
    NotKnown(NotKnownReason),
}

impl<T> Known<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::NotKnown(_) => None,
        }
    }

    /// The same, with the value changed by `change`.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Known(value) => Known::Known(change(value)),
            Self::NotKnown(reason) => Known::NotKnown(reason),
        }
    }
}
