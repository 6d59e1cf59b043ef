//! Pages: strict, escaped, in four languages, honest about silence. They are also written to the build's own scratch
//! folder, so that a person can look at them.

use crate::world::*;
use truceline_domain::*;
use truceline_report::*;

fn save(name: &str, documents: &[Document]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for document in documents {
        std::fs::write(folder.join(&document.file_name), &document.bytes).unwrap();
    }
}

fn page(documents: &[Document]) -> String {
    let document = documents.iter().find(|document| document.media_type.starts_with("text/html")).unwrap();
    String::from_utf8(document.bytes.clone()).unwrap()
}

#[test]
fn every_kind_in_every_language_and_for_every_reader_is_a_whole_page() {
    let world = World::new(26, 1);
    for kind in KINDS {
        for language in Language::ALL {
            for mut snapshot in [world.snapshot(), world.public()] {
                snapshot.language = language;
                snapshot.incident = Some(world.incidents[0].id);
                let documents = kind.compose(&snapshot);
                let page = page(&documents);
                assert!(page.starts_with("<!doctype html>"), "{}: {page}", kind.name());
                assert!(page.contains(&format!("<html lang=\"{}\">", language.code())));
                assert!(page.ends_with("</html>"), "{}", &page[page.len() - 60..]);
                assert!(!page.contains("{{") && !page.contains("{n}") && !page.contains("undefined"));
                let reader = if snapshot.audience == Audience::Mission { "mission" } else { "public" };
                save(&format!("{}-{}-{reader}", kind.name(), language.code()), &documents);
            }
        }
    }
}

#[test]
fn pages_run_no_script_and_load_nothing() {
    let world = World::new(40, 1);
    for kind in KINDS {
        let mut snapshot = world.snapshot();
        snapshot.incident = Some(world.incidents[0].id);
        let page = page(&kind.compose(&snapshot)).to_lowercase();
        for forbidden in
            ["<script", "http://", "https://", "src=", "@import", "<link", "<iframe", "onload=", "javascript:"]
        {
            assert!(!page.contains(forbidden), "{}: {forbidden}", kind.name());
        }
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn hostile_text_comes_out_as_text() {
    let mut world = World::new(20, 1);
    world.mission.name = HOSTILE.into();
    world.mission.parties[0].display_name = HOSTILE.into();
    world.incidents[3].place = Where::Area(HOSTILE.into());
    world.findings[0].reasons[0].text = HOSTILE.into();
    world.clauses[0].text = HOSTILE.into();
    let mut snapshot = world.snapshot();
    snapshot.incident = Some(world.incidents[0].id);
    for kind in KINDS {
        let documents = kind.compose(&snapshot);
        let page = page(&documents);
        assert!(!page.contains("<script>"), "{}", kind.name());
        assert!(page.contains("&lt;script&gt;alert"), "{}", kind.name());
    }
    let documents = compose("daily", &snapshot);
    let value: serde_json::Value = serde_json::from_str(&text(&documents, "report.json")).unwrap();
    assert_eq!(value["mission"], HOSTILE);
    world.mission.agreement_version = "=1+1".into();
    let snapshot = world.snapshot();
    assert!(text(&compose("daily", &snapshot), "findings.csv").contains(",'=1+1,"));
}

#[test]
fn an_empty_day_is_never_calm_by_itself() {
    let mut world = World::new(0, 1);
    world.findings.clear();
    let quiet = page(&compose("daily", &world.snapshot()));
    assert!(quiet.contains("Nothing was reported in this period."));
    assert!(quiet.contains("Coverage was high in 1 of 5 statements"));
    assert!(quiet.contains("In the other 4, silence says little or nothing."));
    assert!(quiet.contains("not monitored"));
    save("empty", &compose("daily", &world.snapshot()));
    world.coverage.clear();
    let blind = page(&compose("daily", &world.snapshot()));
    assert!(blind.contains("No statement of coverage was given, so silence says nothing here."));
    for page in [quiet, blind] {
        let page = page.to_lowercase();
        assert!(!page.contains("calm") && !page.contains("no incidents occurred") && !page.contains("peaceful"));
    }
}

#[test]
fn a_period_shows_its_days() {
    let mut world = World::new(900, 30);
    world.period = Span::new(day(0).from, day(29).until).unwrap();
    let mut snapshot = world.snapshot();
    snapshot.days = world.days(30);
    snapshot.previous = Some(PeriodCounts { observations: 4_711, ..PeriodCounts::empty(day(-30)) });
    let documents = compose("daily", &snapshot);
    let page = page(&documents);
    assert!(page.contains("Report of the period") && page.contains("class=\"chart\"") && page.contains("url(#blind)"));
    assert!(page.contains("drawn as one circle with their number"));
    save("period", &documents);
    let public = Snapshot { audience: Audience::Public { cell_m: 10_000.0 }, language: Language::Uk, ..snapshot };
    save("period-public-uk", &compose("daily", &public));
}

#[test]
fn the_machine_accuses_nobody() {
    let world = World::new(60, 1);
    for kind in KINDS {
        for document in kind.compose(&world.snapshot()) {
            let text = String::from_utf8(document.bytes).unwrap().to_lowercase();
            for word in ["violat", "breach", "guilty", "perpetrat", "aggressor", "to blame"] {
                assert!(!text.contains(word), "{}: {word}", document.file_name);
            }
        }
    }
}

#[test]
fn a_sheet_names_the_share_of_the_origin_and_a_missing_incident() {
    let mut world = World::new(26, 1);
    world.incidents[0].origin_shares = vec![OriginShare { party: "A".into(), probability: 0.97 }];
    let mut snapshot = world.snapshot();
    snapshot.incident = Some(world.incidents[0].id);
    let sheet = page(&compose("incident", &snapshot));
    assert!(sheet.contains("Probability that the origin lies in the area controlled by"));
    assert!(sheet.contains("Northern Almara: 97\u{a0}%"));
    snapshot.incident = None;
    assert!(page(&compose("incident", &snapshot)).contains("not in this period"));
}
