use super::*;
use truceline_domain::{Digest, Known, Means, Modality, NotKnownReason, Phenomenon, TimeEstimate, Where};

fn detection(capture: &str, record: u32, second: i64) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(capture.as_bytes()), record },
        sensor: "s".into(),
        owner: "o".into(),
        modality: Modality::Acoustic,
        means: Means::Recorded,
        phenomenon: Phenomenon::Explosion,
        time: TimeEstimate::instant(Timestamp::from_second(second).unwrap(), 0.1),
        place: Where::NotKnown(NotKnownReason::Technical),
        count: Known::NotKnown(NotKnownReason::NotStated),
        weapon: Known::NotKnown(NotKnownReason::NotStated),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

#[test]
fn many_segments_come_out_as_one_sorted_stream() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    let mut captures = Vec::new();
    for capture in 0..30_i64 {
        let name = format!("c{capture}");
        let detections: Vec<_> =
            (0..50_u32).map(|k| detection(&name, k, capture * 37 + (i64::from(k) * 7919) % 501)).collect();
        all.extend(detections.clone());
        let id = Digest::of(name.as_bytes());
        write_segment(folder.path(), id, detections).unwrap();
        captures.push(id);
    }
    all.sort_by_cached_key(order);
    let mut merge = Merge::open(folder.path(), captures).unwrap();
    let merged: Vec<_> = std::iter::from_fn(|| merge.next_detection().unwrap()).collect();
    assert_eq!(merged, all);
}

#[test]
fn a_torn_segment_is_an_error_not_a_short_stream() {
    let folder = tempfile::tempdir().unwrap();
    let id = Digest::of(b"c");
    write_segment(folder.path(), id, vec![detection("c", 0, 1), detection("c", 1, 2)]).unwrap();
    let path = segment_path(folder.path(), id);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    let mut merge = Merge::open(folder.path(), [id]).unwrap();
    assert!((0..2).map(|_| merge.next_detection()).any(|next| next.is_err()));
}

#[test]
fn an_empty_capture_has_an_empty_segment() {
    let folder = tempfile::tempdir().unwrap();
    let id = Digest::of(b"empty");
    write_segment(folder.path(), id, Vec::new()).unwrap();
    assert!(Merge::open(folder.path(), [id]).unwrap().next_detection().unwrap().is_none());
}
