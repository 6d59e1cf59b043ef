use super::*;
use proptest::prelude::*;

/// Packs samples, plainly: each word takes as many differences as the widest of them allows.
pub(crate) fn pack(samples: &[i32], before: i32, level: u8, is_little: bool) -> Vec<u8> {
    let mut previous = before;
    let mut differences: Vec<i32> = Vec::new();
    for sample in samples {
        differences.push(sample.wrapping_sub(previous));
        previous = *sample;
    }
    // Count, bits, code, value of the two bits on top (none for 4 when the code says all).
    let forms: &[(usize, u32, u32, u32)] = match level {
        1 => &[(4, 8, 1, 4), (2, 16, 2, 4), (1, 32, 3, 4)],
        _ => &[(7, 4, 3, 2), (6, 5, 3, 1), (5, 6, 3, 0), (4, 8, 1, 4), (3, 10, 2, 3), (2, 15, 2, 2), (1, 30, 2, 1)],
    };
    let mut words = vec![0_u32, samples[0].cast_unsigned(), samples[samples.len() - 1].cast_unsigned()];
    let mut codes = vec![0_u32; 3];
    let mut rest = differences.as_slice();
    while !rest.is_empty() {
        if words.len() % 16 == 0 {
            words.push(0);
            codes.push(0);
        }
        let fits = |(count, bits, _, _): &&(usize, u32, u32, u32)| {
            rest.len() >= *count
                && rest[..*count].iter().all(|d| i64::from(*d).abs() < (1_i64 << (bits - 1)) || *bits == 32)
        };
        let Some((count, bits, code, top)) = forms.iter().find(fits) else {
            panic!("{rest:?} does not fit level {level}")
        };
        let mask = if *bits == 32 { u32::MAX } else { (1 << bits) - 1 };
        let packed =
            rest[..*count].iter().fold(0_u64, |word, d| word << bits | u64::from(d.cast_unsigned() & mask)) as u32;
        words.push(if *top < 4 { packed | top << 30 } else { packed });
        codes.push(*code);
        rest = &rest[*count..];
    }
    words.resize(words.len().next_multiple_of(16), 0);
    codes.resize(words.len(), 0);
    for (frame, codes) in words.chunks_mut(16).zip(codes.chunks(16)) {
        frame[0] = codes.iter().fold(0, |word, code| word << 2 | code);
    }
    let order = |(word, code): (&u32, &u32)| match (word.to_be_bytes(), *code) {
        (bytes, _) if !is_little => bytes,
        (bytes, 1) => bytes,
        ([a, b, c, d], 2) if level == 1 => [b, a, d, c],
        ([a, b, c, d], _) => [d, c, b, a],
    };
    words.iter().zip(&codes).flat_map(order).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_packed_comes_back(
        steps in prop::collection::vec((0_u32..28, any::<i32>()), 1..300), before in -1000..1000, level in 1_u8..=2, is_little: bool,
    ) {
        // Steps of every size from a few bits to 28.
        let mut value = 0_i32;
        let samples: Vec<i32> = steps.iter().map(|(shift, step)| {
            value = (value + ((step >> 3) >> shift)).clamp(-200_000_000, 200_000_000);
            value
        }).collect();
        let bytes = pack(&samples, before, level, is_little);
        let unpacked = unpack(&bytes, samples.len() as u32, level, is_little).ok().unwrap();
        prop_assert_eq!(unpacked.stated_last, samples[samples.len() - 1]);
        prop_assert_eq!(samples[0] - unpacked.first_difference, before);
        prop_assert_eq!(unpacked.samples, samples);
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400), n in 1_u32..5_000, level in 1_u8..=2) {
        if let Ok(unpacked) = unpack(&bytes, n, level, false) {
            prop_assert_eq!(unpacked.samples.len(), n as usize);
        }
    }
}

#[test]
fn a_claim_beyond_the_frames_is_refused() {
    let bytes = pack(&[1, 2, 3], 0, 1, false);
    assert_eq!(unpack(&bytes, 4, 1, false).err().unwrap().code, "too_many_samples");
    assert_eq!(unpack(&bytes, u32::MAX, 2, false).err().unwrap().code, "too_many_samples");
    assert_eq!(unpack(&[], 1, 1, false).err().unwrap().code, "too_many_samples");
    let mut bad = pack(&[1, 200, 3], 0, 2, false);
    bad[12] = 0x3F;
    assert_eq!(unpack(&bad, 3, 2, false).err().unwrap().code, "bad_steim", "code 2 with nothing on top");
}
