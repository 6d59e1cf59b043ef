//! Words that a machine does not say.
//!
//! Findings speak of what agrees with a clause and what does not. Whether somebody broke the agreement is for people
//! to say, so these words never stand in a machine's sentence, and names that carry them are pointed out because they
//! would be repeated there.

/// Stems of words that accuse or decide. `on breach` is a key of the notation and stands for what people decide.
const STEMS: [&str; 12] = [
    "violat",
    "breach",
    "guilt",
    "culprit",
    "perpetrat",
    "aggress",
    "offender",
    "blame",
    "crime",
    "criminal",
    "accus",
    "unlawful",
];

/// The accusing stems that a text contains, each once, in the order of the list.
///
/// ```
/// assert_eq!(truceline_terms::accusing_words("two Violations"), ["violat"]);
/// assert!(truceline_terms::accusing_words("2 incidents do not agree with the clause").is_empty());
/// ```
pub fn accusing_words(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    STEMS.into_iter().filter(|stem| text.contains(stem)).collect()
}
