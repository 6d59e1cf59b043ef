use super::*;

fn signal() -> Vec<f64> {
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

/// Poles, edges, whether both ways, and samples with their values.
type Case = (usize, f64, f64, bool, [(usize, f64); 6]);

#[test]
fn the_values_are_those_of_the_usual_tools() {
    // Computed with ObsPy 1.4's bandpass at 100 samples a second; the last band reaches above half the rate: a high-pass.
    let cases: [Case; 4] = [
        (
            4,
            6.0,
            16.0,
            false,
            [
                (0, -0.004627484234866236),
                (7, 0.16961190666804088),
                (100, -0.11584902919161612),
                (205, 1.3700605730952187),
                (302, -0.25072409640572796),
                (399, -0.08136383460697041),
            ],
        ),
        (
            4,
            6.0,
            16.0,
            true,
            [
                (0, -0.4019698662792216),
                (7, -0.02330344675934376),
                (100, -0.15883143777397712),
                (205, -0.5314549314910416),
                (302, 1.576002938060036),
                (399, -0.0003925270750444599),
            ],
        ),
        (
            4,
            1.0,
            20.0,
            false,
            [
                (0, -0.03798666129169486),
                (7, 0.2190412287922505),
                (100, 0.2508839470819118),
                (205, 4.737051012600487),
                (302, -1.0049567276991698),
                (399, 0.08922564642169539),
            ],
        ),
        (
            2,
            5.0,
            60.0,
            false,
            [
                (0, -0.7679239330385734),
                (7, 0.1242370180684153),
                (100, -0.5371712305071213),
                (205, -0.7377486152344765),
                (302, 5.889124123550157),
                (399, 0.09668915227283004),
            ],
        ),
    ];
    for (order, low_hz, high_hz, both, values) in cases {
        let filter = Butterworth::band_pass(order, low_hz, high_hz, 100.0).unwrap();
        let mut x = signal();
        if both {
            filter.both_ways(&mut x)
        } else {
            filter.forwards(&mut x)
        }
        values
            .iter()
            .for_each(|(k, value)| assert!((x[*k] - value).abs() < 1e-11, "{order} {low_hz} {k}: {} {value}", x[*k]));
    }
}

#[test]
fn corners_are_half_power() {
    let gain = |filter: &Butterworth, hz: f64| {
        let mut x: Vec<f64> = (0..6_000).map(|k| (2.0 * PI * hz * f64::from(k) / 200.0).sin()).collect();
        filter.forwards(&mut x);
        (2.0 * x[4_000..].iter().map(|x| x * x).sum::<f64>() / 2_000.0).sqrt()
    };
    for order in [1, 2, 3, 4, 8] {
        let low = Butterworth::low_pass(order, 20.0, 200.0).unwrap();
        let high = Butterworth::high_pass(order, 20.0, 200.0).unwrap();
        let band = Butterworth::band_pass(order, 20.0, 50.0, 200.0).unwrap();
        for (filter, hz) in [(&low, 20.0), (&high, 20.0), (&band, 20.0), (&band, 50.0)] {
            assert!((gain(filter, hz) - 0.5_f64.sqrt()).abs() < 1e-3, "{order} {hz}");
        }
    }
}

#[test]
fn nonsense_is_no_filter() {
    for (order, low, high, rate) in [
        (0, 1.0, 2.0, 100.0),
        (17, 1.0, 2.0, 100.0),
        (4, 2.0, 1.0, 100.0),
        (4, 60.0, 70.0, 100.0),
        (4, -1.0, 5.0, 100.0),
        (4, f64::NAN, 5.0, 100.0),
        (4, 1.0, 5.0, f64::NAN),
        (4, 1.0, 5.0, 0.0),
    ] {
        assert!(Butterworth::band_pass(order, low, high, rate).is_none(), "{order} {low} {high} {rate}");
    }
}
