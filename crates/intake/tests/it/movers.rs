//! What holds for every format that comes as a stream: a connection gives what a file gives, in pieces of any size, and
//! a cut takes only what it cuts.

use crate::fixtures::{Fixture, all};
use truceline_intake::{Context, Record, stream};

fn fixtures() -> Vec<Fixture> {
    let all = all().into_iter().filter(|fixture| stream::named(fixture.kind.name()).is_some()).collect::<Vec<_>>();
    assert!(all.len() >= 12);
    all
}

fn context() -> Context<'static> {
    let mut context = Context::new(b"always the same", "f", "source-1", "owner-1");
    context.received_at = "2031-02-15T06:10:05Z".parse().unwrap();
    context
}

fn streamed(kind: &str, bytes: &[u8], size: usize) -> (Vec<String>, stream::Tally, stream::Tally) {
    let (mut stream, context, mut shown) = (stream::named(kind).unwrap(), context(), Vec::new());
    let mut sink = |record: Record| shown.push(format!("{record:?}"));
    bytes.chunks(size.max(1)).for_each(|piece| stream.feed(piece, &context, &mut sink));
    stream.finish(&context, &mut sink);
    (shown, stream.rejected().clone(), stream.read().clone())
}

#[test]
fn pieces_of_any_size_give_the_same_records_and_counts() {
    for Fixture { kind, name, bytes } in fixtures() {
        let whole = streamed(kind.name(), &bytes, bytes.len());
        assert!(!whole.0.is_empty(), "{name}");
        for size in (1..40).chain([64, 100, 187, 188, 189, 512]) {
            assert_eq!(streamed(kind.name(), &bytes, size), whole, "{name} in pieces of {size}");
        }
    }
}

#[test]
fn a_cut_at_any_byte_takes_only_what_is_behind_it() {
    for Fixture { kind, name, bytes } in fixtures() {
        let whole = streamed(kind.name(), &bytes, bytes.len()).0;
        for cut in 0..bytes.len() {
            let mut part = streamed(kind.name(), &bytes[..cut], cut).0;
            // The time behind the last sentence may be what was cut: then the minute is that of the reception.
            if kind.name() == "ais" && !whole.starts_with(&part) {
                part.pop();
            }
            assert!(whole.starts_with(&part), "{name} cut at {cut}: {} of {}", part.len(), whole.len());
        }
    }
}

#[test]
fn noise_before_and_within_a_stream_is_passed_over() {
    for Fixture { kind, name, bytes } in fixtures().into_iter().filter(|one| one.kind.name() != "remote_id") {
        let (whole, ..) = streamed(kind.name(), &bytes, 100);
        let noisy = [&bytes[..], b"\n<noise> \xFF\x00 <noise>\n", &bytes].concat();
        let (twice, rejected, _) = streamed(kind.name(), &noisy, 100);
        assert!(rejected.total() > 0, "{name}");
        // What comes a second time may be told from the first by its time alone, so only the number is compared.
        assert!(twice.len() + 3 >= 2 * whole.len(), "{name}: {} after {}, {rejected:?}", twice.len(), whole.len());
    }
}

#[test]
fn random_bytes_are_refused_with_bounded_memory() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    for kind in ["adsb", "ais", "cot", "klv", "mavlink", "remote_id"] {
        for first in [0_u8, 0x1A, b'*', b'M', 0x47, 0x06, 0xFD, 0xBF, b'<', 0xD4, 0x0A] {
            let mut bytes: Vec<u8> = std::iter::repeat_with(&mut random).take(20_000).collect();
            bytes[0] = first;
            let (_, rejected, _) = streamed(kind, &bytes, 977);
            assert!(rejected.total() > 0, "{kind} {first}");
        }
    }
}

#[test]
fn damaged_streams_mean_the_same_in_any_pieces() {
    let n_rounds = std::env::var("TRUCELINE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % n.max(1)
    };
    for Fixture { kind, name, bytes } in fixtures() {
        for _ in 0..n_rounds {
            let mut damaged = bytes.clone();
            for _ in 0..=below(6) {
                let (at, n) = (below(damaged.len() + 1), below(40));
                match below(4) {
                    0 if at < damaged.len() => damaged[at] = below(256) as u8,
                    1 => drop(damaged.drain(at..(at + n).min(damaged.len()))),
                    2 => drop(damaged.splice(at..at, bytes[..n.min(bytes.len())].to_vec())),
                    _ => {
                        let from = below(bytes.len());
                        drop(damaged.splice(at..at, bytes[from..(from + n).min(bytes.len())].to_vec()));
                    }
                }
            }
            let whole = streamed(kind.name(), &damaged, damaged.len());
            for size in [1 + below(8), 1 + below(200)] {
                assert_eq!(streamed(kind.name(), &damaged, size), whole, "{name} in pieces of {size}: {damaged:?}");
            }
        }
    }
}
