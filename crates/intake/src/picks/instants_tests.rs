use super::*;
use proptest::prelude::*;

#[test]
fn plain_times_are_utc() {
    for (text, expected) in [
        ("2024-03-01T00:00:03.126Z", "2024-03-01T00:00:03.126Z"),
        ("2016-10-14T00:00:08.110000", "2016-10-14T00:00:08.11Z"),
        ("2016-10-14 00:00:08", "2016-10-14T00:00:08Z"),
        ("2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59.999999999Z"),
        ("2024-03-01T02:00:00+02:00", "2024-03-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("2024-03-01", "2024-03-01T00:00:00Z"),
    ] {
        assert_eq!(instant(text).unwrap().to_string(), expected, "{text}");
    }
    for bad in
        ["", "noon", "2023-02-29T00:00:00Z", "2024-03-01T24:00:00Z", "2024-13-01T00:00:00Z", "0024-03-01T00:00:00Z"]
    {
        assert_eq!(instant(bad), None, "{bad}");
    }
    assert_eq!(plain(b"2024-03-01T00:00:03.Z"), None);
    assert_eq!(plain(b"2024-03-01T00:00:03.0000000001Z"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fast_way_agrees_with_the_careful_one(second in -2_208_988_800_i64..7_258_118_400, nano in 0..1_000_000_000) {
        let at = Timestamp::new(second, nano).unwrap();
        prop_assert_eq!(plain(at.to_string().as_bytes()), Some(at));
    }
}
