use super::*;
use proptest::prelude::*;

proptest! {
    /// The recursion is the geometric sum it stands for, once both averages have their full length.
    #[test]
    fn the_recursion_is_a_geometric_sum(values in prop::collection::vec(-5.0..5.0_f64, 41..120)) {
        let (n_sta, n_lta) = (4, 40);
        let mut ratio = Ratio::new(n_sta, n_lta);
        let mut last = 0.0;
        for x in &values {
            last = ratio.next(*x);
        }
        let average = |n: usize| {
            let (start, rest) = values.split_at(n);
            let mean = start.iter().map(|x| x * x).sum::<f64>() / n as f64;
            let keep = 1.0 - 1.0 / n as f64;
            let decayed = mean * keep.powi(rest.len() as i32);
            let terms = rest.iter().rev().enumerate().map(|(age, x)| x * x * keep.powi(age as i32) / n as f64);
            decayed + terms.sum::<f64>()
        };
        let direct = average(n_sta) / average(n_lta);
        prop_assert!((last - direct).abs() < 1e-9 * (1.0 + direct), "{last} {direct}");
    }
}

#[test]
fn silence_gives_no_ratio() {
    let mut ratio = Ratio::new(3, 30);
    assert!((0..100).all(|_| ratio.next(0.0) == 0.0));
}
