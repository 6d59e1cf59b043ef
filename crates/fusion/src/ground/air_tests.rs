use super::*;
use nalgebra::{DMatrix, DVector};

fn stretches(count: usize) -> Vec<Stretch> {
    let mut all = hours(&[0.0, 3600.0 * (count as f64 - 0.5)]);
    all.truncate(count);
    all
}

fn message(index: usize) -> Message {
    if index == 2 {
        return Message::default();
    }
    let k = index as f64;
    let information = [[3.0 + k, 0.4, -0.2], [0.4, 2.0, 0.1 * k], [-0.2, 0.1 * k, 0.5]];
    Message { information, pull: [4.0 - k, -2.0 + 0.5 * k, 1.0] }
}

/// Mean, covariance and log evidence from one dense system over all stretches at once.
fn dense(each: &Try, messages: &[Message]) -> (DVector<f64>, DMatrix<f64>, f64) {
    let n = messages.len();
    let spread = [each.wind, each.wind, each.temperature];
    let left = [each.wind_left, each.wind_left, each.temperature_left];
    let prior = DMatrix::from_fn(3 * n, 3 * n, |row, column| {
        let (a, b) = (row % 3, column % 3);
        let hours = (row / 3).abs_diff(column / 3) as i32;
        if a == b { spread[a].powi(2) * left[a].powi(hours) } else { 0.0 }
    });
    let mut information = DMatrix::zeros(3 * n, 3 * n);
    let mut pull = DVector::zeros(3 * n);
    for (index, message) in messages.iter().enumerate() {
        for a in 0..3 {
            pull[3 * index + a] = message.pull[a];
            for b in 0..3 {
                information[(3 * index + a, 3 * index + b)] = message.information[a][b];
            }
        }
    }
    let after = prior.clone().try_inverse().unwrap() + information;
    let covariance = after.clone().try_inverse().unwrap();
    let mean = &covariance * &pull;
    let evidence = 0.5 * (mean.dot(&pull) - prior.determinant().ln() - after.determinant().ln());
    (mean, covariance, evidence)
}

#[test]
fn filter_and_smoother_solve_the_dense_system() {
    let air = Air { stretches: stretches(5), is_given: false };
    let messages: Vec<Message> = (0..5).map(message).collect();
    let each = Try { wind: 3.0, temperature: 2.0, wind_left: 0.8, temperature_left: 0.95, prior: 0.0 };
    let (score, passed) = air.forward(&each, &messages);
    let mut mixed = vec![Mixed::default(); 5];
    air.backward(&each, &passed, 1.0, &mut mixed);
    let (mean, covariance, evidence) = dense(&each, &messages);
    assert!((score - evidence).abs() < 1e-9, "{score} {evidence}");
    for (index, mixed) in mixed.iter().enumerate() {
        let (ours, spread) = mixed.moments();
        for a in 0..3 {
            assert!((ours[a] - mean[3 * index + a]).abs() < 1e-9);
            for b in 0..3 {
                assert!((spread[a][b] - covariance[(3 * index + a, 3 * index + b)]).abs() < 1e-9);
            }
        }
    }
}

/// A given field whose wind is wrong by `wrong` to the east in every hour, and events that say so sharply.
fn corrected(wrong: f64) -> Air {
    let mut air = Air { stretches: stretches(24), is_given: true };
    let told = |index: usize| {
        // Deterministic scatter of a third of a metre per second.
        let scatter = [0.3, -0.2, 0.1, -0.3, 0.2, -0.1][index % 6];
        let mean = [wrong + scatter, -scatter, 0.2 * scatter];
        let information = diagonal([10.0, 10.0, 10.0]);
        Message { information, pull: apply(&information, &mean) }
    };
    let mut messages: Vec<Message> = (0..24).map(told).collect();
    // One hour in which nobody is heard.
    messages[12] = Message::default();
    air.settle(&messages);
    air
}

#[test]
fn a_right_field_is_believed_and_a_wrong_one_found_out() {
    let [right, ..] = corrected(0.0).stretches[12].error;
    assert!(right.abs() < 0.1, "{right}");
    let silent = &corrected(3.0).stretches[12];
    let [wrong, ..] = silent.error;
    assert!((wrong - 3.0).abs() < 0.4, "{wrong}");
    let [[right_variance, ..], ..] = corrected(0.0).stretches[12].covariance;
    let [[variance, ..], ..] = silent.covariance;
    assert!(right_variance < 0.3 && variance < 1.5, "{right_variance} {variance}");
}

#[test]
fn a_moment_has_the_stretch_that_began_last() {
    let air = Air { stretches: stretches(3), is_given: false };
    assert_eq!([-5.0, 0.0, 3599.9, 3600.0, 1e9].map(|t| air.index(t)), [0, 0, 0, 1, 2]);
    assert_eq!(Air { stretches: Vec::new(), is_given: false }.index(5.0), 0);
}

#[test]
fn hours_without_number_are_only_those_with_events() {
    assert_eq!(hours(&[0.0, 1e12, f64::NAN]).len(), 2);
    assert_eq!(hours(&[]).len(), 0);
}
