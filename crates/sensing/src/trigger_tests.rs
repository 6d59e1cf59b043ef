use super::*;
use proptest::prelude::*;

/// A reproducible signal in −1…1 with a long and a short loud stretch.
pub(crate) fn signal() -> Vec<f64> {
    let mut state = 12_345_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / 2_f64.powi(31) - 1.0
    };
    let mut x: Vec<f64> = (0..400).map(|_| next()).collect();
    x[200..230].iter_mut().for_each(|x| *x *= 8.0);
    x[300..304].iter_mut().for_each(|x| *x *= 20.0);
    x
}

#[test]
fn the_ratios_are_those_of_the_usual_tools() {
    // Computed with ObsPy 1.4's compiled recursive and classic STA/LTA, 5 and 50 samples.
    let recursive = [
        (49, 0.0),
        (50, 1.1234868184771385),
        (120, 1.5091489619502212),
        (205, 5.1678466198856645),
        (229, 1.797288249267068),
        (260, 0.056626423195901714),
        (301, 7.4443327859739234),
        (399, 0.11487301374862605),
    ];
    let classic = [
        (49, 0.9533703914243474),
        (50, 0.7947040474511031),
        (120, 1.877949427989726),
        (205, 7.34955125597656),
        (229, 1.1875279965519538),
        (260, 0.04645903442638516),
        (301, 9.679195862268768),
        (399, 0.9119767708385871),
    ];
    let r = recursive_sta_lta(&signal(), 5, 50);
    let c = classic_sta_lta(&signal(), 5, 50).unwrap();
    assert_eq!((r.len(), c.len()), (400, 400));
    recursive.iter().for_each(|(k, value)| assert!((r[*k] - value).abs() <= 1e-13 * value, "{k}"));
    classic.iter().for_each(|(k, value)| assert_eq!(c[*k], *value, "{k}"));
    assert!(c[..49].iter().all(|value| *value == 0.0));
}

#[test]
fn the_triggers_are_those_of_the_usual_tools() {
    let x = signal();
    let classic = classic_sta_lta(&x, 5, 50).unwrap();
    let whole = Thresholds::new(2.5, 1.2);
    let cut = Thresholds { longest: 10, ..whole };
    let dropped = Thresholds { drop_longer: true, ..cut };
    assert_eq!(recursive_triggers(&x, 5, 50, &whole), [(200, 231), (300, 311)]);
    assert_eq!(trigger_onset(&classic, &whole), [(200, 222), (300, 307)]);
    assert_eq!(recursive_triggers(&x, 5, 50, &cut), [(200, 210), (300, 310)]);
    assert_eq!(trigger_onset(&classic, &cut), [(200, 210), (300, 307)]);
    assert_eq!(recursive_triggers(&x, 5, 50, &dropped), []);
    assert_eq!(trigger_onset(&classic, &dropped), [(300, 307)]);
}

#[test]
fn odd_signals_are_as_with_the_usual_tools() {
    // Shorter than the long average: nothing is silenced, and there is no classic ratio.
    let short = recursive_sta_lta(&[1.0, 2.0, 3.0], 2, 3);
    assert!((short[1] - 1.5).abs() < 1e-12 && (short[2] - 1.4142857142857144).abs() < 1e-12);
    assert_eq!(classic_sta_lta(&[1.0, 2.0, 3.0], 3, 20), None);
    assert!(classic_sta_lta(&[], 1, 1).is_none() && recursive_sta_lta(&[], 1, 1).is_empty());
    // Zeros give no ratio, and what is not a number stays so.
    assert!(recursive_sta_lta(&[0.0; 8], 1, 4)[4..].iter().all(|value| value.is_nan()));
    assert!(recursive_sta_lta(&[1.0, f64::NAN, 1.0, 1.0, 1.0, 1.0], 1, 2)[2..].iter().all(|value| value.is_nan()));
    assert_eq!(recursive_triggers(&[f64::NAN; 50], 2, 10, &Thresholds::new(1.5, 1.0)), []);
}

proptest! {
    /// The quick triggers are those of the plain recursion, whatever the signal.
    #[test]
    fn quick_triggers_are_the_plain_ones(
        x in prop::collection::vec(prop_oneof![6 => -1.0..1.0_f64, 2 => Just(0.0), 1 => Just(1.0), 1 => -50.0..50.0_f64], 0..400),
        n_sta in 1_usize..12, factor in 1_usize..12, zeros in 0_usize..40,
        on in prop_oneof![Just(1.0), 0.5..6.0_f64], share in 0.1..1.0_f64,
        longest in prop_oneof![Just(usize::MAX), 1_usize..40], drop_longer in any::<bool>(),
    ) {
        let x: Vec<f64> = vec![0.0; zeros].into_iter().chain(x).collect();
        let thresholds = Thresholds { on, off: on * share, longest, drop_longer };
        let plain = plain_recursion(&x, n_sta, n_sta * factor);
        prop_assert_eq!(recursive_triggers(&x, n_sta, n_sta * factor, &thresholds), trigger_onset(&plain, &thresholds));
        for (quick, plain) in recursive_sta_lta(&x, n_sta, n_sta * factor).iter().zip(&plain) {
            prop_assert!((quick - plain).abs() <= 1e-12 * plain.abs() || quick.is_nan() && plain.is_nan());
        }
    }
}
