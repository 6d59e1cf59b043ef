use super::*;

#[test]
fn numbers_come_back_and_overlong_ones_are_refused() {
    for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, value);
        assert_eq!(Reader { rest: &bytes }.varint(), Ok(value));
        for cut in 0..bytes.len() {
            assert_eq!(Reader { rest: &bytes[..cut] }.varint(), Err(WireError::Truncated));
        }
    }
    assert_eq!(Reader { rest: &[0x80; 11] }.varint(), Err(WireError::Overlong));
}

#[test]
fn tags_that_cannot_be_are_refused() {
    for (bytes, error) in [
        (&[0x00][..], WireError::ZeroTag),
        (&[0x0B], WireError::BadWireType),
        (&[0x0F], WireError::BadWireType),
        (&[0x80, 0x80, 0x80, 0x80, 0x10], WireError::Overlong),
    ] {
        assert_eq!(Reader { rest: bytes }.tag(), Err(error));
    }
    let mut bytes = Vec::new();
    put_tag(&mut bytes, (1 << 29) - 1, WireType::Fixed32);
    assert_eq!(Reader { rest: &bytes }.tag(), Ok(((1 << 29) - 1, WireType::Fixed32)));
}

#[test]
fn a_length_beyond_the_end_takes_nothing() {
    let mut bytes = Vec::new();
    put_varint(&mut bytes, u64::MAX);
    assert_eq!(Reader { rest: &bytes }.bytes(), Err(WireError::Truncated));
    assert_eq!(Reader { rest: &[5, 1, 2] }.bytes(), Err(WireError::Truncated));
}
