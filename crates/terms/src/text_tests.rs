use super::*;

const SAMPLE: &str = "PREFACE

  Agreement on the Cessation of Hostilities in the River Sector

PREAMBLE

  The Parties have agreed as follows:

BODY

  ARTICLE 1 - Ceasefire

    1.1 From 00:00 local time on 15 February 2031 the Parties shall cease all fire.

  ARTICLE 2 - Withdrawal of heavy weapons

    PARA 2.1

      Each Party shall withdraw from the line of contact:

      SUBPARA (a)

        artillery of a calibre of 100 mm or more, to at least 25 km;

      SUBPARA (b)

        multiple launch rocket systems, to at least 35 km.

    PARA 2.2

      Withdrawal shall begin no later than the second day and be complete within 14 days.
";

fn clause<'c>(clauses: &'c [Clause], eid: &str) -> &'c Clause {
    clauses.iter().find(|clause| clause.eid.as_str() == eid).unwrap_or_else(|| panic!("no {eid} in {clauses:?}"))
}

#[test]
fn the_sample_gives_the_ids_of_its_xml() {
    let (clauses, problems) = read_text("agreement.txt", SAMPLE);
    assert_eq!(problems, []);
    let ids: Vec<_> = clauses.iter().map(|c| c.eid.as_str()).collect();
    assert_eq!(
        ids,
        [
            "preface",
            "preamble",
            "art_1",
            "art_1__para_1-1",
            "art_2",
            "art_2__para_2-1",
            "art_2__para_2-1__subpara_a",
            "art_2__para_2-1__subpara_b",
            "art_2__para_2-2"
        ]
    );
    let a = clause(&clauses, "art_2__para_2-1__subpara_a");
    assert_eq!(a.text, "artillery of a calibre of 100 mm or more, to at least 25 km;");
    assert_eq!(a.digest, Digest::of(a.text.as_bytes()));
    assert!(a.is_leaf && a.parent.as_ref().unwrap().as_str() == "art_2__para_2-1");
    let around = clause(&clauses, "art_2__para_2-1");
    assert!(!around.is_leaf);
    assert_eq!(
        around.text,
        "Each Party shall withdraw from the line of contact:\n(a) artillery of a calibre of 100 mm or more, to at least 25 km;\n(b) multiple launch rocket systems, to at least 35 km."
    );
    assert_eq!(clause(&clauses, "art_1").heading, "Ceasefire");
    assert!(clause(&clauses, "art_2").text.starts_with("Withdrawal of heavy weapons\n2.1 Each Party"));
}

#[test]
fn a_change_in_one_clause_changes_its_digest_and_those_around_it_alone() {
    let (before, _) = read_text("a", SAMPLE);
    let (after, _) = read_text("a", &SAMPLE.replace("25 km;", "30 km;"));
    let changed: Vec<_> =
        before.iter().zip(&after).filter(|(a, b)| a.digest != b.digest).map(|(a, _)| a.eid.as_str()).collect();
    assert_eq!(changed, ["art_2", "art_2__para_2-1", "art_2__para_2-1__subpara_a"]);
}

#[test]
fn white_space_does_not_change_digests() {
    let (before, _) = read_text("a", SAMPLE);
    let (after, problems) =
        read_text("a", &SAMPLE.replace("artillery of a", "artillery   of  a").replace('\n', "\r\n"));
    assert_eq!(problems, []);
    let digests = |clauses: &[Clause]| clauses.iter().map(|c| c.digest).collect::<Vec<_>>();
    assert_eq!(digests(&before), digests(&after));
}

#[test]
fn inserting_an_article_disturbs_no_other_id() {
    let text = SAMPLE.replace("  ARTICLE 2 -", "  ARTICLE 1A - Names\n    Names are kept.\n  ARTICLE 2 -");
    let (clauses, problems) = read_text("a", &text);
    assert_eq!(problems, []);
    assert_eq!(clause(&clauses, "art_1A").text, "Names\nNames are kept.");
    clause(&clauses, "art_2__para_2-2");
}

#[test]
fn parts_and_annexes_carry_their_place() {
    let text = "BODY\n  PART I - General\n    CHAPTER 1\n      ARTICLE 3\n        Text.\nSCHEDULE - Sites\n  SECTION 1\n    Site A.\nANNEXURE\n  Map.\n";
    let (clauses, problems) = read_text("a", text);
    assert_eq!(problems, []);
    let ids: Vec<_> = clauses.iter().map(|c| c.eid.as_str()).collect();
    assert_eq!(ids, ["part_I", "part_I__chp_1", "part_I__chp_1__art_3", "att_1", "att_1__sec_1", "att_2"]);
}

/// `code line:column text` of each problem.
fn problems(text: &str) -> Vec<String> {
    let of = |p: &Problem| {
        format!("{} {}:{} {}", p.code, p.line.unwrap_or(0), p.column.unwrap_or(0), p.hint.as_deref().unwrap_or(""))
    };
    read_text("a", text).1.iter().map(of).collect()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert_eq!(
        problems("BODY\n  ARTICLE 1\n    One.\n  ARTICLE 1\n    Two.\n"),
        ["duplicate_clause 4:3 give it a number of its own; it is read as `art_1_2`"]
    );
    assert_eq!(
        problems("BODY\n  ARTICLE 1\n    PARA 1.1\n      ARTICLE 2\n        Two.\n"),
        ["bad_nesting 4:7 indent it as far as the clause it stands beside"]
    );
    assert_eq!(
        problems("BODY\n  ARTICEL 1 - Fire\n    One.\n").first().unwrap(),
        "unknown_keyword 2:3 did you mean `ARTICLE`?"
    );
    assert!(problems("ARTICLE 1\n  One.\n")[0].starts_with("outside_body 1:1"));
    assert!(problems("BODY\n  ARTICLE - Fire\n    One.\n")[0].starts_with("no_number 2:3"));
    assert!(problems("A sentence.\n")[0].starts_with("text_outside_clause 1:1"));
    assert!(problems("")[0].starts_with("no_clause"));
    assert!(problems("BODY\n\tARTICLE 1\n\t\tOne.\n")[0].starts_with("tab_indent 2:1"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn nothing_panics_and_ids_are_unique(lines in proptest::collection::vec("[ \\t]{0,6}(BODY|ARTICLE|PARA|SUBPARA|PART|SCHEDULE|1\\.1|\\PC{0,6}) ?(1|\\(a\\)|2\\.1)?( - )?\\PC{0,8}", 0..24)) {
        let (clauses, _) = read_text("a", &lines.join("\n"));
        let ids: std::collections::BTreeSet<_> = clauses.iter().map(|c| c.eid.clone()).collect();
        proptest::prop_assert_eq!(ids.len(), clauses.len());
    }
}
