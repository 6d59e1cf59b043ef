//! "Did you mean": the nearest of the words that are allowed.

/// A hint that names the allowed word nearest to what was written, or all of them when none is near.
pub(crate) fn hint(given: &str, allowed: &[&str]) -> String {
    let given: String = given.chars().take(64).flat_map(char::to_lowercase).collect();
    let distance = |word: &&&str| strsim::osa_distance(&given, &word.to_lowercase());
    let nearest = allowed.iter().min_by_key(distance);
    let near_enough = |word: &&&str| strsim::osa_distance(&given, &word.to_lowercase()) <= 1 + word.len() / 3;
    match nearest.filter(near_enough) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("allowed: {}", allowed.join(", ")),
    }
}
