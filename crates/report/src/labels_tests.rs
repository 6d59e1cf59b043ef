use super::*;

#[test]
fn numbers_pick_their_forms() {
    let say = |language, n| fill(language, "{n} {n:a|b|c}", &[("n", n)]);
    assert_eq!(say(Language::En, "1"), "1 a");
    assert_eq!(say(Language::En, "0"), "0 b");
    assert_eq!(say(Language::Fr, "0"), "0 a");
    assert_eq!(say(Language::Uk, "21"), "21 a");
    assert_eq!(say(Language::Uk, "1\u{202f}012"), "1\u{202f}012 c");
    assert_eq!(say(Language::Ru, "103"), "103 b");
}

/// The slots of a text, sorted.
fn slots(text: &str) -> Vec<String> {
    let mut all: Vec<String> =
        text.split('{').skip(1).map(|part| part.split(['}', ':']).next().unwrap().to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_language_has_the_same_slots_and_no_empty_text() {
    let english = Labels::of(Language::En).entries();
    for language in Language::ALL {
        for ((key, text), (_, reference)) in Labels::of(language).entries().into_iter().zip(&english) {
            assert!(!text.trim().is_empty(), "{key} {language:?}");
            assert_eq!(slots(text), slots(reference), "{key} {language:?}");
        }
    }
}

#[test]
fn no_text_accuses() {
    let words = ["violat", "breach", "guilty", "aggress", "порушен", "нарушен", "винн", "винов", "agress", "coupable"];
    for language in Language::ALL {
        for (key, text) in Labels::of(language).entries() {
            assert!(!words.iter().any(|word| text.to_lowercase().contains(word)), "{key}: {text}");
        }
    }
}

#[test]
fn a_broken_template_stays_text() {
    assert_eq!(fill(Language::En, "a { b", &[]), "a { b");
    assert_eq!(fill(Language::En, "{x", &[("x", "1")]), "{x");
}
