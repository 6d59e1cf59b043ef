use super::*;
use truceline_domain::{Area, Name, Wgs84};

fn line(n: u32) -> ReferenceLine {
    let at = |k: u32| {
        let t = f64::from(k) / f64::from(n);
        Wgs84::new(47.5 + 0.3 * (t * 9.0).sin() + 0.01 * (t * 900.0).sin(), 35.0 + 2.0 * t).unwrap()
    };
    ReferenceLine {
        name: Name::from("contact"),
        version: "1".into(),
        party: None,
        valid: Span::ALWAYS,
        source: String::new(),
        pieces: vec![(0..n).map(at).collect()],
    }
}

fn area(role: AreaRole, ring: Vec<(f64, f64)>) -> AreaVersion {
    AreaVersion {
        name: Name::from("somewhere"),
        role,
        party: None,
        valid: Span::ALWAYS,
        source: String::new(),
        area: Area::from_rings([ring]),
    }
}

#[test]
fn a_line_of_ten_thousand_places_is_drawn_small() {
    let base = MapBase::new(&[line(10_000)], &[], [35.0, 47.0, 37.0, 48.0]);
    let bytes: usize = base.layers.iter().map(|l| l.path.len()).sum();
    assert!((100..60_000).contains(&bytes), "{bytes}");
}

#[test]
fn any_amount_of_geometry_stays_in_the_budget() {
    let lines: Vec<_> = (0..200).map(|_| line(3_000)).collect();
    let base = MapBase::new(&lines, &[], [35.0, 47.0, 37.0, 48.0]);
    assert!(base.layers.iter().map(|l| l.path.len()).sum::<usize>() <= BUDGET_BYTES);
    assert!(!base.layers.is_empty());
}

#[test]
fn sensor_coverage_is_not_drawn() {
    let ring = vec![(35.1, 47.1), (35.9, 47.1), (35.9, 47.9)];
    let areas = [area(AreaRole::Coverage, ring.clone()), area(AreaRole::Zone, ring)];
    let base = MapBase::new(&[], &areas, [35.0, 47.0, 36.0, 48.0]);
    assert_eq!(base.layers.len(), 1);
    assert_eq!(base.layers[0].kind, LayerKind::Zone);
}

#[test]
fn the_label_of_a_bent_area_lies_inside_it() {
    let horseshoe =
        vec![(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (7.0, 9.0), (7.0, 2.0), (2.0, 2.0), (2.0, 9.0), (0.0, 9.0)];
    let ((x, y), room) = ring_label(&[horseshoe]).unwrap();
    assert!(!(2.0..7.0).contains(&x) || y < 2.0, "{x} {y}");
    assert!(room > 1.0);
}

#[test]
fn only_geometry_in_force_at_the_end_is_shown() {
    let at = |text: &str| text.parse().unwrap();
    let mut old = area(AreaRole::Control, vec![(35.1, 47.1), (35.9, 47.1), (35.9, 47.9)]);
    old.valid = Span { from: at("2031-01-01T00:00:00Z"), until: at("2031-02-01T00:00:00Z") };
    let mut new = old.clone();
    new.valid = Span { from: at("2031-02-01T00:00:00Z"), until: at("2031-03-01T00:00:00Z") };
    let base = MapBase::new(&[], &[old, new], [35.0, 47.0, 36.0, 48.0]);
    let period = Span { from: at("2031-01-20T00:00:00Z"), until: at("2031-02-10T00:00:00Z") };
    let shown: Vec<_> = base.layers_at(&period).collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].valid.from, at("2031-02-01T00:00:00Z"));
}
