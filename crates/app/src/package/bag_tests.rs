//! Lists of digests, and which file is named when two disagree.

use super::{manifest, read_manifest};
use truceline_domain::Digest;

#[test]
fn a_list_of_digests_reads_back_whatever_the_names() {
    let names = ["data/a b.csv", "data/100%.txt", "data/line\nend", "data/%0A", "data/Größe"];
    let mut listed: Vec<(&str, Digest)> = names.iter().map(|name| (*name, Digest::of(name.as_bytes()))).collect();
    listed.sort();
    let text = manifest(listed.iter().copied());
    let read = read_manifest(&text).unwrap();
    assert_eq!(read.iter().map(|(path, digest)| (path.as_str(), *digest)).collect::<Vec<_>>(), listed);
}

#[test]
fn only_one_way_of_writing_is_read() {
    let digest = Digest::of(b"x").to_string();
    let good = format!("{digest}  data/a\n{digest}  data/b\n");
    assert!(read_manifest(&good).is_some());
    for bad in [
        good.replace("  ", " "),
        good.replace("data/b", "data/a"),
        good.to_uppercase(),
        good.trim_end().to_owned(),
        good.replace('\n', "\r\n"),
        format!("{digest}  data/b\n{digest}  data/a\n"),
        "no digest  data/a\n".to_owned(),
    ] {
        assert!(read_manifest(&bad).is_none(), "{bad:?}");
    }
}
