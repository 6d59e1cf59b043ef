use super::*;
use truceline_domain::{Digest, Samples};

fn recording(rate_hz: f64, values: Vec<f32>) -> Recording {
    let samples = Samples { rate_hz, values };
    Recording {
        capture: Digest::of(b"tests"),
        sensor: "M1".into(),
        from: "2031-02-15T00:00:00Z".parse().unwrap(),
        clock_sigma_s: 0.0,
        samples,
    }
}

fn codes(recording: &Recording) -> Vec<&'static str> {
    problems(recording).iter().map(|problem| problem.code).collect()
}

#[test]
fn a_channel_that_cannot_be_believed_says_why() {
    assert_eq!(codes(&recording(100.0, vec![])), ["empty_channel"]);
    assert_eq!(codes(&recording(0.0, vec![1.0])), ["bad_sample_rate"]);
    assert_eq!(codes(&recording(f64::NAN, vec![1.0])), ["bad_sample_rate"]);
    assert_eq!(codes(&recording(100.0, vec![0.25; 500])), ["dead_channel"]);
    assert_eq!(codes(&recording(100.0, vec![f32::NAN; 5])), ["samples_not_finite", "dead_channel"]);
    let loud = (0..1_000).map(|k| (f64::from(k) * 0.1).sin().clamp(-0.5, 0.5) as f32).collect();
    assert_eq!(codes(&recording(100.0, loud)), ["clipped_channel", "clipped_stretch"]);
    let fine = (0..1_000).map(|k| (f64::from(k) * 0.1).sin() as f32).collect();
    assert!(codes(&recording(100.0, fine)).is_empty());
}

#[test]
fn the_mean_is_taken_off_and_bad_samples_are_silent() {
    let values = [5.0, 6.0, f32::NAN, 4.0, 5.0].map(|x: f32| x);
    let out = without_mean(&values, 100);
    assert_eq!(out.len(), 5);
    assert_eq!((out[0], out[2]), (0.0, 0.0));
    assert!((out[1] - 1.0).abs() < 1e-12 && (out[3] + 1.5).abs() < 1e-12);
}
