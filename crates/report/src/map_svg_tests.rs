use super::*;

#[test]
fn the_weightiest_verdict_gives_a_group_its_colour() {
    let mut counts = VerdictCounts { consistent: 9, no_finding: 40, ..VerdictCounts::default() };
    assert_eq!(weightiest(&counts), Some(Verdict::Consistent));
    counts.inconsistent = 1;
    assert_eq!(weightiest(&counts), Some(Verdict::Inconsistent));
    assert_eq!(weightiest(&VerdictCounts::default()), None);
}

#[test]
fn the_graticule_keeps_off_the_edges() {
    let marks: Vec<f64> = marks_between(-32.0, -30.0, 0.5).collect();
    assert_eq!(marks, [-63.0, -62.0, -61.0]);
}
