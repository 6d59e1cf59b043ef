use super::*;

#[test]
fn the_pseudo_inverse_is_one() {
    // A Hermitian matrix of full rank, and one of rank one.
    let full = Hermitian {
        n: 3,
        entries: vec![
            (4.0, 0.0),
            (1.0, 2.0),
            (0.0, -1.0),
            (1.0, -2.0),
            (-3.0, 0.0),
            (0.5, 0.25),
            (0.0, 1.0),
            (0.5, -0.25),
            (2.0, 0.0),
        ],
    };
    let v = [(1.0, 2.0), (0.5, -1.0), (-2.0, 0.25)];
    let entries = v.iter().flat_map(|a| v.iter().map(move |b| times(*a, (b.0, -b.1)))).collect();
    for matrix in [full, Hermitian { n: 3, entries }] {
        let inverse = matrix.clone().pseudo_inverse();
        let product = |a: &Hermitian, b: &Hermitian| {
            let entry = |place: usize| {
                let terms = (0..3).map(|m| times(a.at(place / 3, m), b.at(m, place % 3)));
                terms.fold((0.0, 0.0), |s: Complex, z| (s.0 + z.0, s.1 + z.1))
            };
            Hermitian { n: 3, entries: (0..9).map(entry).collect() }
        };
        let back = product(&product(&matrix, &inverse), &matrix);
        for (a, b) in matrix.entries.iter().zip(&back.entries) {
            assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12, "{a:?} {b:?}");
        }
    }
}
