use super::*;
use std::io::Write as _;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn plain_bytes_come_back_untouched() {
    let (bytes, problems) = unpack("a", b"hello");
    assert!(matches!(bytes, Cow::Borrowed(b"hello")));
    assert_eq!(problems.total(), 0);
}

#[test]
fn every_wrapping_gives_the_same_text() {
    let text = "name,ß,火\n1,2,3\n";
    let le: Vec<u8> = [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let bom = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
    for wrapped in [text.as_bytes().to_vec(), le, be, bom] {
        assert_eq!(&*unpack("a", &wrapped).0, text.as_bytes());
        assert_eq!(&*unpack("a", &gz(&wrapped)).0, text.as_bytes());
    }
}

#[test]
fn two_gzip_members_in_a_row_are_one_file() {
    let both = [gz(b"one\n"), gz(b"two\n")].concat();
    assert_eq!(&*unpack("a", &both).0, b"one\ntwo\n");
}

#[test]
fn a_truncated_gzip_keeps_its_beginning() {
    let text: Vec<u8> =
        (0..20_000_u32).flat_map(|n| format!("{},", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    let packed = gz(&text);
    for cut in [packed.len() / 4, packed.len() / 2, packed.len() - 1] {
        let (plain, problems) = unpack("a.gz", &packed[..cut]);
        assert!(text.starts_with(&plain));
        assert_eq!(problems.kept().first().map(|p| p.code), Some("gzip_damaged"));
    }
    assert!(unpack("a.gz", &packed[..packed.len() / 2]).0.len() > 1000);
}

#[test]
fn damaged_utf16_is_said() {
    let (text, problems) = unpack("a", &[0xFF, 0xFE, b'a', 0, 0x00, 0xD8, b'b', 0, 7]);
    assert_eq!(std::str::from_utf8(&text).unwrap(), "a\u{FFFD}b");
    assert_eq!(problems.kept().first().map(|p| p.code), Some("utf16_damaged"));
}

#[test]
fn a_bomb_is_cut() {
    let packed = gz(&vec![b'x'; 1 << 20]);
    let mut problems = Problems::default();
    assert_eq!(gunzip("a", &packed, 1000, &mut problems).len(), 1000);
    assert_eq!(problems.kept().first().map(|p| p.code), Some("too_large"));
}
